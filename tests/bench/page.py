"""Write the measurements down as Markdown."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from tests.bench.figures import (
    CROWD,
    CROWD_MEMORY_MB,
    GREAT_CROWD,
    REFUSED,
    RETEST,
    found_target,
    logged_in_target,
    percentile,
    typical,
)
from tests.bench.scenarios import BY_NAME
from tests.bench.series import CrowdRow, Series

INTRODUCTION = """\
# How fast the search is

Written by `make bench`, not by hand. {machine}, {runs} runs of every case, medians in seconds, one fresh process
a case. Real Dovecot and Postfix, name server and web hosts of `tests/lab`, in a network namespace of their own.

*Floor*: `tests/bench/floor.py` is told the servers and the addresses of their hosts and only logs in to both, side by
side, with our socket options and a warm TLS context; measured beside ours, in the same run. *Found*: from the call of
the engine until it returned, every server proved (`seconds` of `mailroom detect --json`). *Logged in*: the same with
the password, until both logins have succeeded. *First*: the first search of a fresh process. Ratios are to the floor
of the same row.
"""

HEAD = (
    "| scenario | floor | found | ratio | target, met? | first | logged in | ratio | target, met? "
    "| DNS queries | connections | MB |"
)
CROWD_HEAD = (
    "| at once | floor p50 | floor p95 | ours p50 | ours p95 | ratio of p95 | target, met? | MB | target, met? "
    "| sockets after Stop of all | Stop took |"
)


WAYS = """\
### Where the {delay} ms go

Round trips that can only follow one another, on the outgoing side, which is the longer one; incoming and outgoing run
side by side. *The rest of it*: with Nagle's algorithm on, Postfix holds its first answer after the handshake back
until its TLS session ticket is acknowledged. The floor is told the addresses, so it begins at TCP; its last round trip
is the login. No search can have a smaller ratio than that of the round trips.
"""
WAYS_HEAD = (
    "| scenario | until the server is known | until it is proved | ours to floor's | least ratio | proved after |"
)


def page(series: Sequence[Series], runs: int, notes: Iterable[str]) -> str:
    """Return the whole document."""
    parts = [INTRODUCTION.format(machine=machine(), runs=runs)]
    parts += [section(one) for one in series]
    parts += [f"{note}\n" for note in notes]
    return "\n".join(parts)


def section(series: Series) -> str:
    """Return the tables of one round trip time."""
    delay = series.place.round_trip_ms
    title = f"## {delay} ms of added round trip ({series.place.how})" if delay else "## No added round trip"
    parts = [title, "", *table(HEAD, (scenario_row(series, name) for name in series.found)), ""]
    parts += table("| also | floor | ours | ratio | target, met? |", other_rows(series))
    parts += ["", *table(CROWD_HEAD, map(crowd_row, series.crowds)), ""]
    if delay:
        parts += [WAYS.format(delay=delay), *table(WAYS_HEAD, (way_row(series, name) for name in series.found)), ""]
    return "\n".join(parts)


def table(head: str, rows: Iterable[str]) -> list[str]:
    """Return the lines of a table."""
    return [head, re.sub(r"[^|]+", "---", head), *rows]


def with_section(text: str, heading: str, section: str) -> str:
    """Return a document with a section in place of the older one, or at its end."""
    before, _, after = text.partition(f"{heading}\n")
    _, another, rest = after.partition("\n## ")
    return f"{before.rstrip()}\n\n{section}" + (f"\n## {rest}" if another else "")


def scenario_row(series: Series, name: str) -> str:
    """Return one scenario."""
    delay = series.place.round_trip_ms
    found, logged_in = series.found[name], series.logged_in[name]
    floor_s, found_s, logged_in_s = (typical(one) for one in (series.floor[name], found, logged_in))
    return row(
        name,
        f"{floor_s:.3f}",
        f"{found_s:.3f}",
        f"{found_s / floor_s:.2f}",
        found_target(name, delay).verdict(found_s, floor_s),
        f"{found.seconds[0]:.3f}",
        f"{logged_in_s:.3f}",
        f"{logged_in_s / floor_s:.2f}",
        logged_in_target(name, delay).verdict(logged_in_s, floor_s),
        f"{series.questions[name]:.0f}",
        f"{found.connections}",
        f"{found.memory_mb:.0f}",
    )


def way_row(series: Series, name: str) -> str:
    """Return what a search waits for, one after another."""
    scenario = BY_NAME[name]
    proved_s = median(series.found[name].proved_seconds)
    if not scenario.knowing:
        return row(name, "silence: 250 ms, then the usual names", *["–"] * 3, f"{proved_s:.3f}")
    trips = len(scenario.knowing) + len(scenario.proving)
    return row(
        name,
        ", ".join(scenario.knowing),
        ", ".join(scenario.proving),
        f"{trips} to {len(scenario.proving) + 1}",
        f"{scenario.least_ratio:.2f}",
        f"{proved_s:.3f} of which {trips * series.place.round_trip_ms / 1000:.3f} on the way",
    )


def other_rows(series: Series) -> Iterable[str]:
    """Return the re-test with every field fixed, and the wrong password."""
    for words, measured, target in (
        ("re-test, every field fixed", series.retested, RETEST),
        ("wrong password said", series.refused, REFUSED),
    ):
        for name, one in measured.items():
            floor_s, ours_s = typical(series.floor[name]), typical(one)
            yield row(
                f"{words} ({name})",
                f"{floor_s:.3f}",
                f"{ours_s:.3f}",
                f"{ours_s / floor_s:.2f}",
                target.verdict(ours_s, floor_s),
            )


def crowd_row(crowd: CrowdRow) -> str:
    """Return so many searches at once."""
    floor_p95, ours_p95 = percentile(crowd.floor, 95), percentile(crowd.ours, 95)
    great = crowd.at_once == GREAT_CROWD
    fits = "yes" if crowd.ours.memory_mb <= CROWD_MEMORY_MB else "no"
    return row(
        str(crowd.at_once),
        f"{percentile(crowd.floor, 50):.3f}",
        f"{floor_p95:.3f}",
        f"{percentile(crowd.ours, 50):.3f}",
        f"{ours_p95:.3f}",
        f"{ours_p95 / floor_p95:.2f}",
        CROWD.verdict(ours_p95, floor_p95) if great else "–",
        f"{crowd.ours.memory_mb:.0f}",
        f"≤ {CROWD_MEMORY_MB} MB: {fits}" if great else "–",
        str(crowd.ours.sockets_left),
        f"{crowd.ours.stopped_s:.3f}",
    )


def row(*cells: str) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """Describe the machine by what matters, and by nothing that tells whose it is."""
    models = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{len(os.sched_getaffinity(0))} cores of {models[0] if models else 'an unknown processor'}"
