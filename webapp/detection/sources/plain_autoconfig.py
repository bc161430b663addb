"""Rank 7: the autoconfig host without TLS, as old providers publish. Anybody on the way may have written the answer."""

from webapp.detection.question import Question
from webapp.detection.sources.published import fetch_config
from webapp.detection.types import MailConfig, Source


async def look_up(question: Question) -> MailConfig | None:
    """Ask in the open: the mail address is never told, and what comes back needs consent."""
    url = f"http://autoconfig.{question.domain}/mail/config-v1.1.xml"
    step = question.step(Source.PLAIN_AUTOCONFIG, url)
    return await fetch_config(question, url, step, Source.PLAIN_AUTOCONFIG, trusted=False, https_only=False)
