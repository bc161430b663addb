"""Documents that tests read: good ones of every kind, and the pieces to spoil them with."""

from typing import Any

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.autodiscover import read_autodiscover
from webapp.detection.documents.types import Document, DocumentOutcome, FlawKind

ADDRESS = "anna@uspeh.test"


IMAP = """<incomingServer type="imap"><hostname>imap.uspeh.test</hostname><port>993</port>
<socketType>SSL</socketType><authentication>password-cleartext</authentication>
<username>%EMAILADDRESS%</username></incomingServer>"""


SMTP = """<outgoingServer type="smtp"><hostname>smtp.uspeh.test</hostname><port>587</port>
<socketType>STARTTLS</socketType><authentication>password-cleartext</authentication>
<username>%EMAILLOCALPART%</username></outgoingServer>"""


def document(*parts: str, outside: str = "", name: str = "") -> bytes:
    display = f"<displayName>{name}</displayName>" if name else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="uspeh.test">'
        f"<domain>uspeh.test</domain>{display}{''.join(parts)}</emailProvider>{outside}</clientConfig>"
    ).encode()


def answer(*parts: str) -> bytes:
    """An Autodiscover answer with these parts in its Account."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">'
        '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">'
        f"<Account><AccountType>email</AccountType><Action>settings</Action>{''.join(parts)}</Account>"
        "</Response></Autodiscover>"
    ).encode()


def protocol(kind: str, **values: Any) -> str:
    """A Protocol element of an Autodiscover answer."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return f"<Protocol><Type>{kind}</Type>{inside}</Protocol>"


PACC: dict[str, Any] = {
    "protocols": {"imap": {"host": "imap.uspeh.test"}, "submit": {"host": "smtp.uspeh.test"}},
    "authentication": {"oauth-public": {"issuer": "https://sso.uspeh.test"}, "password": True},
    "info": {"provider": {"name": "Успех"}},
}


def read(body: bytes, content_type: str | None = None) -> Document:
    """Read an autoconfig document that must be one."""
    found = read_autoconfig(body, content_type, ADDRESS)
    assert found.outcome is DocumentOutcome.CONFIGURATION, found.problems
    return found


def read_answer(*parts: str) -> Document:
    """Read an Autodiscover answer that must have servers."""
    found = read_autodiscover(answer(*parts), None, ADDRESS)
    assert found.outcome is DocumentOutcome.CONFIGURATION, found.problems
    return found


def flaws(found: Document) -> list[FlawKind]:
    """Return what a reader complained about."""
    return [flaw.kind for flaw in found.problems]
