"""Setting the system account up by the first form: administrators only, always automatic, its password stored."""

import re

from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.accounts import system_account
from webapp.storage.models import Draft, DraftAim, RunPurpose

URL = "/accounts/new?system=1"
FIELDS = {
    "address": "robot@uspeh.test",
    "secret": "teploe-leto-41",
    "sender_name": "Mailroom",
    "load_since": "2026-10-01",
    "by_hand": "no",
}


def test_the_form_says_what_is_fixed(admin: Visitor, desk: Desk) -> None:
    page = admin.open(URL)

    text = shown(page)
    assert "Настройка системной учётной записи" in text
    assert "Пароль хранится в зашифрованном виде: программа пользуется учётной записью сама." in text
    assert "всегда, поэтому пароль хранится" in text
    for name in ("remember_password", "automatic", "for_whom", "for_sending"):
        assert f'name="{name}"' not in page.text


def test_the_search_is_about_the_system_account_and_nothing_can_be_forged(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(URL, FIELDS | {"for_whom": "only-me"})

    run = desk.runs()[0]
    draft = desk.draft(run.id)
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.DETECT
    assert draft.aim is DraftAim.ACCOUNT
    with database(desk.app) as session:
        assert draft.account_id == system_account(session).id
    details = draft.details
    assert (details.automatic, details.remember_password, details.for_everyone, details.for_sending) == (True,) * 4


def test_its_run_speaks_of_setting_up(admin: Visitor, desk: Desk) -> None:
    page = admin.open(admin.send(URL, FIELDS).location)

    assert "Настройка системной учётной записи" in shown(page)
    assert "Ищем параметры…" in shown(page)


def test_back_to_the_form_keeps_what_was_typed(admin: Visitor, desk: Desk) -> None:
    admin.send(URL, FIELDS)

    page = admin.open(f"/accounts/new?draft={desk.runs()[0].draft_id}")

    assert 'value="robot@uspeh.test"' in page.text
    assert "Настройка системной учётной записи" in shown(page)


def test_the_form_of_an_account_that_only_sends_is_opened_again_with_the_usual_date(admin: Visitor) -> None:
    date = re.search(r'name="load_since"[^>]*>', admin.open(URL).text)
    admin.send(URL, FIELDS | {"address": "robot"})

    assert date is not None
    assert date[0] in admin.open(URL).text


def test_a_mistake_stays_with_the_system_account(admin: Visitor, desk: Desk) -> None:
    answer = admin.send(URL, FIELDS | {"address": "robot"})

    assert answer.status_code == 422
    assert 'action="/accounts/new?system=1"' in answer.text
    assert "Настройка системной учётной записи" in shown(answer)


def test_what_was_begun_for_it_does_not_fill_the_form_of_another_account(admin: Visitor, desk: Desk) -> None:
    admin.send(URL, FIELDS)

    assert "robot@uspeh.test" not in admin.open("/accounts/new").text


def test_the_system_account_that_works_is_changed_in_its_settings(admin: Visitor, desk: Desk) -> None:
    account = desk.account("robot@uspeh.test", system=True)

    assert admin.open(URL).location == f"/accounts/{account}"


def test_others_may_not_set_it_up(colleague: Visitor, desk: Desk) -> None:
    assert colleague.open(URL).status_code == 403
    assert colleague.send(URL, FIELDS, page="/accounts/new").status_code == 403
    with database(desk.app) as session:
        assert session.query(Draft).count() == 0


def test_who_has_not_signed_in_is_led_to_the_door(visitor: Visitor, desk: Desk) -> None:
    assert "/sign-in" in visitor.open(URL).location
