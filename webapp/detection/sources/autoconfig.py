"""Rank 2: what the domain itself publishes, at the autoconfig host and under .well-known."""

from webapp.detection.question import Question
from webapp.detection.sources.published import WANTS_THE_ADDRESS, autoconfig_url, fetch_config, well_known_url
from webapp.detection.types import MailConfig, Source


async def look_up(question: Question) -> MailConfig | None:
    """Ask the autoconfig host of the domain; the mail address is told to it only if it wants to know."""
    url = autoconfig_url(question.domain)
    step = question.step(Source.AUTOCONFIG, url)
    return await fetch_config(question, url, step, Source.AUTOCONFIG, trusted=True, address_after=WANTS_THE_ADDRESS)


async def look_up_well_known(question: Question) -> MailConfig | None:
    """Ask the domain's own web site; its 404 says that there is nothing, so only a 400 gets the address."""
    url = well_known_url(question.domain)
    step = question.step(Source.WELL_KNOWN, url)
    return await fetch_config(question, url, step, Source.WELL_KNOWN, trusted=True, address_after=("400",))
