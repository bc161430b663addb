"""One's own profile: name, language, theme, and the sign-in password."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.desk import Desk
from tests.web.people.doors import door
from tests.web.visitor import PASSWORD, Visitor, shown
from webapp.storage.models import Action, JournalEntry, Theme, User
from webapp.web.extensions import db
from webapp.web.people.brake import TRIES_PER_NAME_AND_CLIENT

FRESH = "completely different words"
NEW = {"old_password": PASSWORD, "password": FRESH, "password_again": FRESH}


def user(app: Flask, visitor: Visitor) -> User:
    with app.app_context():
        return db.session.get_one(User, visitor.user_id)


def journal(app: Flask) -> list[JournalEntry]:
    with app.app_context():
        return list(db.session.scalars(select(JournalEntry).order_by(JournalEntry.id)))


def test_the_name_in_the_bar_leads_to_the_profile(colleague: Visitor) -> None:
    page = colleague.open("/profile")

    assert 'href="/profile"' in page.text
    assert "Вы входите как boris." in shown(page)


def test_name_and_language_are_saved_and_told_to_the_journal(app: Flask, colleague: Visitor) -> None:
    answer = colleague.send("/profile", {"display_name": "Борис  Новый", "language": "en"})

    assert (answer.status_code, answer.location) == (303, "/profile")
    page = colleague.open("/profile")
    assert "Your profile is saved." in shown(page)
    assert "Борис Новый" in shown(page)
    (line,) = journal(app)
    assert (line.action, line.user_id, line.owner_id) == (Action.USER_CHANGED, colleague.user_id, colleague.user_id)
    assert line.details == (("display_name", "Борис Новый"), ("language", "en"))


def test_the_language_can_be_left_to_the_browser_again(app: Flask, colleague: Visitor) -> None:
    colleague.send("/profile", {"display_name": "Борис", "language": "en"})
    colleague.send("/profile", {"display_name": "Борис", "language": ""})

    assert user(app, colleague).language is None
    assert '<html lang="ru"' in colleague.open("/profile").text


def test_saving_what_was_there_already_is_no_news(app: Flask, colleague: Visitor) -> None:
    colleague.send("/profile", {"display_name": "Борис Иванов", "language": ""})

    assert journal(app) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"display_name": " ", "language": ""}, "Введите имя, каким его увидят другие."),
        ({"display_name": "б" * 201, "language": ""}, "не больше 200"),
        ({"display_name": "Борис\u0007", "language": ""}, "знак, который нельзя показать"),
    ],
)
def test_a_wrong_profile_comes_back_and_nothing_changes(
    app: Flask, colleague: Visitor, fields: dict[str, str], words: str
) -> None:
    answer = colleague.send("/profile", fields)

    assert answer.status_code == 422
    assert words in shown(answer)
    assert user(app, colleague).display_name == "Борис Иванов"


def test_a_language_there_is_not_is_refused(app: Flask, colleague: Visitor) -> None:
    assert colleague.send("/profile", {"display_name": "Борис", "language": "de"}).status_code == 422
    assert user(app, colleague).language is None


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "dark"), ("light", "light"), ("auto", "light dark")])
def test_the_theme_stands_in_the_page_before_any_script(
    app: Flask, colleague: Visitor, theme: str, scheme: str
) -> None:
    answer = colleague.send(
        "/theme", {"theme": theme}, page="/profile", headers={"Referer": "http://localhost/profile"}
    )

    assert (answer.status_code, answer.location) == (303, "/profile")
    page = colleague.open("/profile").text
    assert f'<html lang="ru" data-theme="{theme}">' in page
    assert f'<meta name="color-scheme" content="{scheme}">' in page
    assert user(app, colleague).theme is Theme(theme)


def test_the_theme_stays_at_the_door_after_signing_out(colleague: Visitor) -> None:
    colleague.send("/theme", {"theme": "dark"}, page="/profile")
    colleague.send("/sign-out", page="/profile")

    assert 'data-theme="dark"' in colleague.open("/").text


@pytest.mark.usefixtures("colleague")
def test_the_theme_of_one_person_is_not_anothers(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    colleague.send("/theme", {"theme": "dark"}, page="/profile")

    assert 'data-theme="auto"' in admin.open("/profile").text


def test_a_theme_there_is_not_changes_nothing(app: Flask, colleague: Visitor) -> None:
    assert colleague.send("/theme", {"theme": "pink"}, page="/profile").status_code == 400
    assert user(app, colleague).theme is Theme.AUTO


def test_a_new_password_ends_the_other_sessions_and_says_so(app: Flask, colleague: Visitor) -> None:
    elsewhere = Visitor(app).sign_in(colleague.user_id)

    answer = colleague.send("/profile/password", NEW)

    assert (answer.status_code, answer.location) == (303, "/profile")
    assert "ваши сеансы в других местах завершены" in shown(colleague.open("/profile"))
    assert elsewhere.open("/profile").status_code == 303
    assert journal(app)[-1].action is Action.SIGN_IN_PASSWORD_CHANGED


def test_only_the_new_password_opens_the_door_afterwards(app: Flask, admin: Visitor) -> None:
    admin.send("/profile/password", NEW)

    assert door(Visitor(app)).status_code == 422
    assert door(Visitor(app), password=FRESH).status_code == 303


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"old_password": "wrong"}, "Это не ваш нынешний пароль."),
        ({"old_password": ""}, "Введите нынешний пароль."),
        ({"password": "short", "password_again": "short"}, "не меньше 10 символов"),
        ({"password": "12boris123", "password_again": "12boris123"}, "почти имя для входа"),
        ({"password_again": "something else"}, "Пароли различаются."),
    ],
)
def test_a_wrong_password_form_changes_nothing_and_repeats_no_password(
    app: Flask, colleague: Visitor, changed: dict[str, str], words: str
) -> None:
    before = user(app, colleague).password_hash

    answer = colleague.send("/profile/password", {**NEW, **changed})

    assert answer.status_code == 422
    assert shown(answer).count(words) == 2
    assert PASSWORD not in answer.text
    assert FRESH not in answer.text
    assert user(app, colleague).password_hash == before


def test_guessing_the_present_password_is_braked_like_signing_in(colleague: Visitor) -> None:
    for _ in range(TRIES_PER_NAME_AND_CLIENT[0]):
        assert colleague.send("/profile/password", {**NEW, "old_password": "wrong"}).status_code == 422

    answer = colleague.send("/profile/password", NEW)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("path", ["/profile", "/profile/password"])
def test_a_profile_needs_its_person(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).location == f"/sign-in?next={path}"
    assert visitor.browser.post(path, headers=visitor.headers).status_code == 401


def test_a_new_password_makes_a_copy_of_this_browsers_cookie_worthless(app: Flask, colleague: Visitor) -> None:
    thief = Visitor(app)
    copied = colleague.browser.get_cookie("mailroom")
    assert copied is not None
    thief.browser.set_cookie("mailroom", copied.value)
    assert thief.open("/profile").status_code == 200

    colleague.send("/profile/password", NEW)

    assert colleague.open("/profile").status_code == 200
    assert thief.open("/profile").status_code == 303


def test_nobody_takes_a_colleagues_name_without_leaving_their_own(app: Flask, admin: Visitor) -> None:
    boris = Visitor(app).who_is("boris", "Борис Иванов")

    boris.send("/profile", {"display_name": "Анна Петрова", "language": "ru"})

    line = journal(app)[-1]
    assert (line.user_name, line.subject) == ("Борис Иванов", "Борис Иванов")
    assert ("display_name", "Анна Петрова") in line.details


def test_an_address_for_notices_is_kept_in_its_stored_form_and_told_to_the_journal(
    app: Flask, colleague: Visitor
) -> None:
    fields = {"display_name": "Борис Иванов", "language": "", "notice_address": " boris@ПРИМЕР.test "}

    assert colleague.send("/profile", fields).status_code == 303

    assert user(app, colleague).notice_address == "boris@xn--e1afmkfd.test"
    assert 'value="boris@пример.test"' in colleague.open("/profile").text
    (line,) = journal(app)
    assert line.details == (("notice_address", "boris@xn--e1afmkfd.test"),)


def test_it_can_be_taken_away_again(app: Flask, colleague: Visitor) -> None:
    fields = {"display_name": "Борис Иванов", "language": ""}
    colleague.send("/profile", {**fields, "notice_address": "boris@elsewhere.test"})

    colleague.send("/profile", {**fields, "notice_address": ""})

    assert user(app, colleague).notice_address is None


def test_what_is_no_address_comes_back(app: Flask, colleague: Visitor) -> None:
    fields = {"display_name": "Борис Иванов", "language": "", "notice_address": "boris at elsewhere"}

    answer = colleague.send("/profile", fields)

    assert answer.status_code == 422
    assert "есть знак @" in shown(answer)
    assert user(app, colleague).notice_address is None


def test_the_profile_says_where_notices_go_without_an_address(app: Flask, desk: Desk, admin: Visitor) -> None:
    assert "Если оставить пустым, писем не будет" in shown(admin.open("/profile"))

    desk.account("anna@uspeh.test")

    assert "Если оставить пустым — на anna@uspeh.test." in shown(admin.open("/profile"))
