"""Whose letters a person reads: the accounts at the top of the tree, folders and letters by their numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from webapp.mail.settings import Direction
from webapp.storage.folders import unread_count
from webapp.storage.letters import readable_by
from webapp.storage.models import Account, AccountKind, Folder, FolderRole, Letter, Traffic, User
from webapp.storage.outbox import unsent_count

LONGEST_TURN = timedelta(minutes=2)  # what is due for longer may have nobody to do it
QUIET = (FolderRole.JUNK, FolderRole.TRASH, FolderRole.DRAFTS, FolderRole.SENT)  # nobody waits for news there


@dataclass(frozen=True)
class Mailbox:
    """One account of the tree; not `readable` while it waits for its password (DESIGN 5.3).

    `receiving`: somebody fetches its letters right now; `done` of `total` are here, 0: not known yet. `due`:
    somebody is about to. `unsent`: the letters in the person's outbox, of all accounts. `unread`: the letters nobody
    has read where people wait for news.
    """

    account: Account
    readable: bool
    due: bool = False
    receiving: bool = False
    done: int = 0
    total: int = 0
    unsent: int = 0
    folders: int = 0
    unread: int = 0


def mailboxes(session: Session, user: User, now: datetime) -> Sequence[Mailbox]:
    """Return the accounts with letters or to have some: the person's default first, the system account last."""
    chosen = func.coalesce(Account.id == user.default_account_id, false())
    due = func.coalesce(Traffic.due_at.between(now - LONGEST_TURN, now), false())
    receiving = func.coalesce(Traffic.leased_until > now, false())
    progress = (due, receiving, func.coalesce(Traffic.done, 0), func.coalesce(Traffic.total, 0))
    folders = select(func.count()).where(Folder.account_id == Account.id).scalar_subquery()
    unread = select(func.coalesce(func.sum(unread_count()), 0)).where(Folder.account_id == Account.id)
    counts = (unsent_count(user), folders, unread.where(Folder.role.not_in(QUIET)).scalar_subquery())
    incoming = and_(Traffic.account_id == Account.id, Traffic.direction == Direction.INCOMING)
    wanted = select(Account, readable_by(user), *progress, *counts).outerjoin(Traffic, incoming)
    order = (Account.is_system, chosen.desc(), Account.owner_id.is_(None), Account.title_key, Account.id)
    rows = session.execute(wanted.where(_shown_to(user), _has_letters()).order_by(*order))
    return [Mailbox(*row) for row in rows]


def has_mailbox(session: Session, user: User) -> bool:
    """Tell whether there is anything to read, now or once it has arrived."""
    return session.scalar(select(Account.id).where(_shown_to(user), _has_letters()).limit(1)) is not None


def get_mailbox(session: Session, user: User, account_id: int) -> Account | None:
    """Return an account of the tree whose letters the person may read."""
    wanted = select(Account).where(Account.id == account_id, readable_by(user), _has_letters())
    return session.scalar(wanted)


def get_folder(session: Session, user: User, folder_id: int) -> Folder | None:
    """Return the folder if the person may read its letters."""
    wanted = select(Folder).join(Folder.account).where(Folder.id == folder_id, readable_by(user))
    return session.scalar(wanted.options(joinedload(Folder.account)))


def get_letters(session: Session, user: User, ids: Collection[int]) -> Sequence[Letter]:
    """Return those of some letters that the person may read."""
    wanted = select(Letter).join(Letter.account).where(Letter.id.in_(ids), readable_by(user))
    return session.scalars(wanted.options(joinedload(Letter.folder)).order_by(Letter.id)).all()


def _shown_to(user: User) -> ColumnElement[bool]:
    """Tell of accounts whether they stand in the person's tree: also those of their own that wait."""
    return or_(readable_by(user), Account.owner_id == user.id)


def _has_letters() -> ColumnElement[bool]:
    kept = exists().where(Folder.account_id == Account.id)
    return and_(Account.kind == AccountKind.MAIL, Account.proved_at.is_not(None), or_(Account.for_receiving, kept))
