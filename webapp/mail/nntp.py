"""The NNTP conversation, up to the login and the proof that it serves readers (RFC 3977, RFC 4642, RFC 4643)."""

from webapp.mail.abilities import mechanism_names
from webapp.mail.causes import Step
from webapp.mail.dialogue import Verdict, converse
from webapp.mail.nntp_answers import GREETINGS, Reply, capabilities, judged, judged_name, read_reply
from webapp.mail.session import MailSession
from webapp.mail.settings import AuthMethod
from webapp.net.problems import ProblemKind

LONGEST_COMMAND = 512  # RFC 3977, section 3.1, with its line end
LOGIN_WANTED = frozenset({480, 483})
NO_SUCH_GROUP = b"GROUP mailroom.check"
READING = frozenset({211, 411})  # it is there, or not (RFC 3977, section 6.1.1)


class NntpSession(MailSession):
    """A conversation with a news server; it may serve without any login."""

    _capabilities: dict[bytes, tuple[bytes, ...]] | None = None  # None: not asked yet, or the server cannot tell
    _accepted: Reply | None = None  # a success that carries the last word of an exchange

    @property
    def abilities(self) -> tuple[str, ...]:
        """Return the names of the ways to log in, USER (with PASS) among them."""
        user = self._capabilities is None or b"USER" in self._capabilities.get(b"AUTHINFO", ())
        return tuple(dict.fromkeys((*self.mechanisms, "USER"))) if user else self.mechanisms

    @property
    def auth_methods(self) -> tuple[AuthMethod, ...]:
        """Return the offered authentication methods, best first; NONE if the server has no AUTHINFO."""
        if self._capabilities is not None and b"AUTHINFO" not in self._capabilities:
            return (AuthMethod.NONE,)
        return super().auth_methods

    async def greet(self) -> None:
        """Read and check the greeting (RFC 3977, section 5.1)."""
        async with self._answering():
            line = await self.stream.read_line()
        greeting = read_reply(line)
        if greeting is None or (greeting.code not in GREETINGS and greeting.code < 400):
            raise self.trouble(ProblemKind.WRONG_PROTOCOL, line)
        if greeting.code not in GREETINGS:
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, line)

    async def ask_for_tls(self) -> None:
        """Have the server agree to STARTTLS; a server that cannot list what it knows is simply asked."""
        await self.read_abilities()
        if self._capabilities is not None and b"STARTTLS" not in self._capabilities:
            raise self.trouble(ProblemKind.STARTTLS_NOT_OFFERED)
        self.step = Step.STARTTLS
        reply = await self._command(b"STARTTLS")
        if reply.code != 382:
            listed = self._capabilities is not None
            kind = ProblemKind.STARTTLS_REFUSED if listed or reply.code == 580 else ProblemKind.STARTTLS_NOT_OFFERED
            raise self.trouble(kind, reply.said)

    async def read_abilities(self) -> None:
        """Learn the capabilities; where a server must be told first that a reader has come, tell it."""
        self.step = Step.ABILITIES
        listed = await self._listed()
        # Without a list it is an old server, some of which pass readers on to another program (RFC 3977, section 5.3).
        if listed is None or (b"MODE-READER" in listed and b"READER" not in listed):
            reply = await self._command(b"MODE READER")
            if reply.code in (400, 502):
                raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, reply.said)
            listed = await self._listed()
        self._capabilities = listed
        self.mechanisms = mechanism_names((listed or {}).get(b"SASL", ()))

    async def begin_sasl(self, mechanism: str, initial: bytes | None) -> bool:
        """Send AUTHINFO SASL, with the initial response if the line stays within bounds (RFC 4643, section 2.4)."""
        line = b"AUTHINFO SASL " + mechanism.encode()
        fits = initial is not None and len(line) + len(initial) + len(" \r\n") <= LONGEST_COMMAND
        return await self._begin_auth(line, initial if fits else None)

    async def say_sasl(self, answer: bytes) -> None:
        """Send one answer; an empty one is `=`, and nobody waits for one after a success."""
        if self._accepted is None:
            await super().say_sasl(answer or b"=")

    async def hear_sasl(self, mechanism: str) -> bytes | Verdict:
        """Return the next challenge, or the verdict; a success may bring the server's last word along (283)."""
        if self._accepted is not None:
            return Verdict(mechanism, None, self._accepted.said)
        reply = await self._reply()
        if reply.code == 283:
            self._accepted = reply
        if reply.code in (283, 383):
            return reply.words.strip().removeprefix(b"=")
        return Verdict(mechanism, judged(reply.code), reply.said)

    def _clear_ways(self, *, ascii_only: bool) -> list[str]:
        # USER and PASS are UTF-8 (RFC 4643, section 2.3) and always work: INN lists SASL even where nobody set it up.
        plain: list[str] = [name for name in ("PLAIN", "LOGIN") if name in self.mechanisms]
        user = ["USER"] if "USER" in self.abilities else []
        return user + plain

    async def _attempt(self, way: str, username: str, secret: str) -> Verdict:
        if way != "USER":
            self._accepted = None
            return await converse(self, way, username, secret)
        reply = await self._command(b"AUTHINFO USER " + username.encode())
        if reply.code == 281:
            return Verdict(way, None)  # the name is enough for this server
        refused = judged_name(reply.code)
        if refused is not None:
            return Verdict(way, refused, reply.said)
        reply = await self._command(b"AUTHINFO PASS " + secret.encode())
        return Verdict(way, judged(reply.code), reply.said)

    async def _prove_without_login(self) -> None:
        """Ask for a newsgroup nobody has: whoever may read hears that there is none; raises LOGIN_REQUIRED.

        DATE would not do: INN tells the time to everybody, and the news only after a login.
        """
        reply = await self._command(NO_SUCH_GROUP)
        if reply.code in LOGIN_WANTED:
            raise self.trouble(ProblemKind.LOGIN_REQUIRED, reply.said)
        if reply.code in (400, 403, 502):
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, reply.said)
        if reply.code not in READING:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, reply.said)

    async def _farewell(self) -> None:
        await self._command(b"QUIT")

    async def _listed(self) -> dict[bytes, tuple[bytes, ...]] | None:
        """Return the capabilities, None if the server does not know the question."""
        async with self._answering():
            await self.stream.write(b"CAPABILITIES\r\n")
            reply = await self._reply()
            if reply.code == 400:
                raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, reply.said)
            if reply.code != 101:
                return None
            lines: list[bytes] = []
            while (line := await self.stream.read_line()) != b".":
                lines.append(line.removeprefix(b"."))
        return capabilities(lines)

    async def _command(self, line: bytes) -> Reply:
        async with self._answering():
            await self.stream.write(line + b"\r\n")
            return await self._reply()

    async def _reply(self) -> Reply:
        line = await self.stream.read_line()
        reply = read_reply(line)
        if reply is None:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, line)
        return reply
