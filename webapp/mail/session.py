"""What the conversations share: the login with its safety nets, and the farewell."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import replace
from types import TracebackType
from typing import Self

from webapp.mail.abilities import ENCRYPTED, METHOD_OF, offered_methods, why_no_way
from webapp.mail.causes import Step
from webapp.mail.dialogue import Verdict, seen_through
from webapp.mail.settings import AuthMethod, Direction, Endpoint
from webapp.mail.talk import Talk
from webapp.net.cause import Cause
from webapp.net.problems import Field, Problem, ProblemKind, Trouble
from webapp.net.stream import LineStream

FAREWELL_LIMIT_S = 1.0
UNSENDABLE = frozenset("\r\n\0")
LOGIN_FIELDS = {
    Direction.INCOMING: (Field.INCOMING_USERNAME, Field.INCOMING_SECRET),
    Direction.OUTGOING: (Field.OUTGOING_USERNAME, Field.OUTGOING_SECRET),
}


class MailSession(Talk, ABC):
    """A conversation with one mail server, from its greeting on; not shared between tasks.

    Made by `webapp.mail.sessions.open_session`, which has already greeted,
    started TLS where asked and read the abilities. Leave it by `quit` (polite),
    `part` (polite, but not waiting) or `close` (at once); as an async context manager it closes.
    """

    def __init__(self, endpoint: Endpoint, stream: LineStream) -> None:
        super().__init__(endpoint, stream)
        self.mechanisms: tuple[str, ...] = ()  # SASL names the server listed

    @property
    def auth_methods(self) -> tuple[AuthMethod, ...]:
        """Return the offered authentication methods, best first; empty if the server offers none we know."""
        return offered_methods(self.abilities, over_tls=self.over_tls)

    @property
    def abilities(self) -> tuple[str, ...]:
        """Return the names of the ways to log in, as the ladder shows them."""
        return self.mechanisms

    async def login(
        self, username: str, secret: str, method: AuthMethod | None = None, *, plain_allowed: bool = False
    ) -> AuthMethod:
        """Log in and return the method used.

        Takes the given method, else the best one offered. The server judges the
        password at most once: the next mechanism is tried only after the answer
        that one is not supported. Without TLS nothing is sent unless
        `plain_allowed`. Where nobody logs in, the server must still answer. Raises `Trouble`.
        """
        self.step = Step.LOGIN
        if self._needs_no_login(method):
            await self._prove_without_login()
            return AuthMethod.NONE
        self._check_sendable(username, secret, plain_allowed)
        ways = self._ways(method, ascii_only=(username + secret).isascii())
        if not ways:
            raise Trouble(self.no_way())
        self._scrubber.hide(secret, f"\0{username}\0{secret}".encode())
        self.proving = True
        verdict = await self._first_judged(ways, username, secret)
        if verdict.kind is not None:
            raise self.trouble(verdict.kind, verdict.said)
        return METHOD_OF[verdict.way]

    def no_way(self) -> Problem:
        """Return that we share no way to log in; what the server listed is no reply, but it tells why."""
        problem = self.trouble(ProblemKind.NO_COMMON_AUTH_METHOD, " ".join(self.abilities)).problem
        return replace(problem, cause=why_no_way(self.abilities, over_tls=self.over_tls))

    async def quit(self) -> None:
        """Say goodbye for at most a second, then close whatever the server answers."""
        try:
            async with asyncio.timeout(FAREWELL_LIMIT_S):
                await self._farewell()
        except (Trouble, TimeoutError):
            pass  # politeness has no consequences
        finally:
            await self.close()

    async def part(self) -> None:
        """Say goodbye and close without waiting for the answer: nothing of ours depends on it."""
        try:
            async with asyncio.timeout(FAREWELL_LIMIT_S):
                await self.stream.write(self._goodbye() + b"\r\n")
        except (Trouble, TimeoutError):
            pass
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connection at once; safe twice."""
        await self.stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @abstractmethod
    async def greet(self) -> None:
        """Read and check the greeting; raises WRONG_PROTOCOL or SERVICE_UNAVAILABLE."""

    @abstractmethod
    async def ask_for_tls(self) -> None:
        """Have the server agree to STARTTLS, so that the handshake is the next thing on the wire."""

    @abstractmethod
    async def read_abilities(self) -> None:
        """Learn what the server offers; what it said before TLS is forgotten."""

    async def say_sasl(self, answer: bytes) -> None:
        """Send one answer of an exchange."""
        self._scrubber.hide_proof(answer)
        await self.stream.write(answer + b"\r\n")

    async def _begin_auth(self, line: bytes, initial: bytes | None) -> bool:
        """Send the command that names a mechanism; tell whether the initial response went along."""
        if initial is None:
            await self.stream.write(line + b"\r\n")
            return False
        self._scrubber.hide_proof(initial)
        await self.stream.write(line + b" " + (initial or b"=") + b"\r\n")  # "=" says: empty (RFC 4954, section 4)
        return True

    @abstractmethod
    def _clear_ways(self, *, ascii_only: bool) -> list[str]:
        """Return the offered ways to send the password itself, the one to try first in front."""

    @abstractmethod
    async def _attempt(self, way: str, username: str, secret: str) -> Verdict:
        """Carry out one way of logging in."""

    @abstractmethod
    async def _farewell(self) -> None:
        """Say goodbye and read the answer."""

    async def _prove_without_login(self) -> None:
        """Have the server answer once more, so that a dead connection is no proof."""
        await self.read_abilities()

    def _goodbye(self) -> bytes:
        """Return the command of the farewell."""
        return b"QUIT"

    def _needs_no_login(self, method: AuthMethod | None) -> bool:
        return method is AuthMethod.NONE or (method is None and self.auth_methods == (AuthMethod.NONE,))

    def _check_sendable(self, username: str, secret: str, plain_allowed: bool) -> None:
        if not (self.over_tls or plain_allowed):
            raise self.trouble(ProblemKind.PLAIN_NOT_CONSENTED)
        username_field, secret_field = LOGIN_FIELDS[self.endpoint.direction]
        if not secret:
            raise self.trouble(ProblemKind.PASSWORD_MISSING, field=secret_field)
        # A line end would let whoever typed it speak for us (command injection); no mechanism carries NUL.
        for text, field in ((username, username_field), (secret, secret_field)):
            if UNSENDABLE.intersection(text):
                raise self.trouble(ProblemKind.LOGIN_REFUSED, field=field)

    def _ways(self, method: AuthMethod | None, *, ascii_only: bool) -> list[str]:
        ways = {
            AuthMethod.PASSWORD_CLEARTEXT: self._clear_ways(ascii_only=ascii_only),
            AuthMethod.PASSWORD_ENCRYPTED: [name for name in ENCRYPTED if name in self.mechanisms],
        }
        methods = self.auth_methods if method is None else (method,)
        return [way for wanted in methods for way in ways.get(wanted, [])]

    async def _first_judged(self, ways: list[str], username: str, secret: str) -> Verdict:
        tls_wanted = False
        for way in ways:
            # A server that wants TLS first must not hear the password in the clear once more; a digest it may take.
            if tls_wanted and METHOD_OF[way] is AuthMethod.PASSWORD_CLEARTEXT:
                continue
            async with self._answering():
                verdict = await self._attempt(way, username, secret)
            finding = self._finding(verdict.said)
            verdict = seen_through(verdict, finding)
            if verdict.kind is not ProblemKind.AUTH_METHOD_REFUSED:
                return verdict
            tls_wanted = tls_wanted or finding.cause is Cause.TLS_REQUIRED
        return verdict
