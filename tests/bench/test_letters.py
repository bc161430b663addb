"""The bench of letters asks real pages, which ask the database seldom; its section tells which targets are met."""

import pytest

from tests.bench.letters_loading import Load
from tests.bench.letters_pages import measure
from tests.bench.letters_runs import Receiving
from tests.bench.letters_table import HEADING, letters_section, with_letters
from tests.bench.office_asking import PageMeasured

MOST_QUERIES, MOST_OF_A_LETTER = 8, 10
LOAD = Load(letters=5000, seconds=10.0, cpu_seconds=8.0, memory_mb=120.0)


@pytest.fixture(scope="module")
def pages() -> list[PageMeasured]:
    """Return the pages of more letters than a list shows."""
    return list(measure(160, 1))


def test_every_page_is_answered(pages: list[PageMeasured]) -> None:
    assert [page.wrong for page in pages if page.wrong] == []
    assert len({page.name for page in pages}) == 13


def test_no_page_asks_the_database_often(pages: list[PageMeasured]) -> None:
    often = {page.name: page.queries for page in pages if not page.name.startswith("a letter")}
    of_letters = {page.name: page.queries for page in pages if page.name.startswith("a letter")}

    assert max(count or 0 for count in often.values()) <= MOST_QUERIES, often
    assert max(count or 0 for count in of_letters.values()) <= MOST_OF_A_LETTER, of_letters


def test_the_section_tells_which_targets_are_met() -> None:
    receiving = Receiving(5000, 30.5, (LOAD,), (LOAD,), (LOAD,), (LOAD,), LOAD)

    section = letters_section(receiving, [PageMeasured("inbox", (0.01, 0.01, 0.2), 6, 74.0)])

    assert section.startswith(HEADING)
    assert "| ours | 500 | 10.00 | 8.00 | – | – | 120 | ≤ 200 MB: yes |" in section
    assert "| plain loop | 500 | 10.00 | 8.00 | 1.00 | ≥ 0.8: yes | 120 | – |" in section
    assert "| inbox | 6 | 74 | 10 | 200 | ≤ 150 ms: no |" in section
    assert with_letters(with_letters("# Bench\n", section), section) == with_letters("# Bench\n", section)
