"""What an outgoing server is called: nothing a server sees, so it is saved at once."""

from sqlalchemy.orm import Session

from webapp.storage.journal import record
from webapp.storage.models import Action, OutgoingServer, User
from webapp.storage.objections import NotAllowed, OutgoingServerChanged
from webapp.storage.outgoing_servers import may_change_outgoing


def describe_outgoing(session: Session, user: User, server: OutgoingServer, description: str, version: int) -> None:
    """Give the server another description; raises `NotAllowed`, and `OutgoingServerChanged` if somebody was quicker."""
    if not may_change_outgoing(user, server):
        raise NotAllowed("this person may not change this server")
    session.refresh(server, with_for_update=True)
    if server.version != version:
        raise OutgoingServerChanged(server)
    if server.description == description:
        return
    server.description = description
    server.version += 1
    record(session, Action.OUTGOING_SERVER_CHANGED, by=user, subject=server.host, owner_id=server.owner_id)
    session.flush()
