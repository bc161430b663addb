"""The version of a row a form was drawn from, so that two people editing it notice each other."""

from flask_babel import gettext
from wtforms import HiddenField


class Versioned:
    """Adds the version the person saw; to be named before SettingsForm among a form's bases."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version that was on the screen; 0, which no row has, for nonsense."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def show_version(self, version: int) -> None:
        """Let the next press go on from what is stored now."""
        self.version.data = str(version)


def overtaken_words() -> str:
    """Return what a person is told whose form is older than what is stored."""
    return gettext("Nothing was saved yet. Compare with what is stored now, then press the button again.")
