"""What lies on a person's desk before a test of the set-up: drafts, runs in every state, accounts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.makers import lay_account
from webapp.detection.steps import Step
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer, Source
from webapp.mail.settings import Credentials, Protocol, Security, ServerSettings
from webapp.net.problems import Problem
from webapp.storage.base import new_token, utc_now
from webapp.storage.drafts import end_draft, set_draft_secret
from webapp.storage.models import Account, Draft, DraftDetails, Run, RunPurpose, RunState, RunStep
from webapp.web.extensions import box, db

ADDRESS = "anna@uspeh.test"
SECRET = "teploe-leto-41"


def proved(protocol: Protocol, host: str, port: int, security: Security = Security.TLS) -> ProvedServer:
    """Return a server a trusted source named and that answered."""
    settings = ServerSettings(protocol, host, port, security, ADDRESS)
    return ProvedServer(settings, Source.AUTOCONFIG, True, "uspeh.test", username_fixed=True)


IMAP = proved(Protocol.IMAP, "imap.uspeh.test", 993)
POP3 = proved(Protocol.POP3, "pop.uspeh.test", 995)
SMTP = proved(Protocol.SMTP, "smtp.uspeh.test", 465)
NNTP = proved(Protocol.NNTP, "news.uspeh.test", 563)
FOUND = Findings(incoming=(IMAP, POP3), outgoing=(SMTP,))


def doubtful(server: ProvedServer, host: str = "mx.hoster.test") -> ProvedServer:
    """Return the server as an untrusted source would name it."""
    settings = replace(server.settings, host=host)
    return replace(server, settings=settings, source=Source.MX, trusted=False, registrable_domain="hoster.test")


DOUBTFUL = Findings(incoming=(doubtful(IMAP),), outgoing=(doubtful(SMTP),))


@contextmanager
def database(app: Flask) -> Iterator[Session]:
    """Open the application's database beside its requests."""
    with app.app_context():
        yield db.session()


class Desk:
    """One person's drafts and runs; each method returns the id of what it laid there."""

    def __init__(self, app: Flask, user_id: int) -> None:
        self.app = app
        self.user_id = user_id

    def run(
        self,
        outcome: Outcome | None = None,
        *,
        purpose: RunPurpose = RunPurpose.DETECT,
        state: RunState = RunState.FINISHED,
        findings: Findings | None = None,
        entered: Entered | None = None,
        steps: Sequence[Step] = (),
        secret: str | None = SECRET,
        details: DraftDetails | None = None,
        after: str | None = None,
    ) -> str:
        """Lay down a run, of a draft of its own or of the draft of an earlier run."""
        entered = entered or Entered(ADDRESS)
        now = utc_now()
        with database(self.app) as session:
            draft = Draft(id=new_token(), user_id=self.user_id, created_at=now - timedelta(hours=1))
            draft.details = details or DraftDetails(entered.address, "Анна", load_since=date(2026, 10, 1))
            session.add(draft)
            session.flush()
            if secret is not None:
                set_draft_secret(session, box(), draft, Credentials(secret))
            draft_id = draft.id if after is None else self.draft(after).id
            run = Run(id=new_token(), draft_id=draft_id, user_id=self.user_id, purpose=purpose, state=state)
            run.entered, run.findings, run.outcome = entered, findings, outcome
            run.consent, run.created_at, run.heartbeat_at = Consent(), now, now
            run.finished_at = now if state is RunState.FINISHED else None
            session.add(run)
            session.flush()
            rows = [RunStep(run_id=run.id, key=step.key, position=place, step=step) for place, step in enumerate(steps)]
            session.add_all(rows)
            session.commit()
            return run.id

    def found(self, findings: Findings = FOUND, kind: OutcomeKind = OutcomeKind.FOUND) -> str:
        """Lay down a search that found these servers."""
        return self.run(Outcome(kind, findings), findings=findings)

    def failed(self, incoming: Problem | None, outgoing: Problem | None = None) -> str:
        """Lay down a search that found nothing."""
        nothing = Findings(incoming_problem=incoming, outgoing_problem=outgoing)
        return self.run(Outcome(OutcomeKind.NOT_FOUND, nothing), findings=nothing)

    def account(
        self,
        address: str = ADDRESS,
        *,
        for_everyone: bool = False,
        owner: int | None = None,
        system: bool = False,
        news: bool = False,
        remember: bool = True,
        secret: str = SECRET,
        title: str | None = None,
        sender_name: str = "Анна Петрова",
        incoming: ProvedServer | None = None,
        outgoing: ProvedServer | None = SMTP,
        shares_outgoing_of: int | None = None,
        automatic: bool | None = None,
        **columns: object,
    ) -> int:
        """Lay down a saved account whose stored secrets really open; by default anna's, with both servers.

        `owner` is another person's id; `system` fills the system account;
        `incoming` is by default IMAP (news: NNTP); `shares_outgoing_of` is the
        account whose outgoing server this one uses too; `columns` are any
        others of the row (`frozen=True`, `load_since=…`).
        """
        nobody = for_everyone or system
        with database(self.app) as session:
            shared = session.get_one(Account, shares_outgoing_of).outgoing if shares_outgoing_of else None
            account = lay_account(
                session,
                box(),
                None if nobody else owner or self.user_id,
                self.user_id,
                address=address,
                title=title,
                sender_name=sender_name,
                system=system,
                news=news,
                remember=remember,
                credentials=Credentials(secret),
                incoming=incoming or (NNTP if news else IMAP),
                outgoing=shared or outgoing,
                automatic=automatic,
                plain_consented_by_id=self.user_id,
            )
            for column, value in columns.items():
                setattr(account, column, value)
            session.commit()
            return account.id

    def mark_saved(self, run_id: str, account_id: int) -> None:
        """Let the run's draft have become an account."""
        with database(self.app) as session:
            run = session.scalars(select(Run).where(Run.id == run_id)).one()
            run.account_id = account_id
            end_draft(session, run.draft, session.get(Account, account_id))
            session.commit()

    def runs(self) -> list[Run]:
        """Return the person's runs, newest first."""
        with database(self.app) as session:
            mine = select(Run).where(Run.user_id == self.user_id).order_by(Run.created_at.desc())
            return list(session.scalars(mine))

    def draft(self, run_id: str) -> Draft:
        """Return the draft of a run."""
        with database(self.app) as session:
            return session.scalars(select(Draft).join(Run).where(Run.id == run_id)).one()
