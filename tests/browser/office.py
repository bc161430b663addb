"""A served Mailroom that meets the lab, seen from outside: its people, its rows, its sockets."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from tests.browser.cookies import signed_cookie
from tests.browser.people import PASSWORD
from tests.browser.served import Served
from tests.lab.lab import Lab
from webapp.storage.browser_sessions import open_session
from webapp.storage.database import make_engine
from webapp.storage.users import create_user, find_user

# Of PASSWORD, by argon2 at its least cost: a person a test.
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
# Both kinds of servers as one table, named `servers`, for what they have in common.
SERVERS = "WITH servers AS (SELECT {columns} FROM incoming_servers UNION ALL SELECT {columns} FROM outgoing_servers) "
COLUMNS = "protocol, host, port, security, username, secret, pinned_sha256"
LOGIN_MARKS = ("Login:", "sasl_username=", "Password mismatch", "auth failed")
LIMIT_S = 60.0
POLL_S = 0.02


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return once the condition holds; for what no page shows."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"it did not come to this: {what}"
        time.sleep(POLL_S)


class Office:
    """One Mailroom of real processes: the server, the mail servers it meets, the people who use it."""

    def __init__(self, served: Served, lab: Lab) -> None:
        self.served, self.lab = served, lab
        self._people = 0

    def person(self, *, is_admin: bool = True) -> str:
        """Add a person and return the login name."""
        self._people += 1
        name = f"person-{self._people}"
        with self._session() as session:
            user = create_user(session, name, "Анна Петрова", is_admin=is_admin)
            user.password_hash = CHEAP_HASH
            session.commit()
        return name

    def let_in(self, browser: BrowserContext, name: str) -> None:
        """Give a browser the cookie of a signed-in person; the door has tests of its own."""
        with self._session() as session:
            user = find_user(session, name)
            assert user is not None, f"nobody is called {name}"
            _, key = open_session(session, user)
            session.commit()
        browser.add_cookies([signed_cookie(self.served, key)])

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database of the running server."""
        return self._execute(query, values)

    def servers(self, query: str) -> list[tuple[Any, ...]]:
        """Ask `servers`: the incoming and the outgoing ones together."""
        return self.rows(SERVERS.format(columns=COLUMNS) + query)

    def change(self, statement: str, *values: Any) -> None:
        """Change the database under the running server."""
        self._execute(statement, values)

    def accounts(self) -> list[str]:
        """Return the addresses of all saved accounts."""
        return [address for (address,) in self.rows("SELECT address FROM accounts WHERE NOT is_system ORDER BY id")]

    def logins(self) -> list[str]:
        """Return what the mail servers have logged about logins, let in or refused."""
        return [line for line in self.lab.log_text().splitlines() if any(mark in line for mark in LOGIN_MARKS)]

    def going_on(self) -> bool:
        """Tell whether any run waits or works."""
        return bool(self.rows("SELECT id FROM runs WHERE state IN ('waiting', 'running')"))

    def let_nothing_go_on(self) -> None:
        """Stop every run there is."""
        self.change("UPDATE runs SET stop_requested = 1")
        wait_until(lambda: not self.going_on(), "no run goes on")

    @contextmanager
    def _session(self) -> Iterator[Session]:
        engine = make_engine(f"sqlite:///{self.served.database}")
        try:
            with Session(engine) as session:
                yield session
        finally:
            engine.dispose()

    def _execute(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.served.database, timeout=10)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()
