"""The profile of an account: names save at once, another address is proved first, two people notice each other."""

import pytest
from flask import Flask

from tests.web.accounts.paper import filled, send
from tests.web.desk import ADDRESS, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Account, Run, RunPurpose


def stored(app: Flask, account_id: int) -> Account:
    """Return the account as the database has it."""
    with database(app) as session:
        return session.get_one(Account, account_id)


def change(person: Visitor, account_id: int, **changes: object) -> object:
    """Change the profile as a person does."""
    return send(person, f"/accounts/{account_id}", "sender_name", **changes)


def test_names_and_signature_save_at_once(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(
        admin,
        account_id,
        title="Продажи",
        sender_name="ООО «Успех»",
        reply_to="zakaz@uspeh.test",
        signature="С уважением\nАнна",
    )

    account = stored(app, account_id)
    assert answer.status_code == 303
    assert (account.title, account.sender_name, account.reply_to) == ("Продажи", "ООО «Успех»", "zakaz@uspeh.test")
    assert account.signature.splitlines() == ["С уважением", "Анна"]
    assert desk.runs() == []
    assert "Сохранено." in shown(admin.open(answer.headers["Location"]))


def test_an_account_without_a_name_is_called_by_its_address(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(title="Продажи")

    change(admin, account_id, title="")

    assert stored(app, account_id).title == ADDRESS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sender_name": ""}, "Введите имя, которое увидят получатели"),
        ({"address": "anna"}, "В адресе электронной почты есть знак @"),
        ({"reply_to": "anna@"}, "После знака @ чего-то не хватает"),
        ({"signature": "я" * 4001}, "не длиннее 4000 символов"),
        ({"title": "а\x00б"}, "знак, который нельзя показать"),
    ],
)
def test_wrong_input_comes_back_with_a_sentence(
    app: Flask, admin: Visitor, desk: Desk, changes: dict[str, str], words: str
) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, **changes)

    assert answer.status_code == 422
    assert words in shown(answer)
    assert stored(app, account_id).version == 1


def test_another_address_is_proved_before_it_is_saved(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, address="a.petrova@uspeh.test", sender_name="Анна")

    run = desk.runs()[0]
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert (run.entered.address, run.entered.incoming.host) == ("a.petrova@uspeh.test", "imap.uspeh.test")
    draft = desk.draft(run.id)
    assert (draft.account_id, draft.account_version, draft.secret) == (account_id, 1, None)
    assert (draft.details.address, draft.details.sender_name) == ("a.petrova@uspeh.test", "Анна")
    assert stored(app, account_id).address == ADDRESS


def test_without_a_known_password_a_new_address_asks_for_it(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)

    answer = change(admin, account_id, address="a.petrova@uspeh.test")

    assert answer.status_code == 422
    assert "нужен пароль от почты" in shown(answer)
    assert filled(answer.text, "sender_name")["address"] == "a.petrova@uspeh.test"
    assert 'name="secret"' in answer.text
    assert desk.runs() == []


def test_an_address_the_owner_has_already_is_refused(admin: Visitor, desk: Desk) -> None:
    desk.account("info@uspeh.test")
    account_id = desk.account()

    answer = change(admin, account_id, address="Info@uspeh.test")

    assert answer.status_code == 422
    assert "Учётная запись с этим адресом уже есть" in shown(answer)


def test_the_second_of_two_is_told_and_nothing_is_overwritten(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)
    form = filled(admin.open(f"/accounts/{account_id}").text, "sender_name")
    other = Visitor(app).who_is("vera", "Вера Орлова", is_admin=True)
    change(other, account_id, sender_name="Успех")

    late = admin.browser.post(
        f"/accounts/{account_id}", data=form | {"sender_name": "Контора"}, headers=admin.headers, buffered=True
    )

    assert late.status_code == 422
    assert "Вера Орлова" in shown(late)
    assert "Сейчас хранится Имя отправителя Успех" in shown(late)
    again = filled(late.text, "sender_name")
    assert again["sender_name"] == "Контора"
    assert stored(app, account_id).sender_name == "Успех"

    admin.browser.post(f"/accounts/{account_id}", data=again, headers=admin.headers)
    assert stored(app, account_id).sender_name == "Контора"


def test_a_stale_form_with_a_new_address_begins_nothing(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, address="neu@uspeh.test", version="7")

    assert answer.status_code == 422
    assert desk.runs() == []


def test_the_outgoing_server_stands_at_the_bottom_with_its_link(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    page = admin.open(f"/accounts/{account_id}")

    text = shown(page)
    assert text.index("Сервер исходящей почты SMTP") > text.index("Подпись")
    assert text.index("Изменить SMTP-сервер…") > text.index("smtp.uspeh.test")
    assert f'href="/accounts/{account_id}/outgoing/' in page.text


def test_another_search_going_on_is_named(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    change(admin, account_id, address="eins@uspeh.test")
    going_on = desk.runs()[0].id

    answer = change(admin, desk.account("info@uspeh.test"), address="zwei@uspeh.test")

    assert answer.status_code == 422
    assert f"/runs/{going_on}" in answer.text
    with database(app) as session:
        assert session.query(Run).count() == 1
