"""Names of time zones: which of them is this machine's own, and whether a name is one."""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

UTC_NAME = "UTC"
ETC = Path("/etc")


def time_zone(value: str) -> str:
    """Read the name of a time zone as a setting gives it."""
    if is_time_zone(value):
        return value
    folded = {name.casefold(): name for name in available_timezones()}
    nearest = difflib.get_close_matches(value.casefold(), folded, n=1)
    hint = f"; the nearest known name is {folded[nearest[0]]}" if nearest else ""
    raise ValueError(f"{value!r} is no time zone such as Europe/Moscow{hint}")


def system_time_zone(environ: Mapping[str, str], etc: Path = ETC) -> str | None:
    """Return the name of the machine's own time zone, None where it has none that has a name."""
    return next((name for name in _named(environ, etc) if is_time_zone(name)), None)


def is_time_zone(name: str) -> bool:
    """Tell whether moments can be shown in the zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, a path, a folder of zones such as "Europe"
        return False
    return bool(name)


def _named(environ: Mapping[str, str], etc: Path) -> Iterator[str]:
    """Yield what could be the name, where it is looked for first: tzset(3), localtime(5), what Debian keeps besides."""
    yield _after_folder(environ.get("TZ", "").removeprefix(":"))
    try:
        yield _after_folder(os.readlink(etc / "localtime"))
    except OSError:
        pass
    try:
        yield (etc / "timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        pass


def _after_folder(path: str) -> str:
    """Return the name in the path of a file of the time zone database."""
    return path.rpartition("zoneinfo/")[2]
