"""Every action of the journal has its words, in both languages; every detail written today has its name."""

import re

import pytest
from flask import Flask

from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.storage.describing import facts_of, outgoing_facts
from webapp.storage.models import Account, Action, JournalEntry, OutgoingServer, Theme
from webapp.web.wording.journal import FIELDS, VALUES, action_words, detail_words, field_words, value_words
from webapp.web.wording.themes import THEMES
from webapp.web.wording.user_steps import BUTTONS, HEADINGS, SENTENCES, Step

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_action_has_words_in_both_languages(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        for action in Action:
            assert bool(CYRILLIC.search(action_words(action))) is (language == "ru"), action


def test_no_two_actions_are_called_the_same(app: Flask) -> None:
    for language in ("ru", "en"):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert len({action_words(action) for action in Action}) == len(Action)


def test_every_detail_has_a_name_in_russian(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        for name in FIELDS:
            assert CYRILLIC.search(field_words(name)), name


def test_of_a_new_account_what_is_empty_is_left_out(app: Flask) -> None:
    details = (("title", "Почта"), ("reply_to", ""))
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        added = JournalEntry(action=Action.ACCOUNT_ADDED, details=details)
        changed = JournalEntry(action=Action.ACCOUNT_CHANGED, details=details)

        assert [value for _, value in detail_words(added)] == ["Почта"]
        assert [value for _, value in detail_words(changed)] == ["Почта", "пусто"]


def test_values_of_closed_sets_are_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [value_words("automatic", value) for value in VALUES] == ["да", "нет", "да", "нет", "пусто"]
        assert value_words("security", "none") == "Нет"
        assert value_words("auth_method", "password-cleartext") == "Обычный пароль"
        assert value_words("title", "Склад") == "Склад"
        assert value_words("for_whom", "everyone") == "Для всех"
        assert value_words("language", "en") == "English"
        assert value_words("load_since", "2026-10-01").startswith("1 окт. 2026")
        assert value_words("verdict", "saved") == "всё работает"
        assert CYRILLIC.search(value_words("problem", "login-refused"))


@pytest.mark.parametrize("name", ["security", "auth_method", "verdict", "problem", "load_since", "language"])
def test_a_value_of_another_version_is_shown_as_it_is(app: Flask, name: str) -> None:
    with app.test_request_context():
        assert value_words(name, "quantum") == "quantum"


def test_everything_written_about_accounts_and_servers_has_a_name() -> None:
    server = OutgoingServer(protocol=Protocol.SMTP, host="smtp.uspeh.test", port=465, security=Security.TLS)
    server.auth_method = AuthMethod.NONE

    assert set(outgoing_facts(server)) <= set(FIELDS)
    assert set(facts_of(Account(for_sending=True))) <= set(FIELDS)


def test_every_theme_and_every_step_has_its_words() -> None:
    assert set(THEMES) == set(Theme)
    assert set(HEADINGS) == set(BUTTONS) == set(SENTENCES) == set(Step)
