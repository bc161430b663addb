"""The envelope of a letter for SMTP, and its body made ready for the wire. Pure."""

import re
from collections.abc import Mapping

from webapp.net.domains import to_a_label
from webapp.net.problems import ProblemKind

FORBIDDEN_IN_PATH = re.compile(r"[\x00-\x20\x7f<>\u2028\u2029]")
LINE_END = re.compile(rb"\r\n|\r|\n")


def path(address: str) -> bytes:
    """Return an address as MAIL and RCPT want it; characters that could end the command are a bug of the caller."""
    if FORBIDDEN_IN_PATH.search(address) or "@" not in address:
        raise ValueError("not an address for an envelope")
    local_part, _, domain = address.rpartition("@")
    return b"<" + local_part.encode() + b"@" + to_a_label(domain).encode() + b">"


def body_bytes(letter: bytes) -> bytes:
    """Return a letter with CRLF line ends, one at its end, and dots doubled (RFC 5321, sections 2.3.8 and 4.5.2)."""
    lines = LINE_END.sub(b"\n", letter).removesuffix(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def mail_parameters(
    extensions: Mapping[str, tuple[bytes, ...]], sender: str, recipient: str, body: bytes
) -> bytes | ProblemKind:
    """Return the parameters of MAIL FROM, or why this server cannot take the letter."""
    parameters = b""
    if "SIZE" in extensions:
        limit = next(iter(extensions["SIZE"]), b"0")
        if limit.isdigit() and 0 < int(limit) < len(body):
            return ProblemKind.LETTER_REFUSED
        parameters += b" SIZE=%d" % len(body)
    if "8BITMIME" in extensions and not body.isascii():
        parameters += b" BODY=8BITMIME"
    for address, refusal in ((sender, ProblemKind.SENDER_REFUSED), (recipient, ProblemKind.RECIPIENT_REFUSED)):
        if not address.rpartition("@")[0].isascii():
            if "SMTPUTF8" not in extensions:
                return refusal
            parameters += b"" if b"SMTPUTF8" in parameters else b" SMTPUTF8"
    return parameters
