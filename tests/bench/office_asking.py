"""Asks a server for pages, again and again, alone and with others, and takes the time."""

import http.client
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

WARM_UPS = 3
AT_ONCE = 4


@dataclass(frozen=True)
class Case:
    """One page, asked for by an administrator or somebody who administers nothing; `part`: by a page that is open."""

    name: str
    path: str
    by_admin: bool = True
    part: bool = False

    @property
    def quick(self) -> bool:
        """Tell whether people open it all day: lists, searches, settings."""
        return not self.path.startswith("/journal")


@dataclass(frozen=True)
class PageMeasured:
    """What came out: seconds of every request; the number of SQL queries and the size, where one page was asked for."""

    name: str
    seconds: tuple[float, ...]
    queries: int | None = None
    size_kb: float | None = None
    wrong: str | None = None


def ask(case: Case, port: int, cookie: str, requests: int, queries: list[str]) -> PageMeasured:
    """Open a page again and again, over one connection as a browser does."""
    seconds: list[float] = []
    body, status = b"", 0
    with connected(port) as connection:
        for _ in range(WARM_UPS + requests):
            queries.clear()
            took_s, status, body = timed(connection, case, cookie)
            seconds.append(took_s)
    wrong = None if status == 200 else f"{case.path} was answered with {status}"
    return PageMeasured(case.name, tuple(seconds[WARM_UPS:]), len(queries), len(body) / 1024, wrong)


def ask_together(cases: tuple[Case, ...], port: int, cookies: Mapping[bool, str], requests: int) -> PageMeasured:
    """Let several people go through all the pages at once, each beginning with another."""

    def go_through(first: int) -> list[tuple[float, int]]:
        with connected(port) as connection:
            asked = [cases[(first + number) % len(cases)] for number in range(requests)]
            return [timed(connection, case, cookies[case.by_admin])[:2] for case in asked]

    with ThreadPoolExecutor(AT_ONCE) as people:
        answers = [answer for one in people.map(go_through, range(AT_ONCE)) for answer in one]
    wrong = next((f"{AT_ONCE} at once: {status}" for _, status in answers if status != 200), None)
    return PageMeasured(f"{AT_ONCE} people at once, lists and settings", tuple(s for s, _ in answers), wrong=wrong)


def timed(connection: http.client.HTTPConnection, case: Case, cookie: str) -> tuple[float, int, bytes]:
    """Return the seconds until the last byte of the answer, its status and its body."""
    headers = {"Cookie": cookie, "Accept-Language": "ru"} | ({"HX-Request": "true"} if case.part else {})
    began = time.perf_counter()
    connection.request("GET", case.path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    return time.perf_counter() - began, answer.status, body


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    """Keep one connection, as a browser does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    yield connection
    connection.close()
