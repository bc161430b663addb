"""Find the mail servers of an address and prove them, without ever holding the password."""

import asyncio
from dataclasses import replace

from webapp.detection.assembling import proved_at
from webapp.detection.consent import outcome_kind
from webapp.detection.search import Search
from webapp.detection.steps import Report, StepState
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.turnstile import turnstile
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind
from webapp.mail.settings import Direction, Endpoint
from webapp.net.problems import Field, Problem, ProblemKind, Trouble

__all__ = ["KnownAccount", "Surroundings", "detect"]


async def detect(entered: Entered, consent: Consent, surroundings: Surroundings, report: Report) -> Outcome:
    """Search for the servers that `entered` leaves open and prove every one of them.

    Ends with FOUND, HALF_FOUND, NEEDS_CONSENT or NOT_FOUND within the hard
    limit; when cancelled, nothing of it is left running.
    """
    async with turnstile().passage():
        return await _search(entered, consent, surroundings, report)


async def _search(entered: Entered, consent: Consent, surroundings: Surroundings, report: Report) -> Outcome:
    try:
        search = Search(entered, consent, surroundings, report)
    except Trouble as trouble:
        return _no_address(trouble.problem)
    try:
        async with asyncio.timeout(surroundings.limit_s):
            await search.run()
    except TimeoutError:
        search.ladder.close(StepState.FAILED, Problem(ProblemKind.OUT_OF_TIME))
    except asyncio.CancelledError:
        search.ladder.close(StepState.STOPPED)
        if surroundings.kept is not None:
            surroundings.kept.drop_all()
        raise
    search.ladder.close(StepState.SKIPPED)
    findings = search.findings(ended=True)
    report.findings(findings)
    if surroundings.kept is not None:
        await surroundings.kept.part_from_others(_chosen(findings))
    moment = proved_at(search.hunts)
    return Outcome(
        outcome_kind(findings, entered.wanted(), consent),
        findings,
        seconds_proved=None if moment is None else search.ladder.seconds_at(moment),
    )


def _chosen(findings: Findings) -> frozenset[Endpoint]:
    chosen = (findings.chosen(direction) for direction in Direction)
    return frozenset(server.settings.endpoint for server in chosen if server is not None)


def _no_address(problem: Problem) -> Outcome:
    told = replace(problem, field=Field.ADDRESS)
    return Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=told, outgoing_problem=told))
