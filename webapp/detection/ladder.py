"""Tell the ladder what happens: times, facts, and states that never go backwards."""

import time
from dataclasses import dataclass

from webapp.detection.steps import UNFINISHED, Report, Step, StepGroup, StepState
from webapp.mail.settings import Security
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem
from webapp.net.words import clean_words

FIRST_KEPT = 40  # of a long transcript its beginning, which tells the server, ...
LAST_KEPT = 40  # ... and its end, which tells the trouble
LONGEST_SAID = 200


@dataclass
class OpenTranscript:
    """What was said so far; of a long conversation the middle is forgotten."""

    _first: tuple[Utterance, ...] = ()
    _last: tuple[Utterance, ...] = ()
    _omitted: int = 0

    def add(self, one: Utterance) -> None:
        """Keep one line more."""
        if len(self._first) < FIRST_KEPT:
            self._first += (one,)
            return
        self._last += (one,)
        if len(self._last) > LAST_KEPT:
            self._last, self._omitted = self._last[1:], self._omitted + 1

    def kept(self) -> tuple[Utterance, ...]:
        """Return what is left of it, with a note where lines are missing."""
        if not self._omitted:
            return self._first + self._last
        gap = Utterance(Speaker.NOTE, f"omitted={self._omitted}", self._first[-1].at_ms)
        return (*self._first, gap, *self._last)


class OpenStep:
    """One line of the ladder until it has ended; every call is reported at once."""

    def __init__(
        self, ladder: "Ladder", key: str, group: StepGroup, subject: str, security: Security | None = None
    ) -> None:
        self._ladder = ladder
        self._key, self._group, self._subject, self._security = key, group, subject, security
        self._state = StepState.WAITING
        self._started_ms = ladder.now_ms()
        self.told = False
        self.facts: tuple[str, ...] = ()
        self._transcript = OpenTranscript()

    @property
    def unfinished(self) -> bool:
        """Tell whether the step has not ended yet."""
        return self._state in UNFINISHED

    def begin(self) -> "OpenStep":
        """Start the clock; before, the step only waits."""
        if self._state is StepState.WAITING:
            self._started_ms = self._ladder.now_ms()
            self._tell(StepState.RUNNING)
        return self

    def wait(self) -> "OpenStep":
        """Show the step although its turn has not come."""
        self._tell(StepState.WAITING)
        return self

    def fact(self, fact: str) -> None:
        """Add something that came true."""
        if self.unfinished:
            self.facts += (fact,)
            self.hear(Speaker.NOTE, fact)

    def hear(self, speaker: Speaker, words: str) -> None:
        """Add a line of the conversation; after the end nothing is heard."""
        if self.unfinished:
            self._transcript.add(Utterance(speaker, words, self._ladder.now_ms()))
            self._tell(self._state)

    def asked(self, words: str) -> None:
        """Add a question to somebody who knows no secret."""
        self.hear(Speaker.US, clean_words(words, LONGEST_SAID))

    def answered(self, words: str) -> None:
        """Add what came back."""
        self.hear(Speaker.SERVER, clean_words(words, LONGEST_SAID))

    def end(self, state: StepState, problem: Problem | None = None, *facts: str) -> None:
        """Give the step its last state; only the first end counts."""
        if self.unfinished:
            for fact in facts:
                self.fact(fact)
            self._tell(state, problem)

    def ok(self, *facts: str) -> None:
        """End well."""
        self.end(StepState.OK, None, *facts)

    def failed(self, problem: Problem) -> None:
        """End with the reason why not."""
        self.end(StepState.FAILED, problem)

    def _tell(self, state: StepState, problem: Problem | None = None) -> None:
        self._state, self.told = state, True
        took_ms = None if self.unfinished else self._ladder.now_ms() - self._started_ms
        self._ladder.tell(
            Step(
                self._key,
                self._group,
                state,
                self._subject,
                self._started_ms,
                took_ms,
                self.facts,
                problem,
                self._transcript.kept(),
                self._security,
            )
        )


class Ladder:
    """All steps of one run, each with its time since the start of the run."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._started_at = time.monotonic()
        self._steps: list[OpenStep] = []

    def step(self, key: str, group: StepGroup, subject: str, security: Security | None = None) -> OpenStep:
        """Add a line; nothing is told before it waits or begins."""
        step = OpenStep(self, key, group, subject, security)
        self._steps.append(step)
        return step

    def now_ms(self) -> int:
        """Return the milliseconds since the start of the run."""
        return round((time.monotonic() - self._started_at) * 1000)

    def seconds_at(self, monotonic_s: float) -> float:
        """Return how far into the run a moment was."""
        return round(monotonic_s - self._started_at, 3)

    def tell(self, step: Step) -> None:
        """Pass a step on."""
        self._report.step(step)

    def close(self, state: StepState, problem: Problem | None = None) -> None:
        """End every line that was told and has not ended."""
        for step in self._steps:
            if step.told:
                step.end(state, problem)
