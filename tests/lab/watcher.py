"""A process that outlives us to end what we started, should somebody kill us the hard way."""

import subprocess
from pathlib import Path

# Reads process ids, one a line, until the pipe closes: then we are dead. Each leads a process group of its own.
SCRIPT = """\
groups=
while read -r pid; do groups="$groups -$pid"; done
[ -z "$groups" ] || { kill -TERM $groups; sleep 1; kill -KILL $groups; }
rm -rf -- "$1"
"""


class Watcher:
    """Ends process groups and removes a folder when this process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["sh", "-c", SCRIPT, "mailroom-lab-watcher", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # not to be met by our Ctrl-C
        )

    @property
    def pid(self) -> int:
        """Return the id of the watching process."""
        return self._process.pid

    def watch(self, pid: int) -> None:
        """Watch a process that leads its group."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pid}\n".encode())
        self._process.stdin.flush()

    def dismiss(self) -> None:
        """End the watching: everything has been ended in order."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
