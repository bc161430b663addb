"""The page of questions as values: whom to ask what, pages that may answer already, and the letter."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.detection.steps import Step
from webapp.detection.types import OutcomeKind
from webapp.storage.models import Run
from webapp.web.explaining.entries import Language
from webapp.web.explaining.explained import Step as NextStep
from webapp.web.explaining.explained import language_read
from webapp.web.explaining.questions import Addressee
from webapp.web.reports.asking import Asked, asked_about
from webapp.web.reports.known import known_of
from webapp.web.reports.letter import Story, letter_of
from webapp.web.runs.complaints import complaints_of
from webapp.web.wording.names import readable_address

CUT_SHORT = (OutcomeKind.STOPPED, OutcomeKind.INTERRUPTED)


@dataclass(frozen=True)
class QuestionsPage:
    """Everything the page shows; `letter` is None where the provider need not be asked."""

    run: Run
    address: str
    cut_short: bool
    provider: tuple[Asked, ...]
    administrator: tuple[Asked, ...]
    pages: tuple[NextStep, ...]
    letter: str | None
    letter_language: Language
    other_language: Language


def questions_page(run: Run, steps: Sequence[Step], letter_language: Language | None) -> QuestionsPage:
    """Return the page of a run; of one that still goes on nothing can be said yet."""
    known = known_of(run)
    asked = () if run.unfinished else asked_about(known, language_read())
    provider = tuple(one for one in asked if one.to is Addressee.PROVIDER)
    spoken = letter_language or language_read()
    story = Story(known, steps, run.started_at or run.created_at)
    return QuestionsPage(
        run=run,
        address=readable_address(run.entered.address),
        cut_short=run.outcome is not None and run.outcome.kind in CUT_SHORT,
        provider=provider,
        administrator=tuple(one for one in asked if one.to is Addressee.ADMINISTRATOR),
        pages=_pages(run),
        letter=letter_of(story, spoken) if provider else None,
        letter_language=spoken,
        other_language=next(one for one in Language if one is not spoken),
    )


def _pages(run: Run) -> tuple[NextStep, ...]:
    """Return the provider's own pages that the complaints of a run lead to, each once."""
    steps = (step for complaint in complaints_of(run) for step in complaint.steps if step.url is not None)
    return tuple({step.url: step for step in steps}.values())
