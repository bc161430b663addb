"""An administrator removes an account, anybody's; the system account stays."""

from flask import Flask

from tests.web.administration.office import LIST, journal, lay_account, set_up_system_account, stored
from tests.web.visitor import Visitor, shown


def test_the_page_says_what_goes_and_what_stays(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id)

    text = shown(admin.open(f"{LIST}/{account_id}/remove"))

    assert "Удалить учётную запись boris@uspeh.test?" in text
    assert "Это личная учётная запись пользователя Борис Иванов" in text
    assert text.index("Что удаляется из Mailroom") < text.index("сохранённый пароль") < text.index("Что остаётся")
    assert text.index("Что остаётся") < text.index("почтовый ящик у провайдера и все письма в нём")
    assert stored(app, account_id) is not None, "asking removes nothing"


def test_a_personal_account_of_somebody_else_is_removed(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id)

    answer = admin.send(f"{LIST}/{account_id}/remove")

    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert stored(app, account_id) is None
    assert "Учётная запись boris@uspeh.test удалена" in shown(admin.open(LIST))
    assert "account-removed" in journal(app)


def test_the_system_account_is_never_removed(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)

    assert admin.open(f"{LIST}/{account_id}/remove").status_code == 403
    assert admin.send(f"{LIST}/{account_id}/remove", page="/accounts/new").status_code == 403
    assert stored(app, account_id) is not None


def test_a_colleague_removes_nothing(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    account_id = lay_account(app, "info@uspeh.test")

    assert colleague.send(f"{LIST}/{account_id}/remove", page="/accounts/new").status_code == 403
    assert stored(app, account_id) is not None


def test_asking_for_the_headers_alone_removes_nothing(app: Flask, admin: Visitor) -> None:
    account_id = lay_account(app, "info@uspeh.test")

    answer = admin.browser.head(f"{LIST}/{account_id}/remove", headers=admin.headers)

    assert answer.status_code == 200
    assert stored(app, account_id) is not None
