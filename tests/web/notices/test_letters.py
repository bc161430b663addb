"""Notices as letters: in the language of whoever gets them, with what to do, written where no request is."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.notices.telling import NOON, REFUSED, SILENT
from tests.web.russian import slips
from webapp.background.noticing import LetterWords
from webapp.instance import open_instance
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.settings import Settings, load
from webapp.storage.models import Notice, NoticeKind, User
from webapp.web.notices.letters import NoticeLetters

INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING
TROUBLE = Notice(
    kind=NoticeKind.TROUBLE, at=NOON, since=NOON, direction=INCOMING, subject="boris@uspeh.test", problem=SILENT
)
UPGRADED = Notice(
    kind=NoticeKind.UPGRADED,
    at=NOON,
    subject="0.2.0",
    details=(
        ("version_before", "0.1.0"),
        ("version", "0.2.0"),
        ("schema_before", "0004"),
        ("schema", "0005"),
        ("took_ms", "2100"),
        ("accounts", "12"),
        ("working", "11"),
    ),
)
HEALED = Notice(kind=NoticeKind.HEALED, at=NOON, since=NOON, direction=OUTGOING, subject="boris@uspeh.test")
TEST = Notice(kind=NoticeKind.TEST, at=NOON, subject="Анна Петрова")
NOT_TAKEN = Notice(
    kind=NoticeKind.LETTER_REFUSED,
    at=NOON,
    subject="nobody@uspeh.test",
    details=(("subject", "Счёт"),),
    problem=Problem(ProblemKind.RECIPIENT_REFUSED, "smtp.uspeh.test", 465, "550 no such user"),
)
GIVEN_UP = Notice(
    kind=NoticeKind.LETTER_REFUSED,
    at=NOON,
    subject="boris@uspeh.test",
    details=(("subject", "Счёт"),),
    problem=Problem(ProblemKind.CONNECTION_TIMED_OUT, "smtp.uspeh.test", 465),
)
NOT_ALLOWED = Notice(
    kind=NoticeKind.LETTER_REFUSED,
    at=NOON,
    subject="boris@uspeh.test",
    details=(("subject", "Счёт"),),
    problem=Problem(ProblemKind.NOT_ALLOWED),
)
IN_DOUBT = Notice(kind=NoticeKind.LETTER_IN_DOUBT, at=NOON, subject="boris@uspeh.test", details=(("subject", "Счёт"),))
REFUSAL = Notice(
    kind=NoticeKind.TROUBLE,
    at=NOON,
    since=NOON,
    direction=OUTGOING,
    subject="boris@uspeh.test",
    problem=REFUSED,
    refused=True,
)
ALL = (TROUBLE, REFUSAL, HEALED, UPGRADED, TEST, NOT_TAKEN, GIVEN_UP, NOT_ALLOWED, IN_DOUBT)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("letters")
    return open_instance(load({"MAILROOM_INSTANCE": str(folder / "instance"), "MAILROOM_TIME_ZONE": "Europe/Moscow"}))


def letter(settings: Settings, *notices: Notice, language: str | None = "ru") -> LetterWords:
    """Return the letter to a person who reads this language."""
    person = User(name="boris", display_name="Борис Иванов", language=language)
    return NoticeLetters(settings)(person, notices or (TROUBLE,))


def test_trouble_in_russian(settings: Settings) -> None:
    written = letter(settings)

    assert written.subject == "Mailroom: Письма не приходят: boris@uspeh.test"
    for words in (
        "Здравствуйте, Борис Иванов!",
        "22 ноября 2026",
        "15:00",  # noon in Greenwich
        "Сервер imap.uspeh.test не отвечает на порту 993.",
        "Менять ничего не нужно.",
        "Mailroom продолжает попытки",
        "отвечать на него не нужно",
    ):
        assert words in written.text, words


def test_the_same_in_english(settings: Settings) -> None:
    written = letter(settings, language="en")

    assert written.subject == "Mailroom: Letters are not received: boris@uspeh.test"
    for words in (
        "Hello, Борис Иванов!",
        "November 22, 2026",
        "imap.uspeh.test does not answer",
        "Nothing needs changing.",
        "no answer is needed",
    ):
        assert words in written.text, words


@pytest.mark.parametrize("language", [None, "de"])
def test_whose_language_nobody_knows_is_written_to_in_the_first(settings: Settings, language: str | None) -> None:
    assert "Здравствуйте" in letter(settings, language=language).text


@pytest.mark.parametrize("notice", ALL, ids=lambda notice: notice.kind.value)
def test_every_notice_is_a_letter_in_both_languages(settings: Settings, notice: Notice) -> None:
    russian, english = letter(settings, notice), letter(settings, notice, language="en")

    assert [slip for line in russian.text.splitlines() for slip in slips(line) if line != "-- "] == []
    assert russian.subject != english.subject
    assert "%(" not in russian.text + russian.subject + english.text + english.subject
    assert "\n" not in russian.subject


def test_an_upgrade_tells_versions_result_and_accounts(settings: Settings) -> None:
    written = letter(settings, UPGRADED)

    assert written.subject == "Mailroom: Mailroom обновлён до версии 0.2.0"
    for words in (
        "Прежняя версия: 0.1.0.",
        "Обновление прошло успешно, таблицы перестроены за 2 секунды.",
        "была 0004, теперь 0005",
        "Учётных записей: 12, из них работают: 11.",
    ):
        assert words in written.text, words


def test_a_refused_letter_tells_what_the_server_said(settings: Settings) -> None:
    assert "Почтовый сервер ответил: «550 no such user»" in letter(settings, NOT_TAKEN).text


def test_a_letter_that_was_given_up_tells_why(settings: Settings) -> None:
    assert "Сервер smtp.uspeh.test не отвечает" in letter(settings, GIVEN_UP).text
    assert "вы больше не можете отправлять" in letter(settings, NOT_ALLOWED).text


def test_several_notices_are_one_letter_in_their_order(settings: Settings) -> None:
    written = letter(settings, TROUBLE, HEALED)

    assert written.subject == "Mailroom: 2 уведомления"
    assert written.text.index("Письма не приходят") < written.text.index("Письма снова отправляются")
    assert written.text.count("Здравствуйте") == 1


def test_the_way_to_the_list_is_named_where_the_office_has_an_address(settings: Settings) -> None:
    assert "/notices" not in letter(settings).text

    public = replace(settings, public_url="https://mail.uspeh.test")

    assert "Все уведомления: https://mail.uspeh.test/notices" in letter(public).text
