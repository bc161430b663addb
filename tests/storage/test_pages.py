"""Pages of long lists: numbers that are never out of range."""

import pytest

from webapp.storage.pages import Page, within


@pytest.mark.parametrize(
    ("asked", "total", "shown"), [(1, 0, 1), (0, 10, 1), (-5, 10, 1), (2, 50, 1), (2, 51, 2), (99, 101, 3)]
)
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, total: int, shown: int) -> None:
    assert within(asked, total, 50) == shown


def test_a_page_knows_which_rows_it_shows() -> None:
    last = Page(("x", "y"), total=52, page=2, per_page=50)

    assert (last.first, last.last, last.pages) == (51, 52, 2)


def test_a_page_of_other_rows_is_the_same_page() -> None:
    page = Page((1, 2), total=7, page=2, per_page=2)

    assert page.of(str) == Page(("1", "2"), total=7, page=2, per_page=2)
