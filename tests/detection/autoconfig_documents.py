"""Documents that tests read: a good one, and the pieces to spoil it with."""

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.types import MailConfig

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


def read(body: bytes) -> MailConfig:
    config = read_autoconfig(body, ADDRESS)
    assert config is not None
    return config
