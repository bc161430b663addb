"""Read a PACC document (draft-ietf-mailmaint-pacc, revisions 02 to 04); pure, bounded, never raises.

Whether its digest is the published one is the business of the source, not of
the reader.
"""

import json
import re
from typing import Any

from webapp.detection.documents.assembling import configuration, nothing
from webapp.detection.documents.fields import host_of
from webapp.detection.documents.text import beginnings, text_of
from webapp.detection.documents.types import SAID_LIMIT, Document, Flaw, FlawKind, Flaws
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Protocol, Security, ServerSettings
from webapp.net.words import clean_words

# The draft's revision 03 renamed `smtp` to `submit`.
PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "submit": Protocol.SMTP, "smtp": Protocol.SMTP}
OPENING = re.compile(r"\{")
ENTRIES_LIMIT = 100


def read_pacc(body: bytes, content_type: str | None, address: str) -> Document:
    """Return the servers a document names for an address, in its order.

    The draft leaves nothing else open: implicit TLS on the protocol's own
    port, and the address is the login name.
    """
    root = _parsed(body, content_type)
    if isinstance(root, Flaw):
        return nothing(root)
    flaws = Flaws()
    methods = _auth_methods(_object(root, "authentication"), flaws)
    servers = [
        ServerSettings(protocol, host, STANDARD_PORTS[protocol, Security.TLS], Security.TLS, address, methods)
        for protocol, host in _hosts(_object(root, "protocols"), flaws)
        if methods
    ]
    name = _object(_object(root, "info"), "provider").get("name")
    return configuration(servers, flaws, name=name if isinstance(name, str) else None)


def _parsed(body: bytes, content_type: str | None) -> dict[str, Any] | Flaw:
    text = text_of(body, content_type)
    if isinstance(text, Flaw):
        return text
    flaw = Flaw(FlawKind.NOT_WELL_FORMED)
    for beginning in beginnings(text, OPENING):
        try:
            # No number of ours is needed; as text even an endless one costs nothing.
            root = json.loads(beginning, parse_int=str, parse_float=str)
        except RecursionError:
            return Flaw(FlawKind.TOO_DEEP)
        except ValueError as error:
            flaw = Flaw(FlawKind.NOT_WELL_FORMED, said=clean_words(str(error), SAID_LIMIT))
            continue
        return root if isinstance(root, dict) else Flaw(FlawKind.WRONG_ROOT, said=type(root).__name__)
    return flaw


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a member that must be an object; anything else counts as an empty one."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _hosts(protocols: dict[str, Any], flaws: Flaws) -> list[tuple[Protocol, str]]:
    hosts = []
    for name, entry in list(protocols.items())[:ENTRIES_LIMIT]:
        protocol = PROTOCOLS.get(name.lower())
        if protocol is None:
            flaws.note(FlawKind.UNKNOWN_TYPE, said=name)
            continue
        text = entry.get("host") if isinstance(entry, dict) else None
        host = host_of(text) if isinstance(text, str) else None
        if host is None:
            flaws.note(FlawKind.HOST_UNUSABLE, name, text if isinstance(text, str) else None)
        else:
            hosts.append((protocol, host))
    return list(dict.fromkeys(hosts))


def _auth_methods(authentication: dict[str, Any], flaws: Flaws) -> tuple[AuthMethod, ...]:
    """Return the methods in the document's order; () if it excludes passwords and offers nothing else we know."""
    methods = []
    for name, value in list(authentication.items())[:ENTRIES_LIMIT]:
        if name == "password":
            methods += [AuthMethod.PASSWORD_CLEARTEXT] if value is True else []
        elif name == "oauth-public":
            methods += [AuthMethod.OAUTH2] if isinstance(value, dict) else []
        else:
            flaws.note(FlawKind.AUTH_UNKNOWN, said=name)
    excluded = authentication.get("password") is False
    return tuple(methods) or (() if excluded else (AuthMethod.PASSWORD_CLEARTEXT,))
