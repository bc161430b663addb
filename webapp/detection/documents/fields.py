"""Single values of a server, as every kind of document writes them; pure."""

from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble

PORT_LIMIT = 65535
USERNAME_LIMIT = 320
HOST_LIMIT = 500  # letters of any script; as A-labels it must fit a name's 253


def host_of(text: str) -> str | None:
    """Return a host as lower-case A-labels or an IP literal, or None if it cannot be one."""
    if len(text) > HOST_LIMIT:
        return None
    try:
        return to_a_label(text)
    except Trouble:
        return None


def port_of(text: str) -> int | None:
    """Return a port, or None if it cannot be one."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(PORT_LIMIT)):
        return None
    return int(text) if 0 < int(text) <= PORT_LIMIT else None


def username_of(text: str) -> str | None:
    """Return a login name that a server can be told: one line, of bearable length."""
    return text if len(text) <= USERNAME_LIMIT and text.isprintable() else None
