"""What goes away while a run is going on: its account, its chosen server, the browser session it was begun in."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.background.office import Office
from tests.storage.changes import TYPED, administrator, browser_of, moved, rows_of
from tests.storage.makers import IMAP, PROVED, SMTP, lay_account
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.accounts import delete_account
from webapp.storage.browser_sessions import close_session
from webapp.storage.models import Account, BrowserSession, OutgoingServer, Run, RunPurpose, SessionSecret
from webapp.storage.outgoing_servers import delete_outgoing
from webapp.storage.runs import create_run
from webapp.storage.using import begin_change, begin_check_draft, consent_of, details_of, entered_of

Offices = Callable[..., Office]


class Room:
    """An office whose one run proves everything, but only after something has happened."""

    def __init__(self, make_office: Offices, meanwhile: Callable[["Room"], None]) -> None:
        async def proved(_a: Assignment, _s: Surroundings, _r: RefusalLedger, _report: Report) -> Outcome:
            meanwhile(self)
            self.office.session.commit()
            self.before = rows_of(self.office.session)
            return replace(PROVED, findings=self.findings)

        self.office = make_office(engine=proved)
        self.before: list[object] = []
        self.findings = Findings((IMAP,), (SMTP,))
        self.root = administrator(self.office.session)
        self.browser = browser_of(self.office.session, self.root)
        self.browser_id = self.browser.id
        self.account = self.lay("anna@uspeh.test")

    def lay(self, address: str, **more: object) -> Account:
        """Lay an account of the administrator down."""
        account = lay_account(self.office.session, self.office.box, self.root.id, address=address, **more)  # type: ignore[arg-type]
        self.office.session.commit()
        return account

    def run(self, purpose: RunPurpose = RunPurpose.SAVE, outgoing: OutgoingServer | None = None) -> Run | None:
        """Let the run begin and end; return its row, None where it is gone."""
        session, account = self.office.session, self.account
        begin = begin_change if purpose is RunPurpose.SAVE else begin_check_draft
        draft = begin(
            session,
            self.root,
            self.browser,
            account,
            details_of(account, "ru"),
            outgoing=outgoing,
            credentials=TYPED,
            box=self.office.box,
        )
        run = create_run(session, draft, purpose, entered_of(account), consent_of(account), self.findings)
        session.commit()
        run_id = run.id
        self.office.runner.start(run_id)
        assert self.office.runner.wait(run_id, 10)
        session.expire_all()
        return session.get(Run, run_id)


@pytest.mark.parametrize("purpose", [RunPurpose.SAVE, RunPurpose.CHECK])
def test_an_account_that_was_deleted_meanwhile_does_not_come_back(make_office: Offices, purpose: RunPurpose) -> None:
    room = Room(make_office, lambda room: delete_account(room.office.session, room.account, room.root))

    run = room.run(purpose)

    assert run is None
    assert rows_of(room.office.session) == room.before


def test_a_chosen_server_that_was_deleted_meanwhile_is_told(make_office: Offices) -> None:
    def delete_it(room: Room) -> None:
        chosen = room.office.session.scalars(select(OutgoingServer).where(OutgoingServer.host == "relay.test")).one()
        delete_outgoing(room.office.session, room.root, chosen)

    room = Room(make_office, delete_it)
    relay = moved(SMTP, "relay.test")
    room.findings = Findings((IMAP,), (relay,))
    other = room.lay("b@uspeh.test", outgoing=relay)
    chosen, other.outgoing = other.outgoing, None
    room.office.session.commit()

    run = room.run(outgoing=chosen)

    assert run is not None
    assert run.outcome is not None
    assert run.outcome.incoming_problem == Problem(ProblemKind.ACCOUNT_CHANGED)
    assert rows_of(room.office.session) == room.before


@pytest.mark.parametrize("purpose", [RunPurpose.SAVE, RunPurpose.CHECK])
def test_after_signing_out_nothing_is_kept_for_the_session(make_office: Offices, purpose: RunPurpose) -> None:
    def sign_out(room: Room) -> None:
        close_session(room.office.session, room.office.session.get_one(BrowserSession, room.browser_id))

    room = Room(make_office, sign_out)
    room.account.remember_password = False
    room.office.session.commit()

    run = room.run(purpose)

    assert run is not None
    assert run.outcome is not None
    assert run.outcome.kind is (OutcomeKind.SAVED if purpose is RunPurpose.SAVE else OutcomeKind.FOUND)
    assert room.office.session.scalar(select(func.count()).select_from(SessionSecret)) == 0
