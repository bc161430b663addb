"""Fetch a configuration document over https and read it; shared by every source that has a URL."""

import asyncio
from urllib.parse import quote

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.kinds import Reader
from webapp.detection.documents.types import Document
from webapp.detection.ladder import OpenStep
from webapp.detection.question import Question
from webapp.detection.types import MailConfig, Source
from webapp.net.http import Fetched
from webapp.net.problems import Problem, ProblemKind, Trouble

QUICKLY_READ = 16 * 1024  # bytes; real documents are shorter, and a millisecond's work


async def fetch_config(
    question: Question, url: str, step: OpenStep, source: Source, *, trusted: bool
) -> MailConfig | None:
    """Return what the document at `url` says, or None with the reason in the step.

    The content is read whatever its type says, and a page that is no
    configuration is no answer (site builders answer every path with 200).
    """
    try:
        fetched = await question.fetcher.fetch(url)
    except Trouble as trouble:
        step.failed(trouble.problem)
        return None
    document = await read_fetched(read_autoconfig, fetched, question.address)
    config = document.as_config(source, trusted=trusted, detail=shown(fetched.url))
    if config is None:
        step.failed(Problem(ProblemKind.NOT_A_CONFIGURATION))
        return None
    step.ok("published", f"servers={len(config.incoming) + len(config.outgoing)}")
    return config


async def read_fetched(reader: Reader, fetched: Fetched, address: str) -> Document:
    """Return what a reader makes of a document; one that may take long does not hold up the other look-ups."""
    if len(fetched.body) <= QUICKLY_READ:
        return reader(fetched.body, fetched.content_type, address)
    return await asyncio.to_thread(reader, fetched.body, fetched.content_type, address)


def autoconfig_url(host_domain: str, address: str) -> str:
    """Return the provider's own address for its document (draft-ietf-mailmaint-autoconfig, 1.1)."""
    return f"https://autoconfig.{host_domain}/mail/config-v1.1.xml?emailaddress={quote(address, safe='')}"


def well_known_url(domain: str) -> str:
    """Return the well-known address of the document (1.2 of the draft, which sends no mail address)."""
    return f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"


def shown(url: str) -> str:
    """Return a URL for the ladder: without the mail address in its query."""
    return url.partition("?")[0]
