"""What happens to letters: uses, start date, automatic work, copies on a POP3 server."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.web.accounts.paper import filled, send
from tests.web.desk import POP3, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.base import utc_now
from webapp.storage.models import Account


def stored(app: Flask, account_id: int) -> Account:
    """Return the account as the database has it."""
    with database(app) as session:
        return session.get_one(Account, account_id)


def change(person: Visitor, account_id: int, **changes: object) -> object:
    """Change the section as a person does."""
    return send(person, f"/accounts/{account_id}/letters", "version", **changes)


def test_uses_date_and_automatic_work_save_at_once(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=False)

    answer = change(admin, account_id, for_sending=None, automatic="y", load_since="2026-01-31")

    account = stored(app, account_id)
    assert answer.status_code == 303
    assert (account.for_sending, account.for_receiving, account.automatic) == (False, True, True)
    assert account.load_since == date(2026, 1, 31)
    assert desk.runs() == []


def test_a_date_in_the_future_is_refused(admin: Visitor, desk: Desk) -> None:
    day = (utc_now() + timedelta(days=3)).date().isoformat()

    answer = change(admin, desk.account(), load_since=day)

    assert answer.status_code == 422
    assert "ещё не наступила" in shown(answer)


@pytest.mark.parametrize(("day", "words"), [("1970-01-01", "слишком давняя"), ("bald", "")])
def test_other_dates_that_cannot_be_meant_are_refused(admin: Visitor, desk: Desk, day: str, words: str) -> None:
    answer = change(admin, desk.account(), load_since=day)

    assert answer.status_code == 422
    assert words in shown(answer)


def test_no_date_loads_everything(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(load_since=date(2026, 1, 1))

    change(admin, account_id, load_since="")

    assert stored(app, account_id).load_since is None


def test_an_account_nobody_uses_is_refused(admin: Visitor, desk: Desk) -> None:
    answer = change(admin, desk.account(), for_sending=None, for_receiving=None)

    assert answer.status_code == 422
    assert "хотя бы одно" in shown(answer)


def test_automatic_work_needs_a_remembered_password(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False, automatic=False)

    page = shown(admin.open(f"/accounts/{account_id}/letters"))
    answer = change(admin, account_id, automatic="y")

    assert "для автоматической работы он нужен" in page
    assert answer.status_code == 422
    assert "нужен запомненный пароль" in shown(answer)
    assert not stored(app, account_id).automatic


def test_a_use_whose_server_was_never_proved_says_what_to_do_first(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_sending=False, outgoing_id=None)

    answer = change(admin, account_id, for_sending="y")

    assert answer.status_code == 422
    assert "Сервер исходящей почты ещё не настроен" in shown(answer)


def test_only_pop3_has_copies_on_the_server(admin: Visitor, desk: Desk) -> None:
    imap, pop3 = desk.account(), desk.account("info@uspeh.test", incoming=POP3)

    assert "копии" not in shown(admin.open(f"/accounts/{imap}/letters"))
    assert "Оставлять копии писем на сервере" in shown(admin.open(f"/accounts/{pop3}/letters"))


def test_copies_stay_for_as_many_days_as_typed(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(incoming=POP3)

    change(admin, account_id, keep_on_server="y", delete_after_days="14")
    assert (stored(app, account_id).keep_on_server, stored(app, account_id).delete_after_days) == (True, 14)

    change(admin, account_id, keep_on_server=None)
    assert (stored(app, account_id).keep_on_server, stored(app, account_id).delete_after_days) == (False, None)


@pytest.mark.parametrize("days", ["0", "zwei", "99999", "-1"])
def test_a_strange_number_of_days_is_refused(admin: Visitor, desk: Desk, days: str) -> None:
    answer = change(admin, desk.account(incoming=POP3), keep_on_server="y", delete_after_days=days)

    assert answer.status_code == 422
    assert "число дней от 1 до 3650" in shown(answer)


def test_the_system_account_is_always_automatic(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(system=True, automatic=True)

    page = admin.open(f"/accounts/{account_id}/letters")
    change(admin, account_id, load_since="2026-01-31")

    assert "всегда работает автоматически" in shown(page)
    assert "automatic" not in filled(page.text, "version")
    assert stored(app, account_id).automatic


def test_the_second_of_two_is_told(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, version="5", load_since="2026-02-02")

    assert answer.status_code == 422
    assert "Пока ничего не сохранено" in shown(answer)
    assert filled(answer.text, "version")["load_since"] == "2026-02-02"


def test_newsgroups_have_no_letters(admin: Visitor, desk: Desk) -> None:
    assert admin.open(f"/accounts/{desk.account(news=True)}/letters").status_code == 404


@pytest.mark.parametrize(("use", "server"), [("for_sending", "outgoing"), ("for_receiving", "incoming")])
def test_a_use_whose_password_is_not_stored_is_proved_first(
    app: Flask, admin: Visitor, desk: Desk, use: str, server: str
) -> None:
    account_id = desk.account(**{use: False})  # type: ignore[arg-type]
    with database(app) as session:
        getattr(session.get_one(Account, account_id), server).secret = None
        session.commit()

    answer = change(admin, account_id, **{use: "y"})

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Пароль этого сервера не сохранён" in shown(answer)
    assert not getattr(stored(app, account_id), use)
