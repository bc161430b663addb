"""What a person types and presses to have an account set up by hand, and the draft of one who did so before."""

from dataclasses import dataclass
from datetime import date

from tests.web.desk import Desk
from tests.web.rungs.ways import ARRIVAL, OUTGOING_HOST, Press, Stored, Way
from tests.web.visitor import Visitor
from webapp.detection.types import Entered, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import Direction, Protocol, ServerSettings
from webapp.storage.models import DraftDetails, RunPurpose, RunState

SECRET = "kanarejka-v-kletke-73"


@dataclass(frozen=True)
class Mailbox:
    """Whose account it is. Of its own for each run: what one mailbox was refused three times is not tried again."""

    address: str
    login: str


def set_up(person: Visitor, way: Way, mailbox: Mailbox) -> str:
    """Fill the forms in, press the button, and return the address of the run's page."""
    if way.protocol is Protocol.NNTP:
        return sent(person, "/accounts/new/news", news_fields(way, mailbox))
    form = sent(person, "/accounts/new", account_fields(way, mailbox))
    return sent(person, form, {**server_fields(way, mailbox), "next": way.press.value})


def sent(person: Visitor, path: str, fields: dict[str, str]) -> str:
    """Send a form that is right as it is, and return where that leads."""
    answer = person.send(path, fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def account_fields(way: Way, mailbox: Mailbox) -> dict[str, str]:
    """Return the first form: the account is used for no more than the way needs."""
    typed = {"address": mailbox.address, "sender_name": "Анна", "load_since": "2026-01-01", "secret": SECRET}
    both = way.stage in ARRIVAL
    if both or way.direction is Direction.INCOMING:
        typed["for_receiving"] = "y"
    if both or way.direction is Direction.OUTGOING:
        typed["for_sending"] = "y"
    return {**typed, "by_hand": "yes"}


def server_fields(way: Way, mailbox: Mailbox) -> dict[str, str]:
    """Return the form of both servers."""
    fields = half_of(way.direction, way.at, way, mailbox)
    if way.stage in ARRIVAL:
        fields |= half_of(Direction.OUTGOING, OUTGOING_HOST, way, mailbox)
    if way.direction is Direction.INCOMING:
        fields["incoming_protocol"] = way.protocol.value
    return fields


def half_of(direction: Direction, host: str, way: Way, mailbox: Mailbox) -> dict[str, str]:
    """Return the fields of one server."""
    place = {"host": host, "port": str(way.port), "security": way.security.value}
    values = {**place, "auth": way.auth, "username": mailbox.login}
    return {f"{direction.value}_{name}": value for name, value in values.items()}


def news_fields(way: Way, mailbox: Mailbox) -> dict[str, str]:
    """Return the form of an account on a news server."""
    server = half_of(Direction.INCOMING, way.at, way, mailbox)
    login = {"needs_login": "y", "secret": SECRET} if way.logs_in else {}
    return {"title": "Новости", "sender_name": "Анна", "address": mailbox.address, **server, **login}


def laid_down(desk: Desk, way: Way, stored: Stored, mailbox: Mailbox) -> str:
    """Lay down a run that waits, with a server as it was found and agreed to before; return its id."""
    settings = ServerSettings(way.protocol, way.at, way.port, way.security, mailbox.login)
    server = ProvedServer(settings, Source.ENTERED, stored.trusted, "uspeh.test", True, stored.pin)
    typed = EnteredServer(way.protocol, way.at, way.port, way.security, username=mailbox.login)
    return desk.run(
        purpose=RunPurpose.SAVE if way.press is Press.DONE else RunPurpose.RETEST,
        state=RunState.WAITING,
        entered=Entered(mailbox.address, for_sending=False, incoming=typed),
        findings=Findings(incoming=(server,)),
        details=DraftDetails(mailbox.address, "Анна", for_sending=False, by_hand=True, load_since=date(2026, 10, 1)),
        secret=SECRET,
    )
