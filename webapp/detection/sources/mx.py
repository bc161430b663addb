"""Rank 4: whoever takes the domain's letters probably keeps its mailboxes too; always with consent."""

from collections.abc import Awaitable, Callable, Collection

from webapp.detection.question import Question
from webapp.detection.sources.ispdb import ispdb_url
from webapp.detection.sources.names import ask_mx
from webapp.detection.sources.published import WANTS_THE_ADDRESS, autoconfig_url, fetch_config, well_known_url
from webapp.detection.sources.snapshot import look_in
from webapp.detection.types import MailConfig, Source
from webapp.net.domains import is_name, registrable_domain
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.resolver import Mx

UrlOf = Callable[[Question, str], str | None]
LookUp = Callable[[Question], Awaitable[MailConfig | None]]


async def look_up(question: Question) -> MailConfig | None:
    """Find the provider in our table by the names of the mail exchangers."""
    step = question.step(Source.MX, question.domain)
    try:
        answers = await ask_mx(question, question.domain, step)
    except Trouble as trouble:
        step.failed(trouble.problem)
        return None
    for answer in most_preferred(answers):
        provider = question.surroundings.providers.by_mx(answer.host)
        if provider is not None:
            step.answered(provider.name)
            step.ok("in-table", f"mx={answer.host}")
            return provider.config(question.address, Source.MX, trusted=False, detail=answer.host)
    if answers:
        step.ok(f"mx={answers[0].host}")
    else:
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain))
    return None


async def look_up_in_snapshot(question: Question) -> MailConfig | None:
    """Find the exchanger's provider in the imported database, which costs nobody anything: by every name above it."""
    if question.surroundings.snapshot is None:
        return None
    names = names_above(await best_mx(question), question.domain)
    if not names:
        return None
    return await look_in(question, names, question.step(Source.MX, names[-1], "snapshot"), Source.MX, trusted=False)


def at_domain_of_mx(place: int, url_of: UrlOf, address_after: Collection[str] = ()) -> LookUp:
    """Return a look-up at the `place`-th domain of the best mail exchanger."""

    async def look_up_there(question: Question) -> MailConfig | None:
        domains = mx_domains(await best_mx(question), question.domain)
        if place >= len(domains):
            return None
        url = url_of(question, domains[place])
        if url is None:
            return None
        step = question.step(Source.MX, url, url.partition("//")[2])
        return await fetch_config(question, url, step, Source.MX, trusted=False, address_after=address_after)

    return look_up_there


def mx_domains(mx_host: str | None, domain: str) -> tuple[str, ...]:
    """Return the base domain of a mail exchanger, after its name without the first label where that differs.

    The longer one is the more exact (Thunderbird does the same); the
    address's own domain is asked elsewhere.
    """
    if mx_host is None:
        return ()
    base = registrable_domain(mx_host)
    parent = mx_host.partition(".")[2]
    names = [parent, base] if parent.endswith("." + base) else [base]
    return tuple(name for name in names if name != domain)


def names_above(mx_host: str | None, domain: str) -> tuple[str, ...]:
    """Return a mail exchanger's own name and those above it, down to what somebody registered."""
    if mx_host is None:
        return ()
    base = registrable_domain(mx_host)
    names = [mx_host]
    while names[-1] != base and "." in names[-1]:
        names.append(names[-1].partition(".")[2])
    return tuple(name for name in names if name != domain)


def most_preferred(answers: tuple[Mx, ...]) -> tuple[Mx, ...]:
    """Return the exchangers of the best preference: whoever only holds letters for a while keeps no mailboxes."""
    return tuple(answer for answer in answers if answer.preference == answers[0].preference)


async def best_mx(question: Question) -> str | None:
    """Return the most preferred mail exchanger; the resolver asks only once a run."""
    try:
        answers = await question.surroundings.network.resolver.mx(question.domain)
    except Trouble:
        return None
    return next((answer.host for answer in answers if is_name(answer.host)), None)


def provider_url(question: Question, domain: str) -> str:
    """Return where a hoster publishes for its customers."""
    return autoconfig_url(domain)


def provider_well_known_url(question: Question, domain: str) -> str:
    """Return the hoster's own site."""
    return well_known_url(domain)


SUB_LOOK_UPS: tuple[LookUp, ...] = (
    *(at_domain_of_mx(place, provider_url, WANTS_THE_ADDRESS) for place in (0, 1)),
    *(at_domain_of_mx(place, provider_well_known_url) for place in (0, 1)),
    look_up_in_snapshot,
    *(at_domain_of_mx(place, ispdb_url) for place in (0, 1)),
)
"""Everything that is asked about a mail exchanger's domains, best first: rank 2 and 3 of DESIGN 4 once more."""
