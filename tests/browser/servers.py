"""Running servers for the tests of a process: one for each set of settings, as fresh for every test as a new one."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.browser.served import PROGRAM, Served


class Servers:
    """Starts a server when it is first asked for; after that its database is put back as it was then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[tuple[str, frozenset[tuple[str, str]]], Served] = {}
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def fresh(self, environment: Mapping[str, str], program: str = PROGRAM) -> Served:
        """Return a server with these settings that nobody has set up, and that nobody else uses.

        Unless a test says MAILROOM_WORKER=inside, nobody but the tests talks to
        mail servers: those of settings count every login.
        """
        environment = {"MAILROOM_WORKER": "apart", **environment}
        wanted = program, frozenset(environment.items())
        server = self._running.get(wanted)
        if server is None:
            server = Served(self.folder / f"instance-{len(self._running)}", environment, program)
            self._running[wanted] = self._ends.enter_context(server)
            server.remember()
        elif server.running:
            server.return_to_remembered()
        else:  # a test has stopped it
            server.return_to_remembered()
            server.start()
            server.remember()
        return server
