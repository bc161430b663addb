"""Outgoing servers: things of their own that several accounts of one owner may share, one of them the default."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.mail.settings import ServerSettings
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, OutgoingServer, User
from webapp.storage.objections import InUse, NotAllowed, OutgoingServerChanged
from webapp.storage.secrets import place_of
from webapp.storage.versions import take_turn_at
from webapp.storage.waiting import check_server_awake

__all__ = [
    "InUse",
    "NotAllowed",
    "OutgoingServerChanged",
    "delete_outgoing",
    "describe_outgoing",
    "drop_unused",
    "find_same",
    "forget_unless_remembered",
    "get_outgoing",
    "make_default_outgoing",
    "may_change_outgoing",
    "servers_of_owner",
    "settle_default",
    "sharing_addresses",
    "users_of",
]


def servers_of_owner(session: Session, owner_id: int | None) -> Sequence[OutgoingServer]:
    """Return the servers an owner's accounts may choose from, the default first; owner None is everyone."""
    servers = select(OutgoingServer).where(OutgoingServer.owner_id.is_not_distinct_from(owner_id))
    return session.scalars(servers.order_by(OutgoingServer.is_default.desc(), OutgoingServer.id)).all()


def get_outgoing(session: Session, user: User, server_id: int) -> OutgoingServer | None:
    """Return the server if the user may see it."""
    visible = or_(OutgoingServer.owner_id.is_(None), OutgoingServer.owner_id == user.id)
    return session.scalar(select(OutgoingServer).where(OutgoingServer.id == server_id, visible))


def may_change_outgoing(user: User, server: OutgoingServer) -> bool:
    """Tell whether the user may change or delete the server."""
    return user.is_admin if server.owner_id is None else server.owner_id == user.id


def users_of(session: Session, server: OutgoingServer) -> Sequence[Account]:
    """Return the accounts that send through the server, by name."""
    using = select(Account).where(Account.outgoing_id == server.id)
    return session.scalars(using.order_by(Account.is_system.desc(), Account.title_key, Account.id)).all()


def sharing_addresses(session: Session, server: OutgoingServer, besides: Account) -> tuple[str, ...]:
    """Return the addresses of the other accounts of the server, also of those that do not send just now."""
    others = select(Account.address).where(Account.outgoing_id == server.id, Account.id != besides.id)
    return tuple(session.scalars(others.order_by(Account.id)))


def make_default_outgoing(session: Session, user: User, server: OutgoingServer) -> None:
    """Let this server stand first where an account of its owner chooses one; raises `NotAllowed`."""
    if not may_change_outgoing(user, server):
        raise NotAllowed("this outgoing server is not the person's to change")
    if server.is_default:
        return
    for other in servers_of_owner(session, server.owner_id):
        other.is_default = False
    session.flush()  # the database allows one default at any moment
    server.is_default = True
    session.flush()
    _tell(session, Action.OUTGOING_SERVER_CHANGED, user, server, (("default", "yes"),))


def describe_outgoing(session: Session, user: User, server: OutgoingServer, description: str, version: int) -> None:
    """Give the server another description: nothing a mail server sees, so it is saved at once.

    Raises `NotAllowed`, `AccountWaits`, and `OutgoingServerChanged` if somebody was quicker.
    """
    if not may_change_outgoing(user, server):
        raise NotAllowed("this outgoing server is not the person's to change")
    check_server_awake(session, server)
    session.refresh(server)
    if server.version == version and server.description == description:
        return
    take_turn_at(session, server, version)
    server.description = description
    session.flush()
    _tell(session, Action.OUTGOING_SERVER_CHANGED, user, server, (("description", description),))


def delete_outgoing(session: Session, user: User, server: OutgoingServer) -> None:
    """Remove a server with its secret; raises `NotAllowed`, and `InUse` while accounts send through it."""
    if not may_change_outgoing(user, server):
        raise NotAllowed("this outgoing server is not the person's to remove")
    accounts = users_of(session, server)
    if accounts:
        raise InUse(tuple(accounts))
    _tell(session, Action.OUTGOING_SERVER_REMOVED, user, server)
    drop_unused(session, server)


def drop_unused(session: Session, server: OutgoingServer) -> None:
    """Remove a server with its secret unless an account uses it; another one of its owner becomes the default."""
    if session.scalar(select(Account.id).where(Account.outgoing_id == server.id).limit(1)) is not None:
        forget_unless_remembered(session, server)
        return
    owner_id = server.owner_id
    session.delete(server)
    session.flush()
    settle_default(session, owner_id)


def forget_unless_remembered(session: Session, server: OutgoingServer) -> None:
    """Forget the password of a server once no account that remembers passwords sends through it any more."""
    remembered = select(Account.id).where(Account.outgoing_id == server.id, Account.remember_password)
    if session.scalar(remembered.limit(1)) is None:
        server.secret = None


def settle_default(session: Session, owner_id: int | None) -> None:
    """Let an owner who has servers have a default one: the oldest, unless another was chosen."""
    servers = servers_of_owner(session, owner_id)
    if servers and not servers[0].is_default:
        servers[0].is_default = True
        session.flush()


def find_same(session: Session, owner_id: int | None, settings: ServerSettings) -> OutgoingServer | None:
    """Return the owner's server that is logged in to exactly so."""
    return next((row for row in servers_of_owner(session, owner_id) if is_at(row, settings)), None)


def is_at(server: OutgoingServer | None, settings: ServerSettings) -> bool:
    """Tell whether a stored server is exactly the place of these settings."""
    return server is not None and place_of(server.settings()) == place_of(settings)


def _tell(
    session: Session, action: Action, user: User, server: OutgoingServer, details: tuple[tuple[str, str], ...] = ()
) -> None:
    record(session, action, by=user, subject=server.host, owner_id=server.owner_id, details=details)
