"""Measures the pages of a large office: a real server with a real database answers one request after another."""

import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import cattrs
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from waitress.server import create_server
from waitress.wasyncore import close_all, loop

from tests.bench.jobs import LIMIT_S, REPOSITORY
from tests.bench.large_office import LARGE, PEOPLE_ID, Size, seed
from tests.bench.office_asking import Case, PageMeasured, ask, ask_together
from tests.web.visitor import Visitor
from webapp import create_app
from webapp.cli.serve import THREADS, spare_what_stays
from webapp.instance import open_instance
from webapp.settings import load
from webapp.storage.database import upgrade
from webapp.web.extensions import db, runner

Filled = TypeVar("Filled")

LOOK_UP_S = 0.2
REQUESTS = 100


ACCOUNTS = "/administration/accounts"
CASES = (
    Case("list of accounts, first page", f"{ACCOUNTS}?personal=1"),
    Case("list, by owner, backwards", f"{ACCOUNTS}?personal=1&sort=for_whom&down=1"),
    Case("list, by state, last page", f"{ACCOUNTS}?inactive=1&sort=state&page=9999"),
    Case("list, search with many hits", f"{ACCOUNTS}?inactive=1&q=%D0%BE%D1%82%D0%B4%D0%B5%D0%BB"),
    Case("list, search with one hit", f"{ACCOUNTS}?inactive=1&q=box04321"),
    Case("list, search without a hit", f"{ACCOUNTS}?inactive=1&q=nothing+of+the+kind"),
    Case("list, state and use", f"{ACCOUNTS}?inactive=1&state=login-refused&use=sending&sort=checked&down=1"),
    Case("settings window", "/accounts"),
    Case("settings window, of a person", "/accounts", by_admin=False),
    Case("settings, search", "/accounts?q=%D0%A1%D0%9A%D0%9B%D0%90%D0%94", by_admin=False),
    Case("settings, account for everyone", f"/accounts/{PEOPLE_ID}"),
    Case("settings, incoming server", f"/accounts/{PEOPLE_ID}/incoming"),
    Case("settings, checks", f"/accounts/{PEOPLE_ID}/checks"),
    Case("outgoing servers", "/outgoing-servers"),
    Case("people", "/administration/users"),
    Case("people, search", "/administration/users?q=%D1%84%D0%B5%D0%B4%D0%BE%D1%80"),
    Case("journal", "/journal"),
    Case("journal, search", "/journal?q=%D0%B5%D0%BB%D0%BA%D0%B8%D0%BD"),
    Case("journal, own part", "/journal", by_admin=False),
)


def measured_office(requests: int = REQUESTS) -> list[PageMeasured]:
    """Have a fresh process seed a fresh database and measure every page."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.office_pages", str(requests)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=REPOSITORY,
        env=environment,
    )
    if done.returncode or not done.stdout:
        raise RuntimeError(f"the office could not be measured\n{done.stderr}")
    return cattrs.structure(json.loads(done.stdout), list[PageMeasured])


def measure(size: Size, requests: int, cases: tuple[Case, ...] = CASES) -> Iterator[PageMeasured]:
    """Seed an office of this size and measure its pages, first one after another, then several at once."""
    fill = partial(seed, size=size)
    with tempfile.TemporaryDirectory() as folder, seeded(Path(folder), fill) as (app, who), served(app) as port:
        cookies = {by_admin: cookie_of(app, user_id) for by_admin, user_id in zip((True, False), who, strict=True)}
        with counted_queries(app) as queries:
            for case in cases:
                yield ask(case, port, cookies[case.by_admin], requests, queries)
        yield ask_together(tuple(case for case in cases if case.quick), port, cookies, requests)


@contextmanager
def seeded(folder: Path, fill: Callable[[Session], Filled]) -> Iterator[tuple[Flask, Filled]]:
    """Return an application with something in its database, and what filling it returned."""
    settings = {"MAILROOM_INSTANCE": str(folder / "instance"), "MAILROOM_ISPDB_URL": ""}
    app = create_app(open_instance(load(settings)))
    with app.app_context():
        upgrade(db.engine)
        filled = fill(db.session())
        db.session.remove()
    yield app, filled
    with app.app_context():
        runner().shutdown()
        db.engine.dispose()


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve the application as `mailroom serve` does, on a free port of loopback."""
    sockets: dict[int, Any] = {}
    server = create_server(app.wsgi_app, map=sockets, host="127.0.0.1", port=0, threads=THREADS, ident=None)
    ended = threading.Event()

    def work() -> None:  # what `server.run` does, but ending when it is told
        while not ended.is_set():
            loop(timeout=LOOK_UP_S, map=sockets, count=1)

    spare_what_stays()
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        ended.set()
        thread.join()
        server.task_dispatcher.shutdown()
        close_all(sockets, ignore_all=True)
        gc.unfreeze()


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect every statement the application sends to its database."""
    queries: list[str] = []

    def hear(*call: Any) -> None:
        queries.append(call[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield queries
    event.remove(engine, "before_cursor_execute", hear)


def cookie_of(app: Flask, user_id: int) -> str:
    """Return the cookie of a person who has signed in."""
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = Visitor(app).sign_in(user_id).browser.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


def main(out: Callable[[str], object] = print) -> None:
    """Measure the large office and print what came out."""
    out(json.dumps([asdict(page) for page in measure(LARGE, int(sys.argv[1]))]))


if __name__ == "__main__":
    main()
