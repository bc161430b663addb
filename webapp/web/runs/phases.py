"""The phases a run's page goes through; one page, one template, many pictures."""

from datetime import datetime, timedelta
from enum import StrEnum

from webapp.detection.types import OutcomeKind
from webapp.storage.models import Run, RunPurpose, RunState

SHORT_WAIT = timedelta(seconds=2)  # the blink before a run starts is not worth a word of its own


class Phase(StrEnum):
    """What a person sees of a run."""

    WAITING = "waiting"
    SEARCHING = "searching"
    RETESTING = "retesting"
    CHECKING = "checking"
    SAVING = "saving"
    PREPARED = "prepared"
    FOUND = "found"
    HALF_FOUND = "half-found"
    NEEDS_CONSENT = "needs-consent"
    NOT_FOUND = "not-found"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    LOGIN_REFUSED = "login-refused"
    NOT_PROVED = "not-proved"
    CHECKED = "checked"
    SAVED = "saved"

    @property
    def going(self) -> bool:
        """Tell whether the page must ask again."""
        return self in GOING


GOING = frozenset({Phase.WAITING, Phase.SEARCHING, Phase.RETESTING, Phase.CHECKING, Phase.SAVING})
WHILE: dict[RunPurpose, Phase] = {
    RunPurpose.DETECT: Phase.SEARCHING,
    RunPurpose.RETEST: Phase.RETESTING,
    RunPurpose.CHECK: Phase.CHECKING,
    RunPurpose.SAVE: Phase.SAVING,
}


def phase_of(run: Run, now: datetime) -> Phase:
    """Return the phase of a run as its row stands."""
    if run.purpose is RunPurpose.PREPARED:
        return Phase.PREPARED
    if run.state is RunState.WAITING and now - run.created_at > SHORT_WAIT:
        return Phase.WAITING
    if run.unfinished:
        return WHILE[run.purpose]
    if run.state is RunState.INTERRUPTED or run.outcome is None:
        return Phase.INTERRUPTED
    return _ended(run.purpose, run.outcome.kind)


def _ended(purpose: RunPurpose, kind: OutcomeKind) -> Phase:
    if purpose is RunPurpose.CHECK and kind is OutcomeKind.FOUND:
        return Phase.CHECKED
    return Phase(kind.value)
