"""Rank 1: what already works for a colleague of the same domain."""

from dataclasses import replace

from webapp.detection.question import Question
from webapp.detection.surroundings import KnownAccount
from webapp.detection.types import MailConfig, Source
from webapp.mail.settings import ServerSettings
from webapp.net.problems import Problem, ProblemKind


async def look_up(question: Question) -> MailConfig | None:
    """Return the servers of the domain's accounts, those of trusted accounts alone if there are any."""
    step = question.step(Source.SAME_DOMAIN, question.domain)
    step.asked(question.domain)
    known = question.surroundings.known
    trusted = tuple(account for account in known if account.trusted)
    accounts = trusted or known
    if not accounts:
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain))
        return None
    incoming = [_adapted(account, account.incoming, question.address) for account in accounts if account.incoming]
    outgoing = [_adapted(account, account.outgoing, question.address) for account in accounts if account.outgoing]
    for server in dict.fromkeys((*incoming, *outgoing)):
        step.answered(f"{server.protocol} {server.host}:{server.port} {server.security}")
    step.ok(f"servers={len(incoming) + len(outgoing)}")
    return MailConfig(
        incoming=tuple(dict.fromkeys(incoming)),
        outgoing=tuple(dict.fromkeys(outgoing)),
        source=Source.SAME_DOMAIN,
        trusted=bool(trusted),
        source_detail=question.domain,
    )


def _adapted(account: KnownAccount, server: ServerSettings, address: str) -> ServerSettings:
    """Give a colleague's server this address's login name, if the form of the name shows."""
    forms = {
        None: None,
        account.address.lower(): address,
        account.address.rpartition("@")[0].lower(): address.rpartition("@")[0],
    }
    username = server.username.lower() if server.username else None
    return replace(server, username=forms.get(username))
