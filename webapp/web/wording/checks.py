"""What came of a check, in words for the history."""

from dataclasses import dataclass

from flask_babel import gettext

from webapp.detection.types import OutcomeKind
from webapp.storage.models import Run, RunPurpose
from webapp.web.wording.problems import sentence
from webapp.web.wording.words import N_

VERDICTS: dict[OutcomeKind, tuple[str, str, str]] = {
    OutcomeKind.SAVED: (N_("everything works"), "ok", "check"),
    OutcomeKind.LOGIN_REFUSED: (N_("login declined"), "bad", "cross"),
    OutcomeKind.NOT_PROVED: (N_("failed"), "bad", "cross"),
    OutcomeKind.STOPPED: (N_("stopped"), "warn", "stop"),
    OutcomeKind.INTERRUPTED: (N_("interrupted"), "warn", "warning"),
}
PURPOSES: dict[RunPurpose, str] = {RunPurpose.CHECK: N_("check"), RunPurpose.SAVE: N_("saving")}


@dataclass(frozen=True)
class Verdict:
    """How a check ended: one word with its tone, and why, if it did not end well."""

    word: str
    tone: str
    sign: str
    why: str | None


def verdict_of(run: Run) -> Verdict:
    """Return the verdict on a run that is over."""
    kind = run.outcome.kind if run.outcome is not None else OutcomeKind.INTERRUPTED
    word, tone, sign = VERDICTS.get(kind, VERDICTS[OutcomeKind.NOT_PROVED])
    problem = None
    if run.outcome is not None and tone == "bad":
        problem = run.outcome.incoming_problem or run.outcome.outgoing_problem or run.outcome.letter_problem
    return Verdict(gettext(word), tone, sign, sentence(problem) if problem is not None else None)


def purpose_words(purpose: RunPurpose) -> str:
    """Return what a run of the history was for."""
    return gettext(PURPOSES[purpose])
