"""The picture of a run: everything its page shows, as values the template only has to place."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext

from webapp.detection.types import Findings, Hint, ProvedServer
from webapp.mail.settings import AuthMethod, Direction
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.web.consents import server_key
from webapp.web.ladder import Ladder
from webapp.web.phases import Phase, phase_of
from webapp.web.wording import names, outcomes, problems
from webapp.web.wording.steps import seconds_words

LONG_LADDER = 16  # lines

TONES: dict[Phase, str] = {
    Phase.FOUND: "ok",
    Phase.SAVED: "ok",
    Phase.HALF_FOUND: "warn",
    Phase.NEEDS_CONSENT: "warn",
    Phase.STOPPED: "warn",
    Phase.INTERRUPTED: "warn",
    Phase.NOT_FOUND: "bad",
    Phase.LOGIN_REFUSED: "bad",
    Phase.NOT_PROVED: "bad",
}


@dataclass(frozen=True)
class Alternative:
    """One server a person may choose: its key in the form, and its settings in words."""

    key: str
    protocol: str
    host: str
    port: int
    security: str
    auth: str
    username: str
    domain: str
    source: str
    trusted: bool
    pinned: bool
    plain: bool


@dataclass(frozen=True)
class Half:
    """One direction of what was found: the alternatives, best first, or why there is none."""

    direction: Direction
    heading: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Complaint:
    """One problem for people: what happened, what to do, what the server said, and the field it is about."""

    about: str
    sentence: str
    advice: str
    said: str | None
    field: str


@dataclass(frozen=True)
class HintLine:
    """One precondition of the provider, with the provider's page."""

    words: str
    url: str | None


@dataclass(frozen=True)
class RunPage:
    """Everything the template of a run shows."""

    run: Run
    phase: Phase
    address: str
    heading: str
    next_step: str
    elapsed: str
    ladder: Ladder
    halves: tuple[Half, ...]
    provider: str | None
    hints: tuple[HintLine, ...]
    complaints: tuple[Complaint, ...]
    letter: Complaint | None
    letter_may_remain: bool
    usable: bool

    @property
    def tone(self) -> str:
        """Return the colour of the strip; its heading says the same."""
        return TONES.get(self.phase, "accent")

    @property
    def icon(self) -> str:
        """Return the sign beside the heading of a run that is over."""
        return {"ok": "check", "warn": "warning", "bad": "cross"}.get(self.tone, "info")

    @property
    def folded(self) -> bool:
        """Tell whether the ladder of a run that is over is long enough to be folded up."""
        return not self.phase.going and self.ladder.total > LONG_LADDER

    @property
    def anything_found(self) -> bool:
        """Tell whether there is a server to show already."""
        return any(half.alternatives for half in self.halves)


def run_page(run: Run, ladder: Ladder, now: datetime | None = None) -> RunPage:
    """Draw a run as its rows stand."""
    now = now or utc_now()
    phase = phase_of(run, now)
    findings = findings_of(run)
    return RunPage(
        run=run,
        phase=phase,
        address=names.readable_address(run.entered.address),
        heading=outcomes.heading(phase),
        next_step=outcomes.next_step(phase),
        elapsed=_elapsed(run, now),
        ladder=ladder,
        halves=tuple(_half(findings, direction) for direction in run.entered.wanted()),
        provider=findings.provider_name,
        hints=tuple(hint_line(hint, findings.provider_name) for hint in findings.hints),
        complaints=() if phase.going else tuple(_complaints(run)),
        letter=letter_complaint(run),
        letter_may_remain=run.outcome.letter_may_remain if run.outcome else False,
        usable=all(findings.chosen(direction) for direction in run.entered.wanted()),
    )


def findings_of(run: Run) -> Findings:
    """Return the best a run knows: what it ended with, per direction else what it had on the way."""
    on_the_way = run.findings or Findings()
    if run.outcome is None:
        return on_the_way
    ended = run.outcome.findings
    return Findings(
        incoming=ended.incoming or on_the_way.incoming,
        outgoing=ended.outgoing or on_the_way.outgoing,
        provider_name=ended.provider_name or on_the_way.provider_name,
        hints=ended.hints or on_the_way.hints,
        incoming_problem=ended.incoming_problem,
        outgoing_problem=ended.outgoing_problem,
    )


def problems_of(run: Run) -> tuple[tuple[Direction, Problem], ...]:
    """Return what stands between a finished run and its goal, incoming first."""
    if run.outcome is None:
        return ()
    ended = run.outcome
    found = (
        (Direction.INCOMING, ended.incoming_problem or _without_server(ended.findings, Direction.INCOMING)),
        (Direction.OUTGOING, ended.outgoing_problem or _without_server(ended.findings, Direction.OUTGOING)),
    )
    wanted = run.entered.wanted()
    return tuple((direction, problem) for direction, problem in found if problem and direction in wanted)


def alternative(server: ProvedServer) -> Alternative:
    """Return one server in words."""
    settings = server.settings
    nobody = settings.auth_methods == (AuthMethod.NONE,)
    return Alternative(
        key=server_key(server),
        protocol=names.protocol_name(settings.protocol),
        host=names.host_for_people(settings.host),
        port=settings.port,
        security=names.security_name(settings.security),
        auth=", ".join(names.auth_name(method) for method in settings.auth_methods),
        username=names.auth_name(AuthMethod.NONE) if nobody else settings.username or gettext("Autodetect"),
        domain=names.host_for_people(server.registrable_domain),
        source=names.source_name(server.source),
        trusted=server.trusted,
        pinned=server.pinned_sha256 is not None,
        plain=settings.security.value == "none",
    )


def hint_line(hint: Hint, provider: str | None) -> HintLine:
    """Return one of a provider's preconditions in words."""
    return HintLine(names.hint_words(hint.kind, provider), hint.url)


def blames_address(run: Run, problem: Problem, direction: Direction) -> bool:
    """Tell whether it is the address's own domain that does not exist, and no server somebody named."""
    nothing_typed = run.entered.server(direction).blank
    return problem.kind is ProblemKind.NAME_NOT_FOUND and nothing_typed and problem.host == run.entered.domain


def address_complaint(run: Run) -> Complaint:
    """Return the problem of an address whose domain does not exist."""
    words, advice = problems.no_such_domain(run.entered.domain)
    return Complaint(gettext("Email address"), words, advice, None, Field.ADDRESS.value)


def complaint(problem: Problem, direction: Direction, nothing_typed: bool = False) -> Complaint:
    """Return one problem in words."""
    return Complaint(
        about=names.direction_name(direction),
        sentence=problems.sentence(problem),
        advice=problems.advice(problem),
        said=problem.server_said,
        field=problems.field_of(problem, direction, nothing_typed=nothing_typed).value,
    )


def _half(findings: Findings, direction: Direction) -> Half:
    servers = findings.incoming if direction is Direction.INCOMING else findings.outgoing
    return Half(direction, names.direction_name(direction), tuple(alternative(server) for server in servers))


def _complaints(run: Run) -> list[Complaint]:
    found: list[Complaint] = []
    for direction, problem in problems_of(run):
        one = _complaint(run, problem, direction)
        # One password refused by both servers is one thing to mend.
        if all(one.sentence != other.sentence for other in found):
            found.append(replace(one, advice="") if one.advice in {other.advice for other in found} else one)
    return found


def _complaint(run: Run, problem: Problem, direction: Direction) -> Complaint:
    if blames_address(run, problem, direction):
        return address_complaint(run)
    return complaint(problem, direction, run.entered.server(direction).blank)


def _without_server(findings: Findings, direction: Direction) -> Problem | None:
    return None if findings.chosen(direction) else findings.problem(direction)


def letter_complaint(run: Run) -> Complaint | None:
    """Return the warning about the test message, if there is one."""
    problem = run.outcome.letter_problem if run.outcome else None
    return complaint(problem, Direction.OUTGOING) if problem else None


def _elapsed(run: Run, now: datetime) -> str:
    began, ended = run.started_at or run.created_at, run.finished_at or now
    milliseconds = max(int((ended - began).total_seconds() * 1000), 0)
    return seconds_words(milliseconds, places=1)
