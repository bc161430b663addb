"""`python -m tests.bench`: measure, print the tables, keep them in docs/bench.md."""

import argparse
import sys

from tests.bench.jobs import REPOSITORY
from tests.bench.letters_pages import measured_pages
from tests.bench.letters_runs import measured_receiving
from tests.bench.letters_table import letters_section, with_letters
from tests.bench.line import PREFIX, NoLine, Place, enter_namespace, far_away
from tests.bench.office_asking import WARM_UPS
from tests.bench.office_pages import measured_office
from tests.bench.office_table import office_section, with_office
from tests.bench.page import page
from tests.bench.series import Bench, Series, WrongResult
from tests.lab import requirements
from tests.lab.addresses import LabNetwork
from tests.lab.lab import Lab

ROUND_TRIP_MS = 40
CROWDS = (1, 20, 200)
MOST_LOADS = 5
PAGE = REPOSITORY / "docs" / "bench.md"


def main() -> int:
    """Measure what was asked for and keep it."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of every case (at least 7 for a figure)")
    parser.add_argument(
        "--office", action="store_true", help="only the pages of a large office: needs no lab, no rights"
    )
    parser.add_argument("--letters", action="store_true", help="only receiving and the pages of letters")
    arguments = parser.parse_args()
    lacking = None if arguments.office else requirements.missing()
    if lacking:
        print(f"{lacking}\n\n    sudo make bench")
        return 1
    try:
        kept = arguments.office or arguments.letters
        text = PAGE.read_text() if kept else searches(arguments.runs)
        if not arguments.letters:
            text = with_office(text, office())
        return keep(text if arguments.office else with_letters(text, letters(arguments.runs)))
    except WrongResult as error:
        print(f"Not measured, because something was wrong. {error}", file=sys.stderr)
        return 1


def searches(runs: int) -> str:
    """Measure searches near and far; without the rights for one of them, say so and do the other."""
    try:
        enter_namespace()
        lab = Lab(LabNetwork.take_free(PREFIX))
    except NoLine as error:
        print(f"No network namespace of our own ({error}): measured on loopback and without delay.")
        lab = Lab()
    with lab:
        return page(*measured(lab, runs))


def keep(text: str) -> int:
    """Print the document and keep it."""
    print(text)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text)
    return 0


def office() -> str:
    """Measure the pages of a large office; raises `WrongResult`."""
    pages = measured_office()
    wrong = [page.wrong for page in pages if page.wrong]
    if wrong:
        raise WrongResult("; ".join(wrong))
    return office_section(pages, WARM_UPS)


def letters(runs: int) -> str:
    """Measure receiving and the pages of letters; raises `WrongResult`."""
    with Lab() as lab:
        receiving = measured_receiving(lab, min(runs, MOST_LOADS))
    pages = measured_pages()
    wrong = [page.wrong for page in pages if page.wrong]
    if wrong:
        raise WrongResult("; ".join(wrong))
    return letters_section(receiving, pages)


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
