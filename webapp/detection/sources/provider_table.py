"""Rank 3: our own table of large providers, by domain."""

from webapp.detection.question import Question
from webapp.detection.types import MailConfig, Source
from webapp.net.problems import Problem, ProblemKind


async def look_up(question: Question) -> MailConfig | None:
    """Return the row of the domain."""
    step = question.step(Source.PROVIDER_TABLE, question.domain)
    step.asked(question.domain)
    provider = question.surroundings.providers.by_domain(question.domain)
    if provider is None:
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain))
        return None
    step.answered(provider.name)
    step.ok("in-table")
    return provider.config(question.address, Source.PROVIDER_TABLE, trusted=True)
