"""Log in with the etiquette of DESIGN 5.1: only where the password may go, and too seldom to lock anybody out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from webapp.detection.consent import consent_problem
from webapp.detection.ladder import OpenStep
from webapp.detection.refusals import REFUSALS_BEFORE_PAUSE, RefusalLedger
from webapp.detection.telling import login_field
from webapp.detection.types import Consent, ProvedServer
from webapp.mail.keeping import KeptSessions
from webapp.mail.sessions import AnySession, facts_of, open_session
from webapp.mail.settings import AuthMethod, Credentials, ServerSettings
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind, Trouble

Observe = Callable[[str], None]

MOST_REFUSALS = 2  # of one mailbox in one run
LOGIN_LIMIT_S = 60.0
LONGEST_MAILBOX = 320  # as the rows that outlive a run take it


class RefusalBudget:
    """Sees to it that one run is refused at most twice, however many servers it logs in to side by side."""

    def __init__(self, mailbox: str, ledger: RefusalLedger, servers: int) -> None:
        self._mailbox = mailbox
        self._ledger = ledger
        self._unanswered = servers
        self._refused = 0
        self._all_answered = asyncio.Event()

    def paused(self, settings: ServerSettings) -> bool:
        """Tell whether earlier refusals forbid this login now."""
        return any(self._ledger.paused_until(name) is not None for name in self._mailboxes(settings))

    @asynccontextmanager
    async def place(self, settings: ServerSettings) -> AsyncIterator[None]:
        """Hold a place for one login until it is judged; raises LOGIN_PAUSED.

        Waits while the logins under way, were they all refused, would leave no
        room for this one: the fourth refusal must not be on its way when the third comes.
        """
        names, places = self._mailboxes(settings), self._ledger.places
        while True:
            if self.paused(settings):
                raise Trouble(Problem(ProblemKind.LOGIN_PAUSED, settings.host, settings.port))
            if all(self._ledger.refused_lately(name) + places.taken(name) < REFUSALS_BEFORE_PAUSE for name in names):
                break
            await places.change()
        places.take(names)
        try:
            yield
        finally:
            places.give_back(names)

    def note_refusal(self, settings: ServerSettings) -> None:
        """Count a refused login, in this run and across runs."""
        self._refused += 1
        for name in self._mailboxes(settings):
            self._ledger.note_refusal(name)

    def first_answer(self) -> None:
        """Note that one server's first login has ended, well or not."""
        self._unanswered -= 1
        if self._unanswered <= 0:
            self._all_answered.set()

    async def may_try(self, settings: ServerSettings) -> bool:
        """Tell, once every first login is answered, whether one more refusal would still be within bounds."""
        await self._all_answered.wait()
        return self._refused < MOST_REFUSALS and not self.paused(settings)

    def _mailboxes(self, settings: ServerSettings) -> set[str]:
        """Return whose refusal it is: the address's, and the mailbox's behind a login name of another form.

        Under any number of addresses the server locks out the one name it was given.
        """
        name = settings.username or self._mailbox
        login = name if "@" in name else f"{name}@{settings.host}"
        return {self._mailbox.casefold(), login.casefold()[:LONGEST_MAILBOX]}


@dataclass(frozen=True)
class LoggedIn:
    """A session after its login, and the server with the name and the method that worked."""

    session: AnySession
    server: ProvedServer


@dataclass(frozen=True)
class Door:
    """Everything a login needs but the server."""

    network: Network
    address: str
    credentials: Credentials = field(repr=False)
    consent: Consent
    budget: RefusalBudget
    kept: KeptSessions | None = None

    async def enter(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        """Log in to one server; the step ends with the result, never with more than a problem."""
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

    async def reopen(self, server: ProvedServer) -> AnySession:
        """Log in once more to a server that has let us in; raises `Trouble`."""
        return (await self._log_in(server, lambda fact: None)).session

    async def _by_some_name(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        try:
            entered = await self._by_first_name(server, step)
        finally:
            self.budget.first_answer()
        refused = isinstance(entered, Problem) and entered.kind is ProblemKind.LOGIN_REFUSED and entered.field is None
        other_name = self.address.rpartition("@")[0]
        if not refused or server.username_fixed or server.settings.username == other_name:
            return entered
        renamed = replace(server, settings=replace(server.settings, username=other_name))
        if not await self.budget.may_try(renamed.settings):
            return entered
        step.fact("local-part")
        try:
            return await self._log_in(renamed, lambda fact: None)
        except Trouble as trouble:
            # The first answer stays the one to tell, unless the second try did not get as far as an answer.
            return entered if trouble.problem.kind is ProblemKind.LOGIN_REFUSED else trouble.problem

    async def _by_first_name(self, server: ProvedServer, step: OpenStep) -> LoggedIn | Problem:
        problem = consent_problem(server, self.consent)
        if problem is not None:
            return problem
        try:
            return await self._log_in(server, step.fact)
        except Trouble as trouble:
            return trouble.problem

    async def _log_in(self, server: ProvedServer, observe: Observe) -> LoggedIn:
        """Log in when there is room for one more refusal."""
        async with self.budget.place(server.settings):
            return await self._log_in_now(server, observe)

    async def _log_in_now(self, server: ProvedServer, observe: Observe) -> LoggedIn:
        """Log in over the connection that proved the server if it was kept, else over one of our own."""
        endpoint, pin = server.settings.endpoint, server.pinned_sha256
        kept = self.kept.take(endpoint, pin) if self.kept is not None else None
        if kept is not None:
            for fact in facts_of(kept):
                observe(fact)
            # Whatever comes of it, once: a server that hangs up on a wrong password must not hear it again.
            return await self._log_in_to(kept, server)
        return await self._log_in_to(await open_session(self.network, endpoint, pin=pin, observe=observe), server)

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
            # With a field already, our own session refused to send it: no server has judged anything.
            if trouble.problem.kind is ProblemKind.LOGIN_REFUSED and trouble.problem.field is None:
                self.budget.note_refusal(settings)
            raise
        except BaseException:
            await session.close()
            raise
        return LoggedIn(session, _as_used(server, method))


def _as_used(server: ProvedServer, method: AuthMethod) -> ProvedServer:
    methods = (method, *(other for other in server.settings.auth_methods if other is not method))
    return replace(server, settings=replace(server.settings, auth_methods=methods), username_fixed=True)
