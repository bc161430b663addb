"""The POP3 conversation (RFC 1939, RFC 2449, RFC 2595, RFC 5034)."""

from webapp.mail.abilities import mechanism_names
from webapp.mail.causes import Step
from webapp.mail.dialogue import Verdict, converse
from webapp.mail.pop3_answers import Reply, message_ids, read_reply
from webapp.mail.session import MailSession
from webapp.net.problems import ProblemKind

LONGEST_COMMAND = 255  # RFC 2449, section 4, with its line end
NEWEST = 30  # letters looked at for a Message-ID

# RFC 2449, section 8; RFC 3206. Without a code -ERR means refused.
UNAVAILABLE_CODES = frozenset({b"SYS/TEMP", b"SYS/PERM", b"IN-USE", b"LOGIN-DELAY"})


class Pop3Session(MailSession):
    """A POP3 conversation; the mailbox is a snapshot taken at login, new letters need a new session."""

    capabilities: frozenset[bytes] = frozenset()

    @property
    def abilities(self) -> tuple[str, ...]:
        """Return the names of the ways to log in, USER (with PASS) among them."""
        return tuple(dict.fromkeys((*self.mechanisms, "USER"))) if b"USER" in self.capabilities else self.mechanisms

    async def greet(self) -> None:
        """Read and check the greeting."""
        async with self._answering():
            line = await self.stream.read_line()
        greeting = read_reply(line)
        if greeting is None or greeting.ok is None:
            raise self.trouble(ProblemKind.WRONG_PROTOCOL, line)
        if not greeting.ok:
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, line)

    async def ask_for_tls(self) -> None:
        """Have the server agree to STLS; the list of abilities is asked only to explain a refusal."""
        self.step = Step.STARTTLS
        reply = await self._command(b"STLS")
        if not reply.ok:
            await self.read_abilities()
            self.step = Step.STARTTLS
            listed = b"STLS" in self.capabilities
            kind = ProblemKind.STARTTLS_REFUSED if listed else ProblemKind.STARTTLS_NOT_OFFERED
            raise self.trouble(kind, reply.said)

    async def read_abilities(self) -> None:
        """Learn the capabilities; a server without CAPA has USER and PASS (RFC 1939, section 7)."""
        self.step = Step.ABILITIES
        async with self._answering():
            listed = await self._lines_of(b"CAPA")
        lines = [line.upper().split() for line in listed] if listed is not None else [[b"USER"]]
        self.capabilities = frozenset(line[0] for line in lines if line)
        self.mechanisms = mechanism_names(word for line in lines if line and line[0] == b"SASL" for word in line[1:])

    async def count(self) -> int:
        """Return the number of letters."""
        self.step = Step.FOLDER
        reply = await self._command(b"STAT")
        counted = reply.words.split(b" ")[0]
        if not reply.ok or not counted.isdigit() or len(counted) > 9:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, reply.said)
        return int(counted)

    async def find(self, message_id: str) -> tuple[int, ...]:
        """Return the numbers of the letters with this Message-ID among the newest ones."""
        newest = await self.count()
        found = []
        for number in range(newest, max(newest - NEWEST, 0), -1):
            async with self._answering():
                header = await self._header(number)
            if header is not None and message_id in message_ids(header):
                found.append(number)
        return tuple(found)

    async def delete(self, numbers: tuple[int, ...]) -> bool:
        """Mark letters as deleted; they go when the session is left by `quit`."""
        replies = [await self._command(b"DELE %d" % number) for number in numbers]
        return all(reply.ok for reply in replies)

    async def begin_sasl(self, mechanism: str, initial: bytes | None) -> bool:
        """Send AUTH, with the initial response if the line stays within bounds (RFC 5034, section 4)."""
        line = b"AUTH " + mechanism.encode()
        fits = initial is not None and len(line) + len(initial) + len(" \r\n") <= LONGEST_COMMAND
        return await self._begin_auth(line, initial if fits else None)

    async def hear_sasl(self, mechanism: str) -> bytes | Verdict:
        """Return the next challenge, or the verdict."""
        reply = await self._reply()
        return reply.words if reply.ok is None else _verdict(mechanism, reply)

    def _clear_ways(self, *, ascii_only: bool) -> list[str]:
        user = ["USER"] if b"USER" in self.capabilities else []
        plain: list[str] = [name for name in ("PLAIN", "LOGIN") if name in self.mechanisms]
        # AUTH PLAIN is one round trip and UTF-8, but only coded replies tell its refusal from "no such mechanism".
        plain_first = b"RESP-CODES" in self.capabilities or not ascii_only
        return plain + user if plain_first else user + plain

    async def _attempt(self, way: str, username: str, secret: str) -> Verdict:
        if way != "USER":
            return await converse(self, way, username, secret)
        reply = await self._command(b"USER " + username.encode())
        if reply.ok:
            reply = await self._command(b"PASS " + secret.encode())
        return _verdict(way, reply)

    async def _farewell(self) -> None:
        await self._command(b"QUIT")

    async def _command(self, line: bytes) -> Reply:
        async with self._answering():
            await self.stream.write(line + b"\r\n")
            reply = await self._reply()
        if reply.ok is None:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, reply.said)
        return reply

    async def _reply(self) -> Reply:
        line = await self.stream.read_line()
        reply = read_reply(line)
        if reply is None:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, line)
        return reply

    async def _header(self, number: int) -> list[bytes] | None:
        """Return the header of a letter, None if the server does not show it; it is nobody's business but ours."""
        reply = await self._command(b"TOP %d 0" % number)
        if not reply.ok:
            return None
        with self._recorder.aside():
            lines = await self._rest()
        self._recorder.note(f"lines={len(lines)}")
        return lines

    async def _lines_of(self, command: bytes) -> list[bytes] | None:
        """Return the lines of a multi-line answer, None if the command was refused."""
        reply = await self._command(command)
        return await self._rest() if reply.ok else None

    async def _rest(self) -> list[bytes]:
        lines: list[bytes] = []
        while (line := await self.stream.read_line()) != b".":
            lines.append(line.removeprefix(b"."))
        return lines


def _verdict(way: str, reply: Reply) -> Verdict:
    if reply.ok:
        return Verdict(way, None)
    if reply.code in UNAVAILABLE_CODES:
        return Verdict(way, ProblemKind.LOGIN_UNAVAILABLE, reply.said)
    return Verdict(way, ProblemKind.LOGIN_REFUSED, reply.said)
