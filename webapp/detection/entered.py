"""What the person typed, as a source of its own; pure."""

from dataclasses import replace

from webapp.detection.candidates import variants_of_host
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, EnteredServer, MailConfig, Source
from webapp.mail.settings import Direction
from webapp.net.domains import to_a_label
from webapp.net.problems import Field, Problem, ProblemKind, Trouble

ENTERED_RANK = (0, 0)
FILLED_RANK = (0, 1)


def with_a_labels(entered: Entered) -> Entered:
    """Return the same entry with its hosts as the name server knows them; a broken name stays and is told later."""
    return replace(entered, incoming=_with_a_label(entered.incoming), outgoing=_with_a_label(entered.outgoing))


def entered_config(entered: Entered, direction: Direction, providers: ProviderTable) -> MailConfig | Problem | None:
    """Return what a typed host may be, or None if no host was typed; a broken name is a problem.

    The provider table may know the host and with it the form of its login names.
    """
    fixed = entered.server(direction)
    if fixed.host is None:
        return Problem(ProblemKind.NO_RECORD, field=Field(f"{direction}_host")) if fixed.only_typed else None
    host = fixed.host
    try:
        to_a_label(host)
    except Trouble as trouble:
        return trouble.problem
    provider = None if fixed.only_typed else providers.by_host(host, entered.domain)
    row = provider.config(entered.address, Source.ENTERED, trusted=True) if provider else None
    named = row.servers(direction) if row else ()
    # Under another name of theirs the provider's servers are the same ones.
    known = [server for server in named if server.host == host] or [replace(server, host=host) for server in named]
    servers = (*known, *variants_of_host(host, fixed, direction))
    incoming = direction is Direction.INCOMING
    return MailConfig(
        incoming=servers if incoming else (),
        outgoing=() if incoming else servers,
        source=Source.ENTERED,
        trusted=True,
        provider_name=row.provider_name if row else None,
        hints=row.hints if row else (),
    )


def filled_config(entered: Entered, direction: Direction, providers: ProviderTable) -> MailConfig | None:
    """Return the servers of a direction whose host was left blank, if the other one's is a known provider's."""
    other = Direction.OUTGOING if direction is Direction.INCOMING else Direction.INCOMING
    typed = entered.server(other).host
    if entered.server(direction).host is not None or typed is None or entered.server(other).only_typed:
        return None
    provider = providers.by_host(typed, entered.domain)
    return provider.config(entered.address, Source.PROVIDER_TABLE, trusted=True) if provider else None


def asks_sources(fixed: EnteredServer) -> bool:
    """Tell whether any source could still say something about a server: a typed host alone leaves port and more."""
    return not fixed.only_typed and None in (fixed.host, fixed.port, fixed.security)


def _with_a_label(fixed: EnteredServer) -> EnteredServer:
    try:
        return fixed if fixed.host is None else replace(fixed, host=to_a_label(fixed.host))
    except Trouble:
        return fixed
