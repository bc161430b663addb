"""Prove an account for real: log in to each server that will be used, send and find the trial letter."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webapp.detection.budget import RefusalBudget
from webapp.detection.ladder import Ladder
from webapp.detection.logging_in import Door, LoggedIn
from webapp.detection.providers import ProviderTable
from webapp.detection.refusals import RefusalLedger
from webapp.detection.sharing import prove_sharing
from webapp.detection.steps import Report, StepGroup, StepState
from webapp.detection.surroundings import Surroundings
from webapp.detection.trial import find_letter, send_letter
from webapp.detection.types import Consent, Findings, Outcome, OutcomeKind, ProvedServer, SharingProblem
from webapp.mail.letters import TrialLetter, trial_letter
from webapp.mail.sessions import AnySession, NntpSession, SmtpSession
from webapp.mail.settings import Credentials, Direction, Protocol
from webapp.net.problems import Problem, ProblemKind

__all__ = ["RefusalLedger", "Verification", "verify"]

CONSENTS = frozenset({ProblemKind.HOST_NOT_CONSENTED, ProblemKind.PLAIN_NOT_CONSENTED})

Logins = Mapping[Direction, LoggedIn | Problem]


@dataclass(frozen=True)
class Verification:
    """What is to be proved: the servers with the credentials, and whether a letter goes out.

    A direction that is None is not used. `letter` False only logs in.
    `sharing` are the other addresses that send through the outgoing server.
    """

    entered_address: str
    sender_name: str
    incoming: ProvedServer | None
    outgoing: ProvedServer | None
    credentials: Credentials = field(repr=False)
    consent: Consent = field(default_factory=Consent)
    letter: bool = True
    language: str = "ru"
    for_receiving: bool = True
    sharing: tuple[str, ...] = ()

    def servers(self) -> dict[Direction, ProvedServer]:
        """Return the servers of the used directions."""
        both = {Direction.INCOMING: self.incoming, Direction.OUTGOING: self.outgoing}
        return {direction: server for direction, server in both.items() if server is not None}


async def verify(
    verification: Verification, surroundings: Surroundings, refusals: RefusalLedger, report: Report
) -> Outcome:
    """Log in side by side, then send the trial letter and look for it.

    FOUND means that every used direction is proved and may be saved; a
    `letter_problem` beside it is a warning (accepted, but not seen arriving).
    LOGIN_REFUSED, NEEDS_CONSENT and NOT_PROVED say why not. `findings`
    carries the servers as really used: login name and authentication method first.
    """
    ladder = Ladder(report)
    network = surroundings.network.session()
    servers = verification.servers()
    budget = RefusalBudget(verification.entered_address, refusals, len(servers))
    door = Door(
        network,
        ladder,
        verification.entered_address,
        verification.credentials,
        verification.consent,
        budget,
        surroundings.kept,
    )
    logins: dict[Direction, LoggedIn | Problem] = {}
    try:
        await _log_in_everywhere(door, servers, ladder, logins)
        outcome = _outcome(verification, logins, ladder, surroundings.providers)
        if outcome.kind is OutcomeKind.FOUND:
            outcome = await _with_sending(verification, door, logins, ladder, outcome)
        await asyncio.gather(*(session.part() for session in _sessions(logins)))
        return outcome
    except asyncio.CancelledError:
        ladder.close(StepState.STOPPED)
        raise
    finally:  # Stop has no time for farewells; closing twice is harmless
        await asyncio.gather(*(session.close() for session in _sessions(logins)))


async def _log_in_everywhere(
    door: Door, servers: Mapping[Direction, ProvedServer], ladder: Ladder, logins: dict[Direction, LoggedIn | Problem]
) -> None:
    """Fill `logins` as the servers answer, so that whoever stops us finds every open session there."""

    async def log_in(direction: Direction, server: ProvedServer) -> None:
        place = f"{server.settings.host}:{server.settings.port}"
        step = ladder.step(f"verify:{direction}", StepGroup.VERIFY, place, server.settings.security).wait()
        logins[direction] = await door.enter(server, step)

    async with asyncio.TaskGroup() as logging_in:
        for direction, server in servers.items():
            logging_in.create_task(log_in(direction, server))


def _outcome(verification: Verification, logins: Logins, ladder: Ladder, providers: ProviderTable) -> Outcome:
    problems = {direction: login for direction, login in logins.items() if isinstance(login, Problem)}
    kinds = {problem.kind for problem in problems.values()}
    if not problems:
        kind = OutcomeKind.FOUND
    elif ProblemKind.LOGIN_REFUSED in kinds:
        kind = OutcomeKind.LOGIN_REFUSED
    else:
        kind = OutcomeKind.NEEDS_CONSENT if kinds <= CONSENTS else OutcomeKind.NOT_PROVED
    return Outcome(
        kind,
        _findings(verification, logins, providers),
        incoming_problem=problems.get(Direction.INCOMING),
        outgoing_problem=problems.get(Direction.OUTGOING),
        seconds_proved=None if problems else ladder.now_ms() / 1000,
    )


def _findings(verification: Verification, logins: Logins, providers: ProviderTable) -> Findings:
    """Return the servers as used; the provider's hints explain most refusals of a right password."""
    used = {
        direction: (login.server if isinstance(login, LoggedIn) else verification.servers()[direction],)
        for direction, login in logins.items()
    }
    mail = [servers[0].settings for servers in used.values() if servers[0].settings.protocol is not Protocol.NNTP]
    hosts = [settings.host for settings in mail]
    domain = verification.entered_address.rpartition("@")[2]
    provider = next((row for host in hosts if (row := providers.by_host(host, domain))), None)
    return Findings(
        incoming=used.get(Direction.INCOMING, ()),
        outgoing=used.get(Direction.OUTGOING, ()),
        provider_name=provider.name if provider else None,
        hints=provider.hints if provider else (),
    )


async def _with_sending(
    verification: Verification, door: Door, logins: Logins, ladder: Ladder, outcome: Outcome
) -> Outcome:
    """Send the letter, see it arrive, and ask for the other addresses that send through this server."""
    outgoing = logins.get(Direction.OUTGOING)
    if not (isinstance(outgoing, LoggedIn) and isinstance(outgoing.session, SmtpSession)):
        return outcome
    session, address = outgoing.session, verification.entered_address
    letter = None
    if verification.letter:
        letter = trial_letter(address, verification.sender_name, verification.language)
        step = ladder.step("verify:letter", StepGroup.VERIFY, address).begin()
        refused = await send_letter(session, address, letter, step)
        if refused is not None:
            return replace(outcome, kind=OutcomeKind.NOT_PROVED, letter_problem=refused, seconds_proved=None)
    async with asyncio.TaskGroup() as proving:
        sharing = proving.create_task(prove_sharing(session, address, verification.sharing, ladder))
        if letter is not None:
            outcome = await _with_arrival(verification, door, logins, ladder, letter, outcome)
    return _with_sharing(outcome, sharing.result())


async def _with_arrival(
    verification: Verification, door: Door, logins: Logins, ladder: Ladder, letter: TrialLetter, outcome: Outcome
) -> Outcome:
    """Accepted by the server is proved, and not seeing the letter arrive only warns."""
    incoming = logins.get(Direction.INCOMING)
    if not (verification.for_receiving and isinstance(incoming, LoggedIn)):
        return outcome
    if isinstance(incoming.session, NntpSession):
        return outcome  # letters do not arrive among the news
    arrival = ladder.step("verify:arrival", StepGroup.VERIFY, verification.entered_address).begin()
    missing = await find_letter(incoming, door, letter, arrival)
    return replace(outcome, letter_problem=missing, letter_may_remain=missing is not None)


def _with_sharing(outcome: Outcome, problems: tuple[SharingProblem, ...]) -> Outcome:
    if not problems:
        return outcome
    return replace(outcome, kind=OutcomeKind.NOT_PROVED, sharing_problems=problems, seconds_proved=None)


def _sessions(logins: Logins) -> list[AnySession]:
    return [login.session for login in logins.values() if isinstance(login, LoggedIn)]
