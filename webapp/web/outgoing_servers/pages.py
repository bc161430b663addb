"""The dialog and the list of outgoing servers as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from webapp.mail.settings import STANDARD_PORTS, Protocol, Security
from webapp.storage.models import Account, OutgoingServer
from webapp.storage.outgoing_list import OutgoingUse
from webapp.storage.outgoing_servers import may_change_outgoing
from webapp.web.access import me
from webapp.web.outgoing_servers.form import OutgoingForm
from webapp.web.outgoing_servers.suggesting import Suggestion, known_hosts, suggestion_for
from webapp.web.wording import names
from webapp.web.wording.accounts import title_of


@dataclass(frozen=True)
class DialogPage:
    """Everything the dialog shows beside its fields.

    `sharing` are the other accounts that send by the server; `stored` are its
    newest values where somebody else was quicker.
    """

    form: OutgoingForm
    suggestion: Suggestion | None = None
    account_id: int = 0
    address: str = ""
    server_id: int | None = None
    secret_stored: bool = False
    sharing: tuple[str, ...] = ()
    hosts: tuple[tuple[str, str], ...] = ()
    stored: str | None = None

    @property
    def placeholder_port(self) -> int:
        """Return the port that fits the security shown in the form."""
        shown = self.form.outgoing_security.data
        security = Security(shown) if shown in set(Security) else Security.TLS
        return STANDARD_PORTS[Protocol.SMTP, security]

    @property
    def standard_ports(self) -> str:
        """Return the standard port of each connection security."""
        pairs = (
            f"{STANDARD_PORTS[Protocol.SMTP, one]} {names.security_name(one)}"
            for one in (Security.TLS, Security.STARTTLS)
        )
        return ", ".join(pairs)


@dataclass(frozen=True)
class UserLine:
    """One account that sends by a server."""

    id: int
    title: str


@dataclass(frozen=True)
class ServerRow:
    """One line of the list with the first of its users; `edit_url` is None where no account could prove a change."""

    id: int
    title: str
    place: str
    security: str
    username: str
    for_whom: str
    is_default: bool
    may_change: bool
    users: tuple[UserLine, ...]
    more_users: int
    edit_url: str | None


def dialog_page(
    account: Account, server: OutgoingServer | None, form: OutgoingForm, users: Sequence[Account], stored: str | None
) -> DialogPage:
    """Return the dialog over an account's settings."""
    return DialogPage(
        form=form,
        suggestion=suggestion_for(form.outgoing_host.data or ""),
        account_id=account.id,
        address=names.readable_address(account.address),
        server_id=server.id if server is not None else None,
        secret_stored=server is not None and server.secret is not None,
        sharing=tuple(title_of(one) for one in users if one.id != account.id),
        hosts=known_hosts(),
        stored=stored,
    )


def server_row(use: OutgoingUse) -> ServerRow:
    """Return a line of the list."""
    server, changeable = use.server, may_change_outgoing(me(), use.server)
    prover_id = use.prover_id if changeable else None
    url = url_for("outgoing_servers.edit", account_id=prover_id, server_id=server.id) if prover_id else None
    host = names.host_for_people(server.host)
    return ServerRow(
        id=server.id,
        title=server.description or host,
        place=f"{host}:{server.port}",
        security=names.security_name(server.security),
        username=server.username or gettext("nobody logs in"),
        for_whom=gettext("Everyone") if server.owner_id is None else gettext("Only me"),
        is_default=server.is_default,
        may_change=changeable,
        users=tuple(UserLine(one.id, title_of(one)) for one in use.accounts),
        more_users=use.more,
        edit_url=url,
    )


def stored_words(server: OutgoingServer) -> str:
    """Return a stored server in one line."""
    parts = (
        server.description,
        f"{names.host_for_people(server.host)}:{server.port}",
        names.security_name(server.security),
        names.auth_name(server.auth_method),
        server.username,
    )
    return " · ".join(part for part in parts if part)
