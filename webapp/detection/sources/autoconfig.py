"""Rank 2: what the domain itself publishes, at the autoconfig host and under .well-known."""

from webapp.detection.question import Question
from webapp.detection.sources.published import autoconfig_url, fetch_config, shown, well_known_url
from webapp.detection.types import MailConfig, Source


async def look_up(question: Question) -> MailConfig | None:
    """Ask the autoconfig host of the domain."""
    url = autoconfig_url(question.domain, question.address)
    step = question.step(Source.AUTOCONFIG, shown(url))
    return await fetch_config(question, url, step, Source.AUTOCONFIG, trusted=True)


async def look_up_well_known(question: Question) -> MailConfig | None:
    """Ask the domain's own web site."""
    url = well_known_url(question.domain)
    step = question.step(Source.WELL_KNOWN, url)
    return await fetch_config(question, url, step, Source.WELL_KNOWN, trusted=True)
