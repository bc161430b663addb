"""Read what an SMTP server says (RFC 5321, section 4.2; RFC 2034). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from webapp.net.problems import ProblemKind

REPLY_LINE = re.compile(rb"([2-5][0-9]{2})([ -]?)(.*)", re.DOTALL)
ENHANCED_CODE = re.compile(rb"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)")


class ReplyLine(NamedTuple):
    """One line of a reply; `more` says that another follows."""

    code: int
    more: bool
    text: bytes


@dataclass(frozen=True)
class Reply:
    """One reply of one or more lines, without the repeated code."""

    code: int
    texts: tuple[bytes, ...]

    @property
    def enhanced(self) -> bytes | None:
        """Return the enhanced status code (RFC 3463), if the server gives one."""
        found = ENHANCED_CODE.match(self.texts[0])
        return found[1] if found else None

    @property
    def said(self) -> bytes:
        """Return code, enhanced code and all the words, each code once."""
        words = [text if number == 0 else self._without_code(text) for number, text in enumerate(self.texts)]
        return b" ".join((str(self.code).encode(), *words))

    def _without_code(self, text: bytes) -> bytes:
        return text.removeprefix(self.enhanced).lstrip(b" ") if self.enhanced else text


def read_line(line: bytes) -> ReplyLine | None:
    """Return the line of a reply that a line is, None if it is none."""
    found = REPLY_LINE.fullmatch(line)
    if found is None or (not found[2] and found[3]):
        return None
    return ReplyLine(int(found[1]), found[2] == b"-", found[3])


def extensions(texts: Sequence[bytes]) -> dict[str, tuple[bytes, ...]]:
    """Return the extensions an EHLO reply lists after its first line, by keyword.

    `AUTH=LOGIN PLAIN` is how servers wrote it before RFC 2554; some still do, beside the right line.
    """
    listed: dict[str, tuple[bytes, ...]] = {}
    for text in texts[1:]:
        keyword, *parameters = text.upper().replace(b"AUTH=", b"AUTH ", 1).split() or [b""]
        name = keyword.decode("ascii", "replace")
        listed[name] = (*listed.get(name, ()), *parameters)
    return listed


def judged(code: int, mechanism: str) -> ProblemKind | None:
    """Return what the final reply to AUTH means, None for success (RFC 4954, section 6).

    AUTH_METHOD_REFUSED only where the password was not judged.
    """
    if code == 235:
        return None
    if 400 <= code <= 499:
        return ProblemKind.LOGIN_UNAVAILABLE
    # 500 to 504: no such command or mechanism, or no initial response taken; 523, 530, 538: not without TLS (RFC 5248).
    if code in (500, 501, 502, 503, 504, 523, 530, 538):
        return ProblemKind.AUTH_METHOD_REFUSED
    # By the RFC "mechanism too weak"; Gmail says so to an ordinary password where it wants an application's.
    if code == 534 and mechanism not in ("PLAIN", "LOGIN"):
        return ProblemKind.AUTH_METHOD_REFUSED
    # 334 with words is no challenge but a wish: for a second factor.
    return ProblemKind.LOGIN_REFUSED if code == 334 or 500 <= code <= 599 else ProblemKind.UNEXPECTED_ANSWER
