"""Corners of loopback where no server answers as it should, and a look at what a test left open."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from webapp.net.problems import Problem, Trouble

SWALLOWING = "127.0.0.3"


@contextmanager
def swallowed_packets(port: int = 0, host: str = SWALLOWING) -> Iterator[int]:
    """Give a port whose connections never come about: the queue is full, the kernel drops every SYN."""
    with ExitStack() as stack:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = stack.enter_context(socket.create_server((host, port), family=family, backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket(family))
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address[1]


def closed_port(host: str = "127.0.0.1") -> int:
    """Return a port nobody listens on."""
    with socket.create_server((host, 0)) as listener:
        return int(listener.getsockname()[1])


def open_sockets() -> int:
    """Return how many sockets this process has open, as the kernel sees it."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
        except OSError:
            continue
    return count


def other_tasks() -> set[asyncio.Task[object]]:
    """Return the tasks that run beside the caller."""
    current = asyncio.current_task()
    return {task for task in asyncio.all_tasks() if task is not current}


@contextmanager
def trouble() -> Iterator[list[Problem]]:
    """Catch the trouble that must come and hand its problem over."""
    problems: list[Problem] = []
    try:
        yield problems
    except Trouble as caught:
        problems.append(caught.problem)
    else:
        raise AssertionError("no trouble came")
