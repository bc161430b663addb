"""Servers without encryption: the last resort, and only where nothing speaks TLS (DESIGN 5.1)."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace

from webapp.detection.crew import Crew
from webapp.detection.ladder import Ladder
from webapp.detection.prove import Prober, Proof, Suits, anything
from webapp.detection.types import Consent
from webapp.mail.sessions import Endpoint
from webapp.mail.settings import STANDARD_PORTS, Protocol, Security
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind

Results = Mapping[Endpoint, Proof | Problem]


def plain_endpoints(
    results: Results, protocols: tuple[Protocol, ...], tls_hosts: Collection[str]
) -> tuple[Endpoint, ...]:
    """Return where an unencrypted login may be offered, by what the encrypted probes brought.

    The server must have answered and not known STARTTLS, and no port of the
    same host may have spoken TLS, however badly: otherwise whoever breaks the
    certificate would get the password in clear.
    """
    return tuple(
        replace(endpoint, security=Security.NONE)
        for endpoint, result in results.items()
        if endpoint.protocol in protocols
        and endpoint.security is Security.STARTTLS
        and isinstance(result, Problem)
        and result.kind is ProblemKind.STARTTLS_NOT_OFFERED
        and endpoint.host not in tls_hosts
    )


async def prove_plain(prober: Prober, endpoint: Endpoint, suits: Suits = anything) -> Proof | Problem:
    """Prove a server the person wants without encryption; refuse when the host speaks TLS after all."""
    tls = replace(endpoint, security=Security.TLS, port=STANDARD_PORTS[endpoint.protocol, Security.TLS])
    starttls = replace(endpoint, security=Security.STARTTLS)
    _, over_starttls = await asyncio.gather(prober.prove(tls), prober.prove(starttls))
    if endpoint.host in prober.tls_hosts:
        return Problem(ProblemKind.TLS_AVAILABLE, endpoint.host, endpoint.port)
    if isinstance(over_starttls, Problem) and over_starttls.kind is not ProblemKind.STARTTLS_NOT_OFFERED:
        return over_starttls
    return await prober.prove(endpoint, suits)


async def tls_instead(network: Network, consent: Consent, ladder: Ladder, endpoint: Endpoint) -> Problem | None:
    """Return TLS_AVAILABLE if a host that is to get a password unencrypted speaks TLS by now."""
    crew = Crew()
    try:
        result = await prove_plain(Prober(network, consent, ladder, crew), endpoint)
    finally:
        await crew.end()
    # Any other trouble the login meets itself.
    return result if isinstance(result, Problem) and result.kind is ProblemKind.TLS_AVAILABLE else None
