"""Where a certificate is made out to the hoster: the names under which the same servers may prove themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from webapp.detection.candidates import Candidate, in_domain, preference
from webapp.detection.race import Rank
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Entered, Source
from webapp.mail.settings import ServerSettings
from webapp.net.domains import is_ip_literal, is_name, registrable_domain
from webapp.net.problems import Problem, ProblemKind, Trouble

CERTIFICATE_RANK: Rank = (8, 2)  # behind every guess that stands on its own
NAMES_LIMIT = 6
WILDCARD = "*."


class Hosters:
    """Proposes a hoster's own names for servers that customers' names lead to.

    The certificate only says whom to try: each name is proved like any other
    server, and nothing found this way is ever trusted without consent.
    """

    def __init__(self, entered: Entered, surroundings: Surroundings) -> None:
        self._entered = entered
        self._providers = surroundings.providers
        self._resolver = surroundings.network.resolver

    async def candidates(self, candidate: Candidate, problem: Problem) -> tuple[Candidate, ...]:
        """Return what to try instead of a server whose certificate names others."""
        if problem.kind is not ProblemKind.CERTIFICATE_WRONG_NAME or candidate.source is Source.CERTIFICATE:
            return ()
        if self._entered.server(candidate.settings.direction).only_typed:
            return ()
        names = problem.certificate.names if problem.certificate else ()
        servers = list(self._in_table(candidate, names))
        settings = candidate.settings
        for name in islice(names_to_try(names, settings.host), NAMES_LIMIT):
            if await self._same_address(name, settings.host):
                servers.append((replace(settings, host=name), candidate.username_fixed))
        return tuple(
            replace(
                candidate,
                settings=server,
                source=Source.CERTIFICATE,
                trusted=False,
                rank=(*CERTIFICATE_RANK, *preference(server), place),
                username_fixed=username_fixed,
            )
            for place, (server, username_fixed) in enumerate(servers)
        )

    def _in_table(self, candidate: Candidate, names: Iterable[str]) -> Iterator[tuple[ServerSettings, bool]]:
        """Return the servers our table has for the certificate's owner, of the same protocol."""
        owners = {owner for name in names if (owner := _owner(name)) and not in_domain(owner, self._entered.domain)}
        fixed = self._entered.server(candidate.settings.direction)
        for provider in self._providers.providers if owners else ():
            row = provider.config(self._entered.address, Source.CERTIFICATE, trusted=False)
            for server in row.servers(candidate.settings.direction):
                if server.protocol is candidate.settings.protocol and _owner(server.host) in owners:
                    if fixed.port or fixed.security:
                        server = replace(candidate.settings, host=server.host, username=server.username)
                    username = fixed.username or server.username
                    yield replace(server, username=username or self._entered.address), username is not None

    async def _same_address(self, name: str, host: str) -> bool:
        try:
            return bool({*await self._resolver.addresses(name)} & {*await self._resolver.addresses(host)})
        except Trouble:
            return False


def names_to_try(names: Iterable[str], host: str) -> Iterator[str]:
    """Return the names in a certificate, likeliest first and each once; pure.

    A wildcard stands for the label the server was asked by, or the commonest one.
    """
    tried, asked = {host}, "mail" if is_ip_literal(host) else host.partition(".")[0]
    for name in names:
        wildcard = name.startswith(WILDCARD)
        base = name.removeprefix(WILDCARD).lower()
        for one in (f"{asked}.{base}", f"mail.{base}") if wildcard else (base,):
            if one not in tried and "." in one and is_name(one) and not is_ip_literal(one):
                tried.add(one)
                yield one


def _owner(name: str) -> str | None:
    """Return the domain somebody registered that a name of a certificate lies in."""
    try:
        return registrable_domain(name.removeprefix(WILDCARD))
    except Trouble:
        return None
