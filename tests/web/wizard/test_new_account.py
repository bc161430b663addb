"""The first form of the set-up: what it asks, what it refuses, what it starts."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.web.desk import ADDRESS, SECRET, Desk
from tests.web.visitor import Visitor, shown
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import RunPurpose
from webapp.web.extensions import box

NEW = "/accounts/new"
GOOD = {
    "address": ADDRESS,
    "secret": SECRET,
    "remember_password": "y",
    "for_sending": "y",
    "for_receiving": "y",
    "for_whom": "only-me",
    "sender_name": "Анна Петрова",
    "load_since": "2026-01-31",
    "automatic": "y",
    "by_hand": "no",
}


def without(*names: str) -> dict[str, object]:
    """Return a good form with some fields left out, as unticked boxes are."""
    return {name: value for name, value in GOOD.items() if name not in names}


def field(page: str, name: str) -> str:
    """Return the tag of one control."""
    found = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)
    assert found, f"no field {name}"
    return found[0]


def test_the_form_offers_thirty_days_back_and_the_persons_own_name(admin: Visitor) -> None:
    page = admin.open(NEW).text

    thirty_days_ago = datetime.now(UTC).date() - timedelta(days=30)
    assert f'value="{thirty_days_ago.isoformat()}"' in field(page, "load_since")
    assert 'value="Анна Петрова"' in field(page, "sender_name")


def test_continue_starts_one_search_and_leads_to_its_page(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(NEW, GOOD)

    [run] = desk.runs()
    assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
    assert (run.purpose, run.entered.address) == (RunPurpose.DETECT, ADDRESS)
    assert desk.draft(run.id).details.load_since == date(2026, 1, 31)


def test_a_double_click_joins_the_search_of_the_first(admin: Visitor, desk: Desk) -> None:
    first, second = admin.send(NEW, GOOD), admin.send(NEW, GOOD)

    assert first.location == second.location
    assert len(desk.runs()) == 1


def test_a_double_click_by_hand_prepares_one_form(admin: Visitor, desk: Desk) -> None:
    token = admin.token(NEW)

    first, second = (admin.send(NEW, {**GOOD, "by_hand": "yes", "csrf_token": token}) for _ in range(2))

    (run,) = desk.runs()
    assert first.location == second.location == f"/runs/{run.id}/servers"


def test_back_shows_what_was_typed_and_continue_again_joins(admin: Visitor, desk: Desk) -> None:
    first = admin.send(NEW, GOOD)
    page = admin.open(NEW).text

    again = admin.send(NEW, {**without("secret"), "draft": desk.draft(desk.runs()[0].id).id})

    assert f'value="{ADDRESS}"' in field(page, "address")
    assert "Пароль сохранён до конца настройки" in page
    assert again.location == first.location


def test_a_second_tab_with_another_address_is_told_of_the_first_search(admin: Visitor, desk: Desk) -> None:
    first = admin.send(NEW, GOOD)

    second = admin.send(NEW, {**GOOD, "address": "boris@uspeh.test"})

    assert second.status_code == 422
    assert "Идёт другой поиск" in shown(second)
    assert str(first.location) in second.text
    assert len(desk.runs()) == 1


def test_the_other_search_can_be_stopped_from_the_second_tab(admin: Visitor, desk: Desk) -> None:
    admin.send(NEW, GOOD)

    second = admin.send(NEW, {**GOOD, "address": "boris@uspeh.test", "replace": "yes"})

    newest, oldest = desk.runs()
    assert second.location == f"/runs/{newest.id}"
    assert newest.entered.address == "boris@uspeh.test"
    assert oldest.stop_requested


def test_a_corrected_address_gets_a_draft_of_its_own(admin: Visitor, desk: Desk) -> None:
    admin.send(NEW, GOOD)
    old_draft = desk.draft(desk.runs()[0].id)

    answer = admin.send(NEW, {**without("secret"), "address": "boris@uspeh.test", "draft": old_draft.id})

    newest, oldest = desk.runs()
    assert answer.location == f"/runs/{newest.id}"
    assert newest.draft_id != oldest.draft_id
    assert desk.draft(oldest.id).details.address == ADDRESS
    assert desk.draft(oldest.id).secret is None
    assert desk.draft(newest.id).secret is not None


def test_by_hand_makes_no_search_and_leads_to_recommended_values(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(NEW, {**GOOD, "by_hand": "yes"})

    [run] = desk.runs()
    assert answer.location == f"/runs/{run.id}/servers"
    assert run.purpose is RunPurpose.PREPARED
    assert not run.unfinished


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({**GOOD, "address": "anna"}, "В адресе электронной почты есть знак @"),
        (without("secret"), "Введите пароль от почты."),
        ({**GOOD, "secret": "a\nb"}, "В пароле есть перевод строки"),
        ({**GOOD, "secret": "a" * 1001}, "Пароль не может быть длиннее 1000 символов."),
        (without("for_sending", "for_receiving"), "Выберите хотя бы одно"),
        (without("remember_password"), "Для работы без вашего участия нужен пароль"),
        ({**GOOD, "sender_name": "  "}, "Введите имя, которое увидят получатели."),
        ({**GOOD, "sender_name": "Анна\r\nBcc: x"}, "Здесь перевод строки или знак, который нельзя показать"),
        ({**GOOD, "sender_name": "я" * 201}, "Имя не может быть длиннее 200 символов."),
        ({**GOOD, "load_since": "2999-01-01"}, "Эта дата ещё не наступила"),
        ({**GOOD, "load_since": "1812-09-07"}, "Эта дата слишком давняя"),
    ],
)
def test_wrong_input_is_explained_above_and_at_the_field_in_the_same_words(
    admin: Visitor, desk: Desk, form: dict[str, object], words: str
) -> None:
    answer = admin.send(NEW, form)

    assert answer.status_code == 422
    assert shown(answer).count(words) == 2
    assert 'id="error-summary"' in answer.text
    assert desk.runs() == []


def test_a_date_that_is_none_is_refused(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(NEW, {**GOOD, "load_since": "yesterday"})

    assert answer.status_code == 422
    assert desk.runs() == []


@pytest.mark.parametrize("typed", ["2999-01-01", ""])
def test_the_date_does_not_matter_for_an_account_that_only_sends(admin: Visitor, desk: Desk, typed: str) -> None:
    answer = admin.send(NEW, {**without("for_receiving"), "load_since": typed})

    assert answer.status_code == 303
    assert desk.draft(desk.runs()[0].id).details.load_since is None


def test_a_slip_costs_neither_what_was_typed_nor_the_password(admin: Visitor, desk: Desk) -> None:
    refused = admin.send(NEW, {**GOOD, "load_since": "2999-01-01"})
    draft = re.search(r'name="draft"[^>]*value="([^"]+)"', refused.text)

    assert draft is not None
    assert SECRET not in refused.text
    assert "Пароль сохранён до конца настройки" in refused.text
    assert 'value="Анна Петрова"' in field(refused.text, "sender_name")
    assert admin.send(NEW, {**without("secret"), "draft": draft[1]}).status_code == 303
    assert desk.draft(desk.runs()[0].id).secret is not None


def test_the_password_of_another_address_never_joins_the_runs_of_the_first(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    run_id = desk.found()
    other = {"draft": desk.draft(run_id).id, "address": "boris@kontora.test", "secret": "of-boris-only"}

    admin.send(NEW, {**GOOD, **other, "load_since": "2999-01-01"})

    with app.app_context():
        kept = draft_credentials(box(), desk.draft(run_id))
    assert kept is not None
    assert kept.incoming == SECRET


def test_a_duplicate_is_refused_with_a_link_to_the_account(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = admin.send(NEW, {**GOOD, "address": ADDRESS.upper()})

    assert answer.status_code == 422
    assert shown(answer).count("Учётная запись с этим адресом уже есть.") == 2
    assert f'href="/accounts/{account_id}"' in answer.text
    assert desk.runs() == []


def test_the_same_address_may_be_mine_and_everyones(admin: Visitor, desk: Desk) -> None:
    desk.account(for_everyone=True)

    assert admin.send(NEW, GOOD).status_code == 303


def test_only_administrators_choose_for_everyone_and_others_read_why(colleague: Visitor, desk: Desk) -> None:
    page = colleague.open(NEW)
    answer = colleague.send(NEW, {**GOOD, "for_whom": "everyone"})

    assert "Учётные записи для всех добавляет только администратор." in shown(page)
    assert 'value="everyone"' in page.text
    assert re.search(r'<input[^>]*disabled[^>]*value="everyone"', page.text)
    assert answer.status_code == 422
    assert "Учётную запись для всех может добавить только администратор." in shown(answer)


def test_an_administrator_adds_an_account_for_everyone(admin: Visitor, desk: Desk) -> None:
    admin.send(NEW, {**GOOD, "for_whom": "everyone"})

    assert desk.draft(desk.runs()[0].id).details.for_everyone


def test_a_near_miss_of_a_known_domain_is_offered_before_any_search(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(NEW, {**GOOD, "address": "anna@gmial.com"})

    assert answer.status_code == 422
    assert "Вы имели в виду anna@gmail.com?" in shown(answer)
    assert desk.runs() == []


def test_an_accepted_offer_fills_the_field_and_starts_nothing(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(NEW, {**GOOD, "address": "anna@gmial.com", "accept": "address anna@gmail.com"})

    assert 'value="anna@gmail.com"' in field(answer.text, "address")
    assert desk.runs() == []


def test_continue_again_leaves_the_address_as_it_is(admin: Visitor, desk: Desk) -> None:
    asked = admin.send(NEW, {**GOOD, "address": "anna@gmial.com"})
    declined = re.search(r'name="declined"[^>]*value="([^"]+)"', asked.text)
    assert declined is not None

    answer = admin.send(NEW, {**GOOD, "address": "anna@gmial.com", "declined": declined[1]})

    assert answer.status_code == 303
    assert desk.runs()[0].entered.address == "anna@gmial.com"


def test_spaces_of_an_application_password_are_taken_out_only_when_asked(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    asked = admin.send(NEW, {**GOOD, "secret": "abcd efgh ijkl mnop"})
    draft = re.search(r'name="draft"[^>]*value="([^"]+)"', asked.text)
    assert draft is not None
    taken = admin.send(NEW, {**without("secret"), "draft": draft[1], "accept": "secret spaces-in-secret"})
    admin.send(NEW, {**without("secret"), "draft": draft[1]})

    assert "Пароли приложений показывают группами" in shown(asked)
    assert "abcd" not in asked.text + taken.text
    with app.app_context():
        credentials = draft_credentials(box(), desk.draft(desk.runs()[0].id))
    assert credentials is not None
    assert credentials.incoming == "abcdefghijklmnop"


def test_somebody_elses_draft_shows_an_empty_form(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    draft_id = desk.draft(desk.run(secret=SECRET)).id

    page = colleague.open(f"{NEW}?draft={draft_id}")

    assert ADDRESS not in page.text
    assert "Пароль сохранён" not in page.text


def test_who_has_not_signed_in_is_led_to_signing_in(visitor: Visitor, admin: Visitor) -> None:
    assert visitor.open(NEW).location == "/sign-in?next=/accounts/new"
    assert visitor.browser.post(NEW, data=GOOD, headers=visitor.headers).status_code in (400, 401)


def test_the_empty_form_is_empty_until_something_is_typed_into_it(admin: Visitor, desk: Desk) -> None:
    admin.send(NEW, {**GOOD, "by_hand": "yes"})
    first = desk.draft(desk.runs()[0].id).id

    empty = admin.open(f"{NEW}?fresh={first}").text
    admin.send(NEW, {**GOOD, "address": "boris@uspeh.test", "by_hand": "yes"})
    after_back = admin.open(f"{NEW}?fresh={first}").text

    assert 'value=""' in field(empty, "address")
    assert 'value="boris@uspeh.test"' in field(after_back, "address")
