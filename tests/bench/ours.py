"""Mailroom measured from the call of the engine, as `mailroom detect` counts: one search after another."""

import time
from dataclasses import replace

from tests.bench.jobs import Job, Measured
from webapp.cli.detecting import Detecting, Request, Result
from webapp.cli.ladder_text import TextReport
from webapp.detection.engine import Surroundings, detect
from webapp.detection.types import Consent, Entered, EnteredServer, Findings, OutcomeKind
from webapp.mail.settings import AuthMethod, Direction
from webapp.net.problems import ProblemKind


async def found(job: Job, surroundings: Surroundings) -> Measured:
    """Search, without a password."""
    return _measured(job, [await _search(job, surroundings, None) for _ in range(job.runs)])


async def logged_in(job: Job, surroundings: Surroundings) -> Measured:
    """Search and log in to both servers."""
    results = [await _search(job, surroundings, job.password) for _ in range(job.runs)]
    refused = [f"not logged in: {result.problems}" for result in results if not result.verified]
    measured = _measured(job, results)
    return replace(measured, wrong=measured.wrong + tuple(refused))


async def refused(job: Job, surroundings: Surroundings) -> Measured:
    """Search and log in with a password that is wrong."""
    results = [await _search(job, surroundings, job.password[::-1]) for _ in range(job.runs)]
    kinds = [{problem.kind for _, problem in result.problems} for result in results]
    measured = _measured(job, results)
    return replace(measured, wrong=tuple(f"{said}" for said in kinds if said != {ProblemKind.LOGIN_REFUSED}))


async def retested(job: Job, surroundings: Surroundings) -> Measured:
    """Prove servers of which every field is given."""
    seconds, wrong = [], []
    entered = fixed(job)
    for _ in range(job.runs):
        started_at = time.monotonic()
        outcome = await detect(entered, Consent(), surroundings, TextReport(silent=True))
        seconds.append(time.monotonic() - started_at)
        if outcome.kind is not OutcomeKind.FOUND:
            wrong.append(f"{outcome}")
    return Measured(tuple(seconds), wrong=tuple(wrong))


def fixed(job: Job) -> Entered:
    """Return the address with every field of both servers filled in."""
    incoming, outgoing = (
        EnteredServer(
            endpoint.protocol,
            endpoint.host,
            endpoint.port,
            endpoint.security,
            AuthMethod.PASSWORD_CLEARTEXT,
            job.case.address,
        )
        for endpoint in job.case.endpoints
    )
    return Entered(job.case.address, incoming=incoming, outgoing=outgoing)


def wrong_servers(job: Job, findings: Findings) -> list[str]:
    """Return what is not as the scenario wants it."""
    chosen = [findings.chosen(direction) for direction in Direction]
    got = tuple(server and server.settings.endpoint for server in chosen)
    return [] if got == job.case.endpoints else [f"found {got}"]


async def _search(job: Job, surroundings: Surroundings, password: str | None) -> Result:
    """Do what the command line does; consent is given in advance, as its option does."""
    request = Request(job.case.address, password, consent=True)
    return await Detecting(request, surroundings, TextReport(silent=True)).run()


def _measured(job: Job, results: list[Result]) -> Measured:
    return Measured(
        tuple(result.seconds for result in results),
        tuple(result.seconds_proved or 0.0 for result in results),
        wrong=tuple(words for result in results for words in wrong_servers(job, result.findings)),
    )
