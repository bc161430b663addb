"""Reading a typed mail address."""

import pytest
from flask import Flask

from webapp.web.forms.addresses import AddressFault, read_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("anna@uspeh.ru", "anna@uspeh.ru"),
        ("  anna@uspeh.ru ", "anna@uspeh.ru"),
        ("Anna.Petrova+work@Uspeh.RU", "Anna.Petrova+work@uspeh.ru"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"),
        ("anna@uspeh.ru.", "anna@uspeh.ru"),
    ],
)
def test_an_address_is_stored_with_its_domain_as_the_name_server_takes_it(app: Flask, typed: str, stored: str) -> None:
    with app.test_request_context():
        assert read_address(typed) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Введите адрес"),
        ("anna", "есть знак @"),
        ("@uspeh.ru", "Перед знаком @ чего-то не хватает"),
        ("anna@", "После знака @ чего-то не хватает"),
        ("anna@uspeh", "нет точки"),
        ("anna@uspeh..ru", "не домен"),
        ("anna@-uspeh.ru", "не домен"),
        ("anna@[127.0.0.1]", "не числовой адрес"),
        ("anna@127.0.0.1", "не числовой адрес"),
        ("anna@uspeh@uspeh.ru", "ровно один знак @"),
        ('"anna petrova"@uspeh.ru', "кавычками"),
        ("Анна <anna@uspeh.ru", "только адрес"),
        (".anna@uspeh.ru", "лишняя точка"),
        ("anna..petrova@uspeh.ru", "лишняя точка"),
        ("anna\x07@uspeh.ru", "символ, которого в адресах не бывает"),
        ("a" * 65 + "@uspeh.ru", "64 символов"),
        ("anna.petrova@" + ".".join(["a" * 60] * 4) + ".ru", "254 символов"),
    ],
)
def test_what_is_no_address_gets_a_sentence_that_says_why(app: Flask, typed: str, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}), pytest.raises(AddressFault, match=words):
        read_address(typed)
