"""Calls `mailroom` in this process, on an instance of its own."""

from pathlib import Path

from click.testing import CliRunner, Result

from webapp.cli import main


class Terminal:
    """Somebody at the machine's keyboard."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.environment: dict[str, str] = {}

    def run(self, *arguments: str, typed: str = "") -> Result:
        """Type a command and what it asks for."""
        environment = {"MAILROOM_INSTANCE": str(self.instance), **self.environment}
        return CliRunner().invoke(main, arguments, input=typed, env=environment)
