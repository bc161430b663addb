"""Start a mail server in the foreground, know it is ready, end it with everything it started."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

READY_LIMIT_S = 60.0
STOP_LIMIT_S = 1.0
POLL_S = 0.02


class DidNotStart(Exception):
    """A server ended, or never listened; the message holds its log."""


class Daemon:
    """One server and its children: they form a session of their own, whose id is the server's process id."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the living processes of this server."""
        return tuple(session_members(self._process.pid)) if self._process else ()

    def start(self) -> int:
        """Start the server and return its process id; its own output goes to its log."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        return self._process.pid

    def wait_until_listening(self, address: str, port: int) -> None:
        """Return once the port takes connections."""
        deadline = time.monotonic() + READY_LIMIT_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                socket.create_connection((address, port), timeout=1).close()
                return
            time.sleep(POLL_S)
        raise DidNotStart(f"{self.name} does not listen on {address}:{port}.\n{self.log.read_text(errors='replace')}")

    def stop(self) -> None:
        """End the server politely, then whatever is left of its session; its files are thrown away anyway."""
        if self._process is None:
            return
        self._process.terminate()
        deadline = time.monotonic() + STOP_LIMIT_S
        while self.pids and time.monotonic() < deadline:
            time.sleep(POLL_S)
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while self.pids:  # killed, and gone as soon as the kernel gets to it
            time.sleep(POLL_S)
        self._process.wait()
        self._process = None


def session_members(session: int) -> Iterator[int]:
    """Find the living processes of a session."""
    for folder in Path("/proc").glob("[0-9]*"):
        if session_of(int(folder.name)) == session:
            yield int(folder.name)


def session_of(pid: int) -> int | None:
    """Return the session of a living process; a zombie, which only waits to be reaped, does not live (proc(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, _parent, _group, session = stat.rpartition(")")[2].split()[:4]
    return None if state in "ZX" else int(session)


def children(pid: int) -> list[int]:
    """Return the processes a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listed in lists for child in listed.read_text().split()]
