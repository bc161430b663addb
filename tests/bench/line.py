"""Where the measured programs run: beside the lab, or behind a line with a round trip of its own.

The bench and its lab live in a network namespace nobody else is in. The delay
is netem's, or, where the kernel has none, that of a delay line of our own to
a second namespace.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PREFIX = "10.200"
"""The lab's network; loopback addresses cannot leave a namespace."""

NEAR, FAR = "mailroom-near", "mailroom-far"
FAR_ADDRESS = "10.201.0.2"
INSIDE = "MAILROOM_BENCH_INSIDE"


class NoLine(Exception):
    """What keeps a namespace or a delay from being made, for people."""


@dataclass(frozen=True)
class Place:
    """Where programs run, as the beginning of their command line."""

    round_trip_ms: int = 0
    enter: tuple[str, ...] = ()
    how: str = "none"


def enter_namespace() -> None:
    """Start this program again in a network namespace of its own; returns in there."""
    if os.environ.get(INSIDE):
        run("ip", "link", "set", "lo", "up")
        run("ip", "route", "add", "local", f"{PREFIX}.0.0/16", "dev", "lo")
        return
    run("unshare", "--net", "true")
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--net", sys.executable, "-m", "tests.bench", *sys.argv[1:]])  # noqa: S606


@contextmanager
def far_away(round_trip_ms: int) -> Iterator[Place]:
    """Return a place that a round trip separates from the lab, half of it each way."""
    if not os.environ.get(INSIDE):
        raise NoLine("that takes a network namespace of our own")
    one_way = f"{round_trip_ms / 2}ms"
    try:
        run(*"tc qdisc add dev lo root netem limit 100000 delay".split(), one_way)
    except NoLine:
        with _far_namespace() as holder, _line(holder, round_trip_ms / 2):
            enter = ("nsenter", f"--net=/proc/{holder}/ns/net")
            _route(enter)
            yield Place(round_trip_ms, enter, "our own delay line, packet by packet (the kernel has no netem)")
        return
    try:
        yield Place(round_trip_ms, how="netem")
    finally:
        run(*"tc qdisc del dev lo root".split())


@contextmanager
def _far_namespace() -> Iterator[int]:
    """Return the id of a process that holds a namespace open: as long as its standard input is, so it ends with us."""
    command = ["unshare", "--net", "sh", "-c", "echo; exec cat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            yield holder.pid
        finally:
            holder.kill()


@contextmanager
def _line(far_pid: int, one_way_ms: float) -> Iterator[None]:
    if not Path("/dev/net/tun").exists():
        raise NoLine("the kernel has neither netem nor tun devices")
    command = [sys.executable, "-m", "tests.bench.delay", str(one_way_ms), NEAR, FAR]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as line:
        assert line.stdout is not None
        try:
            if not line.stdout.readline():
                raise NoLine("no tun device could be opened")
            run("ip", "link", "set", FAR, "netns", str(far_pid))
            yield
        finally:
            line.kill()


def _route(enter: tuple[str, ...]) -> None:
    """Give both ends of the line their addresses and routes."""
    run("ip", "link", "set", NEAR, "up", "txqueuelen", "10000")
    run("ip", "route", "add", FAR_ADDRESS, "dev", NEAR)
    run(*enter, "ip", "link", "set", "lo", "up")
    run(*enter, "ip", "link", "set", FAR, "up", "txqueuelen", "10000")
    run(*enter, "ip", "address", "add", FAR_ADDRESS, "dev", FAR)
    run(*enter, "ip", "route", "add", f"{PREFIX}.0.0/16", "dev", FAR)


def run(*command: str) -> None:
    """Run a command; what it says when it fails becomes our exception."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise NoLine(f"there is no {command[0]}") from None
    except subprocess.CalledProcessError as error:
        raise NoLine(f"{' '.join(command)}: {error.stderr.strip()}") from None
