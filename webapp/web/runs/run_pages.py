"""The picture of a run: everything its page shows, as values the template only has to place."""

from dataclasses import dataclass
from datetime import datetime

from webapp.storage.base import utc_now
from webapp.storage.models import Run, RunPurpose
from webapp.web.runs.complaints import (
    SAID_BY_HEADING,
    Complaint,
    Refusal,
    complaints_of,
    letter_complaint,
    refusals_of,
    why_ended,
)
from webapp.web.runs.found_servers import Half, HintLine, findings_of, half_of, hint_line
from webapp.web.runs.ladder import Ladder
from webapp.web.runs.phases import Phase, phase_of
from webapp.web.wording import names, outcomes
from webapp.web.wording.steps import seconds_words
from webapp.web.wording.whys import Story, Why

LONG_LADDER = 16  # lines

TONES: dict[Phase, str] = {
    Phase.FOUND: "ok",
    Phase.CHECKED: "ok",
    Phase.SAVED: "ok",
    Phase.HALF_FOUND: "warn",
    Phase.NEEDS_CONSENT: "warn",
    Phase.STOPPED: "warn",
    Phase.INTERRUPTED: "warn",
    Phase.NOT_FOUND: "bad",
    Phase.LOGIN_REFUSED: "bad",
    Phase.NOT_PROVED: "bad",
}


# Here the page asks for a decision or says that all is well.
WITHOUT_SUMMARY = frozenset({Phase.FOUND, Phase.NEEDS_CONSENT, Phase.CHECKED, Phase.SAVED})


@dataclass(frozen=True)
class RunPage:
    """Everything the template of a run shows."""

    run: Run
    phase: Phase
    why: Why | None
    address: str
    heading: str
    next_step: str
    elapsed: str
    ladder: Ladder
    halves: tuple[Half, ...]
    provider: str | None
    hints: tuple[HintLine, ...]
    complaints: tuple[Complaint, ...]
    refusals: tuple[Refusal, ...]
    letter: Complaint | None
    letter_may_remain: bool
    usable: bool

    @property
    def tone(self) -> str:
        """Return the colour of the strip; its heading says the same."""
        if self.why is Why.PASSWORD:
            return "warn"
        return TONES.get(self.phase, "accent")

    @property
    def icon(self) -> str:
        """Return the sign beside the heading of a run that is over."""
        return {"ok": "check", "warn": "warning", "bad": "cross"}.get(self.tone, "info")

    @property
    def headline(self) -> str:
        """Return the two or three words for the problem that matters most."""
        return self.complaints[0].short if self.complaints else ""

    @property
    def summarised(self) -> bool:
        """Tell whether what went wrong stands on top as a summary, which takes the focus from the heading."""
        return bool(self.complaints) and self.phase not in WITHOUT_SUMMARY

    def step_of(self, one: Complaint) -> str | None:
        """Return the step that met a problem, if the page shows it."""
        return self.ladder.key_of(one.problem)

    @property
    def offers_names(self) -> bool:
        """Tell whether a complaint offers a name of a certificate for the server's."""
        return any(step.value is not None for one in self.complaints for step in one.steps)

    @property
    def asks_password(self) -> bool:
        """Tell whether a password is all that stands between the run and its goal."""
        return self.phase is Phase.LOGIN_REFUSED or self.why is Why.PASSWORD

    @property
    def again(self) -> str:
        """Return the wish that does once more what this run was for, as the buttons of its forms send it."""
        return {RunPurpose.SAVE: "done", RunPurpose.CHECK: "check"}.get(self.run.purpose, "retest")

    @property
    def folded(self) -> bool:
        """Tell whether the ladder of a run that is over is long enough to be folded up."""
        return not self.phase.going and self.ladder.total > LONG_LADDER

    @property
    def only_half(self) -> Half | None:
        """Return the one direction that was found where two were wanted: the account may do with it."""
        found = [half for half in self.halves if half.alternatives]
        return found[0] if len(found) == 1 and len(self.halves) > 1 else None

    @property
    def anything_found(self) -> bool:
        """Tell whether there is a server to show already."""
        return any(half.alternatives for half in self.halves)


def run_page(
    run: Run,
    ladder: Ladder,
    story: Story = Story.ADDING,
    now: datetime | None = None,
    *,
    pause_end: datetime | None = None,
    decides: bool = True,
) -> RunPage:
    """Draw a run as its rows stand, for a person who may decide where passwords go, or may not."""
    now = now or utc_now()
    phase, findings, sends = phase_of(run, now), findings_of(run), run.entered.for_sending
    why = why_ended(run, phase) if decides or phase is not Phase.NEEDS_CONSENT else Why.OTHERS_DECIDE
    return RunPage(
        run=run,
        phase=phase,
        why=why,
        address=names.readable_address(run.entered.address),
        heading=_heading(why or phase, sends, story, pause_end),
        next_step=outcomes.next_step(why or phase, sends=sends, story=story),
        elapsed=_elapsed(run, now),
        ladder=ladder,
        halves=tuple(half_of(findings, direction) for direction in run.entered.wanted()),
        provider=findings.provider_name,
        hints=tuple(hint_line(hint, findings.provider_name) for hint in findings.hints),
        complaints=() if phase.going or why in SAID_BY_HEADING else complaints_of(run),
        refusals=refusals_of(run),
        letter=letter_complaint(run),
        letter_may_remain=run.outcome.letter_may_remain if run.outcome else False,
        usable=all(findings.chosen(direction) for direction in run.entered.wanted()),
    )


def _heading(told: Why | Phase, sends: bool, story: Story, pause_end: datetime | None) -> str:
    if told is Why.PAUSED and pause_end:
        return outcomes.paused_until(pause_end)
    return outcomes.heading(told, sends=sends, story=story)


def _elapsed(run: Run, now: datetime) -> str:
    began, ended = run.started_at or run.created_at, run.finished_at or now
    milliseconds = max(int((ended - began).total_seconds() * 1000), 0)
    return seconds_words(milliseconds, places=1)
