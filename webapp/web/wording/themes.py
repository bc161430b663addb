"""The words of the themes."""

from flask_babel import gettext

from webapp.storage.models import Theme
from webapp.web.wording.words import N_

THEMES: dict[Theme, str] = {
    Theme.AUTO: N_("As the system"),
    Theme.LIGHT: N_("Light"),
    Theme.DARK: N_("Dark"),
}


def theme_choices() -> tuple[tuple[str, str], ...]:
    """Return every theme with its word."""
    return tuple((theme.value, gettext(words)) for theme, words in THEMES.items())
