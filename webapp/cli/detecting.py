"""The search of `mailroom detect`, with the logins after it if a password came; always ends with a result."""

import asyncio
import time
from dataclasses import dataclass, field, replace

from webapp.cli.ladder_text import TextReport
from webapp.detection.consent import outcome_kind
from webapp.detection.engine import Surroundings, detect
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import Step
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind
from webapp.detection.verify import Verification, verify
from webapp.mail.keeping import KeptSessions
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import Problem

WORTH_A_LOGIN = frozenset({OutcomeKind.FOUND, OutcomeKind.HALF_FOUND})


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    address: str
    password: str | None = field(default=None, repr=False)
    consent: bool = False
    limit_s: float | None = None


@dataclass(frozen=True)
class Result:
    """How it ended; seconds count from the call of the engine."""

    kind: OutcomeKind
    findings: Findings
    seconds: float
    seconds_proved: float | None
    verified: bool
    steps: tuple[Step, ...]
    problems: tuple[tuple[Direction, Problem], ...] = ()


class Detecting:
    """One call of the command."""

    def __init__(self, request: Request, surroundings: Surroundings, report: TextReport) -> None:
        self._request = request
        self._surroundings = surroundings
        self._report = report
        self._entered = Entered(request.address)
        self._outcome: Outcome | None = None
        self._verified = False

    async def run(self) -> Result:
        """Search, log in if a password came, and return; a cancellation only ends it early."""
        started_at = time.monotonic()
        try:
            if self._request.password is None:
                await self._search()
            else:
                await self._search_and_log_in(started_at)
        except (TimeoutError, asyncio.CancelledError):
            known = self._outcome.findings if self._outcome else self._report.best
            proved = self._outcome.seconds_proved if self._outcome else None
            self._outcome = Outcome(OutcomeKind.STOPPED, known, seconds_proved=proved)
        return self._result(time.monotonic() - started_at)

    async def _search_and_log_in(self, started_at: float) -> None:
        """Search, then log in over the connections the search has made."""
        async with KeptSessions() as kept:
            self._surroundings = replace(self._surroundings, kept=kept)
            await self._search()
            limit_s = self._request.limit_s
            left_s = None if limit_s is None else limit_s - (time.monotonic() - started_at)
            async with asyncio.timeout(left_s):
                await self._log_in(started_at)

    async def _search(self) -> None:
        limit_s = self._request.limit_s
        surroundings = self._surroundings if limit_s is None else replace(self._surroundings, limit_s=limit_s)
        outcome = await detect(self._entered, Consent(), surroundings, self._report)
        consent = self._consent(outcome.findings)
        kind = outcome.kind
        if kind is OutcomeKind.NEEDS_CONSENT:
            kind = outcome_kind(outcome.findings, self._entered.wanted(), consent)
        self._outcome = replace(outcome, kind=kind)

    async def _log_in(self, started_at: float) -> None:
        found = self._outcome
        if self._request.password is None or found is None or found.kind not in WORTH_A_LOGIN:
            return
        await asyncio.sleep(0)  # the time may be over already
        verification = Verification(
            self._request.address,
            sender_name="",
            incoming=found.findings.chosen(Direction.INCOMING),
            outgoing=found.findings.chosen(Direction.OUTGOING),
            credentials=Credentials(self._request.password),
            consent=self._consent(found.findings),
            letter=False,
        )
        offset_s = time.monotonic() - started_at
        self._report.later_by(offset_s)
        logged_in = await verify(verification, self._surroundings, RefusalsInMemory(), self._report)
        self._outcome = _combined(found, logged_in, offset_s)
        self._verified = self._outcome.kind is OutcomeKind.FOUND

    def _consent(self, findings: Findings) -> Consent:
        """Return the consent to every chosen host, if it was given; a login without encryption needs more than that."""
        if not self._request.consent:
            return Consent()
        chosen = [findings.chosen(direction) for direction in Direction]
        return Consent(hosts=frozenset(server.settings.host for server in chosen if server is not None))

    def _result(self, seconds: float) -> Result:
        outcome = self._outcome or Outcome(OutcomeKind.STOPPED)
        told = ((direction, self._problem(outcome, direction)) for direction in self._entered.wanted())
        return Result(
            kind=outcome.kind,
            findings=outcome.findings,
            seconds=seconds,
            seconds_proved=outcome.seconds_proved,
            verified=self._verified,
            steps=self._report.steps(),
            problems=tuple((direction, problem) for direction, problem in told if problem is not None),
        )

    @staticmethod
    def _problem(outcome: Outcome, direction: Direction) -> Problem | None:
        of_login = outcome.incoming_problem if direction is Direction.INCOMING else outcome.outgoing_problem
        return of_login or outcome.findings.problem(direction)


def _combined(found: Outcome, logged_in: Outcome, offset_s: float) -> Outcome:
    """Return the search's findings as the logins confirmed them."""
    findings = found.findings
    for name in ("incoming", "outgoing"):
        used, known = getattr(logged_in.findings, name), getattr(findings, name)
        findings = replace(findings, **{name: used[:1] + known[1:]})
    kind = logged_in.kind
    if kind is OutcomeKind.FOUND:
        kind = found.kind  # half found stays half, however well its login went
    elif kind is OutcomeKind.NOT_PROVED:
        kind = OutcomeKind.HALF_FOUND  # the servers are there, a login could not be made
    seconds = None if logged_in.seconds_proved is None else offset_s + logged_in.seconds_proved
    return replace(logged_in, kind=kind, findings=findings, seconds_proved=seconds)
