"""What of a login may be seen: the command and the mechanism, never what proves who we are. Pure.

Masking the password is not enough: a digest or a SCRAM exchange (RFC 5802)
would let anybody who reads it try passwords as fast as his machine can.
"""

import re

from webapp.mail.sasl import MECHANISMS
from webapp.mail.scrub import MASK

# All that may be seen of a line of ours; what follows it is masked.
_COMMAND = re.compile(
    rb"(?:M[0-9]+ )?(?:"
    rb"(?:AUTHENTICATE|AUTHINFO SASL|AUTH)(?: (?:%s))?"
    rb"|(?:AUTHINFO )?USER [^\r\n]*"  # the login name, where nothing else stands beside it
    rb'|LOGIN(?: "(?:[^"\\]|\\.)*"(?= ))?'
    rb"|(?:AUTHINFO )?PASS|NOOP|QUIT|LOGOUT|CAPABILITY|CAPABILITIES|CAPA|EHLO|HELO"
    rb")(?![^ \r\n])" % b"|".join(re.escape(name.encode()) for name in MECHANISMS)
)
# IMAP and POP3; SMTP (RFC 4954); NNTP (RFC 4643), whose 283 brings the last word along with the success.
_CHALLENGE = re.compile(rb"(\+|334|383|283)(?:[ -](.*))?", re.DOTALL)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_=-]+")


def shown_command(data: bytes) -> bytes:
    """Return what may be seen of a command that belongs to a login."""
    command = _COMMAND.match(data)
    if command is None:
        return MASK.encode()
    return command[0] + b" " + MASK.encode() if data[command.end() :].strip(b"\r\n") else command[0]


def shown_answer(line: bytes) -> bytes:
    """Return what may be seen of a server's line within a login: words, but no challenge."""
    challenge = _CHALLENGE.fullmatch(line)
    if challenge is None or not challenge[2] or not _BASE64.fullmatch(challenge[2].strip()):
        return line
    return challenge[1] + b" " + MASK.encode()


def invites(line: bytes) -> bool:
    """Tell whether a server waits for more of what we were saying, so that the next thing we say is no command."""
    challenge = _CHALLENGE.fullmatch(line)
    return challenge is not None and challenge[1] != b"283"
