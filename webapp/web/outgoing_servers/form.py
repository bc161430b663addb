"""The form of one outgoing server; what is left blank is found out."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import Length

from webapp.detection.types import EnteredServer
from webapp.mail.settings import Direction
from webapp.storage.models import Account, OutgoingServer
from webapp.web.forms.parts import check_line, stripped
from webapp.web.forms.servers import ServersForm
from webapp.web.forms.versions import Versioned
from webapp.web.wizard.entering import TypedServer
from webapp.web.wizard.servers import typed_server

DESCRIPTION_LIMIT = 200
PARTS = ("host", "port", "security", "auth", "username")


class OutgoingForm(Versioned, ServersForm):
    """What a person fixes about an outgoing server; field names are those of `net.problems.Field`."""

    on_screen: ClassVar[tuple[str, ...]] = ("description", *(f"outgoing_{part}" for part in PARTS), "secret")

    description = StringField(
        _("Description"),
        filters=[stripped],
        validators=[
            check_line,
            Length(
                max=DESCRIPTION_LIMIT,
                message=_("A description can have at most %(limit)s characters.", limit=DESCRIPTION_LIMIT),
            ),
        ],
    )

    def __init__(self, **values: Any) -> None:
        super().__init__((Direction.OUTGOING,), **values)

    def typed(self) -> TypedServer:
        """Return the valid form as values."""
        return typed_server(self, Direction.OUTGOING)

    def take(self, server: EnteredServer) -> None:
        """Show what stands for the blanks."""
        self.outgoing_port.data = "" if server.port is None else str(server.port)
        self.outgoing_security.data = "" if server.security is None else server.security.value


def form_values(account: Account, server: OutgoingServer | None) -> dict[str, Any]:
    """Return what the form is filled with: the stored server, or an empty one with the account's login name."""
    if server is None:
        return {"outgoing_username": _login_name(account)}
    stored = (server.host, server.port, server.security, server.auth_method, server.username)
    values = {
        f"outgoing_{part}": "" if value is None else str(value) for part, value in zip(PARTS, stored, strict=True)
    }
    return values | {"description": server.description, "version": server.version}


def _login_name(account: Account) -> str:
    incoming = account.incoming
    return incoming.username if incoming is not None and incoming.username else account.address
