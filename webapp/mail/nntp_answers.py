"""Read what a news server says (RFC 3977, section 3.2; RFC 4643, section 2). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from webapp.net.problems import ProblemKind

STATUS_LINE = re.compile(rb"([1-5][0-9]{2})(?: (.*))?", re.DOTALL)
GREETINGS = frozenset({200, 201})  # posting allowed, or not
UNKNOWN_COMMAND = frozenset({500, 501, 503})
NOT_JUDGED = UNKNOWN_COMMAND | {483, 504}  # no such command or mechanism, or not without TLS


@dataclass(frozen=True)
class Reply:
    """One status line."""

    code: int
    said: bytes

    @property
    def words(self) -> bytes:
        """Return the line after its code."""
        return self.said[len("200 ") :]


def read_reply(line: bytes) -> Reply | None:
    """Return the reply a status line is, None if it is none."""
    found = STATUS_LINE.fullmatch(line)
    return Reply(int(found[1]), line) if found else None


def capabilities(lines: Iterable[bytes]) -> dict[bytes, tuple[bytes, ...]]:
    """Return the capabilities by label, with their arguments, all in upper case (RFC 3977, section 9.5)."""
    split = (line.upper().split() for line in lines)
    return {words[0]: tuple(words[1:]) for words in split if words}


def judged_name(code: int) -> ProblemKind | None:
    """Return what the reply to a login name means, None for the wish for its password."""
    if code == 381:
        return None
    # 482: out of sequence, 502: no such command here; no password was heard, let alone judged.
    if code in NOT_JUDGED or code in (482, 502):
        return ProblemKind.AUTH_METHOD_REFUSED
    return judged(code, accepted=())


def judged(code: int, accepted: tuple[int, ...] = (281, 283)) -> ProblemKind | None:
    """Return what the final reply to a password means, None for success (RFC 4643, sections 2.3 and 2.4).

    AUTH_METHOD_REFUSED only where the password was not judged. 482 and 502 are
    how servers before RFC 4643 refuse one (RFC 2980, section 3.1); many still do.
    """
    if code in accepted:
        return None
    if code in NOT_JUDGED:
        return ProblemKind.AUTH_METHOD_REFUSED
    if code in (400, 403):
        return ProblemKind.LOGIN_UNAVAILABLE
    return ProblemKind.LOGIN_REFUSED if code in (480, 481, 482, 502) else ProblemKind.UNEXPECTED_ANSWER
