"""Drafts: accounts being set up, and their short-lived secrets. The caller commits, here and in all of `storage`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Credentials
from webapp.storage.base import new_token, rows_of, utc_now
from webapp.storage.models import Account, BrowserSession, Draft, DraftAim, DraftDetails, Run, User
from webapp.storage.models.runs import UNFINISHED
from webapp.storage.secrets import SecretBox

SECRET_LIFETIME = timedelta(minutes=30)
DOUBLE_CLICK = timedelta(seconds=5)


@dataclass(frozen=True)
class DraftSubject:
    """What exists already and a draft is about, in the versions the person saw; by default nothing."""

    aim: DraftAim = DraftAim.NEW_ACCOUNT
    account_id: int | None = None
    account_version: int | None = None
    outgoing_id: int | None = None
    outgoing_version: int | None = None


def create_draft(
    session: Session,
    box: SecretBox,
    user: User,
    details: DraftDetails,
    credentials: Credentials | None,
    *,
    about: DraftSubject | None = None,
    browser_session: BrowserSession | None = None,
    now: datetime | None = None,
) -> Draft:
    """Start setting up an account, or changing what the draft is `about`.

    A double click gets the draft of the first click, also while its run goes on.
    `browser_session` is the one that may remember the password if nobody else does.
    """
    lock_user(session, user.id)
    now, about = now or utc_now(), about or DraftSubject()
    session_id = browser_session.id if browser_session is not None else None
    draft = _draft_under_way(session, user, details, about, session_id, now)
    if draft is None:
        draft = Draft(id=new_token(), user_id=user.id, details=details, created_at=now, session_id=session_id)
        draft.aim = about.aim
        draft.account_id, draft.account_version = about.account_id, about.account_version
        draft.outgoing_id, draft.outgoing_version = about.outgoing_id, about.outgoing_version
        session.add(draft)
    if credentials is not None:
        set_draft_secret(session, box, draft, credentials, now=now)
    session.flush()
    return draft


def get_draft(session: Session, user: User, draft_id: str) -> Draft | None:
    """Return the user's own draft."""
    return session.scalar(select(Draft).where(Draft.id == draft_id, Draft.user_id == user.id))


def set_draft_secret(
    session: Session, box: SecretBox, draft: Draft, credentials: Credentials, *, now: datetime | None = None
) -> None:
    """Keep the secrets the person typed, encrypted, for half an hour from now."""
    draft.secret = box.encrypt_credentials(credentials, _place(draft))
    draft.secret_expires_at = (now or utc_now()) + SECRET_LIFETIME
    session.flush()


def has_secret(draft: Draft, *, now: datetime | None = None) -> bool:
    """Tell whether the password need not be asked for again."""
    expires_at = draft.secret_expires_at
    return draft.secret is not None and expires_at is not None and (now or utc_now()) < expires_at


def draft_credentials(box: SecretBox, draft: Draft, *, now: datetime | None = None) -> Credentials | None:
    """Return the draft's secrets, or None when they are gone or out of date; for the runner only."""
    if draft.secret is None or not has_secret(draft, now=now):
        return None
    return box.decrypt_credentials(draft.secret, _place(draft))


def end_draft(session: Session, draft: Draft, account: Account | None = None, *, now: datetime | None = None) -> None:
    """Close the draft, saved as (or in) `account` or abandoned, and wipe its secrets."""
    draft.ended_at = now or utc_now()
    if account is not None:
        draft.account_id, draft.saved = account.id, True
    draft.secret = draft.secret_expires_at = None
    session.flush()


def wipe_expired_secrets(session: Session, *, now: datetime | None = None) -> int:
    """Forget the secrets whose half hour is over; return how many."""
    expired = Draft.secret_expires_at <= (now or utc_now())
    if session.scalar(select(Draft.id).where(expired).limit(1)) is None:
        return 0  # the usual case takes no write lock
    wiped = session.execute(update(Draft).where(expired).values(secret=None, secret_expires_at=None))
    return rows_of(wiped)


def lock_user(session: Session, user_id: int) -> None:
    """Let one transaction at a time decide about a user's drafts and runs (SQLite: take the write lock)."""
    session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch))


def _draft_under_way(
    session: Session, user: User, details: DraftDetails, about: DraftSubject, session_id: int | None, now: datetime
) -> Draft | None:
    going_on = select(Run.draft_id).where(Run.user_id == user.id, Run.state.in_(UNFINISHED))
    # Recommended values have no run that could tell by going on.
    just_begun = Draft.created_at.between(now - DOUBLE_CLICK, now)
    drafts = select(Draft).where(
        Draft.user_id == user.id, Draft.ended_at.is_(None), Draft.id.in_(going_on) | just_begun
    )
    newest_first = session.scalars(drafts.order_by(Draft.created_at.desc()))
    same = (draft for draft in newest_first if draft.details == details and _subject_of(draft) == about)
    return next((draft for draft in same if draft.session_id == session_id), None)


def _subject_of(draft: Draft) -> DraftSubject:
    return DraftSubject(draft.aim, draft.account_id, draft.account_version, draft.outgoing_id, draft.outgoing_version)


def _place(draft: Draft) -> str:
    return f"draft|{draft.id}"
