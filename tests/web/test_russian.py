"""The Russian of the catalogue's files, and that slips are seen; `test_translations.py` asks the messages the same."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.russian import slips
from webapp.web.explaining.reader import FOLDER as CATALOGUE

FILES = sorted(CATALOGUE.glob("*.toml"))


def texts_of(read: Any, *, russian: bool = False) -> Iterator[str]:
    """Return every text below a key `ru`, however deep."""
    if isinstance(read, dict):
        for key, value in read.items():
            yield from texts_of(value, russian=russian or key == "ru")
    elif isinstance(read, list):
        for value in read:
            yield from texts_of(value, russian=russian)
    elif russian:
        yield str(read)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_of_the_catalogue_is_written_well(file: Path) -> None:
    texts = list(texts_of(tomllib.loads(file.read_text(encoding="utf-8"))))

    assert texts
    assert [slip for text in texts for slip in slips(text)] == []


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("Учетная запись еще не настроена.", "ё: Учетная"),
        ("Пароль введен, сервер найден.", "ё: введен"),
        ("Защищенное соединение.", "ё: Защищен"),
        ("Сервер ее не знает.", "ё: ее"),
        ("Письмо не пришло: кто-то ушел.", "ё: ушел"),
        ("Mailroom найдет сервер.", "ё: найдет"),
        ("Сервер не дает войти.", "ё: дает"),
        ("Срок истек.", "ё: истек"),
        ("Проверь пароль.", "вы: Проверь"),
        ("Это знаете только Вы.", "вы: Вы"),
        ('Нажмите "Стоп".', "«ёлочки»"),
        ("Подождите...", "…"),
        ("Порт - это число.", "a dash, not a hyphen"),
        ("Введите логин.", "имя для входа: логин"),
        ("Отправим тестовое письмо.", "пробное сообщение"),
    ],
)
def test_a_slip_is_seen(text: str, slip: str) -> None:
    assert any(one.startswith(slip) for one in slips(text)), slips(text)


@pytest.mark.parametrize(
    "text",
    [
        "Введение, решение и определение; служба выключена, включена и выключен сервер.",
        "Сервер ожидает, письмо попадает в «Спам», вход совпадает.",
        "Вы вышли. Вам решать. Введите имя, выйдет лучше.",
        "Письмо найдено, сервер найден, соединение закрыто.",
        "Во всём, в чём вы уверены; надёжнее, легко, жёстко.",
        "Создайте пароль в аккаунте Google.",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert slips(text) == []
