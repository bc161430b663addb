"""What a line of the ladder opens to: its rungs, what was said and heard, and what its end means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from webapp.detection.climbing import rungs_of
from webapp.detection.stages import Stage, StageState
from webapp.detection.steps import UNFINISHED, Step, StepGroup, StepState
from webapp.mail.settings import Direction, Protocol
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import Run
from webapp.web.explaining.entries import Situation
from webapp.web.explaining.explained import Circumstances, explained
from webapp.web.runs.complaints import around, situation_of
from webapp.web.wording import conversations
from webapp.web.wording.steps import seconds_words

CLOSED = frozenset({StepState.WAITING, StepState.SKIPPED})
# A source that knows nothing about a domain is an ordinary answer, not a fault.
NOTHING_THERE = frozenset(
    {
        ProblemKind.NO_RECORD,
        ProblemKind.NOT_OFFERED,
        ProblemKind.HTTP_STATUS,
        ProblemKind.NAME_NOT_FOUND,
        ProblemKind.NOT_A_CONFIGURATION,
        ProblemKind.EXCHANGE_ONLY,
    }
)


@dataclass(frozen=True)
class StageLine:
    """One rung in words; `took` is how long it took to pass it."""

    stage: str
    state: str
    name: str
    state_word: str
    took: str


@dataclass(frozen=True)
class SaidLine:
    """One line of a conversation: whose words, and when, counted from the beginning of the step.

    A line that goes on at the same moment leaves out `at`, and one of the same speaker `who` as well.
    """

    speaker: str
    who: str
    words: str
    at: str


@dataclass(frozen=True)
class Ending:
    """What the trouble of a step means: the words of the summary and of the field."""

    happened: str
    why: str
    remedy: str
    said: str | None


@dataclass(frozen=True)
class StepDetail:
    """Everything a step opens to; `going` tells that more may come."""

    key: str
    going: bool
    ending: Ending | None
    lines: tuple[SaidLine, ...]


def opens(step: Step) -> bool:
    """Tell whether there is anything to see behind a line of the ladder."""
    return step.state not in CLOSED and bool(step.transcript or step.problem or rungs_of(step))


def nothing_there(step: Step) -> bool:
    """Tell whether a step ended with the ordinary answer that there is nothing."""
    failed = step.state is StepState.FAILED and step.group is StepGroup.SOURCE
    return failed and step.problem is not None and step.problem.kind in NOTHING_THERE


def stages_of(step: Step, words: Mapping[Stage | StageState, str]) -> tuple[StageLine, ...]:
    """Return the rungs of a step in words."""
    lines, before_ms = [], step.started_ms
    for rung in rungs_of(step):
        took = "" if rung.at_ms is None else seconds_words(max(rung.at_ms - before_ms, 0))
        before_ms = before_ms if rung.at_ms is None else rung.at_ms
        lines.append(StageLine(rung.stage.value, rung.state.value, words[rung.stage], words[rung.state], took))
    return tuple(lines)


def detail_of(run: Run, step: Step) -> StepDetail:
    """Return what a step of a run opens to beside its rungs."""
    return StepDetail(
        key=step.key,
        going=step.state in UNFINISHED and run.unfinished,
        ending=_ending(run, step),
        lines=_conversation(step),
    )


def _conversation(step: Step) -> tuple[SaidLine, ...]:
    lines: list[SaidLine] = []
    speaker, moment = None, ""
    for one in step.transcript:
        line = _line(one, step.started_ms)
        if line.at == moment:
            lines.append(replace(line, at="", who="" if line.speaker == speaker else line.who))
        else:
            lines.append(line)
        speaker, moment = line.speaker, line.at
    return tuple(lines)


def _line(one: Utterance, started_ms: int) -> SaidLine:
    note = one.speaker is Speaker.NOTE
    return SaidLine(
        speaker=one.speaker.value,
        who=conversations.speaker_name(one.speaker),
        words=conversations.note_words(one.words) if note else one.words,
        at=seconds_words(max(one.at_ms - started_ms, 0)),
    )


def _ending(run: Run, step: Step) -> Ending | None:
    if step.problem is None:
        return None
    if step.group is StepGroup.SOURCE:
        # Nobody is to mend a source: what it did not tell is asked elsewhere.
        happened = "" if nothing_there(step) else explained(step.problem).happened
        return Ending(happened, conversations.elsewhere_words(), "", step.problem.server_said)
    said = explained(step.problem, _circumstances(run, step, step.problem))
    return Ending(said.happened, said.why, said.remedy, step.problem.server_said)


def _circumstances(run: Run, step: Step, problem: Problem) -> Circumstances:
    """Return the same circumstances as in the summary, so that the words are the same."""
    kind = step.key.split(":")[1]
    incoming = kind == Direction.INCOMING or kind in set(Protocol) - {Protocol.SMTP}
    direction = Direction.INCOMING if incoming else Direction.OUTGOING
    situation = Situation.SHARED if kind == "sharing" else situation_of(run, problem, direction)
    found = around(run, problem, direction, situation)
    return replace(found, protocol=Protocol(kind)) if kind in set(Protocol) else found
