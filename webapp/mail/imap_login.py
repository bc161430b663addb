"""The IMAP conversation up to the login: greeting, STARTTLS, capabilities, login (RFC 3501, RFC 9051)."""

from abc import ABC

from webapp.mail.abilities import mechanism_names
from webapp.mail.causes import Step
from webapp.mail.dialogue import Verdict, converse
from webapp.mail.imap_answers import Response, read_response
from webapp.mail.imap_commands import string
from webapp.mail.imap_wire import Done, ImapWire
from webapp.mail.settings import AuthMethod
from webapp.net.problems import ProblemKind

# RFC 5530. Codes not named here say no more than NO does.
VERDICT_OF_CODE = {
    b"UNAVAILABLE": ProblemKind.LOGIN_UNAVAILABLE,
    b"INUSE": ProblemKind.LOGIN_UNAVAILABLE,
    b"LIMIT": ProblemKind.LOGIN_UNAVAILABLE,
    b"SERVERBUG": ProblemKind.LOGIN_UNAVAILABLE,
    b"PRIVACYREQUIRED": ProblemKind.AUTH_METHOD_REFUSED,
}


class ImapLogin(ImapWire, ABC):
    """An IMAP conversation from the greeting to the login."""

    preauthenticated = False

    @property
    def abilities(self) -> tuple[str, ...]:
        """Return the names of the ways to log in, the LOGIN command among them."""
        return tuple(dict.fromkeys((*self.mechanisms, "LOGIN"))) if self._login_command else self.mechanisms

    @property
    def auth_methods(self) -> tuple[AuthMethod, ...]:
        """Return the offered authentication methods, best first; NONE if the server knows us already."""
        return (AuthMethod.NONE,) if self.preauthenticated else super().auth_methods

    async def greet(self) -> None:
        """Read and check the greeting (RFC 3501, section 7.1)."""
        async with self._answering():
            line = await self.stream.read_line()
        greeting = read_response([line])
        if greeting.tag != b"*" or greeting.status not in (b"OK", b"PREAUTH", b"BYE"):
            raise self.trouble(ProblemKind.WRONG_PROTOCOL, line)
        if greeting.status == b"BYE":
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, greeting.said)
        self.preauthenticated = greeting.status == b"PREAUTH"
        self._learn_from([greeting])

    async def ask_for_tls(self) -> None:
        """Have the server agree to STARTTLS; what it listed before only words a refusal."""
        self.step = Step.STARTTLS
        if self.preauthenticated:
            # STARTTLS is impossible then, and PREAUTH may come from somebody in the middle (RFC 9051, section 11.1).
            raise self.trouble(ProblemKind.STARTTLS_NOT_OFFERED)
        done = await self._command(b"STARTTLS")
        if not done.ok:
            refused = done.status == b"NO" or self.can(b"STARTTLS")
            kind = ProblemKind.STARTTLS_REFUSED if refused else ProblemKind.STARTTLS_NOT_OFFERED
            raise self.trouble(kind, done.said)
        self.capabilities = None
        self.mechanisms = ()

    async def read_abilities(self) -> None:
        """Learn the capabilities, unless the server told them in this state of the connection."""
        if self.capabilities is None:
            self.step = Step.ABILITIES
            done = await self._command(b"CAPABILITY")
            self._learn_from(done.data)
            if not done.ok or self.capabilities is None:
                raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, done.said)

    async def begin_sasl(self, mechanism: str, initial: bytes | None) -> bool:
        """Send AUTHENTICATE, with the initial response where SASL-IR allows it (RFC 4959)."""
        line = self._next_tag() + b" AUTHENTICATE " + mechanism.encode()
        return await self._begin_auth(line, initial if self.can(b"SASL-IR") else None)

    async def hear_sasl(self, mechanism: str) -> bytes | Verdict:
        """Return the next challenge, or the verdict."""
        done = await self._finish(self._last_tag, invitation_expected=True)
        return done.said if done.invited else self._verdict(mechanism, done)

    def _clear_ways(self, *, ascii_only: bool) -> list[str]:
        plain = ["PLAIN"] if "PLAIN" in self.mechanisms else []
        login = ["LOGIN"] if "LOGIN" in self.abilities else []
        # PLAIN is UTF-8 and, with SASL-IR, one round trip; else LOGIN is the shorter way.
        return plain + login if self.can(b"SASL-IR") or not ascii_only else login + plain

    async def _attempt(self, way: str, username: str, secret: str) -> Verdict:
        if way == "LOGIN" and self._login_command:
            return self._verdict(way, await self._command(b"LOGIN", string(username), string(secret)))
        return await converse(self, way, username, secret)

    async def _prove_without_login(self) -> None:
        done = await self._command(b"NOOP")
        if not done.ok:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, done.said)

    async def _farewell(self) -> None:
        await self._command(b"LOGOUT")

    def _goodbye(self) -> bytes:
        return self._next_tag() + b" LOGOUT"

    @property
    def _login_command(self) -> bool:
        return self.capabilities is not None and not self.can(b"LOGINDISABLED") and not self.preauthenticated

    def _verdict(self, way: str, done: Done) -> Verdict:
        if done.ok:
            # What a server can do changes with the login (RFC 3501, section 6.2.3); it may have told already.
            self.capabilities = None
            self._learn_from(done.data)
            self._learn(done.code, done.code_text)
            return Verdict(way, None)
        if done.status == b"BAD":
            return Verdict(way, ProblemKind.AUTH_METHOD_REFUSED, done.said)
        return Verdict(way, VERDICT_OF_CODE.get(done.code or b"", ProblemKind.LOGIN_REFUSED), done.said)

    def _learn_from(self, responses: list[Response]) -> None:
        for response in responses:
            if response.status is None and response.pieces[0].upper().startswith(b"CAPABILITY "):
                self._learn(b"CAPABILITY", response.pieces[0][len(b"CAPABILITY ") :])
            else:
                self._learn(response.code, response.code_text)

    def _learn(self, code: bytes | None, listed: bytes) -> None:
        if code != b"CAPABILITY":
            return
        words = listed.upper().split()
        self.capabilities = frozenset(words)
        self.mechanisms = mechanism_names(word[len(b"AUTH=") :] for word in words if word.startswith(b"AUTH="))
