"""The password policy of an account: remembered or asked for, forgotten at once, typed anew in one field."""

import pytest
from flask import Flask

from tests.storage.makers import plain
from tests.web.accounts.paper import filled, send
from tests.web.desk import SECRET, SMTP, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import Account, RunPurpose
from webapp.web.extensions import box


def stored(app: Flask, account_id: int) -> Account:
    """Return the account as the database has it."""
    with database(app) as session:
        account = session.get_one(Account, account_id)
        assert account.incoming is not None
        return account


def choose(person: Visitor, account_id: int, remember: str, **changes: object) -> object:
    """Choose whether the password is remembered."""
    return send(person, f"/accounts/{account_id}/security", "remember", remember=remember, **changes)


def type_password(person: Visitor, account_id: int, query: str = "", **changes: object) -> object:
    """Type a password on its page."""
    return send(person, f"/accounts/{account_id}/password{query}", "secret", **changes)


def test_forgetting_wipes_the_secret_at_once_and_ends_automatic_work(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)

    page = shown(admin.open(f"/accounts/{account_id}/security"))
    answer = choose(admin, account_id, "no")

    account = stored(app, account_id)
    assert "автоматические получение и отправка выключаются" in page
    assert answer.status_code == 303
    assert (account.remember_password, account.automatic) == (False, False)
    assert account.incoming is not None
    assert account.incoming.secret is None
    assert "нужен пароль" in shown(admin.open(f"/accounts/{account_id}"))


def test_remembering_leads_to_typing_it(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)

    answer = choose(admin, account_id, "yes")

    assert answer.headers["Location"] == f"/accounts/{account_id}/password?remember=yes"
    assert "remember_password" in filled(admin.open(answer.headers["Location"]).text, "secret")


def test_choosing_what_is_already_so_changes_nothing(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert choose(admin, account_id, "yes").status_code == 303
    assert stored(app, account_id).version == 1


def test_nonsense_is_no_choice(admin: Visitor, desk: Desk) -> None:
    assert choose(admin, desk.account(), "maybe").status_code == 422


def test_a_stale_choice_is_told(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert choose(admin, account_id, "no", version="4").status_code == 422
    assert stored(app, account_id).remember_password


def test_the_system_accounts_password_cannot_be_forgotten(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(system=True)

    answer = admin.send(f"/accounts/{account_id}/security", {"remember": "no", "version": "1"}, page="/accounts")

    assert answer.status_code == 422
    assert stored(app, account_id).remember_password
    assert "всегда работает автоматически" in shown(admin.open(f"/accounts/{account_id}/security"))


def test_a_new_password_in_one_field_starts_a_save_run(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(login_refused=True)

    answer = type_password(admin, account_id, secret="novoe-leto-43")

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    with app.app_context():
        typed = draft_credentials(box(), desk.draft(run.id))
    assert typed is not None
    assert typed.incoming == "novoe-leto-43"
    assert desk.draft(run.id).details.remember_password
    assert "novoe-leto-43" not in answer.headers["Location"]


def test_who_shares_a_server_without_tls_decides_about_it_before_the_password_goes_there(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    first = desk.account(outgoing=plain(SMTP))
    second = desk.account("info@uspeh.test", shares_outgoing_of=first)
    told = [shown(admin.open(f"/accounts/{account_id}/security")) for account_id in (first, second)]

    answers = [type_password(admin, account_id, secret="novoe-leto-43") for account_id in (second, first)]

    run = next(run for run in desk.runs() if desk.draft(run.id).account_id == second)
    assert answers[0].headers["Location"] == f"/runs/{run.id}/consent"
    assert "Без защиты" in shown(admin.open(f"/runs/{run.id}/consent"))
    assert [("разрешил(а) Анна Петрова" in page, "этой учётной записи это не разрешено" in page) for page in told] == [
        (True, False),
        (False, True),
    ]
    assert not answers[1].headers["Location"].endswith("/consent")


@pytest.mark.parametrize("columns", [{"locked": True}, {"frozen": True}, {"login_refused": True}, {"remember": False}])
def test_every_state_a_password_mends_has_the_way_there(admin: Visitor, desk: Desk, columns: dict[str, bool]) -> None:
    account_id = desk.account(**columns)  # type: ignore[arg-type]

    for section in ("", "/incoming", "/letters", "/security", "/checks"):
        assert f'href="/accounts/{account_id}/password"' in admin.open(f"/accounts/{account_id}{section}").text


@pytest.mark.parametrize("kept_out", ["locked", "frozen"])
def test_of_an_account_that_is_kept_out_nobody_is_told_that_a_password_is_stored(
    admin: Visitor, desk: Desk, kept_out: str
) -> None:
    page = shown(admin.open(f"/accounts/{desk.account(**{kept_out: True})}/security"))  # type: ignore[arg-type]

    assert "забыт; запомнится снова" in page


def test_typed_for_the_session_it_is_only_checked(admin: Visitor, desk: Desk) -> None:
    type_password(admin, desk.account(remember=False), secret=SECRET, remember_password=None)

    (run,) = desk.runs()
    assert run.purpose is RunPurpose.CHECK


def test_typed_to_be_remembered_it_is_saved(admin: Visitor, desk: Desk) -> None:
    type_password(admin, desk.account(remember=False), "?remember=yes", secret=SECRET)

    (run,) = desk.runs()
    assert run.purpose is RunPurpose.SAVE
    assert desk.draft(run.id).details.remember_password


def test_no_password_is_asked_for_again(admin: Visitor, desk: Desk) -> None:
    answer = type_password(admin, desk.account(), secret="")

    assert answer.status_code == 422
    assert "Введите пароль от почты" in shown(answer)
    assert desk.runs() == []


def test_a_stale_page_saves_no_password(admin: Visitor, desk: Desk) -> None:
    assert type_password(admin, desk.account(), secret=SECRET, version="8").status_code == 422
    assert desk.runs() == []


def test_whoever_uses_an_account_for_everyone_may_type_what_is_not_remembered(
    admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    remembered = desk.account(for_everyone=True)
    asked_for = desk.account("info@uspeh.test", for_everyone=True, remember=False)

    assert colleague.open(f"/accounts/{remembered}/password").status_code == 403
    assert type_password(colleague, asked_for, secret=SECRET).status_code == 303
    runs = Desk(desk.app, colleague.user_id).runs()
    assert [run.purpose for run in runs] == [RunPurpose.CHECK]
