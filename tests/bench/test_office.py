"""The bench of pages asks real pages; their number of queries does not grow with the office."""

from dataclasses import replace

import pytest

from tests.bench.large_office import SMALL, Size
from tests.bench.office_asking import PageMeasured
from tests.bench.office_pages import CASES, measure
from tests.bench.office_table import HEADING, office_section, with_office

TINY = Size(people=2, accounts=4, common=1, journal=1)


@pytest.fixture(scope="module")
def small() -> dict[str, PageMeasured]:
    """Return the pages of an office with more rows than a page holds."""
    return {page.name: page for page in measure(SMALL, 1)}


@pytest.fixture(scope="module")
def tiny() -> dict[str, PageMeasured]:
    """Return the pages of an office of two."""
    return {page.name: page for page in measure(TINY, 1)}


def test_every_page_is_answered(small: dict[str, PageMeasured], tiny: dict[str, PageMeasured]) -> None:
    assert [page.wrong for page in (*small.values(), *tiny.values()) if page.wrong] == []
    assert len(small) == len(tiny) == len(CASES) + 1  # and several people at once


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_the_number_of_queries_does_not_grow_with_the_office(
    small: dict[str, PageMeasured], tiny: dict[str, PageMeasured], name: str
) -> None:
    assert small[name].queries == tiny[name].queries
    assert small[name].queries


def test_the_section_tells_which_pages_are_quick_enough() -> None:
    quick = PageMeasured("list", (0.01, 0.03, 0.02), 4, 90.4)
    slow = replace(quick, name="journal", seconds=(0.2,))

    section = office_section([quick, slow], 3)

    assert "| list | 4 | 90 | 20 | 30 | ≤ 150 ms: yes |" in section
    assert "| journal | 4 | 90 | 200 | 200 | ≤ 150 ms: no |" in section
    assert "5,000 accounts (500 of them for everyone), 500 users" in section


def test_the_section_takes_the_place_of_the_older_one() -> None:
    section = office_section([PageMeasured("list", (0.01,), 4, 90)], 3)

    once = with_office("# How fast\n\nfirst\n", section)

    assert once.startswith("# How fast\n\nfirst\n\n" + HEADING)
    assert with_office(once, section) == once
