"""The outgoing server at the bottom of an account's first section: what it is, and the choice of another."""

from dataclasses import dataclass

from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from webapp.storage.models import Account, AccountKind, OutgoingServer
from webapp.storage.outgoing_servers import servers_of_owner
from webapp.web.accounts.account_pages import ServerFacts, server_facts
from webapp.web.extensions import db
from webapp.web.forms.profile import OutgoingChoice
from webapp.web.wording.names import host_for_people


@dataclass(frozen=True)
class OutgoingCard:
    """The server an account sends by, and the form that chooses another; `choice` None: there is no other."""

    server: ServerFacts | None
    server_id: int | None
    sends: bool
    choice: OutgoingChoice | None


def outgoing_card(account: Account, choice: OutgoingChoice | None = None) -> OutgoingCard | None:
    """Return the card; an account on a news server has none."""
    if account.kind is AccountKind.NEWS:
        return None
    servers = servers_of_owner(db.session(), account.owner_id)
    if choice is None and [server.id for server in servers] != [account.outgoing_id]:
        choice = OutgoingChoice(
            formdata=None, prefix="", version=account.version, outgoing=str(account.outgoing_id or "")
        )
    if choice is not None:
        choice.outgoing.choices = [SelectChoice(str(server.id), server_words(server)) for server in servers]
        if account.outgoing_id is None:
            choice.outgoing.choices.insert(0, SelectChoice("", gettext("none")))
    return OutgoingCard(server_facts(account, account.outgoing), account.outgoing_id, account.for_sending, choice)


def server_words(server: OutgoingServer) -> str:
    """Return a server as one line of a choice."""
    place = f"{host_for_people(server.host)}:{server.port}"
    words = " · ".join(part for part in (server.description, place, server.username) if part)
    return gettext("%(server)s (default)", server=words) if server.is_default else words
