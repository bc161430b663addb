"""IMAPClient over a connection that has logged in: bounded answers, no log of letters, no socket of its own."""

import imaplib
import logging
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from webapp.mail.causes import Step
from webapp.mail.clients.access import TIMEOUT_S, Access, Connections, log_in
from webapp.mail.clients.fetched import fetched
from webapp.mail.clients.troubles import ImapGoodbye, ImapNonsense, ImapRefused, ServerSaid, told_as_trouble
from webapp.mail.imap import ImapSession
from webapp.net.blocking import BlockingSocket
from webapp.net.network import Network
from webapp.net.problems import ProblemKind

LARGEST_LETTER = 64 * 1024 * 1024  # and of one FETCH answer; whoever wants more asks in portions
LARGEST_LISTING = 16 * 1024 * 1024  # every other answer
LARGEST_NAME = 64 * 1024  # a literal that is no part of a letter
LONGEST_LINE = 8 * 1024 * 1024  # SEARCH lists a million UIDs in one
GREETING = b"* PREAUTH logged in\r\n"  # the server's own has been heard; to the library it is one that knows us


class Imap(IMAPClient):  # type: ignore[misc]  # the library has no type information
    """A mailbox by IMAP, as IMAPClient shows it; times come with their zone.

    Leaving the `with` block says goodbye without waiting for the answer.
    """

    def __init__(self, connected: BlockingSocket, largest_answer: int = LARGEST_LETTER) -> None:
        self.connected = connected
        self._largest_answer = largest_answer
        logging.getLogger("imapclient").setLevel(logging.WARNING)  # below that it logs what letters say
        super().__init__(connected.host, connected.port, ssl=False, timeout=connected.timeout_s)
        self._imap.debug = 0
        del self._imap._mesg
        self.normalise_times = False
        self._cached_capabilities = tuple(name.encode() for name in self._imap.capabilities)

    def close(self) -> None:
        """Close the connection at once; safe twice."""
        self.connected.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.connected.part(b"%s LOGOUT\r\n" % self._imap._new_tag())
        self.close()

    def ask(self, uids: str, *items: str, changed_since: int | None = None) -> bytes:
        """Ask for items of letters of the open folder; `hear` brings them, and until then nothing else can be asked.

        Meanwhile the server works and the answer comes in, as much of it as fits the system's buffers.
        `changed_since` leaves out what has not changed since that MODSEQ (RFC 7162, 3.1.4.1).
        """
        modifiers = () if changed_since is None else (f"(CHANGEDSINCE {changed_since})",)
        tag: bytes = self._imap._command("UID", "FETCH", uids, f"({' '.join(items)})", *modifiers)
        return tag

    def hear(self, tag: bytes) -> dict[int, dict[bytes, Any]]:
        """Return what was asked for, by UID; what the server tells unasked, without a UID, is left out."""
        self.connected.listen()
        status, data = self._imap._command_complete("FETCH", tag)
        self._checkok("fetch", status, data)
        _, data = self._imap._untagged_response(status, data, "FETCH")
        usual = fetched(data) if data != [None] else {}
        if usual is not None:
            return usual
        told = parse_fetch_response(data, self.normalise_times, uid_is_key=False)
        return {facts[b"UID"]: facts for facts in told.values() if b"UID" in facts}

    def _create_IMAP4(self) -> "Wire":
        return Wire(self.connected, self._largest_answer)

    def _check_resp(self, expected: str, command: str, typ: str, data: list[Any]) -> None:
        if typ != expected:
            raise ImapRefused(typ, data[0])


class Wire(imaplib.IMAP4):
    """The IMAP protocol of the standard library, over our connection."""

    def __init__(self, connected: BlockingSocket, largest_answer: int) -> None:
        self._connected = connected
        self._largest_answer = largest_answer
        self._largest_literal = LARGEST_NAME
        self._ended_with: tuple[Any, list[Any]] = ("", [b""])
        self._last_line = b""
        connected.foretell(GREETING)
        super().__init__(connected.host, connected.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Take the connection there is."""
        self.host, self.port = host, port
        self.sock = self._connected  # type: ignore[assignment]  # all that the library asks of it is there

    def read(self, size: int) -> bytes:
        """Return a literal; one that is larger than what was asked for may be is refused before it comes."""
        if size > self._largest_literal:
            self._connected.close()
            raise self._connected.trouble(ProblemKind.ANSWER_TOO_LONG)
        return self._connected.read(size)

    def readline(self) -> bytes:
        """Return one line."""
        self._last_line = self._connected.readline(LONGEST_LINE)
        return self._last_line

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Send bytes."""
        self._connected.sendall(data)

    def shutdown(self) -> None:
        """Close the connection."""
        self._connected.close()

    # From here on names that are the library's own and not public; IMAPClient is built on the same ones.

    def _get_capabilities(self) -> None:
        super()._get_capabilities()  # type: ignore[misc]
        if "IMAP4REV1" not in self.capabilities:  # the library knows of no later revision
            self.capabilities = (*self.capabilities, "IMAP4REV1")

    def _command(self, name: str, *args: Any) -> Any:
        fetching = "FETCH" in (name, *args[:1])
        self._connected.answer_limit = self._largest_answer if fetching else LARGEST_LISTING
        self._largest_literal = self._largest_answer if fetching else LARGEST_NAME
        return super()._command(name, *args)  # type: ignore[misc]

    def _command_complete(self, name: str, tag: bytes) -> Any:
        try:
            return super()._command_complete(name, tag)  # type: ignore[misc]
        except imaplib.IMAP4.abort as error:  # the library's own words around those of `_get_response`
            raise error.__context__ if isinstance(error.__context__, ServerSaid) else error from None
        except imaplib.IMAP4.error:  # BAD
            raise ImapRefused(self._ended_with[0], self._ended_with[1][0]) from None

    def _get_tagged_response(self, tag: bytes, *args: Any, **options: Any) -> Any:
        self._ended_with = super()._get_tagged_response(tag, *args, **options)  # type: ignore[misc]
        return self._ended_with

    def _get_response(self) -> Any:
        try:
            return super()._get_response()  # type: ignore[misc]
        except imaplib.IMAP4.abort:
            raise ImapNonsense(self._last_line) from None

    def _check_bye(self) -> None:
        farewell = self.untagged_responses.get("BYE")
        if farewell:
            words = farewell[-1]
            raise ImapGoodbye(words if isinstance(words, bytes) else words[0])


def open_imap(network: Network, access: Access, connections: Connections, timeout_s: float = TIMEOUT_S) -> Imap:
    """Return a mailbox that let us in; raises `Trouble`."""
    _, connected = log_in(network, access, connections, ImapSession, timeout_s)
    try:
        with told_as_trouble(access, Step.ABILITIES):
            return Imap(connected)
    except BaseException:
        connected.close()
        raise
