"""Rank 3: the provider database as the administrator imported it; nobody outside hears of the domain."""

from collections.abc import Iterable

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.ladder import OpenStep
from webapp.detection.question import Question
from webapp.detection.sources.published import concluded, read_aside
from webapp.detection.types import MailConfig, Source
from webapp.net.problems import Problem, ProblemKind


async def look_up(question: Question) -> MailConfig | None:
    """Return what the database says about the domain, with the day it was imported."""
    if question.surroundings.snapshot is None:
        return None
    step = question.step(Source.SNAPSHOT, question.domain)
    return await look_in(question, (question.domain,), step, Source.SNAPSHOT, trusted=True)


async def look_in(
    question: Question, names: Iterable[str], step: OpenStep, source: Source, *, trusted: bool
) -> MailConfig | None:
    """Return the document of the first name the database has."""
    snapshot = question.surroundings.snapshot
    for name in names:
        step.asked(name)
        document = snapshot.document(name) if snapshot else None
        if snapshot is not None and document is not None:
            found = await read_aside(read_autoconfig, document, None, question.address)
            imported_on = snapshot.imported_on.isoformat()
            step.answered(f"{name}, {imported_on}")
            config = found.as_config(source, trusted=trusted, detail=f"{name}, {imported_on}")
            return concluded(config, step, f"imported={imported_on}")
    step.failed(Problem(ProblemKind.NO_RECORD, question.domain))
    return None
