"""Commands to an IMAP server and the answers to them (RFC 3501, section 2.2)."""

from abc import ABC
from dataclasses import dataclass, field

from webapp.mail.imap_answers import Response, literal_size, read_response
from webapp.mail.imap_commands import Part, chunks
from webapp.mail.session import MailSession
from webapp.net.problems import ProblemKind, Trouble

MOST_LITERALS = 16  # in one response
ALERTS = frozenset({b"ALERT", b"WEBALERT"})  # the latter is Gmail's


@dataclass(frozen=True)
class Done:
    """The end of a command: OK, NO or BAD, or `+` if the server invites more.

    `data` are the untagged responses that came before.
    """

    status: bytes
    code: bytes | None = None
    code_text: bytes = b""
    said: bytes = b""
    data: list[Response] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether the command did what it should."""
        return self.status == b"OK"

    @property
    def invited(self) -> bool:
        """Tell whether the command is not finished: the server waits for more of it."""
        return self.status == b"+"


class ImapWire(MailSession, ABC):
    """An IMAP conversation as commands and their ends."""

    capabilities: frozenset[bytes] | None = None  # None: not told yet in this state of the connection
    _sent_commands = 0

    def can(self, capability: bytes) -> bool:
        """Tell whether the server is known to have a capability."""
        return self.capabilities is not None and capability in self.capabilities

    async def _command(self, *parts: Part) -> Done:
        """Send one command and return its end."""
        async with self._answering():
            tag = self._next_tag()
            first, *more = chunks(tag, parts, no_waiting=self.can(b"LITERAL+"))
            await self.stream.write(first)
            for chunk in more:
                done = await self._finish(tag, invitation_expected=True)
                if not done.invited:
                    return done
                await self.stream.write(chunk)
            return await self._finish(tag)

    def _next_tag(self) -> bytes:
        self._sent_commands += 1
        return self._last_tag

    @property
    def _last_tag(self) -> bytes:
        return b"M%d" % self._sent_commands

    async def _finish(self, tag: bytes, *, invitation_expected: bool = False) -> Done:
        """Read until the tagged answer (or the invitation) and return it with everything in between."""
        data: list[Response] = []
        while True:  # the stream ends what never ends
            try:
                response = await self._read_response()
            except Trouble as trouble:
                raise self._said_before(trouble, data) from None
            if response.tag == b"*":
                data.append(response)
            elif response.tag == tag and response.status in (b"OK", b"NO", b"BAD"):
                return Done(response.status, response.code, response.code_text, _with_alerts(response, data), data)
            elif response.tag == b"+" and invitation_expected:
                return Done(b"+", said=response.said, data=data)
            else:
                raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, response.tag + b" " + response.said)

    async def _read_response(self) -> Response:
        line = await self.stream.read_line()
        pieces = [line]
        while (size := literal_size(line, first=len(pieces) == 1)) is not None:
            if len(pieces) > 2 * MOST_LITERALS:
                raise self.trouble(ProblemKind.ANSWER_TOO_LONG)
            literal = await self.stream.read_exactly(size)
            line = await self.stream.read_line()
            pieces += [literal, line]
        return read_response(pieces)

    def _said_before(self, trouble: Trouble, data: list[Response]) -> Trouble:
        """Return a lost connection as what it was if the server had said goodbye first (RFC 3501, section 7.1.5)."""
        farewell = next((response for response in data if response.status == b"BYE"), None)
        if farewell is None or trouble.problem.kind is not ProblemKind.CONNECTION_LOST:
            return trouble
        return self.trouble(ProblemKind.SERVICE_UNAVAILABLE, farewell.said)


def _with_alerts(response: Response, data: list[Response]) -> bytes:
    alerts = (untagged.said for untagged in data if untagged.code in ALERTS)
    return b" ".join((response.said, *alerts))
