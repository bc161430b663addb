"""poplib over a connection that has logged in: bounded answers, letters with long lines, no socket of its own."""

import poplib
from io import BytesIO
from types import TracebackType
from typing import Self

from webapp.mail.causes import Step
from webapp.mail.clients.access import TIMEOUT_S, Access, Connections, log_in
from webapp.mail.clients.troubles import told_as_trouble
from webapp.mail.pop3 import Pop3Session
from webapp.net.blocking import BlockingSocket
from webapp.net.network import Network
from webapp.net.stream import LINE_LIMIT

LARGEST_LETTER = 64 * 1024 * 1024
LARGEST_LISTING = 16 * 1024 * 1024  # UIDL of two hundred thousand letters
GREETING = b"+OK logged in\r\n"  # the server's own has been heard
LETTERS = ("RETR", "TOP")


class Pop3(poplib.POP3):
    """A mailbox by POP3, as poplib shows it, from the login on.

    What was marked as deleted goes with `quit`, or when the `with` block is left
    without an exception, which waits for the server to have done it; with one,
    nothing goes.
    """

    def __init__(self, connected: BlockingSocket, access: Access) -> None:
        self.connected = connected
        self._access = access
        self._longest_line = LINE_LIMIT
        self._deleting = False
        connected.foretell(GREETING)
        super().__init__(connected.host, connected.port)

    def letter(self, number: int, lines: int | None = None) -> bytes:
        """Return a letter as the server has it, or its header with so many lines of its body.

        Unlike `retr` this keeps every byte, and lines may be of any length
        (poplib takes 2,048 bytes; letters of one line are common).
        """
        self._putcmd(f"RETR {number}" if lines is None else f"TOP {number} {lines}")
        self._getresp()  # type: ignore[attr-defined]
        letter = BytesIO()  # hands over what it holds without a copy
        while (line := self.connected.readline(self._longest_line)) not in (b".\r\n", b".\n"):
            letter.write(line[1:] if line.startswith(b".") else line)
        return letter.getvalue()

    def dele(self, which: object) -> bytes:
        """Mark a letter as deleted."""
        self._deleting = True
        return super().dele(which)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._deleting and not self.connected.closed:
                with told_as_trouble(self._access, Step.FOLDER):
                    self.quit()
            elif kind is None:
                self.connected.part(b"QUIT\r\n")
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection at once; safe twice."""
        self.connected.close()

    # From here on names that are the library's own and not public; they have been the same since Python 3.0.

    def _create_socket(self, timeout: float | None) -> BlockingSocket:
        return self.connected

    def _putcmd(self, line: str) -> None:
        of_letters = line.startswith(LETTERS)
        self.connected.answer_limit = LARGEST_LETTER if of_letters else LARGEST_LISTING
        self._longest_line = LARGEST_LETTER if of_letters else LINE_LIMIT
        super()._putcmd(line)  # type: ignore[misc]

    def _getline(self) -> tuple[bytes, int]:
        line = self.connected.readline(self._longest_line)
        return line.removesuffix(b"\n").removesuffix(b"\r"), len(line)


def open_pop3(network: Network, access: Access, connections: Connections, timeout_s: float = TIMEOUT_S) -> Pop3:
    """Return a mailbox that let us in; raises `Trouble`."""
    _, connected = log_in(network, access, connections, Pop3Session, timeout_s)
    return Pop3(connected, access)
