"""What a report says of the steps: how each went and how far it came, then who said what."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask_babel import gettext

from webapp.detection.climbing import rungs_of
from webapp.detection.steps import Step, StepGroup
from webapp.mail.transcript import Speaker, Utterance
from webapp.web.reports.endings import code_of
from webapp.web.reports.foreign import quoted
from webapp.web.reports.report import Conversation, Line, Section, Weight
from webapp.web.runs.ladder import Ladder, Rung
from webapp.web.wording.conversations import note_words, speaker_name, stage_words


def ladder(steps: Sequence[Step], picture: Ladder) -> Section:
    """Return every step: its state in words, how far it came, how long it took."""
    by_key, lines = {step.key: step for step in steps}, list[Line]()
    for block in picture.blocks:
        lines.append(Line(block.heading))
        for rung in block.rungs:
            lines += _step(rung, by_key[rung.key])
    return Section(gettext("Steps"), tuple(lines))


def conversations(steps: Sequence[Step], picture: Ladder) -> tuple[Conversation, ...]:
    """Return what was said at each step where anything was."""
    by_key = {step.key: step for step in steps}
    spoken = [(rung, by_key[rung.key]) for block in picture.blocks for rung in block.rungs]
    return tuple(
        Conversation(_title(rung), _weight(step), tuple(_said(one) for one in step.transcript))
        for rung, step in spoken
        if step.transcript
    )


def _step(rung: Rung, step: Step) -> Iterator[Line]:
    said = dict.fromkeys(words for words in (rung.state, rung.words, rung.took) if words)
    yield Line("; ".join(said), _title(rung), 1)
    if words := _rungs(step):
        yield Line(words, gettext("How far"), 2)
    if step.problem is not None:
        yield Line(code_of(step.problem), gettext("Code"), 2)
        if step.problem.server_said:
            yield Line(quoted(step.problem.server_said), gettext("The server's words"), 2)


def _title(rung: Rung) -> str:
    return f"{rung.title} ({rung.detail})" if rung.detail else rung.title


def _rungs(step: Step) -> str:
    """Return how far a step came: “name, address, port – passed; TLS – failed; greeting – not reached”."""
    words, parts = stage_words(), list[str]()
    for state, rungs in groupby(rungs_of(step), key=lambda rung: rung.state):
        parts.append(f"{', '.join(words[rung.stage] for rung in rungs)} – {words[state]}")
    return "; ".join(parts)


def _weight(step: Step) -> Weight:
    if step.group is StepGroup.VERIFY:
        return Weight.LOGIN
    if step.group is StepGroup.SOURCE:
        return Weight.LOOK_UP
    return Weight.TROUBLE if step.problem is not None else Weight.ANSWER


def _said(one: Utterance) -> Line:
    """Return one line of a conversation; what a server said stands between quotation marks."""
    if one.speaker is Speaker.NOTE:
        return Line(gettext("%(ms)d ms, %(fact)s", ms=one.at_ms, fact=note_words(one.words)), depth=1)
    who = gettext("%(ms)d ms, %(who)s", ms=one.at_ms, who=speaker_name(one.speaker))
    return Line(quoted(one.words), who, 1)
