"""A measured process: reads one job, does it in one event loop, prints what came out."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cattrs

from tests.bench import crowd, ours
from tests.bench.jobs import Job, Measured
from webapp.detection.engine import Surroundings
from webapp.settings import load
from webapp.surroundings import build_network, build_surroundings

KINDS: dict[str, Callable[[Job, Surroundings], Coroutine[None, None, Measured]]] = {
    "floor": crowd.floor,
    "found": ours.found,
    "logged in": ours.logged_in,
    "refused": ours.refused,
    "re-test": ours.retested,
    "crowd": crowd.detections,
}


def main() -> None:
    """Do the job of standard input."""
    job = cattrs.structure(json.load(sys.stdin), Job)
    settings = load(os.environ)
    surroundings = build_surroundings(build_network(settings), settings)  # what a serving process has at hand
    with counted_connections() as connections:
        measured = asyncio.run(KINDS[job.kind](job, surroundings))
    answer: dict[str, Any] = asdict(measured)
    answer |= {"connections": round(len(connections) / (job.runs * job.at_once)), "memory_mb": most_memory_mb()}
    print(json.dumps(answer))


@contextmanager
def counted_connections() -> Iterator[list[object]]:
    """Count every TCP connection the process asks the kernel for, refused ones too."""
    connections: list[object] = []

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and arguments[0].type & 0xF == 1:  # SOCK_STREAM
            connections.append(arguments[1])

    sys.addaudithook(hear)
    yield connections


def most_memory_mb() -> float:
    """Return the most memory this process ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
