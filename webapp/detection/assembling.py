"""Put together what the hunts of a run know; pure."""

from collections.abc import Sequence

from webapp.detection.hunt import PLAIN_RANK, ClosedDoor, Hunt
from webapp.detection.providers import ProviderTable
from webapp.detection.race import Arrival
from webapp.detection.telling import most_telling, with_field
from webapp.detection.types import Entered, Findings, Hint, MailConfig, ProvedServer
from webapp.mail.settings import Direction, Protocol
from webapp.net.problems import Field, Problem, ProblemKind

ALTERNATIVES_LIMIT = 6


def assemble(hunts: Sequence[Hunt], entered: Entered, providers: ProviderTable, *, ended: bool) -> Findings:
    """Return the findings as they stand; problems are told only when the run has ended."""
    by_direction = {hunt.direction: hunt for hunt in hunts}
    incoming, outgoing = by_direction.get(Direction.INCOMING), by_direction.get(Direction.OUTGOING)
    winners = [config for hunt in hunts if (config := _winner(hunt)) is not None]
    return Findings(
        incoming=_servers(incoming),
        outgoing=_servers(outgoing),
        provider_name=next((config.provider_name for config in winners if config.provider_name), None),
        hints=_hints(winners, hunts, providers, entered.domain),
        incoming_problem=_problem(incoming, entered) if ended else None,
        outgoing_problem=_problem(outgoing, entered) if ended else None,
    )


def proved_at(hunts: Sequence[Hunt]) -> float | None:
    """Return when the last of the chosen servers stood proved (monotonic seconds), or None if none does."""
    moments = [arrival.at for hunt in hunts if (arrival := _best(hunt)) and isinstance(arrival.found, ProvedServer)]
    return max(moments, default=None)


def _best(hunt: Hunt | None) -> Arrival[ProvedServer | ClosedDoor] | None:
    arrivals = hunt.race.arrivals() if hunt else ()
    return arrivals[0] if arrivals else None


def _servers(hunt: Hunt | None) -> tuple[ProvedServer, ...]:
    """Return the proved servers, best first and each once; none behind a closed door."""
    best = _best(hunt)
    if hunt is None or best is None or isinstance(best.found, ClosedDoor):
        return ()
    servers = [arrival.found for arrival in hunt.race.arrivals() if isinstance(arrival.found, ProvedServer)]
    distinct = {server.settings.endpoint: server for server in reversed(servers)}
    return tuple(reversed(distinct.values()))[:ALTERNATIVES_LIMIT]


def _winner(hunt: Hunt) -> MailConfig | None:
    best = _best(hunt)
    if best is None:
        return None
    place = best.rank[len(PLAIN_RANK) :] if best.rank[: len(PLAIN_RANK)] == PLAIN_RANK else best.rank
    return next((config for rank, config in hunt.configs.items() if place[: len(rank)] == rank), None)


def _hints(winners: list[MailConfig], hunts: Sequence[Hunt], providers: ProviderTable, domain: str) -> tuple[Hint, ...]:
    """Return the winners' instructions, and those of the provider whose server was chosen, whoever named it."""
    chosen = [server for hunt in hunts for server in _servers(hunt)[:1]]
    hosts = [server.settings.host for server in chosen if server.settings.protocol is not Protocol.NNTP]
    rows = [provider for host in hosts if (provider := providers.by_host(host, domain))]
    hints = [hint for row in rows for hint in row.hints] + [hint for config in winners for hint in config.hints]
    told = {hint.kind: hint for hint in reversed(hints)}
    return tuple(reversed(told.values()))


def _problem(hunt: Hunt | None, entered: Entered) -> Problem | None:
    if hunt is None:
        return None
    best = _best(hunt)
    if best is not None:
        return best.found.problem if isinstance(best.found, ClosedDoor) else None
    fixed = entered.server(hunt.direction)
    problem = most_telling(hunt.problems)
    if problem is None:
        denied = any(config.not_offered for config in hunt.configs.values())
        return Problem(ProblemKind.NOT_OFFERED if denied else ProblemKind.OUT_OF_TIME, entered.domain)
    if problem.kind is ProblemKind.NAME_NOT_FOUND and fixed.host is None:
        return _no_server(hunt, entered)
    return with_field(problem, hunt.direction, fixed)


def _no_server(hunt: Hunt, entered: Entered) -> Problem:
    """Explain why not even a guessed name exists: the domain does not, or it has no mail servers we could find."""
    missing = any(
        problem.kind is ProblemKind.NAME_NOT_FOUND and problem.host == entered.domain for _, problem in hunt.problems
    )
    if missing:
        return Problem(ProblemKind.NAME_NOT_FOUND, entered.domain, field=Field.ADDRESS)
    return Problem(ProblemKind.NO_RECORD, entered.domain)
