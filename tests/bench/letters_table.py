"""Write down how fast letters are received and shown, as a section of docs/bench.md."""

from collections.abc import Sequence
from statistics import median

from tests.bench.letters_loading import AT_ONCE, Load
from tests.bench.letters_pages import LETTERS, UNREAD_IN
from tests.bench.letters_runs import BESIDE, LARGE_MB, Receiving
from tests.bench.office_asking import WARM_UPS, PageMeasured
from tests.bench.office_table import HEAD, office_rows
from tests.bench.page import machine, row, table, with_section

HEADING = "## Letters"
LEAST_RATIO = 0.8
MOST_MEMORY_MB = 200

WORDS = """\
{heading}

{machine}. A mailbox of {letters:,} letters ({megabytes:.0f} MB) in a real Dovecot of `tests/lab`, {runs} loads each
way in turn, a fresh process each, medians. *Ours*: receiving as a worker does it, into a fresh database: read, kept,
searchable. *Plain loop*: IMAPClient as its documentation shows it, {at_once} letters a question: each is fetched,
parsed by Python's `email` and asked for sender and subject; nothing is kept. *Loop that keeps*: each is read by `email`
to its words and put into a table of SQLite, without search. *Only fetched*: letters are neither read nor kept, the
limit of any way to receive them. `make bench-letters` measures this section alone.
"""
PAGES = """\
{letters:,} letters of two accounts in a fresh SQLite database, one in {unread} not read; {requests} requests of every
page after {warm_ups} to warm up, as for the pages of a large office. A list shows 50 letters. The word of nearly every
letter is the dearest to look for: all letters that have it are gathered before the newest of them are shown.
"""
LOADED = (
    "| loading | letters per second | seconds | of them its own work | ours to it | target, met? | MB | target, met? |"
)


def letters_section(receiving: Receiving, pages: Sequence[PageMeasured]) -> str:
    """Return the section."""
    words = WORDS.format(
        heading=HEADING,
        machine=machine(),
        letters=receiving.letters,
        megabytes=receiving.megabytes,
        runs=len(receiving.ours),
        at_once=AT_ONCE,
    )
    requests = len(pages[0].seconds) if pages else 0
    more = PAGES.format(letters=LETTERS, unread=UNREAD_IN, requests=requests, warm_ups=WARM_UPS)
    loads = [
        _loads("ours", receiving.ours, memory=True),
        _loads("plain loop", receiving.plain, receiving.ours, LEAST_RATIO),
        _loads("loop that keeps", receiving.keeping, receiving.ours),
        _loads("only fetched", receiving.bare, receiving.ours),
        _loads(f"ours, {BESIDE} letters and one of {LARGE_MB} MB", (receiving.large,), memory=True),
    ]
    return "\n".join([words, *table(LOADED, loads), "", more, *table(HEAD, office_rows(pages)), ""])


def with_letters(text: str, section: str) -> str:
    """Return a document with this section in place of an older one."""
    return with_section(text, HEADING, section)


def _loads(
    name: str, loads: Sequence[Load], ours: Sequence[Load] = (), least: float | None = None, *, memory: bool = False
) -> str:
    seconds = median(one.seconds for one in loads)
    ratio = seconds / median(one.seconds for one in ours) if ours else None
    most_mb = max(one.memory_mb for one in loads)
    return row(
        name,
        f"{loads[0].letters / seconds:,.0f}",
        f"{seconds:.2f}",
        f"{median(one.cpu_seconds for one in loads):.2f}",
        "–" if ratio is None else f"{ratio:.2f}",
        "–" if ratio is None or least is None else f"≥ {least:g}: {'yes' if ratio >= least else 'no'}",
        f"{most_mb:.0f}",
        f"≤ {MOST_MEMORY_MB} MB: {'yes' if most_mb <= MOST_MEMORY_MB else 'no'}" if memory else "–",
    )
