"""Workers that die, as the test sees them: children of one process that has all they need loaded already."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

LONG_S = 120.0
LOOK_S = 0.03
NEVER = 0


class Workers:
    """One worker after another; `said` is where all of them write what they complain of."""

    def __init__(self, said: Path, environment: Mapping[str, str]) -> None:
        self.said = said
        command = [sys.executable, "-m", "tests.background.kills.victim"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with said.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                bufsize=0,
                env={**os.environ, **environment},
                stderr=errors,
                **pipes,  # type: ignore[call-overload]
            )

    def work(self, last_step: int, at_rest: Callable[[], bool]) -> bool:
        """Let one work until it dies at this step, or is at rest and killed; return whether it died before."""
        self._process.stdin.write(b"%d\n" % last_step)
        worker = int(self._answer())
        until = time.monotonic() + LONG_S
        died = False
        while not (died := self._speaks()) and not at_rest():
            assert time.monotonic() < until, "the work does not end"
        if not died:
            os.kill(worker, signal.SIGKILL)
        assert int(self._answer()) == -signal.SIGKILL
        return died

    def end(self) -> None:
        """End the process."""
        self._process.communicate(timeout=LONG_S)

    def _speaks(self) -> bool:
        """Tell whether the process has something to say; wait a moment for it."""
        return bool(select.select([self._process.stdout], [], [], LOOK_S)[0])

    def _answer(self) -> bytes:
        line: bytes = self._process.stdout.readline()
        assert line, f"the victims' process has ended: {self.said.read_text()}"
        return line
