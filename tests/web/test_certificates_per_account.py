"""Bad certificates met by real connections: accepted only when pinned for that account, compared at every one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from tests.certificates import Made, authority, made, stranger
from tests.web.desk import ADDRESS, SECRET, Desk, database
from tests.web.pressing import follow, post
from tests.web.recorder import Recorder
from tests.web.stored_secrets import EVIL, HOME, PORT, RecordedOffice, recorded_office
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, EnteredServer, ProvedServer
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.problems import ProblemKind
from webapp.net.tls import fingerprint
from webapp.storage.models import Account, DraftDetails, Run

NAMES = tuple(HOME.values())
PAST, FUTURE = datetime(2020, 2, 1), datetime(2090, 1, 1)
FAULTS: dict[ProblemKind, Made] = {
    ProblemKind.CERTIFICATE_SELF_SIGNED: made(*NAMES, issuer=None),
    ProblemKind.CERTIFICATE_EXPIRED: made(*NAMES, issuer=authority, not_after=PAST),
    ProblemKind.CERTIFICATE_NOT_YET_VALID: made(
        *NAMES, issuer=authority, not_before=FUTURE, not_after=datetime(2091, 1, 1)
    ),
    ProblemKind.CERTIFICATE_WRONG_NAME: made("box.hoster.test", issuer=authority),
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER: made(*NAMES, issuer=stranger),
}
ACCEPTED = made(*NAMES, issuer=stranger)
REPLACED: dict[str, Made] = {
    "renewed, same key": made(*NAMES, issuer=stranger, not_after=datetime(2091, 1, 1)),
    "renewed by the same authority": made(*NAMES, issuer=stranger, key="next"),
    "swapped": made("evil.test", issuer=None, key="evil"),
    "one that verifies": made(*NAMES, issuer=authority, key="proper"),
}
INCOMING = {
    "incoming_protocol": "imap",
    "incoming_host": HOME[Protocol.IMAP],
    "incoming_port": str(PORT),
    "incoming_security": "tls",
    "incoming_auth": "",
    "incoming_username": ADDRESS,
    "next": "retest",
}
PROTOCOLS = {Direction.INCOMING: Protocol.IMAP, Direction.OUTGOING: Protocol.SMTP}
DIRECTIONS = pytest.mark.parametrize("direction", Direction)
SECURITIES = pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])


class Neighbours:
    """Accounts that meet one server, each using it in one direction only, and the person who looks after them."""

    def __init__(self, office: RecordedOffice, person: Visitor, direction: Direction, security: Security) -> None:
        self.office, self.person, self.direction = office, person, direction
        self.server: Recorder = office.recorders.home[PROTOCOLS[direction]]
        known = (*office.home.incoming, *office.home.outgoing)
        found = {
            one.settings.direction: replace(one, settings=replace(one.settings, security=security)) for one in known
        }
        self.found: dict[Direction, ProvedServer] = found

    def account(self, address: str, owner: Visitor | None = None, *, beside: int | None = None) -> int:
        """Lay down an account that was proved while the certificate was good; `beside` shares its outgoing server."""
        return self.office.desk.account(
            address,
            owner=(owner or self.person).user_id,
            incoming=self.found[Direction.INCOMING],
            outgoing=self.found[Direction.OUTGOING],
            shares_outgoing_of=beside,
            for_receiving=self.direction is Direction.INCOMING,
            for_sending=self.direction is Direction.OUTGOING,
        )

    def check(self, account_id: int, person: Visitor | None = None) -> tuple[str, ProblemKind | None, int]:
        """Check an account; return the page of the run, what it met, and how many passwords the server heard."""
        person, heard = person or self.person, len(self.server.logins)
        answer = post(person, f"/accounts/{account_id}/checks", token_of(person))
        page, _ = follow(person, "", answer)
        return page, self.met(page), len(self.server.logins) - heard

    def met(self, page: str) -> ProblemKind | None:
        """Return what the run of a page met."""
        with database(self.office.app) as session:
            outcome = session.get_one(Run, page.split("/")[2]).outcome
        assert outcome is not None
        problem = outcome.incoming_problem or outcome.outgoing_problem
        problem = problem or outcome.findings.incoming_problem or outcome.findings.outgoing_problem
        return problem.kind if problem is not None else None

    def accept(self, page: str) -> None:
        """Tick what the certificate's page asks, and save what was found then."""
        asked = self.person.open(f"{page}/consent")
        boxes = re.findall(r'name="agreed" value="([^"]+)"', asked.text)
        found, _ = follow(
            self.person, "", post(self.person, f"{page}/consent", token_of(self.person) | {"agreed": boxes})
        )
        follow(self.person, "", post(self.person, f"{found}/save", token_of(self.person) | {"next": "done"}))

    def accepts(self, account_id: int) -> list[str]:
        """Return what an account accepts."""
        with database(self.office.app) as session:
            return [one.sha256 for one in session.get_one(Account, account_id).accepted]


def token_of(person: Visitor) -> dict[str, object]:
    return {"csrf_token": person.token("/profile")}


@pytest.fixture
def office(app: Flask, desk: Desk) -> Iterator[RecordedOffice]:
    with recorded_office(app, desk) as recorded:
        yield recorded


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.value)
@DIRECTIONS
@SECURITIES
def test_a_bad_certificate_is_accepted_for_the_one_account_it_was_pinned_for(
    office: RecordedOffice,
    admin: Visitor,
    colleague: Visitor,
    direction: Direction,
    security: Security,
    kind: ProblemKind,
) -> None:
    here = Neighbours(office, admin, direction, security)
    first = here.account("anna@uspeh.test")
    second = here.account("info@uspeh.test", beside=first)
    foreign = here.account("boris@uspeh.test", colleague)
    here.server.show(FAULTS[kind].context)

    page, met, heard = here.check(first)
    assert (met, heard) == (kind, 0), "refused without a pin"

    here.accept(page)
    assert here.accepts(first) == [fingerprint(FAULTS[kind].der)]
    assert here.check(first)[1:] == (None, 1)

    assert here.check(second)[1:] == (kind, 0), "the same owner's other account"
    assert here.check(foreign, colleague)[1:] == (kind, 0), "another owner's account"
    assert here.accepts(second) == here.accepts(foreign) == []


@pytest.mark.parametrize("change", REPLACED)
@DIRECTIONS
@SECURITIES
def test_a_certificate_that_was_replaced_gets_no_password_before_a_new_decision(
    office: RecordedOffice, admin: Visitor, direction: Direction, security: Security, change: str
) -> None:
    here = Neighbours(office, admin, direction, security)
    account_id = here.account("anna@uspeh.test")
    here.server.show(ACCEPTED.context)
    here.accept(here.check(account_id)[0])
    assert here.check(account_id)[1:] == (None, 1)

    here.server.show(REPLACED[change].context)
    page, met, heard = here.check(account_id)

    assert (met, heard) == (ProblemKind.CERTIFICATE_CHANGED, 0)
    text = shown(admin.open(f"{page}/consent"))
    for certificate in (ACCEPTED, REPLACED[change]):
        pairs = fingerprint(certificate.der).upper()
        assert ":".join(pairs[place : place + 2] for place in range(0, 64, 2)) in text
    here.accept(page)
    assert here.accepts(account_id) == [fingerprint(REPLACED[change].der)]
    assert here.check(account_id)[1:] == (None, 1)


def test_a_shared_server_that_is_chosen_is_verified_for_the_account_that_chooses_it(
    office: RecordedOffice, admin: Visitor
) -> None:
    here = Neighbours(office, admin, Direction.OUTGOING, Security.TLS)
    first = here.account("anna@uspeh.test")
    here.server.show(ACCEPTED.context)
    here.accept(here.check(first)[0])
    second = here.account("info@uspeh.test")
    heard = len(here.server.logins)
    with database(office.app) as session:
        server_id = session.get_one(Account, first).outgoing_id

    fields = token_of(admin) | {"outgoing": str(server_id), "version": "1"}
    page, _ = follow(admin, "", post(admin, f"/accounts/{second}/outgoing", fields))

    assert here.met(page) is ProblemKind.CERTIFICATE_UNKNOWN_ISSUER
    assert len(here.server.logins) == heard
    here.accept(page)
    assert here.accepts(second) == here.accepts(first), "accepted twice, by a decision for each"


def test_after_trust_was_withdrawn_the_password_stays_at_home(office: RecordedOffice, admin: Visitor) -> None:
    here = Neighbours(office, admin, Direction.INCOMING, Security.TLS)
    account_id = here.account("anna@uspeh.test")
    here.server.show(ACCEPTED.context)
    here.accept(here.check(account_id)[0])
    with database(office.app) as session:
        version = session.get_one(Account, account_id).version

    fields = token_of(admin) | {"direction": "incoming", "version": str(version)}
    post(admin, f"/accounts/{account_id}/certificate", fields)

    assert here.check(account_id)[1:] == (ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, 0)


def test_a_certificate_that_is_good_by_now_needs_no_pin_any_more(office: RecordedOffice, admin: Visitor) -> None:
    here = Neighbours(office, admin, Direction.INCOMING, Security.TLS)
    account_id = here.account("anna@uspeh.test")
    here.server.show(ACCEPTED.context)
    here.accept(here.check(account_id)[0])
    here.server.show(REPLACED["one that verifies"].context)
    page, _, _ = here.check(account_id)

    found, _ = follow(admin, "", post(admin, f"{page}/consent", token_of(admin) | {"next": "verify"}))
    follow(admin, "", post(admin, f"{found}/save", token_of(admin) | {"next": "done"}))

    assert here.accepts(account_id) == []
    assert here.check(account_id)[1:] == (None, 1)


def test_a_password_never_went_out_to_a_server_nobody_vouched_for(office: RecordedOffice, admin: Visitor) -> None:
    """The recorders write down every login: what they heard above was told; here they are read byte by byte."""
    here = Neighbours(office, admin, Direction.INCOMING, Security.STARTTLS)
    account_id = here.account("anna@uspeh.test")
    here.server.show(ACCEPTED.context)

    here.check(account_id)

    words = {line.split()[1].upper() for line in here.server.received}
    assert words <= {b"STARTTLS", b"CAPABILITY"}, here.server.received
    assert here.server.port == PORT


def test_the_hosters_name_is_proved_and_gets_the_password_only_after_consent(
    office: RecordedOffice, admin: Visitor
) -> None:
    hoster = EVIL[Protocol.IMAP]
    office.recorders.home[Protocol.IMAP].show(made(hoster, issuer=authority).context)
    typed = EnteredServer(Protocol.IMAP, HOME[Protocol.IMAP], PORT, Security.TLS)
    entered = Entered(ADDRESS, for_sending=False, incoming=typed)
    page = f"/runs/{office.desk.run(entered=entered, details=DraftDetails(ADDRESS, 'Анна', for_sending=False))}"
    met, _ = follow(admin, "", post(admin, f"{page}/servers", token_of(admin) | INCOMING))
    assert re.findall(r'name="take" value="([^"]+)"', admin.open(met).text) == [f"incoming {hoster}"]

    found, _ = follow(admin, "", post(admin, f"{met}/host", token_of(admin) | {"take": f"incoming {hoster}"}))
    asked, consent = follow(admin, "", post(admin, f"{found}/save", token_of(admin) | {"next": "done"}))

    assert office.recorders.logins() == []
    assert "Домен: evil.test" in shown(consent)
    follow(admin, "", post(admin, asked, token_of(admin) | {"agreed": f"host {hoster}"}))
    assert [(login.address, login.secret) for login in office.recorders.logins()] == [
        (office.recorders.other_host[Protocol.IMAP].host, SECRET)
    ]
