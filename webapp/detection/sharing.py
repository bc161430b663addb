"""Prove an outgoing server for the other addresses that share it: their envelopes pass, and no letter is sent."""

from dataclasses import replace

from webapp.detection.ladder import Ladder, OpenStep
from webapp.detection.steps import StepGroup, StepState
from webapp.detection.types import SharingProblem
from webapp.mail.sessions import SmtpSession
from webapp.net.problems import Problem, ProblemKind, Trouble

REFUSALS = frozenset({ProblemKind.SENDER_REFUSED, ProblemKind.RECIPIENT_REFUSED})


async def prove_sharing(
    session: SmtpSession, own_address: str, addresses: tuple[str, ...], ladder: Ladder
) -> tuple[SharingProblem, ...]:
    """Ask for each address whether it may send, by an envelope to the account's own address.

    That one has just taken a letter, so a refusal means the sender, whichever
    command it comes at: many servers judge nothing before RCPT TO. After a
    connection broke off nobody else is asked: it is one problem, not many.
    """
    steps = {address: ladder.step(f"verify:sharing:{address}", StepGroup.VERIFY, address) for address in addresses}
    for step in steps.values():
        step.wait()
    problems: list[SharingProblem] = []
    for address, step in steps.items():
        problem = await _asked(session, own_address, address, step.begin())
        if problem is not None:
            problems.append(SharingProblem(address, problem))
            if problem.kind is not ProblemKind.SENDER_REFUSED:
                break
    for step in steps.values():
        step.end(StepState.SKIPPED)
    return tuple(problems)


async def _asked(session: SmtpSession, own_address: str, address: str, step: OpenStep) -> Problem | None:
    session.listen(step.hear)
    try:
        await session.try_envelope(address, own_address)
    except Trouble as trouble:
        problem = trouble.problem
        if problem.kind in REFUSALS:
            problem = replace(problem, kind=ProblemKind.SENDER_REFUSED)
        step.failed(problem)
        return problem
    step.ok()
    return None
