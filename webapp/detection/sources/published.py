"""Fetch a configuration document over https and read it; shared by every source that has a URL."""

from urllib.parse import quote

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.question import Question
from webapp.detection.steps import OpenStep
from webapp.detection.types import MailConfig, Source
from webapp.net.problems import Problem, ProblemKind, Trouble


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
    config = read_autoconfig(fetched.body, question.address, source, trusted=trusted, detail=shown(fetched.url))
    if config is None:
        step.failed(Problem(ProblemKind.NOT_A_CONFIGURATION))
        return None
    step.ok("published", f"servers={len(config.incoming) + len(config.outgoing)}")
    return config


def autoconfig_url(host_domain: str, address: str) -> str:
    """Return the provider's own address for its document (draft-ietf-mailmaint-autoconfig, 1.1)."""
    return f"https://autoconfig.{host_domain}/mail/config-v1.1.xml?emailaddress={quote(address, safe='')}"


def well_known_url(domain: str) -> str:
    """Return the well-known address of the document (1.2 of the draft, which sends no mail address)."""
    return f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"


def shown(url: str) -> str:
    """Return a URL for the ladder: without the mail address in its query."""
    return url.partition("?")[0]
