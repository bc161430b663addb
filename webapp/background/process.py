"""Names this process so that every other one can tell, later, whether it still lives."""

import os
import platform
from pathlib import Path

PROC = Path("/proc")


def this_process() -> str:
    """Return a name no process of this machine ever had or will have: machine, boot, id and start time."""
    pid = os.getpid()
    return "|".join((platform.node(), _boot(), str(pid), _started(pid) or ""))


def is_dead(process: str) -> bool:
    """Tell whether the named process has certainly ended; of another machine's nothing is certain."""
    host, boot, pid, started = process.rsplit("|", 3)
    if host != platform.node():
        return False
    return boot != _boot() or _started(int(pid)) != (started or "")


def _boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:  # not Linux: the process id alone has to do
        return ""


def _started(pid: int) -> str | None:
    """Return when the process started (in ticks since boot), "" where the system does not tell, None if it ended."""
    if not _boot():
        return _started_elsewhere(pid)
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # proc(5): the name in parentheses may hold spaces; after it come the state and, 19 fields on, the start
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _started_elsewhere(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""
