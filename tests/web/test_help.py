"""Every field of the settings says what it is, in both languages, behind a «?» of its own on every page."""

import html
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import HiddenField, SubmitField
from wtforms.fields.core import UnboundField

import webapp.web
from tests.web.desk import POP3, Desk
from tests.web.visitor import Visitor, shown
from webapp.net.problems import Problem, ProblemKind
from webapp.web.explaining.entries import Language
from webapp.web.explaining.field_help import all_help, help_for
from webapp.web.forms.settings_form import SettingsForm

LONGEST, MOST_SENTENCES = 280, 3
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
# About people, signing in and the program's language: no term of mail is in them.
UNEXPLAINED = {
    "ComposeForm",
    "NamesForm",
    "NewPassword",
    "NewUserForm",
    "OwnProfileForm",
    "PasswordForm",
    "ResetForm",
    "SetupForm",
    "SignInForm",
}
for module in walk_packages(webapp.web.__path__, "webapp.web."):
    import_module(module.name)


def below(form: type[FlaskForm]) -> set[type[FlaskForm]]:
    """Return every form of the program made of this one."""
    children = {child for child in form.__subclasses__() if child.__module__.startswith("webapp.")}
    return children.union(*(below(child) for child in children))


FORMS = sorted(below(SettingsForm), key=lambda form: form.__name__)


def fields_of(form: type[FlaskForm]) -> list[str]:
    """Return the fields of a form that people see."""
    made = ((name, getattr(form, name)) for name in dir(form) if not name.startswith("_"))
    return [
        name
        for name, one in made
        if isinstance(one, UnboundField) and not issubclass(one.field_class, HiddenField | SubmitField)
    ]


SHOWN = [(form, name) for form in FORMS for name in fields_of(form)]


@pytest.mark.parametrize(("form", "name"), SHOWN, ids=lambda part: getattr(part, "__name__", part))
def test_every_field_that_is_shown_is_explained(form: type[SettingsForm], name: str) -> None:
    assert help_for(form.names(), name) is not None


def test_every_form_of_the_settings_is_among_them() -> None:
    others = {form.__name__ for form in below(FlaskForm) - below(SettingsForm) if fields_of(form)}

    assert others == UNEXPLAINED
    assert len(SHOWN) > 60


def test_nothing_is_explained_that_nobody_sees() -> None:
    used = {id(help_for(form.names(), name)) for form, name in SHOWN}

    assert [key for key, words in all_help().items() if id(words) not in used] == []


@pytest.mark.parametrize("key", all_help())
def test_an_explanation_is_short_and_in_its_language(key: str) -> None:
    for language in Language:
        said = all_help()[key][language]

        assert len(said) <= LONGEST, said
        assert 1 <= len(re.findall(r"[.!?»](?= |$)", said)) <= MOST_SENTENCES + said.count("»"), said
        assert said[0].isupper() or said[0].isdigit() or said[0] == "«", said
        assert said.endswith("."), said
        assert bool(CYRILLIC.search(said)) is (language is Language.RU), said


@pytest.mark.parametrize(
    "written",
    [
        'host = "x"',
        '[host]\nru = "Сервер."',
        '[host]\nru = "Сервер."\nen = "Server."\nde = "Server."',
        '[host]\nru = "Сервер."\nen = " "',
        '[host]\nru = "Сервер."\nen = 5',
        '[SomeForm]\nhost = "x"',
        '[SomeForm.host]\nru = "Сервер."',
    ],
)
def test_what_is_written_wrongly_is_told(tmp_path: Path, written: str) -> None:
    file = tmp_path / "help.toml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(ValueError, match="host"):
        all_help(file)


# ------------------------------------------------------------------------------------------------------- the pages

CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
HELP = re.compile(r'<details class="help" id="([\w-]+)-help"')
PAGES = (
    "/accounts/new",
    "/accounts/new/news",
    "/accounts/{account}",
    "/accounts/{account}/incoming",
    "/accounts/{account}/letters",
    "/accounts/{account}/security",
    "/accounts/{account}/password",
    "/accounts/{account}/outgoing/new",
    "/administration/network",
    "/administration/network/authorities/new",
    "/administration/network/authorities/new",
    "/administration/accounts/{account}/hand-over",
)


def explained(text: str) -> set[str]:
    """Return the fields a page explains."""
    return set(HELP.findall(text))


def asked_for(text: str) -> set[str]:
    """Return the fields a page asks people for: those of its forms that are sent, seen and not buttons."""
    forms = re.findall(r'(?s)<form\b[^>]*method="post".*?</form>', text)
    controls = [tag for form in forms for tag in CONTROL.findall(form) if 'type="hidden"' not in tag]
    return {re.search(r'name="([^"]+)"', tag)[1] for tag in controls}  # type: ignore[index]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_explains_every_field_it_asks_for(admin: Visitor, desk: Desk, page: str) -> None:
    text = admin.open(page.format(account=desk.account(incoming=POP3))).text

    assert asked_for(text)
    assert explained(text) == asked_for(text)


def test_the_pages_of_the_system_account_explain_their_fields(admin: Visitor, desk: Desk) -> None:
    setting_up = admin.open("/accounts/new?system=1").text
    desk.account("system@uspeh.test", system=True)
    set_up = admin.open("/administration/system-account").text

    assert explained(setting_up) == asked_for(setting_up) >= {"address", "load_since"}
    assert explained(set_up) == asked_for(set_up) == {"people_may_send"}


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("ru", "Что это: Адрес электронной почты", "Адрес почтового ящика, который вы подключаете."),
        ("en", "What is this: Email address", "The address of the mailbox you are adding."),
    ],
)
def test_it_is_said_in_the_readers_language(app: Flask, admin: Visitor, language: str, name: str, words: str) -> None:
    reader = Visitor(app, language).sign_in(admin.user_id)

    text = shown(reader.open("/accounts/new"))

    assert name in text
    assert words in text


def test_a_form_may_say_it_otherwise(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/accounts/{desk.account()}"))

    assert "С этого адреса уходят письма" in text
    assert "Адрес почтового ящика, который вы подключаете." not in text


def test_it_stands_beside_the_label_and_not_inside_it(admin: Visitor) -> None:
    text = admin.open("/accounts/new").text

    labels = re.findall(r"(?s)<(label|legend)\b[^>]*>(.*?)</\1>", text)
    assert labels
    assert [inside for _, inside in labels if "<details" in inside] == []


def test_a_refused_form_explains_its_fields_still(admin: Visitor) -> None:
    answer = admin.send("/accounts/new", {"address": "nobody"})

    assert answer.status_code == 422
    assert "address" in explained(answer.text)
    assert html.escape("address-error") in answer.text
    assert explained(answer.text) == asked_for(answer.text)


def test_the_form_under_a_failed_search_explains_its_fields(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993))

    for path in (f"/runs/{run_id}", f"/runs/{run_id}/progress", f"/runs/{run_id}/servers"):
        text = admin.open(path).text

        assert explained(text) == asked_for(text) >= {"incoming_host", "outgoing_port", "secret"}


def test_what_is_no_setting_has_no_question_mark(admin: Visitor) -> None:
    assert explained(admin.open("/profile/password").text) == set()
