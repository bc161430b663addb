"""Rank 3: the public provider database online, where the administrator switched it on."""

from webapp.detection.question import Question
from webapp.detection.sources.published import fetch_config
from webapp.detection.types import MailConfig, Source


async def look_up(question: Question) -> MailConfig | None:
    """Ask the database for the domain; the address itself is never sent."""
    url = ispdb_url(question, question.domain)
    if url is None:
        return None
    return await fetch_config(question, url, question.step(Source.ISPDB, url), Source.ISPDB, trusted=True)


def ispdb_url(question: Question, domain: str) -> str | None:
    """Return where the database keeps a domain, or None when it is switched off."""
    base = question.surroundings.ispdb_url
    return base.rstrip("/") + "/" + domain if base else None
