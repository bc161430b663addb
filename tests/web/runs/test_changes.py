"""The page of a run that changes an account: in the settings window, in words of changing, nothing lost."""

from dataclasses import replace

import pytest

from tests.web.desk import ADDRESS, IMAP, SECRET, SMTP, Desk, database, doubtful
from tests.web.runs.changing import STORED, lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, DraftAim, Run, RunPurpose, RunState
from webapp.storage.users import create_user

REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "NO no", field=Field.SECRET)
CLOSED = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 995)
MISSING = Problem(ProblemKind.PASSWORD_MISSING, "imap.uspeh.test", 993, field=Field.SECRET)
CHANGED = Problem(ProblemKind.ACCOUNT_CHANGED)
FORBIDDEN = Problem(ProblemKind.NOT_ALLOWED)
MOVED = replace(STORED, incoming=(replace(IMAP, settings=replace(IMAP.settings, host="new.uspeh.test")),))
STAYS = "прежние настройки остаются"
ENDS = {
    "Сервер отказал во входе": Outcome(OutcomeKind.LOGIN_REFUSED, STORED, incoming_problem=REFUSED),
    "Изменения не сохранены: проверка не пройдена": Outcome(OutcomeKind.NOT_PROVED, STORED, incoming_problem=CLOSED),
    "Остановлено": Outcome(OutcomeKind.STOPPED, STORED),
    "Серверы так не отвечают": Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=CLOSED)),
    "Отвечает только один из серверов": Outcome(OutcomeKind.HALF_FOUND, Findings(outgoing=(SMTP,))),
}


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account(title="Рабочая")


@pytest.mark.parametrize(("heading", "outcome"), ENDS.items())
@pytest.mark.parametrize("aim", [DraftAim.ACCOUNT, DraftAim.OUTGOING_SERVER])
def test_every_failure_says_that_the_previous_settings_stay(
    admin: Visitor, desk: Desk, account: int, heading: str, outcome: Outcome, aim: DraftAim
) -> None:
    page = admin.open(f"/runs/{lay_change(desk, account, outcome, aim=aim)}")

    text = shown(page)
    assert page.status_code == 200
    assert f">{heading}</h2>" in page.text
    assert STAYS in text.lower()
    assert "Параметры учётных записей" in text
    assert "Рабочая" in text
    assert "Добавление" not in text
    assert SECRET not in page.text


def test_while_the_check_goes_on_it_speaks_of_the_new_settings(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, state=RunState.RUNNING)

    text = shown(admin.open(f"/runs/{run_id}"))

    assert "Проверяем новые настройки…" in text
    assert "Стоп" in text
    assert "Настройка вручную" in text


def test_at_its_end_the_whole_page_is_drawn_afresh(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.SAVED, STORED))

    polled = admin.open(f"/runs/{run_id}/progress", {"HX-Request": "true"})

    assert polled.headers["HX-Redirect"] == f"/runs/{run_id}"
    assert "HX-Redirect" not in admin.open(f"/runs/{run_id}/progress").headers


def test_saved_leads_back_to_the_account(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.SAVED, STORED))
    desk.mark_saved(run_id, account)

    page = admin.open(f"/runs/{run_id}")

    assert ">Сохранено</h2>" in page.text
    assert f'href="/accounts/{account}"' in page.text
    assert "Добавить ещё" not in shown(page)


def test_a_refused_password_is_typed_in_one_box_and_tried_again(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.LOGIN_REFUSED, STORED, incoming_problem=REFUSED))

    answer = admin.send(f"/runs/{run_id}/save", {"secret": "novoe-leto-42", "next": "done"}, page=f"/runs/{run_id}")

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert (run.purpose, run.draft_id) == (RunPurpose.SAVE, desk.draft(run_id).id)


def test_a_missing_password_is_asked_for_and_nobody_is_blamed(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.NOT_PROVED, MOVED, incoming_problem=MISSING), findings=MOVED)

    page = admin.open(f"/runs/{run_id}")

    assert ">Нужен пароль</h2>" in page.text
    assert 'name="secret"' in page.text
    assert 'id="error-summary"' not in page.text


def test_the_password_of_another_server_is_not_taken_for_this_one(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.FOUND, MOVED), purpose=RunPurpose.RETEST, findings=MOVED)

    answer = admin.send(f"/runs/{run_id}/save", {"next": "done"}, page=f"/runs/{run_id}")

    assert answer.status_code == 422
    assert "Введите пароль от почты." in shown(answer)


def test_a_found_server_may_be_saved_or_only_checked(admin: Visitor, desk: Desk, account: int) -> None:
    for word, purpose in (("done", RunPurpose.SAVE), ("check", RunPurpose.CHECK)):
        run_id = lay_change(desk, account, Outcome(OutcomeKind.FOUND, STORED), purpose=RunPurpose.RETEST)
        admin.send(f"/runs/{run_id}/save", {"next": word}, page=f"/runs/{run_id}")
        run = desk.runs()[0]
        assert run.purpose is purpose
        admin.send(f"/runs/{run.id}/stop", page=f"/runs/{run_id}")


def test_configure_manually_holds_what_was_typed(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(
        desk, account, Outcome(OutcomeKind.NOT_PROVED, MOVED, incoming_problem=CLOSED), findings=MOVED, secret=SECRET
    )

    page = admin.open(f"/runs/{run_id}/servers")

    assert 'value="new.uspeh.test"' in page.text
    assert "Параметры учётных записей" in shown(page)
    assert "прежние остаются в работе" in shown(page)
    assert SECRET not in page.text


def test_a_changed_server_without_its_password_is_told_at_the_password(
    admin: Visitor, desk: Desk, account: int
) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.STOPPED, STORED))
    fields = server_fields() | {"incoming_host": "new.uspeh.test", "next": "done"}

    answer = admin.send(f"/runs/{run_id}/servers", fields)

    assert answer.status_code == 422
    assert "Сохранённый пароль действует только для сервера, с которым он проверен. Введите пароль ещё раз." in shown(
        answer
    )
    assert "new.uspeh.test" in answer.text


def test_unchanged_servers_are_proved_with_the_stored_password(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.STOPPED, STORED))

    answer = admin.send(f"/runs/{run_id}/servers", server_fields() | {"next": "done"})

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE


def test_somebody_elses_change_shows_what_is_stored_now_and_two_ways_on(
    admin: Visitor, desk: Desk, account: int
) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.NOT_PROVED, MOVED, incoming_problem=CHANGED), findings=MOVED)
    with database(desk.app) as session:
        boris = create_user(session, "boris", "Борис Иванов", is_admin=True)
        record(session, Action.ACCOUNT_CHANGED, by=boris, account=session.get_one(Account, account))
        session.commit()

    page = admin.open(f"/runs/{run_id}")

    text = shown(page)
    assert "Последним изменил: Борис Иванов" in text
    assert "Пока вы работали, эти настройки изменил кто-то другой" in text
    assert "imap.uspeh.test" in text
    assert "Посмотреть новые значения" in text
    assert "Начать заново с тем, что введено" in text


def test_beginning_again_keeps_what_was_typed_and_names_as_they_are_now(
    admin: Visitor, desk: Desk, account: int
) -> None:
    outcome = Outcome(OutcomeKind.NOT_PROVED, MOVED, incoming_problem=CHANGED)
    run_id = lay_change(desk, account, outcome, findings=MOVED, secret=SECRET, title="Старое")
    with database(desk.app) as session:
        row = session.get_one(Account, account)
        row.title, row.version = "Новое", row.version + 1
        session.commit()

    answer = admin.send(f"/runs/{run_id}/again", page=f"/runs/{run_id}")

    draft = desk.draft(desk.runs()[0].id)
    assert answer.location == f"/runs/{desk.runs()[0].id}/servers"
    assert (draft.details.title, draft.account_version) == ("Новое", 2)
    assert "new.uspeh.test" in admin.open(answer.location).text
    assert draft.secret is not None


@pytest.mark.parametrize("aim", [DraftAim.ACCOUNT, DraftAim.OUTGOING_SERVER])
def test_beginning_again_does_not_take_back_what_was_handed_over_meanwhile(
    admin: Visitor, desk: Desk, account: int, aim: DraftAim
) -> None:
    outcome = Outcome(OutcomeKind.NOT_PROVED, STORED, outgoing_problem=CHANGED)
    run_id = lay_change(desk, account, outcome, aim=aim)
    other = desk.account("info@uspeh.test", shares_outgoing_of=account)
    with database(desk.app) as session:
        row, left = session.get_one(Account, account), session.get_one(Account, other)
        session.get_one(Run, run_id).draft.outgoing_id = left.outgoing_id
        row.owner_id, row.version, row.outgoing_id = None, row.version + 1, None
        session.commit()

    answer = admin.send(f"/runs/{run_id}/again", page=f"/runs/{run_id}")

    draft = desk.draft(desk.runs()[0].id)
    assert answer.location == f"/runs/{desk.runs()[0].id}/servers"
    assert (draft.details.for_everyone, draft.outgoing_id) == (True, None)


def test_a_reload_of_beginning_again_leads_to_the_run(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.NOT_PROVED, STORED, incoming_problem=CHANGED))

    assert admin.open(f"/runs/{run_id}/again").location == f"/runs/{run_id}"


def test_a_new_account_has_nothing_to_begin_again(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    assert admin.send(f"/runs/{run_id}/again", page=f"/runs/{run_id}").status_code == 403


def test_rights_that_went_meanwhile_are_told(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.NOT_PROVED, STORED, incoming_problem=FORBIDDEN))

    page = admin.open(f"/runs/{run_id}")

    assert "Сохранить это вы больше не можете" in shown(page)
    assert 'name="next" value="done"' not in page.text


def test_the_uses_of_an_account_are_not_changed_on_the_way(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.HALF_FOUND, Findings(outgoing=(SMTP,))))

    answer = admin.send(f"/runs/{run_id}/half", page=f"/runs/{run_id}")

    assert answer.status_code == 403
    assert "Использовать только" not in shown(admin.open(f"/runs/{run_id}"))


def test_a_new_consent_is_asked_of_the_owner(admin: Visitor, desk: Desk, account: int) -> None:
    found = replace(STORED, incoming=(doubtful(IMAP),))
    run_id = lay_change(
        desk, account, Outcome(OutcomeKind.NEEDS_CONSENT, found), purpose=RunPurpose.RETEST, findings=found, secret="x"
    )

    answer = admin.send(f"/runs/{run_id}/save", {"next": "check"}, page=f"/runs/{run_id}")
    page = admin.open(answer.location)

    assert answer.location.endswith("/consent?next=check")
    assert "mx.hoster.test" in page.text
    assert "Параметры учётных записей" in shown(page)


def test_after_the_consent_only_a_check_follows_where_only_a_check_was_wished(
    admin: Visitor, desk: Desk, account: int
) -> None:
    found = replace(STORED, incoming=(doubtful(IMAP),))
    run_id = lay_change(
        desk, account, Outcome(OutcomeKind.NEEDS_CONSENT, found), purpose=RunPurpose.RETEST, findings=found, secret="x"
    )

    admin.send(f"/runs/{run_id}/consent?next=check", {"agreed": "host mx.hoster.test"})

    assert desk.runs()[0].purpose is RunPurpose.CHECK


@pytest.mark.parametrize("path", ["", "/servers", "/consent", "/again", "/progress"])
def test_nobody_else_sees_the_run(colleague: Visitor, desk: Desk, account: int, path: str) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.STOPPED, STORED))

    assert colleague.open(f"/runs/{run_id}{path}").status_code == 404


def test_who_has_not_signed_in_is_led_to_the_door(visitor: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, Outcome(OutcomeKind.STOPPED, STORED))

    assert "/sign-in" in visitor.open(f"/runs/{run_id}").location


def test_an_account_that_became_somebody_elses_is_gone_from_sight(colleague: Visitor, desk: Desk, account: int) -> None:
    shared = desk.account("office@uspeh.test", for_everyone=True)
    run_id = lay_change(
        desk, shared, Outcome(OutcomeKind.FOUND, STORED), purpose=RunPurpose.CHECK, user_id=colleague.user_id
    )
    with database(desk.app) as session:
        session.get_one(Account, shared).owner_id = desk.user_id
        session.commit()

    assert colleague.open(f"/runs/{run_id}").status_code == 404


def server_fields() -> dict[str, str]:
    """Return the form of both servers as it stands for the stored account."""
    fields = {"incoming_protocol": "imap"}
    for direction, server in (("incoming", IMAP), ("outgoing", SMTP)):
        settings = server.settings
        fields |= {
            f"{direction}_host": settings.host,
            f"{direction}_port": str(settings.port),
            f"{direction}_security": settings.security.value,
            f"{direction}_auth": "password-cleartext",
            f"{direction}_username": ADDRESS,
        }
    return fields
