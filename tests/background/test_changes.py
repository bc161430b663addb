"""Changes and checks of saved accounts, run: stored passwords go where they belong, and failures change no byte."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.background.office import HangingEngine, Office, answering
from tests.background.test_whole_way import LOGGED_IN, REFUSED, imap_server
from tests.scripted import ScriptedServer
from tests.storage.changes import TYPED, administrator, browser_of, moved, rows_of, run_from
from tests.storage.makers import FINDINGS, IMAP, PROVED, SECRET, SMTP, lay_account, person
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import LIFETIME
from webapp.storage.changing import Profile, change_profile
from webapp.storage.history import checks_of
from webapp.storage.models import Account, BrowserSession, DraftAim, Run, RunPurpose, User
from webapp.storage.retention import ABANDONED_AFTER
from webapp.storage.using import (
    begin_change,
    begin_check_draft,
    consent_of,
    details_of,
    entered_of,
    findings_of_account,
)

Offices = Callable[..., Office]
HERE = "127.0.0.1"


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


def receiving(office: Office, owner: User | None, server: ScriptedServer, *, remember: bool = True) -> Account:
    """Return an account that only receives, from a scripted server."""
    maker = owner or administrator(office.session)
    place = moved(IMAP, HERE, port=server.port)
    owner_id = owner.id if owner else None
    account = lay_account(
        office.session, office.box, owner_id, maker.id, incoming=place, outgoing=None, remember=remember
    )
    account.checked_at = utc_now() - timedelta(days=1)
    office.session.commit()
    return account


def begun(
    office: Office,
    user: User,
    account: Account,
    purpose: RunPurpose,
    findings: Findings | None = None,
    typed: Credentials | None = None,
    consent: Consent | None = None,
    entered: Entered | None = None,
    browser: BrowserSession | None = None,
) -> Run:
    """Press the button: check what is on the screen, or save it."""
    session, details = office.session, details_of(account, "ru")
    begin = begin_change if purpose is RunPurpose.SAVE else begin_check_draft
    draft = begin(session, user, browser, account, details, credentials=typed, box=office.box)
    run = run_from(session, draft, account, purpose, findings, entered, consent)
    session.commit()
    office.runner.start(run.id)
    return run


def logins(server: ScriptedServer) -> list[bytes]:
    return [line for line in server.received if b"AUTHENTICATE" in line or b"LOGIN " in line]


def test_a_check_logs_in_with_the_stored_password_and_leaves_its_traces(make_office: Offices, anna: User) -> None:
    with imap_server(LOGGED_IN) as server:
        office = make_office(servers=(server,))
        account = receiving(office, anna, server)
        before, checked_at = rows_of(office.session, "incoming_servers"), account.checked_at

        run = office.ended(begun(office, anna, account, RunPurpose.CHECK))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.FOUND
    assert len(logins(server)) == 1
    assert account.checked_at is not None
    assert checked_at is not None
    assert account.checked_at > checked_at
    assert rows_of(office.session, "incoming_servers") == before
    assert list(checks_of(office.session, account)) == [run]


def test_a_refused_check_marks_the_account(make_office: Offices, anna: User) -> None:
    with imap_server(REFUSED) as server:
        office = make_office(servers=(server,))
        account = receiving(office, anna, server)

        run = office.ended(begun(office, anna, account, RunPurpose.CHECK))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert len(logins(server)) == 1, "the stored password is tried under the stored login name only"
    assert account.login_refused


def test_a_stored_password_never_reaches_another_server(make_office: Offices, anna: User) -> None:
    with imap_server(LOGGED_IN) as old, imap_server(LOGGED_IN) as other:
        office = make_office(servers=(old, other))
        account = receiving(office, anna, old)
        before = rows_of(office.session)
        elsewhere = Findings((moved(IMAP, HERE, port=other.port),))

        runs = [
            office.ended(begun(office, anna, account, purpose, elsewhere))
            for purpose in (RunPurpose.CHECK, RunPurpose.SAVE)
        ]

    for run in runs:
        problem = Problem(ProblemKind.PASSWORD_MISSING, field=Field.SECRET)
        assert run.outcome == Outcome(OutcomeKind.NOT_PROVED, elsewhere, incoming_problem=problem)
    assert (old.received, other.received) == ([], [])
    assert rows_of(office.session) == before


def test_a_change_is_proved_at_the_new_server_and_then_saved(make_office: Offices, anna: User) -> None:
    with imap_server(LOGGED_IN) as old, imap_server(LOGGED_IN) as other:
        office = make_office(servers=(old, other))
        account = receiving(office, anna, old)
        elsewhere = Findings((moved(IMAP, HERE, port=other.port),))

        run = office.ended(begun(office, anna, account, RunPurpose.SAVE, elsewhere, TYPED))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.SAVED
    assert account.incoming is not None
    assert account.incoming.port == other.port
    assert old.received == []


def test_a_refused_change_leaves_every_byte(make_office: Offices, anna: User) -> None:
    with imap_server(REFUSED) as server:
        office = make_office(servers=(server,))
        account = receiving(office, anna, server)
        before = rows_of(office.session)

        run = office.ended(begun(office, anna, account, RunPurpose.SAVE, typed=TYPED))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert rows_of(office.session) == before
    assert not run.draft.saved


def test_who_came_too_late_is_told_before_anybody_is_asked(make_office: Offices, anna: User) -> None:
    office = make_office()  # the real engine, and no server
    account = lay_account(office.session, office.box, anna.id)
    office.session.commit()
    draft = begin_change(office.session, anna, None, account, details_of(account, "ru"), box=office.box)
    draft.account_version = account.version - 1
    run = run_from(office.session, draft, account, RunPurpose.SAVE)
    office.session.commit()

    office.runner.start(run.id)

    problem = Problem(ProblemKind.ACCOUNT_CHANGED)
    expected = Outcome(OutcomeKind.NOT_PROVED, findings_of_account(account), incoming_problem=problem)
    assert office.ended(run).outcome == expected


def test_a_change_by_somebody_else_while_the_run_goes_on_wins(make_office: Offices, anna: User) -> None:
    async def overtaken(_a: Assignment, _s: Surroundings, _r: RefusalLedger, _report: Report) -> Outcome:
        change_profile(office.session, anna, account, Profile("Быстрее", "Анна"), account.version)
        office.session.commit()
        before.extend(rows_of(office.session))
        return PROVED

    before: list[object] = []
    office = make_office(engine=overtaken)
    account = lay_account(office.session, office.box, anna.id)
    office.session.commit()
    run = begun(office, anna, account, RunPurpose.SAVE, Findings((moved(IMAP),), (SMTP,)), TYPED)
    run_id = run.id
    assert office.runner.wait(run_id, 10)

    ended = office.seen(run)
    assert ended.outcome is not None
    assert ended.outcome.incoming_problem == Problem(ProblemKind.ACCOUNT_CHANGED)
    assert rows_of(office.session) == before
    assert not ended.draft.saved


def test_a_colleague_cannot_agree_to_anything_new_for_a_shared_account(make_office: Offices, anna: User) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    shared = lay_account(office.session, office.box, None, administrator(office.session).id)
    office.session.commit()
    swapped = Consent(pins={"imap.uspeh.test:993": "cd" * 32}, plain_hosts=frozenset({"imap.uspeh.test:993"}))

    begun(office, anna, shared, RunPurpose.CHECK, consent=swapped)
    engine.wait_until_begun()

    (assignment,) = engine.calls
    assert assignment.consent == consent_of(shared)
    assert assignment.credentials == Credentials(SECRET)


def test_the_check_of_a_colleague_never_becomes_a_change(make_office: Offices, anna: User) -> None:
    with imap_server(LOGGED_IN, LOGGED_IN) as server:
        office = make_office(servers=(server,))
        shared = receiving(office, None, server)
        before = rows_of(office.session)
        draft = begin_check_draft(office.session, anna, None, shared, details_of(shared, "ru"), box=office.box)
        run = run_from(office.session, draft, shared, RunPurpose.SAVE)
        office.session.commit()

        office.runner.start(run.id)
        ended = office.ended(run)

    assert ended.outcome is not None
    assert ended.outcome.incoming_problem == Problem(ProblemKind.NOT_ALLOWED)
    assert server.received == []
    assert rows_of(office.session) == before


def test_a_stored_password_goes_with_its_login_name_only(make_office: Offices, anna: User) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    account = lay_account(office.session, office.box, anna.id)
    office.session.commit()
    open_name = Findings((replace(IMAP, username_fixed=False),), (replace(SMTP, username_fixed=False),))

    begun(office, anna, account, RunPurpose.CHECK, open_name, Credentials("", "typed for sending"))
    engine.wait_until_begun()

    (assignment,) = engine.calls
    chosen = [assignment.findings.chosen(direction) for direction in Direction]
    assert [server.username_fixed for server in chosen if server] == [True, False]


def test_a_missing_password_is_asked_for_at_its_own_field(make_office: Offices, anna: User) -> None:
    office = make_office()
    account = lay_account(office.session, office.box, anna.id)
    office.session.commit()

    run = office.ended(begun(office, anna, account, RunPurpose.CHECK, Findings((IMAP,), (moved(SMTP),))))

    assert run.outcome is not None
    assert run.outcome.incoming_problem is None
    missing = Problem(ProblemKind.PASSWORD_MISSING, field=Field.OUTGOING_SECRET)
    assert run.outcome.outgoing_problem == missing


def test_the_other_addresses_of_a_shared_server_are_asked_about(make_office: Offices, anna: User) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    first = lay_account(office.session, office.box, anna.id)
    lay_account(office.session, office.box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    draft = begin_change(
        office.session,
        anna,
        None,
        first,
        details_of(first, "ru"),
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=first.outgoing,
        credentials=TYPED,
        box=office.box,
    )
    entered = replace(entered_of(first), for_receiving=False)
    run = run_from(office.session, draft, first, RunPurpose.SAVE, Findings(outgoing=(SMTP,)), entered)
    office.session.commit()

    office.runner.start(run.id)
    engine.wait_until_begun()

    assert engine.calls[0].sharing == ("info@uspeh.test",)


def test_a_password_typed_for_a_check_is_kept_for_the_browser_session(make_office: Offices, anna: User) -> None:
    with imap_server(LOGGED_IN, LOGGED_IN) as server:
        office = make_office(servers=(server,))
        account = receiving(office, anna, server, remember=False)
        browser = browser_of(office.session, anna)

        typed = office.ended(begun(office, anna, account, RunPurpose.CHECK, typed=TYPED, browser=browser))
        again = office.ended(begun(office, anna, account, RunPurpose.CHECK, browser=browser))

    kinds = [run.outcome.kind for run in (typed, again) if run.outcome]
    assert kinds == [OutcomeKind.FOUND, OutcomeKind.FOUND]
    assert account.incoming is not None
    assert account.incoming.secret is None


def test_a_check_that_is_stopped_marks_nothing(make_office: Offices, anna: User) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    account = lay_account(office.session, office.box, anna.id)
    office.session.commit()
    before = rows_of(office.session)
    run = begun(office, anna, account, RunPurpose.CHECK)
    engine.wait_until_begun()

    office.runner.stop(run.id)

    ended = office.ended(run)
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.STOPPED
    assert rows_of(office.session) == before


def test_sessions_and_drafts_whose_time_is_over_are_swept_away(make_office: Offices, anna: User) -> None:
    office = make_office(engine=answering(PROVED))
    browser_of(office.session, anna)
    draft = office.draft(anna)
    draft_id = draft.id
    office.clock.shift = max(LIFETIME, ABANDONED_AFTER) + timedelta(days=1)

    office.runner.open()
    office.ended(begun(office, anna, saved_account(office, anna), RunPurpose.CHECK, FINDINGS))
    office.runner.shutdown()

    office.session.expire_all()
    assert office.session.scalars(select(BrowserSession)).all() == []
    assert office.session.get(type(draft), draft_id) is None


def saved_account(office: Office, owner: User) -> Account:
    account = lay_account(office.session, office.box, owner.id)
    office.session.commit()
    return account
