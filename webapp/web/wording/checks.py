"""What came of a check, in words for the history."""

from dataclasses import dataclass

from flask_babel import gettext

from webapp.detection.types import Outcome, OutcomeKind
from webapp.net.problems import Problem
from webapp.storage.models import Run, RunPurpose
from webapp.web.wording.problems import sentence
from webapp.web.wording.words import N_

WORKS = (N_("everything works"), "ok", "check")
FAILED = (N_("failed"), "bad", "cross")
VERDICTS: dict[OutcomeKind, tuple[str, str, str]] = {
    OutcomeKind.FOUND: WORKS,  # a check that came to its end: it saves nothing
    OutcomeKind.SAVED: WORKS,
    OutcomeKind.HALF_FOUND: FAILED,
    OutcomeKind.NOT_FOUND: FAILED,
    OutcomeKind.NEEDS_CONSENT: (N_("needs a decision"), "warn", "warning"),
    OutcomeKind.LOGIN_REFUSED: (N_("login declined"), "bad", "cross"),
    OutcomeKind.NOT_PROVED: FAILED,
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
    word, tone, sign = VERDICTS[kind]
    problem = _problem(run.outcome) if run.outcome is not None and tone != "ok" else None
    return Verdict(gettext(word), tone, sign, sentence(problem) if problem is not None else None)


def purpose_words(purpose: RunPurpose) -> str:
    """Return what a run of the history was for."""
    return gettext(PURPOSES[purpose])


def _problem(outcome: Outcome) -> Problem | None:
    """Return what stood in the way first."""
    shared = [refused.problem for refused in outcome.sharing_problems]
    found = (outcome.incoming_problem, outcome.outgoing_problem, outcome.letter_problem, *shared)
    return next((problem for problem in found if problem is not None), None)
