"""Notices as letters, each in the language of whoever gets it; written in the background, where no request is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from flask import Flask
from flask_babel import Babel, force_locale, gettext, ngettext

from webapp.background.noticing import LetterWords
from webapp.settings import Settings
from webapp.storage.models import Notice, User
from webapp.web.language import FIRST, LANGUAGES
from webapp.web.moments import Zone
from webapp.web.wording.notices import notice_words

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
PLACE = "/notices"
RULE = "-- "  # below it programs fold away what is the same in every letter (RFC 3676, 4.3)


class NoticeLetters:
    """Puts notices into words for one person; needs no application that serves pages."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.public_url
        self._speech = Flask("speech")
        zone = Zone(settings.zone.key)
        Babel(
            self._speech,
            default_locale=FIRST,
            default_translation_directories=str(TRANSLATIONS),
            timezone_selector=lambda: zone,
        )

    def __call__(self, person: User, notices: Sequence[Notice]) -> LetterWords:
        """Return the letter that tells a person these notices, in the order they happened."""
        language = person.language if person.language in LANGUAGES else FIRST
        with self._speech.app_context(), force_locale(language):
            told = [notice_words(notice) for notice in notices]
            subject = told[0].title if len(told) == 1 else _many(len(told))
            paragraphs = [gettext("Hello, %(name)s!", name=person.display_name)]
            for words in told:
                paragraphs.append("\n".join((words.title, *words.sentences, *_pages(words.pages))))
            paragraphs.append("\n".join(self._end()))
            return LetterWords(f"Mailroom: {subject}", "\n\n".join(paragraphs) + "\n")

    def _end(self) -> Iterator[str]:
        if self._address is not None:
            yield gettext("All notices: %(address)s", address=self._address.rstrip("/") + PLACE)
        yield RULE
        yield gettext("Mailroom wrote this letter by itself; no answer is needed.")
        yield gettext("Where such letters go, you choose in your profile.")


def _many(count: int) -> str:
    return str(ngettext("%(num)s notice", "%(num)s notices", count))


def _pages(pages: Sequence[tuple[str, str]]) -> Iterator[str]:
    for words, url in pages:
        yield f"{words}: {url}"
