"""Changing the use of several accounts at once."""

from flask import Flask

from tests.web.administration.office import (
    LIST,
    count_statements,
    lay_account,
    set_up_system_account,
    stored,
)
from tests.web.visitor import Visitor, shown

USES = f"{LIST}/uses"


def uses(app: Flask, account_id: int) -> tuple[bool, bool]:
    """Return whether the account is used for sending and for receiving."""
    account = stored(app, account_id)
    assert account is not None
    return account.for_sending, account.for_receiving


def ticked(*numbers: int) -> str:
    return f"{USES}?" + "&".join(f"id={number}" for number in numbers)


def test_the_list_offers_a_box_for_each_account_and_all_of_the_page_at_once(app: Flask, admin: Visitor) -> None:
    first, second = lay_account(app, "a@uspeh.test"), lay_account(app, "b@uspeh.test")

    page, every = admin.open(LIST), admin.open(f"{LIST}?ticked=all")

    assert [f'name="id" value="{number}"' in page.text for number in (first, second)] == [True, True]
    assert page.text.count('name="id"') == 2, "the system account has none"
    assert f'href="{LIST}?ticked=all"' in page.text
    assert every.text.count(" checked") == 2


def test_the_ticked_accounts_are_shown_before_anything_changes(app: Flask, admin: Visitor) -> None:
    numbers = [lay_account(app, "a@uspeh.test"), lay_account(app, "b@uspeh.test")]

    text = shown(admin.open(ticked(*numbers)))

    assert "a@uspeh.test" in text
    assert "b@uspeh.test" in text
    assert [uses(app, number) for number in numbers] == [(True, True)] * 2


def test_one_use_changes_and_the_other_is_left(app: Flask, admin: Visitor) -> None:
    numbers = [lay_account(app, "a@uspeh.test"), lay_account(app, "b@uspeh.test")]

    answer = admin.send(ticked(*numbers), {"id": numbers, "for_sending": "leave", "for_receiving": "clear"})

    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert "Использование изменено у 2 учётных записей" in shown(admin.open(LIST))
    assert [uses(app, number) for number in numbers] == [(True, False)] * 2


def test_a_box_that_was_cleared_again_is_left_out(app: Flask, admin: Visitor) -> None:
    first, second = lay_account(app, "a@uspeh.test"), lay_account(app, "b@uspeh.test")

    admin.send(ticked(first, second), {"id": [second], "for_sending": "clear", "for_receiving": "leave"})

    assert (uses(app, first), uses(app, second)) == ((True, True), (False, True))


def test_an_account_without_a_proved_server_is_skipped_and_named(app: Flask, admin: Visitor) -> None:
    able = lay_account(app, "able@uspeh.test", for_sending=False)
    unable = lay_account(app, "unable@uspeh.test", for_sending=False, outgoing_id=None)

    admin.send(ticked(able, unable), {"id": [able, unable], "for_sending": "set", "for_receiving": "leave"})

    text = shown(admin.open(LIST))
    assert "Использование изменено у 1 учётной записи" in text
    assert "ни один сервер для этого не проверен" in text
    assert "unable@uspeh.test" in text
    assert (uses(app, able), uses(app, unable)) == ((True, True), (False, True))


def test_nothing_chosen_says_so_and_keeps_the_ticks(app: Flask, admin: Visitor) -> None:
    number = lay_account(app, "a@uspeh.test")

    answer = admin.send(ticked(number), {"id": [number], "for_sending": "leave", "for_receiving": "leave"})

    assert answer.status_code == 422
    assert "Выберите, что изменить" in shown(answer)
    assert f'value="{number}" checked' in answer.text


def test_no_account_ticked_says_so(app: Flask, admin: Visitor) -> None:
    number = lay_account(app, "a@uspeh.test")

    answer = admin.send(ticked(number), {"for_sending": "set", "for_receiving": "leave"})

    assert answer.status_code == 422
    assert "Отметьте хотя бы одну учётную запись" in shown(answer)


def test_without_a_tick_the_button_leads_back_to_the_list(admin: Visitor) -> None:
    answer = admin.open(USES)

    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert "Сначала отметьте учётные записи" in shown(admin.open(LIST))


def test_the_way_back_is_the_list_as_it_was_filtered_and_nothing_else(app: Flask, admin: Visitor) -> None:
    number = lay_account(app, "a@uspeh.test")
    fields = {"id": [number], "for_sending": "clear", "for_receiving": "leave"}

    filtered = admin.send(ticked(number), {**fields, "back": f"{LIST}?q=a@&page=2"})
    elsewhere = admin.send(ticked(number), {**fields, "back": "https://evil.test/administration/accounts"})

    assert filtered.headers["Location"] == f"{LIST}?q=a@&page=2"
    assert elsewhere.headers["Location"] == LIST


def test_the_system_account_keeps_sending_whatever_is_ticked(app: Flask, admin: Visitor) -> None:
    number, system = lay_account(app, "a@uspeh.test"), set_up_system_account(app)

    admin.send(ticked(number), {"id": [number, system], "for_sending": "clear", "for_receiving": "leave"})

    assert uses(app, system)[0]


def test_a_colleague_changes_nothing(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    number = lay_account(app, "a@uspeh.test")

    answer = colleague.send(
        USES, {"id": [number], "for_sending": "clear", "for_receiving": "leave"}, page="/accounts/new"
    )

    assert answer.status_code == 403
    assert uses(app, number) == (True, True)


def test_two_accounts_cost_as_many_statements_as_fifty(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    numbers = [lay_account(app, f"box{number}@uspeh.test", colleague.user_id) for number in range(50)]

    assert count_statements(app, admin, ticked(*numbers[:2])) == count_statements(app, admin, ticked(*numbers))


def test_all_of_one_page_is_not_all_of_the_next(app: Flask, admin: Visitor) -> None:
    for number in range(60):
        lay_account(app, f"box{number:02}@uspeh.test")

    text = admin.open(f"{LIST}?q=box&ticked=all").text

    assert f'href="{LIST}?q=box&amp;page=2"' in text
    assert f'name="back" value="{LIST}?q=box"' in text


def test_personal_accounts_of_others_stay_as_they_are_and_are_named(
    app: Flask, admin: Visitor, colleague: Visitor
) -> None:
    shared, own = lay_account(app, "a@uspeh.test"), lay_account(app, "own@uspeh.test", admin.user_id)
    his = lay_account(app, "his@uspeh.test", colleague.user_id)
    fields = {"id": [shared, own, his], "for_sending": "clear", "for_receiving": "leave"}

    asked = shown(admin.open(ticked(shared, own, his)))
    admin.send(ticked(shared, own, his), fields)

    assert asked.count("личная учётная запись: останется как есть") == 1
    text = shown(admin.open(LIST))
    assert "Использование изменено у 2 учётных записей" in text
    assert "личной учётной записи меняет её владелец. his@uspeh.test" in text
    assert [uses(app, number) for number in (shared, own, his)] == [(False, True), (False, True), (True, True)]
