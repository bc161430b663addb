"""Log in with the etiquette of DESIGN 5.1: only where the password may go, and too seldom to lock anybody out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from webapp.detection.budget import RefusalBudget
from webapp.detection.consent import consent_problem
from webapp.detection.ladder import Ladder, OpenStep
from webapp.detection.plain import tls_instead
from webapp.detection.refusals import password_refused
from webapp.detection.telling import login_field
from webapp.detection.types import Consent, ProvedServer
from webapp.mail.keeping import KeptSessions
from webapp.mail.sessions import AnySession, facts_of, open_session
from webapp.mail.settings import AuthMethod, Credentials, Security
from webapp.mail.transcript import Hear
from webapp.net.cause import Cause
from webapp.net.network import Network, Observe, ignore
from webapp.net.problems import Problem, ProblemKind, Trouble

Begin = Callable[[], object]

LOGIN_LIMIT_S = 60.0
CONNECT_LIMIT_S = 10.0

# Refusals another form of the login name may cure; any other cause says what is wrong, and it is not the name.
NAME_IN_DOUBT = frozenset(
    {None, Cause.GENERAL, Cause.WRONG_PASSWORD, Cause.WRONG_LOGIN_FORM, Cause.PASSWORD_OR_SWITCHED_OFF}
)


def begun() -> None:
    """Begin nothing: the step has begun long ago."""


@dataclass(frozen=True)
class LoggedIn:
    """A session after its login, and the server with the name and the method that worked."""

    session: AnySession
    server: ProvedServer


@dataclass(frozen=True)
class Door:
    """Everything a login needs but the server."""

    network: Network
    ladder: Ladder
    address: str
    credentials: Credentials = field(repr=False)
    consent: Consent
    budget: RefusalBudget
    kept: KeptSessions | None = None

    async def enter(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        """Log in to one server; the step, which waits so far, ends with the result, never with more than a problem."""
        try:
            async with asyncio.timeout(LOGIN_LIMIT_S):
                logged_in = await self._by_some_name(server, step)
        except TimeoutError:
            logged_in = Problem(ProblemKind.SILENT, server.settings.host, server.settings.port)
        if isinstance(logged_in, LoggedIn):
            step.ok(f"login={logged_in.server.settings.auth_methods[0]}")
            return logged_in
        own_secret = self.credentials.outgoing is not None
        problem = login_field(logged_in, server.settings.direction, own_secret)
        step.failed(problem)
        return problem

    async def reopen(self, server: ProvedServer, hear: Hear) -> AnySession:
        """Log in once more to a server that has let us in; raises `Trouble`."""
        return (await self._log_in(server, hear)).session

    async def _by_some_name(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        try:
            entered = await self._by_first_name(server, step)
        finally:
            self.budget.first_answer()
        refused = isinstance(entered, Problem) and password_refused(entered) and entered.cause in NAME_IN_DOUBT
        other_name = self.address.rpartition("@")[0]
        if not refused or server.username_fixed or server.settings.username == other_name:
            return entered
        renamed = replace(server, settings=replace(server.settings, username=other_name))
        if not await self.budget.may_try(renamed.settings):
            return entered
        step.fact("local-part")
        try:
            return await self._log_in(renamed, step.hear)
        except Trouble as trouble:
            # The first answer stays the one to tell, unless the second try did not get as far as an answer.
            return entered if trouble.problem.kind is ProblemKind.LOGIN_REFUSED else trouble.problem

    async def _by_first_name(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        problem = consent_problem(server, self.consent) or await self._tls_instead(server)
        if problem is not None:
            return problem
        try:
            return await self._log_in(server, step.hear, step.fact, step.begin)
        except Trouble as trouble:
            return trouble.problem

    async def _tls_instead(self, server: ProvedServer) -> Problem | None:
        """Return why a password may not go out unencrypted, whatever was agreed to (DESIGN 5.1)."""
        if server.settings.security is not Security.NONE:
            return None
        return await tls_instead(self.network, self.consent, self.ladder, server.settings.endpoint)

    async def _log_in(
        self, server: ProvedServer, hear: Hear, observe: Observe = ignore, begin: Begin = begun
    ) -> LoggedIn:
        """Log in when there is room for one more refusal; the step begins only now that the server is talked to."""
        async with self.budget.place(server.settings):
            begin()
            return await self._log_in_now(server, hear, observe)

    async def _log_in_now(self, server: ProvedServer, hear: Hear, observe: Observe) -> LoggedIn:
        """Log in over the connection that proved the server if it was kept, else over one of our own."""
        endpoint, pin = server.settings.endpoint, server.pinned_sha256
        kept = self.kept.take(endpoint, pin) if self.kept is not None else None
        if kept is not None:
            kept.listen(hear)
            for fact in facts_of(kept):
                observe(fact)
            # Whatever comes of it, once: a server that hangs up on a wrong password must not hear it again.
            return await self._log_in_to(kept, server)
        # Hidden from the greeting on: it may be a second conversation.
        secret = self.credentials.secret(endpoint.direction)
        session = await open_session(
            self.network, endpoint, pin=pin, observe=observe, hear=hear, secret=secret, timeout_s=CONNECT_LIMIT_S
        )
        return await self._log_in_to(session, server)

    async def _log_in_to(self, session: AnySession, server: ProvedServer) -> LoggedIn:
        """Log in; a refusal is counted before anything else can happen."""
        settings = server.settings
        place = f"{settings.host}:{settings.port}"
        try:
            method = await session.login(
                settings.username or "",
                self.credentials.secret(settings.direction),
                settings.auth_methods[0] if len(settings.auth_methods) == 1 else None,
                plain_allowed=place in self.consent.plain_hosts,
            )
        except Trouble as trouble:
            await session.close()
            if password_refused(trouble.problem):
                self.budget.note_refusal(settings)
            raise
        except BaseException:
            await session.close()
            raise
        return LoggedIn(session, _as_used(server, method))


def _as_used(server: ProvedServer, method: AuthMethod) -> ProvedServer:
    methods = (method, *(other for other in server.settings.auth_methods if other is not method))
    return replace(server, settings=replace(server.settings, auth_methods=methods), username_fixed=True)
