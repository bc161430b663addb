"""Many at once in one process: searches, and floors to compare them with."""

import asyncio
import os
import time
from pathlib import Path

from tests.bench.floor import Login, Told, both_logins
from tests.bench.jobs import Job, Measured
from tests.bench.ours import wrong_servers
from webapp.cli.ladder_text import TextReport
from webapp.detection.engine import Surroundings, detect
from webapp.detection.types import Consent, Entered

STOPPED_AFTER_S = 0.15


async def floor(job: Job, surroundings: Surroundings) -> Measured:
    """Log in to both servers, `at_once` times side by side, as often as there are runs."""
    told = tuple(map(Told, job.case.endpoints, job.addresses))
    login = Login(job.case.address, job.password, surroundings.network.tls.verified)
    seconds: list[float] = []
    for _ in range(job.runs):
        seconds += await asyncio.gather(*(both_logins(told, login) for _ in range(job.at_once)))
    return Measured(tuple(seconds))


async def detections(job: Job, surroundings: Surroundings) -> Measured:
    """Search `at_once` times side by side; then once more, and stop all of them in the middle."""
    entered = Entered(job.case.address)
    wrong: list[str] = []

    async def timed() -> float:
        started_at = time.monotonic()
        outcome = await detect(entered, Consent(), surroundings, TextReport(silent=True))
        wrong.extend(wrong_servers(job, outcome.findings))
        return time.monotonic() - started_at

    seconds: list[float] = []
    for _ in range(job.runs):
        seconds += await asyncio.gather(*(timed() for _ in range(job.at_once)))
    before = open_sockets()
    searches = [asyncio.create_task(timed()) for _ in range(job.at_once)]
    await asyncio.sleep(STOPPED_AFTER_S)
    stopped_at = time.monotonic()
    for search in searches:
        search.cancel()
    await asyncio.wait(searches)
    left = max(open_sockets() - before, surroundings.network.open_streams)
    return Measured(tuple(seconds), sockets_left=left, stopped_s=time.monotonic() - stopped_at, wrong=tuple(wrong))


def open_sockets() -> int:
    """Return how many sockets the process has open."""
    descriptors = Path("/proc/self/fd")
    targets = []
    for name in os.listdir(descriptors):
        try:
            targets.append(os.readlink(descriptors / name))
        except OSError:  # the descriptor of this very listing
            continue
    return sum(target.startswith("socket:") for target in targets)
