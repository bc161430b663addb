"""The words of the screen in the language of a test, as the catalogue has them: the English ones are the keys."""

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

CATALOGUE = Path(__file__).parents[2] / "webapp/translations/ru/LC_MESSAGES/messages.mo"


@cache
def russian() -> GNUTranslations:
    """Return the Russian catalogue."""
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file)


def word(english: str, language: str) -> str:
    """Return an English text of the screen in a language; what is not in the catalogue is a slip of the test."""
    if language == "en":
        return english
    translated = russian().gettext(english)
    assert translated != english, f"the catalogue does not know {english!r}"
    return translated
