"""A served Mailroom that meets the lab, seen from outside: its people, its rows, its sockets."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD
from tests.browser.served import Served
from tests.lab.lab import Lab
from webapp.storage.database import make_engine
from webapp.storage.users import create_user

# Of PASSWORD, by argon2 at its least cost: a person a test.
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PASSING = ("accounts", "servers", "run_steps", "runs", "drafts", "login_refusals", "token_buckets")
LOGIN_MARKS = ("Login:", "sasl_username=", "Password mismatch", "auth failed")
LIMIT_S = 15.0
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

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.served.instance / "mailroom.sqlite"

    def person(self, *, is_admin: bool = True) -> str:
        """Add a person and return the login name."""
        self._people += 1
        name = f"person-{self._people}"
        engine = make_engine(f"sqlite:///{self.database}")
        with Session(engine) as session:
            user = create_user(session, name, "Анна Петрова", is_admin=is_admin)
            user.password_hash = CHEAP_HASH
            session.commit()
        engine.dispose()
        return name

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database of the running server."""
        return self._execute(query, values)

    def change(self, statement: str, *values: Any) -> None:
        """Change the database under the running server."""
        self._execute(statement, values)

    def accounts(self) -> list[str]:
        """Return the addresses of all saved accounts."""
        return [address for (address,) in self.rows("SELECT address FROM accounts ORDER BY id")]

    def logins(self) -> list[str]:
        """Return what the mail servers have logged about logins, let in or refused."""
        return [line for line in self.lab.log_text().splitlines() if any(mark in line for mark in LOGIN_MARKS)]

    def going_on(self) -> bool:
        """Tell whether any run waits or works."""
        return bool(self.rows("SELECT id FROM runs WHERE state IN ('waiting', 'running')"))

    def forget(self) -> None:
        """Remove accounts and everything on the way to them: a colleague's account is a source of settings."""
        self.change("UPDATE runs SET stop_requested = 1")
        wait_until(lambda: not self.going_on(), "no run goes on")
        self.change("UPDATE accounts SET proved_run_id = NULL")
        for table in PASSING:
            self.change(f"DELETE FROM {table}")  # noqa: S608 -- our own names

    def _execute(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.database, timeout=10)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()
