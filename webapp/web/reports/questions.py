"""Decide what is still unknown after a run and whom to ask for it; pure, the words stand in the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.detection.consent import consent_problem
from webapp.detection.types import Consent, Entered, Findings, HintKind, Source
from webapp.mail.settings import Direction, Protocol
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.web.explaining.questions import Questions, Topic

Place = tuple[str, int | None]
Told = tuple[Topic, Problem]

# Where nothing is known of a server, one question takes the place of these.
PARTS_OF_SERVER = frozenset({Topic.HOST, Topic.PORT, Topic.SECURITY})
# A news server has no mailboxes, and no passwords for programs alone.
OF_MAILBOXES = (Topic.PASSWORD, Topic.APPLICATION_PASSWORD, Topic.ACCESS)
# After these the name of the server is not what is missing.
NO_SERVER_HELPS = frozenset({Topic.DOMAIN, Topic.PROGRAMS, Topic.OFFICE_RIGHTS})


@dataclass(frozen=True)
class Known:
    """What a run knows at its end, as far as questions depend on it; `senders` were refused by a shared server."""

    entered: Entered
    findings: Findings
    problems: tuple[tuple[Direction, Problem], ...]
    consent: Consent
    senders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question: the halves of the account and the servers it is about."""

    topic: Topic
    directions: tuple[Direction, ...]
    places: tuple[Place, ...]


def questions_of(known: Known, written: Questions) -> tuple[Question, ...]:
    """Return everything to ask, each question once, in the order of the catalogue."""
    told: dict[Topic, list[tuple[Direction, Place | None]]] = {}
    for direction in known.entered.wanted():
        for topic, problem in _open_for(known, direction, written):
            told.setdefault(topic, []).append((direction, _place(known, direction, problem)))
    return tuple(_joined(topic, told[topic]) for topic in Topic if topic in told)


def _open_for(known: Known, direction: Direction, written: Questions) -> list[Told]:
    """Return what is open about one half of the account."""
    found, typed = known.findings.chosen(direction), known.entered.server(direction)
    told = [
        (topic, problem)
        for of, problem in (*known.problems, *_doubts(known, direction))
        if of is direction
        for topic in _topics(known, direction, problem, written)
    ]
    topics = {topic for topic, _ in told}
    nothing_known = typed.blank and (found is None or found.source is Source.ASSUMPTION)
    if nothing_known and not topics & NO_SERVER_HELPS:
        told = [one for one in told if one[0] not in PARTS_OF_SERVER] + [(Topic.SERVER, Problem(ProblemKind.NO_RECORD))]
    elif found is None and not told:
        told = [(Topic.HOST, Problem(ProblemKind.NO_RECORD, typed.host, typed.port))]
    return told


def _doubts(known: Known, direction: Direction) -> Iterable[tuple[Direction, Problem]]:
    """Return what keeps the password from a server that was found, where nothing worse is told of it."""
    found = known.findings.chosen(direction)
    if found is None or found.source is Source.ASSUMPTION or any(of is direction for of, _ in known.problems):
        return ()
    problem = consent_problem(found, known.consent)
    return ((direction, problem),) if problem is not None else ()


def _topics(known: Known, direction: Direction, problem: Problem, written: Questions) -> tuple[Topic, ...]:
    if _no_such_domain(known, direction, problem):
        return (Topic.DOMAIN,)
    topics = dict.fromkeys(written.topics_of(problem))
    if problem.server_said is None:
        topics.pop(Topic.MEANING, None)
    if _login_name_known(known, direction) and problem.cause is not Cause.WRONG_LOGIN_FORM:
        topics.pop(Topic.USERNAME, None)
    wanted = {hint.kind for hint in known.findings.hints}
    if Topic.PASSWORD in topics and HintKind.APPLICATION_PASSWORD in wanted:
        del topics[Topic.PASSWORD]
        topics[Topic.APPLICATION_PASSWORD] = None
    if known.entered.server(direction).protocol is Protocol.NNTP:
        return tuple(topic for topic in topics if topic not in OF_MAILBOXES)
    return tuple(topics)


def _no_such_domain(known: Known, direction: Direction, problem: Problem) -> bool:
    """Tell whether the address's own domain is what was not found, and no server somebody typed."""
    missing = problem.kind is ProblemKind.NAME_NOT_FOUND and problem.host == known.entered.domain
    return missing and known.entered.server(direction).blank


def _login_name_known(known: Known, direction: Direction) -> bool:
    """Tell whether a source named the login name; a person's own word may be a slip of the pen."""
    found = known.findings.chosen(direction)
    typed = known.entered.server(direction).username is not None
    return found is not None and found.username_fixed and found.source is not Source.ENTERED and not typed


def _place(known: Known, direction: Direction, problem: Problem) -> Place | None:
    """Return the server a question is about: the problem's, else the one that was found."""
    if problem.host is not None:
        return problem.host, problem.port
    found = known.findings.chosen(direction)
    return (found.settings.host, found.settings.port) if found is not None else None


def _joined(topic: Topic, about: list[tuple[Direction, Place | None]]) -> Question:
    directions = dict.fromkeys(direction for direction, _ in about)
    places = dict.fromkeys(place for _, place in about if place is not None)
    return Question(topic, tuple(directions), tuple(places))
