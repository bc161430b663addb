"""One page of a long list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

PER_PAGE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page, counted from 1; `total` is the number of rows of all pages."""

    rows: tuple[T, ...]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return page_count(self.total, self.per_page)

    @property
    def first(self) -> int:
        """Return the number of the first row shown, 0 where there is none."""
        return (self.page - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return (self.page - 1) * self.per_page + len(self.rows)

    def of(self, changed: Callable[[T], U]) -> "Page[U]":
        """Return the same page with every row made into something else."""
        return Page(tuple(changed(row) for row in self.rows), self.total, self.page, self.per_page)


def page_count(total: int, per_page: int = PER_PAGE) -> int:
    """Return how many pages so many rows take, at least one."""
    return max(-(-total // per_page), 1)


def within(page: int, total: int, per_page: int = PER_PAGE) -> int:
    """Return the page itself, or the nearest there is: rows may have gone since the link was drawn."""
    return min(max(page, 1), page_count(total, per_page))
