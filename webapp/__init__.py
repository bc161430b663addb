"""Mailroom: sets up and runs an office's mail accounts in a browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.settings import Settings


def create_app(settings: "Settings") -> "Flask":
    """Return the web application for settings made complete by `instance.open_instance`."""
    # Imported here: every layer imports `webapp` first, also those that must know nothing of Flask.
    from webapp.web.application import build

    return build(settings)
