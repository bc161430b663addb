"""Rank 6: Autodiscover, the way Outlook asks (POX), without a password: what wants one gets no answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from webapp.detection.documents.autodiscover import read_autodiscover
from webapp.detection.documents.types import Document, DocumentOutcome, FlawKind
from webapp.detection.ladder import OpenStep
from webapp.detection.question import Question
from webapp.detection.sources.names import ask_srv
from webapp.detection.sources.published import read_fetched, shown
from webapp.detection.types import MailConfig, Source
from webapp.mail.settings import AuthMethod, ServerSettings
from webapp.net.domains import is_name, to_a_label
from webapp.net.http import Posted
from webapp.net.problems import Problem, ProblemKind, Trouble

PATH = "/autodiscover/autodiscover.xml"
HTTPS_PORT = 443
URLS_LIMIT = 3  # redirects to another URL
ADDRESSES_LIMIT = 2  # redirects to another mail address
LIMIT_S = 8.0
RECORDS_LIMIT = 3
SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook"

Found = MailConfig | Problem | None


async def look_up(question: Question) -> Found:
    """Ask the autodiscover host of the domain."""
    return await _ask(question, host_url(f"autodiscover.{question.domain}"))


async def look_up_domain(question: Question) -> Found:
    """Ask the domain's own web site."""
    return await _ask(question, host_url(question.domain))


async def look_up_service(question: Question) -> Found:
    """Ask the hosts that the domain's service record names, by priority."""
    step = question.step(Source.AUTODISCOVER, question.domain, "srv")
    try:
        records = await ask_srv(question, f"_autodiscover._tcp.{question.domain}", step)
    except Trouble as trouble:
        missing = trouble.problem.kind is ProblemKind.NAME_NOT_FOUND
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain) if missing else trouble.problem)
        return None
    urls = [host_url(record.target, record.port) for record in records if is_name(record.target)][:RECORDS_LIMIT]
    if not urls:
        step.failed(Problem(ProblemKind.NOT_OFFERED, question.domain))
        return None
    step.ok("published")
    asked_anyway = {host_url(f"autodiscover.{question.domain}"), host_url(question.domain)}
    for url in dict.fromkeys(url for url in urls if url not in asked_anyway):
        found = await _ask(question, url)
        if found is not None:
            return found
    return None


def host_url(host: str, port: int = HTTPS_PORT) -> str:
    """Return where a host answers; the guard knows which ports may be asked."""
    return f"https://{host}{PATH}" if port == HTTPS_PORT else f"https://{host}:{port}{PATH}"


async def _ask(question: Question, url: str) -> Found:
    step = question.step(Source.AUTODISCOVER, url, url.partition("//")[2])
    try:
        async with asyncio.timeout(LIMIT_S):
            found = await Trail(question, step, question.address).follow(url)
    except TimeoutError:
        found = Problem(ProblemKind.OUT_OF_TIME)
    if isinstance(found, MailConfig):
        step.ok("published", f"servers={len(found.incoming) + len(found.outgoing)}")
        return found
    step.failed(found)
    # That there is only Exchange explains an empty-handed search; a missing web page does not.
    return found if found.kind is ProblemKind.EXCHANGE_ONLY else None


@dataclass
class Trail:
    """One way through the redirects, which may lead in circles."""

    question: Question
    step: OpenStep
    address: str
    urls_left: int = URLS_LIMIT
    addresses_left: int = ADDRESSES_LIMIT

    async def follow(self, url: str) -> MailConfig | Problem:
        """Return the servers at the end of the way, or what stopped us."""
        to_ask = [url]
        problem = Problem(ProblemKind.NOT_A_CONFIGURATION)
        while to_ask:
            url = to_ask.pop(0)
            try:
                document, final_url = await self._document(url)
            except Trouble as trouble:
                problem = trouble.problem
                continue
            if document.outcome is DocumentOutcome.CONFIGURATION:
                return self._config(document, final_url)
            if document.outcome is DocumentOutcome.REDIRECT:
                to_ask = self._redirected(document)
                problem = Problem(ProblemKind.TOO_MANY_REDIRECTS)
            elif any(flaw.kind is FlawKind.EXCHANGE_ONLY for flaw in document.problems):
                return Problem(ProblemKind.EXCHANGE_ONLY, self.question.domain)
            else:
                problem = Problem(ProblemKind.NOT_A_CONFIGURATION)
        return problem

    async def _document(self, url: str) -> tuple[Document, str]:
        fetched = await self.question.fetcher.fetch(url, posted=request_for(self.address), witness=self.step)
        return await read_fetched(read_autodiscover, fetched, self.address), fetched.url

    def _redirected(self, document: Document) -> list[str]:
        """Return whom to ask next: nobody when that went on for too long."""
        if document.redirect_url is not None and self.urls_left:
            self.urls_left -= 1
            return [document.redirect_url]
        if document.redirect_address is not None and self.addresses_left:
            self.addresses_left -= 1
            self.address = document.redirect_address
            domain = to_a_label(self.address.rpartition("@")[2])
            return [host_url(f"autodiscover.{domain}"), host_url(domain)]
        return []

    def _config(self, document: Document, url: str) -> MailConfig | Problem:
        config = document.as_config(Source.AUTODISCOVER, trusted=False, detail=shown(url))
        if config is None:
            return Problem(ProblemKind.NOT_A_CONFIGURATION)
        if self.address == self.question.address:
            return config
        return replace(
            config,
            incoming=tuple(map(self._named, config.incoming)),
            outgoing=tuple(map(self._named, config.outgoing)),
        )

    def _named(self, server: ServerSettings) -> ServerSettings:
        """Name the mailbox's real address, where a redirect told it, as the login name."""
        unneeded = server.auth_methods == (AuthMethod.NONE,)
        return server if server.username or unneeded else replace(server, username=self.address)


def request_for(address: str) -> Posted:
    """Return the question; it holds the address and nothing else."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Autodiscover xmlns="{SCHEMA}/requestschema/2006"><Request><EMailAddress>{escape(address)}</EMailAddress>'
        f"<AcceptableResponseSchema>{SCHEMA}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>"
    )
    return Posted(body.encode(), "text/xml; charset=utf-8")


LOOK_UPS: tuple[Callable[[Question], Awaitable[Found]], ...] = (look_up, look_up_domain, look_up_service)
"""Whom to ask, best first."""
