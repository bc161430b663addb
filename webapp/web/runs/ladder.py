"""A run's steps as the picture people see: blocks of lines, each with a state, words and a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from webapp.detection.stages import Stage, StageState
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Source
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import Problem
from webapp.web.runs.ladder_details import StageLine, nothing_there, opens, stages_of
from webapp.web.wording import problems, steps
from webapp.web.wording.conversations import stage_words
from webapp.web.wording.names import asked_name, host_for_people, protocol_name, security_name

FINISHED = frozenset(StepState) - {StepState.WAITING, StepState.RUNNING}


class Look(StrEnum):
    """How a line looks; the word beside it says the same."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOTHING = "nothing"
    STOPPED = "stopped"


ICONS = {
    Look.WAITING: "clock",
    Look.RUNNING: "dots",
    Look.OK: "check",
    Look.WARNING: "warning",
    Look.FAILED: "cross",
    Look.NOTHING: "dash",
    Look.STOPPED: "stop",
}


@dataclass(frozen=True)
class Rung:
    """One line: `state` is the word for the icon, `facts` what was proved so far, `words` how it ended or goes on."""

    key: str
    look: Look
    state: str
    title: str
    detail: str
    facts: tuple[str, ...]
    words: str
    said: str | None
    took: str
    problem: Problem | None
    opens: bool
    stages: tuple[StageLine, ...]

    @property
    def icon(self) -> str:
        """Return the icon's name."""
        return ICONS[self.look]

    def ticked(self, place: int) -> bool:
        """Tell whether a fact gets a tick: the one a line failed or still works at has none."""
        return self.look is Look.OK or place < len(self.facts)


@dataclass(frozen=True)
class Block:
    """One framed part of the ladder with its heading."""

    group: StepGroup
    heading: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Ladder:
    """All blocks, and how far the run is."""

    blocks: tuple[Block, ...]
    done: int
    total: int

    @property
    def count(self) -> str:
        """Return “7 of 19”."""
        return steps.count_words(self.done, self.total)

    def key_of(self, problem: Problem) -> str | None:
        """Return the first line that ended with a problem, as far as the ladder shows it."""
        lines = (rung for block in self.blocks for rung in block.rungs)
        return next((rung.key for rung in lines if rung.problem and _met(rung.problem, problem)), None)


def ladder_of(run_steps: Sequence[Step], *, news: bool = False) -> Ladder:
    """Return the picture of a run's steps, in their order; `news` if they are about a news server."""
    blocks, words = [], stage_words()
    for group in StepGroup:
        rungs = tuple(_rung(step, words, news) for step in run_steps if step.group is group)
        if rungs:
            blocks.append(Block(group, steps.group_name(group), rungs))
    done = sum(step.state in FINISHED for step in run_steps)
    return Ladder(tuple(blocks), done, len(run_steps))


def _met(met: Problem, told: Problem) -> bool:
    """Tell whether a step met what is told of the run; which field it is about is decided later."""
    return (met.kind, met.host, met.port) == (told.kind, told.host, told.port)


def _rung(step: Step, words: Mapping[Stage | StageState, str], news: bool) -> Rung:
    title, detail = _title(step, news)
    return Rung(
        key=step.key,
        look=_look(step),
        state=steps.nothing_word() if nothing_there(step) else steps.state_word(step.state),
        title=title,
        detail=detail,
        facts=_facts(step),
        words=_words(step),
        said=step.problem.server_said if step.problem and _look(step) is not Look.NOTHING else None,
        took="" if step.took_ms is None else steps.seconds_words(step.took_ms),
        problem=None if nothing_there(step) else step.problem,
        opens=opens(step),
        stages=stages_of(step, words) if opens(step) else (),
    )


def _look(step: Step) -> Look:
    if step.state is StepState.SKIPPED or nothing_there(step):
        return Look.NOTHING
    return Look(step.state.value)


def _source(step: Step) -> Source | None:
    kind, _, rest = step.key.partition(":")
    name = rest.partition(":")[0]
    return Source(name) if kind == "source" and name in set(Source) else None


def _title(step: Step, news: bool) -> tuple[str, str]:
    """Return the name of a line and the small print beside it."""
    source = _source(step)
    if source is not None:
        return asked_name(source), _host_of(step.subject)
    if step.group is StepGroup.PROBE:
        return _host_and_port(step), _protocol(step)
    name = steps.verify_name(step, news=news)
    return name, "" if step.subject in name else step.subject


def _host_of(subject: str) -> str:
    """Return whom a document is asked of: the rest of a URL is always the same."""
    host = urlsplit(subject).hostname if "://" in subject else None
    return host_for_people(host or subject)


def _host_and_port(step: Step) -> str:
    host, colon, port = step.subject.rpartition(":")
    return f"{host_for_people(host)}{colon}{port}" if colon else step.subject


def _protocol(step: Step) -> str:
    parts = step.key.split(":")
    if len(parts) < 3 or parts[1] not in set(Protocol) or parts[-1] not in set(Security):
        return ""
    return f"{protocol_name(Protocol(parts[1]))} · {security_name(Security(parts[-1]))}"


def _facts(step: Step) -> tuple[str, ...]:
    if step.group is not StepGroup.PROBE:
        return ()
    # The address is for the record; a person reads it as noise beside name and port.
    return tuple(steps.fact_words(fact) for fact in step.facts if not fact.startswith("address"))


def _words(step: Step) -> str:
    if step.problem is not None:
        return problems.short_words(step.problem, _source(step))
    if step.group is StepGroup.VERIFY:
        return steps.verify_words(step)
    if step.group is StepGroup.SOURCE and step.state is StepState.OK and step.facts:
        return ", ".join(steps.fact_words(fact) for fact in step.facts)
    if _source(step) is Source.GUESS and step.state is StepState.OK:
        return steps.guessing_words()
    if step.group is StepGroup.PROBE and step.state is StepState.OK:
        return "" if _facts(step) else steps.answering_words()  # its facts are the words
    return steps.state_word(step.state)
