"""A saved account as pages show it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from webapp.mail.settings import AuthMethod, Direction
from webapp.storage.models import Account, AccountState, IncomingServer, OutgoingServer, Run
from webapp.web.runs.complaints import Complaint, letter_complaint
from webapp.web.wording import names
from webapp.web.wording.words import N_

STATES: dict[AccountState, str] = {state: N_("works") for state in AccountState}


@dataclass(frozen=True)
class AccountLine:
    """One row of the list."""

    id: int
    title: str
    sender_name: str
    address: str
    for_whom: str
    for_everyone: bool
    uses: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class ServerFacts:
    """One server in words."""

    heading: str
    protocol: str
    host: str
    port: int
    security: str
    auth: str
    username: str
    fingerprint: str | None
    plain_consent: str | None
    plain_consented_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """Everything the page of an account shows."""

    line: AccountLine
    servers: tuple[ServerFacts, ...]
    load_since: date | None
    automatic: bool
    remembered: bool
    source: str
    proved_at: datetime | None
    letter: Complaint | None


def account_line(account: Account) -> AccountLine:
    """Return the row of one account."""
    address = names.readable_address(account.address)
    uses = ((account.for_receiving, gettext("receiving")), (account.for_sending, gettext("sending")))
    return AccountLine(
        id=account.id,
        title=address if account.title == account.address else account.title,
        sender_name=account.sender_name,
        address=address,
        for_whom=gettext("Everyone") if account.for_everyone else gettext("Only me"),
        for_everyone=account.for_everyone,
        uses=tuple(words for used, words in uses if used),
        state=gettext(STATES[account.state]),
    )


def account_page(account: Account, run: Run | None) -> AccountPage:
    """Return the whole account."""
    pairs = ((account.incoming, Direction.INCOMING), (account.outgoing, Direction.OUTGOING))
    return AccountPage(
        line=account_line(account),
        servers=tuple(
            _server(server, names.direction_name(direction)) for server, direction in pairs if server is not None
        ),
        load_since=account.load_since,
        automatic=account.automatic,
        remembered=account.remember_password,
        source=names.source_name(account.source) if account.source is not None else "",
        proved_at=account.proved_at,
        letter=letter_complaint(run) if run is not None else None,
    )


def _server(server: IncomingServer | OutgoingServer, heading: str) -> ServerFacts:
    person = server.plain_consented_by
    nobody = server.auth_method is AuthMethod.NONE
    return ServerFacts(
        heading=heading,
        protocol=names.protocol_name(server.protocol),
        host=names.host_for_people(server.host),
        port=server.port,
        security=names.security_name(server.security),
        auth=names.auth_name(server.auth_method),
        username="" if nobody else server.username or "",
        fingerprint=fingerprint_words(server.pinned_sha256) if server.pinned_sha256 else None,
        plain_consent=person.display_name if person is not None else None,
        plain_consented_at=server.plain_consented_at,
    )


def fingerprint_words(sha256: str) -> str:
    """Return a digest as people compare it: pairs with colons."""
    return ":".join(sha256[place : place + 2] for place in range(0, len(sha256), 2)).upper()
