"""Every action of the journal has its words, in both languages; every detail written today has its name."""

import re

import pytest
from flask import Flask

from webapp.storage.models import Action, Theme
from webapp.web.wording.journal import FIELDS, VALUES, action_words, field_words, value_words
from webapp.web.wording.themes import THEMES
from webapp.web.wording.user_steps import BUTTONS, HEADINGS, SENTENCES, Step

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words_in_both_languages(app: Flask, action: Action) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert CYRILLIC.search(action_words(action))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert not CYRILLIC.search(action_words(action))


def test_no_two_actions_are_called_the_same(app: Flask) -> None:
    for language in ("ru", "en"):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert len({action_words(action) for action in Action}) == len(Action)


@pytest.mark.parametrize("name", FIELDS)
def test_every_detail_has_a_name_in_russian(app: Flask, name: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert CYRILLIC.search(field_words(name))


def test_values_of_closed_sets_are_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [value_words("automatic", value) for value in VALUES] == ["да", "нет", "да", "нет", "пусто"]
        assert value_words("security", "none") == "Нет"
        assert value_words("auth_method", "password-cleartext") == "Обычный пароль"
        assert value_words("title", "Склад") == "Склад"


def test_every_theme_and_every_step_has_its_words() -> None:
    assert set(THEMES) == set(Theme)
    assert set(HEADINGS) == set(BUTTONS) == set(SENTENCES) == set(Step)
