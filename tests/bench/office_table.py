"""Write down how fast the pages of a large office are, as a section of docs/bench.md."""

from collections.abc import Iterable, Iterator, Sequence

from tests.bench.figures import PAGE, percentile_of
from tests.bench.large_office import LARGE
from tests.bench.office_asking import PageMeasured
from tests.bench.page import machine, row, table, with_section

HEADING = "## Pages of a large office"

WORDS = """\
{heading}

{machine}, {requests} requests of every page one after another, after {warm_ups} to warm up, over one kept connection
to waitress in the same process as in `mailroom serve`; milliseconds from sending the request to the last byte of the
answer. The last row: each of them goes through those pages, their clients in that process too. A fresh SQLite database
with {size}. *SQL queries*: all of one request,
those of the signed-in session too. `make bench-office` measures this section alone.
"""
HEAD = "| page | SQL queries | kB | p50 ms | p95 ms | target, met? |"


def office_section(pages: Sequence[PageMeasured], warm_ups: int) -> str:
    """Return the section."""
    requests = len(pages[0].seconds) if pages else 0
    words = WORDS.format(heading=HEADING, machine=machine(), requests=requests, warm_ups=warm_ups, size=LARGE)
    return "\n".join([words, *table(HEAD, office_rows(pages)), ""])


def office_rows(pages: Iterable[PageMeasured]) -> Iterator[str]:
    """Return a line for every page."""
    for page in pages:
        p50, p95 = (percentile_of(page.seconds, percent) for percent in (50, 95))
        yield row(
            page.name,
            "–" if page.queries is None else str(page.queries),
            "–" if page.size_kb is None else f"{page.size_kb:.0f}",
            f"{p50 * 1000:.0f}",
            f"{p95 * 1000:.0f}",
            "–" if page.queries is None else PAGE.verdict(p95, 0),  # the target is one person's
        )


def with_office(text: str, section: str) -> str:
    """Return a document with this section at its end, in place of an older one."""
    return with_section(text, HEADING, section)
