"""A real `mailroom serve` in a process of its own, for tests that need one to talk to, to stop or to kill."""

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, Self

PROGRAM = "webapp.cli"
ROOT = Path(__file__).parents[2]
STARTING_S = 60
STOPPING_S = 15
ADDRESS = re.compile(r"running at (\S+)")
LINK = re.compile(r"(\S+/setup/\S+)")


class Served:
    """One instance folder and the process that serves it; may be stopped, killed and started again.

    The port is chosen by the system on the first start and kept after that, so
    an open page of a browser finds the restarted server where it was.
    """

    def __init__(self, instance: Path, environment: Mapping[str, str] = {}, program: str = PROGRAM) -> None:
        self.instance, self.program = instance, program
        self.log = instance.with_suffix(".log")
        self.environment = dict(environment)
        self.address = ""
        self.setup_link: str | None = None
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._remembered: tuple[sqlite3.Connection, str | None] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._remembered is not None:
            self._remembered[0].close()

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.instance / "mailroom.sqlite"

    @property
    def running(self) -> bool:
        """Tell whether the server was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def remember(self) -> None:
        """Keep the database as it is now, and the link that fits it, to come back to."""
        copy = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self.database)) as live:
            live.backup(copy)
        self._remembered = copy, self.setup_link

    def return_to_remembered(self) -> None:
        """Put the remembered database back under the running server: as good as a new one, and a second quicker."""
        assert self._remembered is not None, "nothing was remembered"
        copy, self.setup_link = self._remembered
        with closing(sqlite3.connect(self.database, timeout=STARTING_S)) as live:
            copy.backup(live)

    @property
    def pid(self) -> int:
        """Return the id of the running process."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def start(self) -> None:
        """Start the server; returns when it takes connections."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.program, "serve"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.variables(),
            )
        assert self._process.stdout is not None
        said = read_until(self._process.stdout, ADDRESS, self.log)
        self.address = ADDRESS.search(said)[1]  # type: ignore[index]
        self._port = int(self.address.rpartition(":")[2])
        link = LINK.search(said)
        self.setup_link = link[1] if link else None

    def stop(self, asked_by: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask the server to stop and return its exit code; safe to call twice."""
        return self._end(asked_by)

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run another `mailroom` command on the same instance."""
        return subprocess.run(
            [sys.executable, "-m", PROGRAM, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            env=self.variables(),
            timeout=STARTING_S,
            check=False,
        )

    def variables(self) -> dict[str, str]:
        """Return the whole environment of the server's process."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")}
        own = {
            "MAILROOM_INSTANCE": str(self.instance),
            "MAILROOM_LISTEN": f"127.0.0.1:{self._port}",
            "MAILROOM_ISPDB_URL": "",
            "PYTHONWARNINGS": "error",
        }
        return {**inherited, **own, **self.environment}

    def _end(self, number: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(number)
        try:
            return process.wait(STOPPING_S)
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()


def read_until(stream: IO[str], pattern: re.Pattern[str], log: Path, limit_s: float = STARTING_S) -> str:
    """Return what a server prints at its start; fails with its log when it ends or says nothing in time."""
    said = ""
    until = time.monotonic() + limit_s
    os.set_blocking(stream.fileno(), False)
    while time.monotonic() < until:
        select.select([stream], [], [], until - time.monotonic())
        piece = os.read(stream.fileno(), 65536)
        said += piece.decode()
        if pattern.search(said) and said.endswith("\n"):  # address and link come in one piece
            return said
        if not piece:
            break
    raise AssertionError(f"the server did not start: {said}\n{log.read_text()}")
