"""`python -m tests.bench`: measure, print the tables, keep them in docs/bench.md."""

import argparse
import sys

from tests.bench.jobs import REPOSITORY
from tests.bench.line import PREFIX, NoLine, Place, enter_namespace, far_away
from tests.bench.page import page
from tests.bench.series import Bench, Series, WrongResult
from tests.lab import requirements
from tests.lab.addresses import LabNetwork
from tests.lab.lab import Lab

ROUND_TRIP_MS = 40
CROWDS = (1, 20, 200)
PAGE = REPOSITORY / "docs" / "bench.md"


def main() -> int:
    """Measure near and far; without the rights for one of them, say so and do the other."""
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--runs", type=int, default=9, help="runs of every case (at least 7 for a figure)")
    runs = arguments.parse_args().runs
    lacking = requirements.missing()
    if lacking:
        print(f"{lacking}\n\n    sudo make bench")
        return 1
    try:
        enter_namespace()
        lab = Lab(LabNetwork.take_free(PREFIX))
    except NoLine as error:
        print(f"No network namespace of our own ({error}): measured on loopback and without delay.")
        lab = Lab()
    try:
        with lab:
            text = page(*measured(lab, runs))
    except WrongResult as error:
        print(f"Not measured, because a search was wrong. {error}", file=sys.stderr)
        return 1
    print(text)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text)
    return 0


def measured(lab: Lab, runs: int) -> tuple[list[Series], int, list[str]]:
    """Return the series, the number of runs, and what could not be measured."""
    bench, notes = Bench(lab, runs), []
    series = [bench.series(Place(), CROWDS)]
    try:
        with far_away(ROUND_TRIP_MS) as place:
            series.append(bench.series(place, CROWDS))
    except NoLine as error:
        notes.append(f"Not measured with {ROUND_TRIP_MS} ms of added round trip: {error}.")
    return series, runs, notes


if __name__ == "__main__":
    sys.exit(main())
