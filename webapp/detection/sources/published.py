"""Fetch a configuration document and read it; shared by every source that has a URL."""

import asyncio
from collections.abc import Collection
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
WANTS_THE_ADDRESS = frozenset({"400", "404"})
"""What servers say that know documents of mailboxes only, not of the domain (automx2, Stalwart up to 0.10)."""


async def fetch_config(
    question: Question,
    url: str,
    step: OpenStep,
    source: Source,
    *,
    trusted: bool,
    https_only: bool = True,
    address_after: Collection[str] = (),
) -> MailConfig | None:
    """Return what the document at `url` says, or None with the reason in the step.

    The content is read whatever its type says, and a page that is no
    configuration is no answer (site builders answer every path with 200).
    After a status in `address_after` it is asked for again, for the mail address.
    """
    try:
        try:
            fetched = await question.fetcher.fetch(url, https_only=https_only, witness=step)
        except Trouble as trouble:
            if trouble.problem.kind is not ProblemKind.HTTP_STATUS or trouble.problem.server_said not in address_after:
                raise
            whole_url = f"{url}?emailaddress={quote(question.address, safe='')}"
            fetched = await question.fetcher.fetch(whole_url, witness=step)
    except Trouble as trouble:
        step.failed(trouble.problem)
        return None
    document = await read_fetched(read_autoconfig, fetched, question.address)
    return concluded(document.as_config(source, trusted=trusted, detail=shown(fetched.url)), step)


def concluded(config: MailConfig | None, step: OpenStep, *facts: str) -> MailConfig | None:
    """End the step of a document that could be fetched, by what its reader made of it."""
    if config is None:
        step.failed(Problem(ProblemKind.NOT_A_CONFIGURATION))
        return None
    step.ok(*(facts or ("published",)), f"servers={len(config.incoming) + len(config.outgoing)}")
    return config


async def read_fetched(reader: Reader, fetched: Fetched, address: str) -> Document:
    """Return what a reader makes of a document that was fetched."""
    return await read_aside(reader, fetched.body, fetched.content_type, address)


async def read_aside(reader: Reader, body: bytes, content_type: str | None, address: str) -> Document:
    """Return what a reader makes of a document; one that may take long does not hold up the other look-ups."""
    if len(body) <= QUICKLY_READ:
        return reader(body, content_type, address)
    return await asyncio.to_thread(reader, body, content_type, address)


def autoconfig_url(domain: str) -> str:
    """Return the provider's own address for its document (draft-ietf-mailmaint-autoconfig, 1.1)."""
    return f"https://autoconfig.{domain}/mail/config-v1.1.xml"


def well_known_url(domain: str) -> str:
    """Return the well-known address of the document (1.2 of the draft)."""
    return f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"


def shown(url: str) -> str:
    """Return a URL for the ladder: without the mail address in its query."""
    return url.partition("?")[0]
