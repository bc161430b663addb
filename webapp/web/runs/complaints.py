"""What stands between a run and its goal, in words and at the right field."""

from dataclasses import dataclass, replace

from flask_babel import gettext

from webapp.detection.telling import triviality
from webapp.detection.types import Findings, Outcome, OutcomeKind, SharingProblem
from webapp.mail.settings import Direction
from webapp.net.problems import CERTIFICATE_PROBLEMS, Field, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.web.explaining.entries import Situation
from webapp.web.explaining.explained import Circumstances, Step, explained, provider_of
from webapp.web.explaining.faults import further_sentences
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.next_steps import of_this_server, steps_of_run
from webapp.web.runs.phases import Phase
from webapp.web.wording import names
from webapp.web.wording.problems import field_of, part_of_field
from webapp.web.wording.whys import Why

CLOSED_DOORS = frozenset({ProblemKind.OAUTH_ONLY, ProblemKind.NO_MAIL_PROGRAMS})
# What a check with the password may meet beside the servers, the gravest first; the heading tells it.
BESIDE_SERVERS = (
    (ProblemKind.NOT_ALLOWED, Why.NOT_ALLOWED),
    (ProblemKind.ACCOUNT_CHANGED, Why.CHANGED),
    (ProblemKind.LOGIN_PAUSED, Why.PAUSED),
    (ProblemKind.PASSWORD_MISSING, Why.PASSWORD),
)
# What a check meets at the login and after it says more than anything before, and a refused login the most.
LOGIN_AND_AFTER = (
    ProblemKind.LOGIN_REFUSED,
    ProblemKind.LOGIN_PAUSED,
    ProblemKind.LOGIN_UNAVAILABLE,
    ProblemKind.LOGIN_REQUIRED,
    ProblemKind.AUTH_METHOD_REFUSED,
    ProblemKind.SENDER_REFUSED,
    ProblemKind.RECIPIENT_REFUSED,
    ProblemKind.LETTER_REFUSED,
)
# Nobody is helped by a second look at what these headings say.
SAID_BY_HEADING = frozenset({Why.CLOSED_DOOR, Why.NOT_ALLOWED, Why.CHANGED, Why.PASSWORD})


@dataclass(frozen=True)
class Complaint:
    """One problem for people: what happened, why, what to do, what the server said, and the field it is about."""

    problem: Problem
    about: str
    short: str
    sentence: str
    why: str
    advice: str
    steps: tuple[Step, ...]
    said: str | None
    field: str
    faults: tuple[str, ...] = ()  # of a certificate: everything that is wrong with it


@dataclass(frozen=True)
class Refusal:
    """One address that a shared outgoing server does not send for, with the server's words and the way out."""

    address: str
    sentence: str
    advice: str
    said: str | None


def problems_of(run: Run) -> tuple[tuple[Direction, Problem], ...]:
    """Return what stands between a finished run and its goal, incoming first."""
    if run.outcome is None:
        return ()
    ended = run.outcome
    found = (
        (Direction.INCOMING, ended.incoming_problem or _without_server(ended.findings, Direction.INCOMING)),
        (Direction.OUTGOING, ended.outgoing_problem or _without_server(ended.findings, Direction.OUTGOING)),
        (Direction.OUTGOING, _letter_refused(ended)),
    )
    wanted = run.entered.wanted()
    return tuple((direction, problem) for direction, problem in found if problem and direction in wanted)


def complaints_of(run: Run) -> tuple[Complaint, ...]:
    """Return every problem of a finished run once; the first is what the headline speaks of."""
    found: list[Complaint] = []
    for direction, problem in gravest_first(run):
        one = complaint(run, problem, direction)
        # One password refused by both servers is one thing to mend.
        if all(one.sentence != other.sentence for other in found):
            told = one.advice in {other.advice for other in found}
            found.append(replace(one, why="", advice="", steps=of_this_server(one.steps)) if told else one)
    return tuple(found)


def gravest_first(run: Run) -> list[tuple[Direction, Problem]]:
    """Return the problems of a finished run, the one that matters most first; of equal ones incoming first."""
    return sorted(problems_of(run), key=lambda one: _weight(one[1].kind))


def letter_complaint(run: Run) -> Complaint | None:
    """Return the warning about the test message, if there is one; a refused one is a problem like any other."""
    ended = run.outcome
    problem = ended.letter_problem if ended and not _letter_refused(ended) else None
    return complaint(run, problem, Direction.OUTGOING) if problem else None


def blames_address(run: Run, problem: Problem, direction: Direction) -> bool:
    """Tell whether the address is to blame and no server somebody named: its domain is not there, or lets nobody in."""
    missing = problem.kind is ProblemKind.NAME_NOT_FOUND and problem.host == run.entered.domain
    return run.entered.server(direction).blank and (missing or problem.kind in CLOSED_DOORS)


def refusals_of(run: Run) -> tuple[Refusal, ...]:
    """Return the addresses that the shared server of a finished run refused."""
    refused = run.outcome.sharing_problems if run.outcome else ()
    return tuple(_refusal(run, one) for one in refused)


def why_ended(run: Run, phase: Phase) -> Why | None:
    """Return what all problems of a run come to, or None where its phase says enough."""
    if phase is Phase.NOT_PROVED:
        return _why_not_proved(run)
    told = problems_of(run)
    kinds = {problem.kind for _, problem in told}
    if phase is not Phase.NOT_FOUND or not told:
        return None
    if kinds <= CERTIFICATE_PROBLEMS:
        return Why.UNTRUSTED
    if not all(blames_address(run, problem, direction) for direction, problem in told):
        return None
    if kinds <= CLOSED_DOORS:
        return Why.CLOSED_DOOR
    return Why.NO_SUCH_DOMAIN if kinds == {ProblemKind.NAME_NOT_FOUND} else None


def complaint(run: Run, problem: Problem, direction: Direction) -> Complaint:
    """Return one problem in words."""
    situation = situation_of(run, problem, direction)
    field = field_of(problem, direction, nothing_typed=situation is Situation.AUTOMATIC)
    if situation is Situation.ADDRESS:
        field = Field.ADDRESS
    said = explained(problem, around(run, problem, direction, situation), part_of_field(field))
    server = names.server_name(direction, run.entered.server(direction).protocol)
    return Complaint(
        problem=problem,
        about=gettext("Email address") if field is Field.ADDRESS else server,
        short=said.short,
        sentence=said.happened,
        why=said.why,
        advice=said.remedy,
        steps=steps_of_run(run, problem, direction, said.steps),
        said=problem.server_said,
        field=field.value,
        faults=further_sentences(problem, run.finished_at or utc_now()),
    )


def situation_of(run: Run, problem: Problem, direction: Direction) -> Situation | None:
    """Return where a problem of a run needs other words than elsewhere."""
    if blames_address(run, problem, direction):
        return Situation.ADDRESS
    return Situation.AUTOMATIC if run.entered.server(direction).blank else None


def around(run: Run, problem: Problem, direction: Direction, situation: Situation | None) -> Circumstances:
    """Return what is known around a problem of a run."""
    provider = provider_of(problem, run.entered.domain, findings_of(run).provider_name)
    return Circumstances(direction, situation, provider, protocol=run.entered.server(direction).protocol)


def _why_not_proved(run: Run) -> Why | None:
    kinds = {problem.kind for _, problem in problems_of(run)}
    why = next((why for kind, why in BESIDE_SERVERS if kind in kinds), None)
    sharing = run.outcome.sharing_problems if run.outcome else ()
    return Why.SHARING if why is None and not kinds and sharing else why


def _refusal(run: Run, one: SharingProblem) -> Refusal:
    """Return what a shared server said of one address."""
    said = explained(one.problem, around(run, one.problem, Direction.OUTGOING, Situation.SHARED))
    return Refusal(names.readable_address(one.address), said.happened, said.remedy, one.problem.server_said)


def _weight(kind: ProblemKind) -> int:
    told = LOGIN_AND_AFTER
    return told.index(kind) if kind in told else len(told) + triviality(kind)


def _letter_refused(ended: Outcome) -> Problem | None:
    """Return why the server did not take the test message; whom else it refuses is asked only after it took it."""
    refused = ended.kind is OutcomeKind.NOT_PROVED and not ended.sharing_problems
    return ended.letter_problem if refused else None


def _without_server(findings: Findings, direction: Direction) -> Problem | None:
    return None if findings.chosen(direction) else findings.problem(direction)
