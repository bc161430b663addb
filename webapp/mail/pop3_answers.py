"""Read what a POP3 server says (RFC 1939, RFC 2449, RFC 3206). Pure."""

import re
from dataclasses import dataclass

RESPONSE_CODE = re.compile(rb"\[([A-Za-z][A-Za-z0-9/_-]{0,40})[^\]]*\]")


@dataclass(frozen=True)
class Reply:
    """One status line; `ok` None means an invitation (`+ …`) during an exchange."""

    ok: bool | None
    said: bytes
    code: bytes | None = None  # upper case: AUTH, SYS/TEMP, IN-USE, LOGIN-DELAY

    @property
    def words(self) -> bytes:
        """Return the line after its status word."""
        return self.said.partition(b" ")[2]


def read_reply(line: bytes) -> Reply | None:
    """Return the reply a status line is, None if it is none."""
    word, _, text = line.partition(b" ")
    if word.upper() == b"+OK":
        return Reply(True, line)
    if word.upper() == b"-ERR":
        found = RESPONSE_CODE.match(text.lstrip(b" "))
        return Reply(False, line, found[1].upper() if found else None)
    if word == b"+":
        return Reply(None, line)
    return None


def message_ids(header_lines: list[bytes]) -> set[str]:
    """Return the Message-IDs among the lines of a header; the value may stand on the next line (RFC 5322, 2.2.3)."""
    unfolded = re.sub(rb"\n[ \t]+", b" ", b"\n".join(header_lines))
    fields = (line.partition(b":") for line in unfolded.split(b"\n"))
    return {
        value.strip().decode("ascii", "replace") for name, _, value in fields if name.strip().lower() == b"message-id"
    }
