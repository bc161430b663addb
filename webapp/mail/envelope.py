"""The envelope of a letter for SMTP, and its body made ready for the wire. Pure."""

import re
from collections.abc import Mapping

from webapp.net.problems import ProblemKind

LINE_END = re.compile(rb"\r\n|\r|\n")


def body_bytes(letter: bytes) -> bytes:
    """Return a letter with CRLF line ends, one at its end, and dots doubled (RFC 5321, sections 2.3.8 and 4.5.2)."""
    lines = LINE_END.sub(b"\n", letter).removesuffix(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def mail_parameters(
    extensions: Mapping[str, tuple[bytes, ...]], sender: str, recipient: str, body: bytes
) -> bytes | ProblemKind:
    """Return the parameters of MAIL FROM, or why this server cannot take the letter."""
    parameters = b""
    if "SIZE" in extensions and body:
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
