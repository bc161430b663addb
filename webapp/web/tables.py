"""Long tables as macros/tables.html draws them: heads that sort and pages of rows, all of it in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from webapp.storage.pages import Page

BESIDE = 2  # pages shown on either side of this one
LAST_PAGE = 10_000_000  # a database counts no further than it must


@dataclass(frozen=True)
class Head:
    """The head of one column; without an address nobody can sort by it."""

    title: str
    url: str | None = None
    order: str | None = None  # of aria-sort


@dataclass(frozen=True)
class PageLink:
    """One page of the paging; without an address and not current it stands for those left out."""

    number: int
    url: str | None = None
    current: bool = False


@dataclass(frozen=True)
class Paging:
    """Which rows are on the page, and the way to the others."""

    total: int
    pages: int
    first: int
    last: int
    previous: str | None
    next: str | None
    links: tuple[PageLink, ...]


def here(**changes: str | int | None) -> str:
    """Return this page's address with some of its query changed; None takes a part out.

    What is `ticked` is rows of one page: it is never taken along by itself.
    """
    wanted = {**request.args.to_dict(), "ticked": None, **changes}
    query = {key: text for key, text in wanted.items() if text}
    # Not url_for: what a stranger's link put into the query would be its options, `_scheme` for one.
    return request.path + (f"?{urlencode(query)}" if query else "")


def heads(columns: Iterable[tuple[str, str | None]], sort: str, descending: bool) -> tuple[Head, ...]:
    """Return the heads of columns given as message id and sort key; pressing the sorted one turns the order round."""
    return tuple(_head(gettext(title), key, sort, descending) for title, key in columns)


def paging_of(rows: Page[Any]) -> Paging:
    """Return the way from one page of rows to the others."""
    return Paging(
        total=rows.total,
        pages=rows.pages,
        first=rows.first,
        last=rows.last,
        previous=_page_url(rows.page - 1) if rows.page > 1 else None,
        next=_page_url(rows.page + 1) if rows.page < rows.pages else None,
        links=tuple(_links(rows.page, rows.pages)),
    )


def asked_page() -> int:
    """Return the page the address asks for, 1 for anything that is none."""
    typed = request.args.get("page", "")
    return min(max(int(typed), 1), LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1


def _head(title: str, key: str | None, sort: str, descending: bool) -> Head:
    if key is None:
        return Head(title)
    turned = key == sort and not descending
    url = here(sort=key, down="yes" if turned else None, page=None)
    return Head(title, url, ("descending" if descending else "ascending") if key == sort else None)


def _page_url(page: int) -> str:
    return here(page=page if page > 1 else None)


def _links(page: int, pages: int) -> Iterable[PageLink]:
    shown = sorted({1, pages, *range(max(1, page - BESIDE), min(pages, page + BESIDE) + 1)})
    before = 0
    for number in shown:
        if number - before > 1:
            yield PageLink(before + 1)
        yield PageLink(number, None if number == page else _page_url(number), number == page)
        before = number
