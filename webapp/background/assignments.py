"""What a run has to do, as one value, and the doing of it by the engine."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from webapp.detection.engine import detect
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer
from webapp.detection.verify import Verification, verify
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.credentials import Origin
from webapp.storage.models import DraftDetails, RunPurpose

VERIFYING = (RunPurpose.SAVE, RunPurpose.CHECK)


@dataclass(frozen=True)
class Assignment:
    """Everything a run needs to know; the loop thread asks the database nothing.

    `sharing` are the other addresses that send through the outgoing server
    that is changed; `missing` is the direction whose password nobody knows
    (`credentials` is None then); with an `obstacle` the run ends before it begins.
    """

    purpose: RunPurpose
    entered: Entered
    consent: Consent
    findings: Findings
    details: DraftDetails
    credentials: Credentials | None = field(repr=False)
    known: tuple[KnownAccount, ...] = ()
    sharing: tuple[str, ...] = ()
    missing: Direction | None = None
    obstacle: Problem | None = None
    origins: tuple[tuple[Direction, Origin], ...] = ()


Engine = Callable[[Assignment, Surroundings, RefusalLedger, Report], Awaitable[Outcome]]


async def carry_out(
    assignment: Assignment, surroundings: Surroundings, refusals: RefusalLedger, report: Report
) -> Outcome:
    """Search, or prove with the password, as the purpose says."""
    if assignment.purpose not in VERIFYING:
        return await detect(assignment.entered, assignment.consent, surroundings, report)
    if assignment.obstacle is not None:
        return unproved(assignment, assignment.obstacle)
    credentials = assignment.credentials
    if credentials is None:
        return unproved(assignment, _password_missing(assignment), assignment.missing)
    chosen = _chosen(assignment)
    missing = next((direction for direction in assignment.entered.wanted() if chosen[direction] is None), None)
    if missing is not None:
        why = assignment.findings.problem(missing) or Problem(ProblemKind.NOT_OFFERED)
        return unproved(assignment, why, missing)
    return await verify(_verification(assignment, credentials), surroundings, refusals, report)


def unproved(assignment: Assignment, problem: Problem, direction: Direction | None = None) -> Outcome:
    """Return the outcome of a verification that could not be made (by default told at the first used direction)."""
    direction = direction or next(iter(assignment.entered.wanted()), Direction.INCOMING)
    outcome = Outcome(OutcomeKind.NOT_PROVED, assignment.findings)
    if direction is Direction.INCOMING:
        return replace(outcome, incoming_problem=problem)
    return replace(outcome, outgoing_problem=problem)


def _password_missing(assignment: Assignment) -> Problem:
    """Return the problem at its field: the one password of an account, or the outgoing server's own."""
    both = len(assignment.entered.wanted()) > 1
    own = both and assignment.missing is Direction.OUTGOING
    return Problem(ProblemKind.PASSWORD_MISSING, field=Field.OUTGOING_SECRET if own else Field.SECRET)


def _chosen(assignment: Assignment) -> dict[Direction, ProvedServer | None]:
    found, wanted = assignment.findings, assignment.entered.wanted()
    return {direction: found.chosen(direction) if direction in wanted else None for direction in Direction}


def _verification(assignment: Assignment, credentials: Credentials) -> Verification:
    chosen = _chosen(assignment)
    return Verification(
        entered_address=assignment.entered.address,
        sender_name=assignment.details.sender_name,
        incoming=chosen[Direction.INCOMING],
        outgoing=chosen[Direction.OUTGOING],
        credentials=credentials,
        consent=assignment.consent,
        letter=assignment.purpose is RunPurpose.SAVE and assignment.entered.for_sending,
        language=assignment.details.language,
        for_receiving=assignment.entered.for_receiving,
        sharing=assignment.sharing,
    )
