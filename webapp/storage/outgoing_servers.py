"""Outgoing servers: things of their own that several accounts of one owner may share, one of them the default."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.storage.models import Account, OutgoingServer, User
from webapp.storage.objections import InUse, NotAllowed, OutgoingServerChanged

__all__ = [
    "InUse",
    "NotAllowed",
    "OutgoingServerChanged",
    "OutgoingUse",
    "delete_outgoing",
    "get_outgoing",
    "make_default_outgoing",
    "may_change_outgoing",
    "outgoing_servers_for",
    "servers_of_owner",
    "sharing_addresses",
    "users_of",
]


@dataclass(frozen=True)
class OutgoingUse:
    """An outgoing server with the accounts that send through it."""

    server: OutgoingServer
    accounts: tuple[Account, ...]


def outgoing_servers_for(session: Session, user: User) -> list[OutgoingUse]:
    """Return the servers of accounts for everyone and the user's own, each with its accounts; defaults first."""
    raise NotImplementedError


def servers_of_owner(session: Session, owner_id: int | None) -> Sequence[OutgoingServer]:
    """Return the servers an owner's accounts may choose from, the default first; owner None is everyone."""
    raise NotImplementedError


def get_outgoing(session: Session, user: User, server_id: int) -> OutgoingServer | None:
    """Return the server if the user may see it."""
    raise NotImplementedError


def may_change_outgoing(user: User, server: OutgoingServer) -> bool:
    """Tell whether the user may change or delete the server."""
    return user.is_admin if server.owner_id is None else server.owner_id == user.id


def users_of(session: Session, server: OutgoingServer) -> Sequence[Account]:
    """Return the accounts that send through the server, by name."""
    raise NotImplementedError


def make_default_outgoing(session: Session, user: User, server: OutgoingServer) -> None:
    """Let new accounts of the owner begin with this server; raises `NotAllowed`."""
    raise NotImplementedError


def delete_outgoing(session: Session, user: User, server: OutgoingServer) -> None:
    """Remove a server with its secret; raises `NotAllowed`, and `InUse` while accounts send through it."""
    raise NotImplementedError


def sharing_addresses(session: Session, server: OutgoingServer, besides: Account) -> tuple[str, ...]:
    """Return the addresses of the other accounts that send through the server."""
    raise NotImplementedError
