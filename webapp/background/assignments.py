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
from webapp.storage.models import DraftDetails, RunPurpose

VERIFYING = (RunPurpose.SAVE, RunPurpose.CHECK)


@dataclass(frozen=True)
class Assignment:
    """Everything a run needs to know; the loop thread asks the database nothing."""

    purpose: RunPurpose
    entered: Entered
    consent: Consent
    findings: Findings
    details: DraftDetails
    credentials: Credentials | None = field(repr=False)
    known: tuple[KnownAccount, ...] = ()


Engine = Callable[[Assignment, Surroundings, RefusalLedger, Report], Awaitable[Outcome]]


async def carry_out(
    assignment: Assignment, surroundings: Surroundings, refusals: RefusalLedger, report: Report
) -> Outcome:
    """Search, or prove with the password, as the purpose says."""
    if assignment.purpose not in VERIFYING:
        return await detect(assignment.entered, assignment.consent, surroundings, report)
    credentials = assignment.credentials
    if credentials is None:
        return unproved(assignment, Problem(ProblemKind.PASSWORD_MISSING, field=Field.SECRET))
    chosen = _chosen(assignment)
    missing = next((direction for direction in assignment.entered.wanted() if chosen[direction] is None), None)
    if missing is not None:
        why = assignment.findings.problem(missing) or Problem(ProblemKind.NOT_OFFERED)
        return unproved(assignment, why, missing)
    return await verify(_verification(assignment, credentials), surroundings, refusals, report)


def unproved(assignment: Assignment, problem: Problem, direction: Direction | None = None) -> Outcome:
    """Return the outcome of a verification that could not be made (by default told at the first used direction)."""
    direction = direction or assignment.entered.wanted()[0]
    outcome = Outcome(OutcomeKind.NOT_PROVED, assignment.findings)
    if direction is Direction.INCOMING:
        return replace(outcome, incoming_problem=problem)
    return replace(outcome, outgoing_problem=problem)


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
    )
