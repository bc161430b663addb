"""The Russian catalogue: nothing missing, nothing stale, compiled from what is in the repository."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.web.russian import slips

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "webapp" / "translations" / "ru" / "LC_MESSAGES"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
REMEDY = "run `make translations`, then translate what is empty"
# Words of the design that must not drift on screen (a concept, one word).
BINDING = {
    "Accounts": "Учётные записи",
    "Account name": "Наименование",
    "User name": "Имя пользователя",
    "Continue": "Продолжить",
    "Configure manually": "Настройка вручную",
    "Re-test": "Перетестировать",
    "Stop": "Стоп",
    "Done": "Готово",
    "Next": "Далее",
    "assumption": "предположение",
    "Autodetect": "Автоопределение",
    "Server name": "Имя сервера",
    "Port": "Порт",
    "Connection security": "Защита соединения",
    "Authentication method": "Метод аутентификации",
    "Login name": "Имя для входа",
    "Normal password": "Обычный пароль",
    "Encrypted password": "Зашифрованный пароль",
    "Load mail since": "Дата начальной загрузки",
    "Receive and send automatically": "Получать и отправлять автоматически",
    "Everyone": "Для всех",
    "Only me": "Только для меня",
    "Email address": "Адрес электронной почты",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="ru")


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Return every message of code and templates, by its first form."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in configured]
    found = set()
    for folder in ("webapp/web", "templates"):
        prefixed = [
            (pattern.removeprefix(folder + "/"), method) for pattern, method in methods if pattern.startswith(folder)
        ]
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, prefixed, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def first(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_every_sentence_has_its_russian(catalogue: Catalog, used: set[str]) -> None:
    translated = {first(message) for message in catalogue if message.id and all(texts(message)) and not message.fuzzy}

    assert sorted(used - translated) == [], REMEDY


def test_no_sentence_hides_in_an_f_string_where_babel_does_not_look() -> None:
    asked = {"gettext", "ngettext", "pgettext", "lazy_gettext", "_"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "webapp").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) in asked
    ]

    assert hidden == []


def test_no_sentence_is_kept_that_nobody_says(catalogue: Catalog, used: set[str]) -> None:
    assert sorted({first(message) for message in catalogue if message.id} - used) == [], REMEDY


def test_the_compiled_catalogue_is_fresh(catalogue: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = {first(message): texts(message) for message in read_mo(file) if message.id}

    assert compiled == {first(message): texts(message) for message in catalogue if message.id}, REMEDY


def test_the_binding_words_are_those_of_the_design(catalogue: Catalog, used: set[str]) -> None:
    shown = {word: catalogue[word].string for word in BINDING if word in used}  # type: ignore[index]

    assert shown == {word: BINDING[word] for word in shown}
    assert len(shown) > len(BINDING) // 2


def test_russian_is_written_well(catalogue: Catalog) -> None:
    for message in catalogue:
        for text in texts(message) if message.id else ():
            assert slips(text) == [], text


def test_placeholders_survive_translation(catalogue: Catalog) -> None:
    placeholder = re.compile(r"%\((\w+)\)[sd]")
    for message in catalogue:
        wanted = set(placeholder.findall(first(message)))
        for text in texts(message) if message.id else ():
            assert set(placeholder.findall(text)) == wanted, text
