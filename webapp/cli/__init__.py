"""The command line: `mailroom COMMAND`. Each command is a module, loaded when it is called."""

from importlib import import_module

import click

COMMANDS = ("serve", "worker", "detect", "autoconfig", "providers", "users", "doctor")


class Commands(click.Group):
    """The commands by name; `detect` must not wait for Flask, nor `users` for the engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are needed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"webapp.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 -- a slip of ours, not of the user
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mailroom")
def main() -> None:
    """Set up and run an office's mail accounts."""
