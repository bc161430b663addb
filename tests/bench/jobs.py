"""What a measured process is told and what it answers, as JSON through its standard input and output."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cattrs

from tests.bench.line import Place
from tests.bench.scenarios import BY_NAME, Scenario

REPOSITORY = Path(__file__).parent.parent.parent
LIMIT_S = 600.0


@dataclass(frozen=True)
class Job:
    """One measurement, for a process of its own.

    `addresses` are those of the hosts of the scenario's two servers, for the floor.
    """

    kind: str
    scenario: str
    password: str = field(repr=False)
    addresses: tuple[str, ...] = ()
    runs: int = 1
    at_once: int = 1

    @property
    def case(self) -> Scenario:
        """Return the scenario."""
        return BY_NAME[self.scenario]


@dataclass(frozen=True)
class Measured:
    """What came out: seconds of every run, and what the process used.

    `connections` is their number in one run, `memory_mb` the most the process
    ever held, `sockets_left` what was open after everything had been stopped,
    `stopped_s` how long stopping took.
    """

    seconds: tuple[float, ...]
    proved_seconds: tuple[float, ...] = ()
    connections: int = 0
    memory_mb: float = 0
    sockets_left: int = 0
    stopped_s: float = 0
    wrong: tuple[str, ...] = ()


def measure(job: Job, place: Place, environment: Mapping[str, str]) -> Measured:
    """Have a fresh process do a job somewhere."""
    done = subprocess.run(
        [*place.enter, sys.executable, "-m", "tests.bench.process"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")} | dict(environment),
    )
    if done.returncode or not done.stdout:
        raise RuntimeError(f"{job}\n{done.stderr}")
    return cattrs.structure(json.loads(done.stdout), Measured)
