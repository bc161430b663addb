"""A mailbox on a POP3 server, as one session sees it: every answer is a value or a `Trouble`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from webapp.background.work import Work
from webapp.mail.causes import Step
from webapp.mail.clients.access import Access
from webapp.mail.clients.pop3 import Pop3
from webapp.mail.clients.troubles import told_as_trouble
from webapp.net.problems import Trouble

LARGEST_SIZE = 2**31 - 1
TEMPORARY = ("[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]")  # RFC 3206, RFC 2449
NO_UIDL = ""


@dataclass(frozen=True)
class Offered:
    """One letter a session offers: its number there, its size, its UIDL (`NO_UIDL` where the server has none)."""

    number: int
    size: int
    uidl: str


class Maildrop:
    """One session that has logged in."""

    def __init__(self, work: Work, access: Access, pop3: Pop3) -> None:
        self.work = work
        self._access = access
        self._pop3 = pop3

    def offered(self) -> list[Offered]:
        """Return all letters, in the order of their numbers."""
        with self._told():
            sizes = _pairs(self._pop3.list()[1])
        uidls: dict[int, str] = {}
        if sizes:
            try:
                with self._told():
                    uidls = _pairs(self._pop3.uidl()[1])
            except Trouble as trouble:
                if not self.refused(trouble):
                    raise
        return [Offered(number, _size(size), uidls.get(number, NO_UIDL)) for number, size in sorted(sizes.items())]

    def header(self, number: int) -> bytes | None:
        """Return the header of a letter, None if the server does not give it (TOP is optional: RFC 1939, 7)."""
        try:
            with self._told():
                return self._pop3.letter(number, 0)
        except Trouble as trouble:
            if self.refused(trouble):
                return None
            raise

    def letter(self, number: int) -> bytes:
        """Return a whole letter."""
        with self._told():
            return self._pop3.letter(number)

    def delete(self, numbers: Sequence[int]) -> None:
        """Mark letters as deleted; they go when the session ends well."""
        for number in numbers:
            try:
                with self._told():
                    self._pop3.dele(number)
            except Trouble as trouble:
                if not self.refused(trouble):
                    raise

    def refused(self, trouble: Trouble) -> bool:
        """Tell whether the server has just said no, and goes on listening; anything else ends the conversation."""
        return not self._pop3.connected.closed and (trouble.problem.server_said or "").upper().startswith("-ERR")

    @contextmanager
    def _told(self) -> Iterator[None]:
        self.work.go_on()
        with told_as_trouble(self._access, Step.FOLDER):
            yield


def is_temporary(trouble: Trouble) -> bool:
    """Tell whether the server says that it will do later what it refuses now."""
    said = (trouble.problem.server_said or "").upper()
    return any(code in said for code in TEMPORARY)


def _pairs(lines: Sequence[bytes]) -> dict[int, str]:
    """Read lines of a number and a word; what is not understood is left out."""
    found: dict[int, str] = {}
    for line in lines:
        number, _, rest = line.decode("latin-1").strip().partition(" ")
        word = rest.strip()
        if number.isdecimal() and len(number) < 10 and word:
            found[int(number)] = word
    return found


def _size(said: str) -> int:
    digits = said.partition(" ")[0]
    return min(int(digits), LARGEST_SIZE) if digits.isdecimal() and len(digits) < 20 else 0
