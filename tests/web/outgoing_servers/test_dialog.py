"""The dialog of an outgoing server: adding, changing, the Yandex example word for word, what stays stored."""

import pytest

from tests.web.desk import SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Security
from webapp.storage.models import Account, Draft, DraftAim, OutgoingServer, RunPurpose

STORED = {
    "description": "",
    "outgoing_host": "smtp.uspeh.test",
    "outgoing_port": "465",
    "outgoing_security": "tls",
    "outgoing_auth": "password-cleartext",
    "outgoing_username": "anna@uspeh.test",
    "next": "done",
}
YANDEX = {
    "description": "Яндекс",
    "outgoing_host": "smtp.yandex.ru",
    "outgoing_port": "465",
    "outgoing_security": "tls",
    "outgoing_auth": "password-cleartext",
    "outgoing_username": "anna@yandex.ru",
    "secret": "application-password",
    "next": "done",
}


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account(title="Рабочая")


@pytest.fixture
def url(desk: Desk, account: int) -> str:
    return f"/accounts/{account}/outgoing/{server_of(desk, account).id}"


def server_of(desk: Desk, account: int) -> OutgoingServer:
    with database(desk.app) as session:
        server = session.get_one(Account, account).outgoing
        assert server is not None
        return server


def seen(admin: Visitor, url: str) -> dict[str, str]:
    """Return the version the open form carries."""
    text = admin.open(url).text
    return {"version": text.partition('name="version" type="hidden" value="')[2].partition('"')[0]}


def test_the_dialog_shows_everything_but_the_password(admin: Visitor, url: str) -> None:
    page = admin.open(url)

    text = shown(page)
    for word in ("Описание", "Имя сервера", "Порт", "Защита соединения", "Метод аутентификации", "Имя для входа"):
        assert word in text
    assert "Изменить SMTP-сервер" in text
    assert "Стандартный: 465 SSL/TLS, 587 STARTTLS" in text
    assert 'value="smtp.uspeh.test"' in page.text
    assert 'role="dialog"' in page.text
    assert "Рабочая" in text
    assert SECRET not in page.text


def test_a_new_description_is_saved_at_once(admin: Visitor, desk: Desk, account: int, url: str) -> None:
    answer = admin.send(url, STORED | seen(admin, url) | {"description": "Сервер конторы"})

    assert answer.location == f"/accounts/{account}"
    assert server_of(desk, account).description == "Сервер конторы"
    assert desk.runs() == []


def test_a_changed_server_is_proved_before_it_is_saved(admin: Visitor, desk: Desk, account: int, url: str) -> None:
    changed = {"outgoing_host": "mx.uspeh.test", "secret": "drugoe-leto-42"}

    answer = admin.send(url, STORED | seen(admin, url) | changed)

    run = desk.runs()[0]
    draft = desk.draft(run.id)
    assert answer.location == f"/runs/{run.id}"
    assert (run.purpose, run.entered.for_receiving) == (RunPurpose.SAVE, False)
    assert (draft.aim, draft.account_id, draft.outgoing_version) == (DraftAim.OUTGOING_SERVER, account, 1)
    assert server_of(desk, account).host == "smtp.uspeh.test"


def test_the_run_stands_in_the_settings_and_leads_back_to_the_dialog(admin: Visitor, desk: Desk, url: str) -> None:
    admin.send(url, STORED | seen(admin, url) | {"outgoing_host": "mx.uspeh.test", "secret": "x"})

    page = admin.open(f"/runs/{desk.runs()[0].id}")

    assert f'href="{url}"' in page.text
    assert "Сервер исходящей почты SMTP" in shown(page)
    assert "Проверяем новые настройки…" in shown(page)


@pytest.mark.parametrize(
    "changed",
    [
        {"outgoing_host": "mx.uspeh.test"},
        {"outgoing_port": "587", "outgoing_security": "starttls"},
        {"outgoing_username": "boris"},
    ],
)
def test_the_stored_password_does_not_go_to_another_server(
    admin: Visitor, desk: Desk, url: str, changed: dict[str, str]
) -> None:
    answer = admin.send(url, STORED | seen(admin, url) | changed)

    assert answer.status_code == 422
    assert "Сохранённый пароль привязан к прежнему серверу. Введите его заново." in shown(answer)
    assert next(iter(changed.values())) in answer.text
    assert desk.runs() == []
    with database(desk.app) as session:
        assert session.query(Draft).count() == 0


def test_another_method_keeps_the_stored_password(admin: Visitor, desk: Desk, url: str) -> None:
    answer = admin.send(url, STORED | seen(admin, url) | {"outgoing_auth": "password-encrypted"})

    assert answer.location == f"/runs/{desk.runs()[0].id}"


def test_nobody_logging_in_needs_no_password(admin: Visitor, desk: Desk, url: str) -> None:
    fields = STORED | seen(admin, url) | {"outgoing_auth": "none", "outgoing_host": "relay.uspeh.test"}

    admin.send(url, fields)

    assert desk.runs()[0].purpose is RunPurpose.SAVE
    assert desk.runs()[0].entered.outgoing.username is None


def test_the_yandex_example_can_be_entered_word_for_word(admin: Visitor, desk: Desk, account: int) -> None:
    answer = admin.send(f"/accounts/{account}/outgoing/new", YANDEX)

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert run.findings is not None
    settings = run.findings.outgoing[0].settings
    assert (settings.host, settings.port, settings.security) == ("smtp.yandex.ru", 465, Security.TLS)
    assert settings.username == "anna@yandex.ru"
    assert desk.draft(run.id).details.description == "Яндекс"


def test_without_javascript_the_blanks_of_a_known_server_are_filled(admin: Visitor, desk: Desk, account: int) -> None:
    blanks = {"outgoing_port": "", "outgoing_security": "", "outgoing_auth": ""}

    admin.send(f"/accounts/{account}/outgoing/new", YANDEX | blanks)

    run = desk.runs()[0]
    assert run.purpose is RunPurpose.SAVE
    assert (run.entered.outgoing.port, run.entered.outgoing.security) == (465, Security.TLS)


def test_the_blanks_of_an_unknown_server_are_found_out(admin: Visitor, desk: Desk, account: int) -> None:
    fields = YANDEX | {"outgoing_host": "smtp.kontora.test", "outgoing_port": "", "outgoing_security": ""}

    admin.send(f"/accounts/{account}/outgoing/new", fields)

    assert desk.runs()[0].purpose is RunPurpose.RETEST


def test_an_unprotected_server_is_looked_at_before_anything_is_sent(admin: Visitor, desk: Desk, account: int) -> None:
    admin.send(f"/accounts/{account}/outgoing/new", YANDEX | {"outgoing_security": "none", "outgoing_port": "587"})

    assert desk.runs()[0].purpose is RunPurpose.RETEST


def test_retest_proves_without_a_password(admin: Visitor, desk: Desk, url: str) -> None:
    admin.send(url, STORED | seen(admin, url) | {"outgoing_host": "mx.uspeh.test", "next": "retest"})

    assert desk.runs()[0].purpose is RunPurpose.RETEST


def test_changing_the_security_moves_a_standard_port(admin: Visitor, desk: Desk, url: str) -> None:
    admin.send(url, STORED | seen(admin, url) | {"outgoing_security": "starttls", "secret": "x"})

    assert desk.runs()[0].entered.outgoing.port == 587


def test_changing_the_security_leaves_any_other_port(admin: Visitor, desk: Desk, account: int) -> None:
    with database(desk.app) as session:
        account_row = session.get_one(Account, account)
        assert account_row.outgoing is not None
        account_row.outgoing.port = 2525
        session.commit()
    url = f"/accounts/{account}/outgoing/{server_of(desk, account).id}"

    fields = STORED | seen(admin, url) | {"outgoing_port": "2525", "outgoing_security": "starttls", "secret": "x"}
    admin.send(url, fields)

    assert desk.runs()[0].entered.outgoing.port == 2525


def test_wrong_input_is_told_at_its_field_and_nothing_typed_is_lost(admin: Visitor, desk: Desk, url: str) -> None:
    wrong = {"outgoing_port": "70000", "outgoing_host": "no name", "description": "Мой сервер"}

    answer = admin.send(url, STORED | seen(admin, url) | wrong)

    assert answer.status_code == 422
    assert 'id="outgoing_port-error"' in answer.text
    assert 'id="outgoing_host-error"' in answer.text
    assert 'value="Мой сервер"' in answer.text
    assert desk.runs() == []


def test_the_second_of_two_people_is_told_and_overwrites_nothing(
    admin: Visitor, desk: Desk, account: int, url: str
) -> None:
    old = seen(admin, url)
    with database(desk.app) as session:
        server = session.get_one(Account, account).outgoing
        assert server is not None
        server.description, server.version = "Чужое описание", 2
        session.commit()

    answer = admin.send(url, STORED | old | {"description": "Моё описание"})

    text = shown(answer)
    assert answer.status_code == 422
    assert "сервер изменил кто-то другой" in text
    assert "Чужое описание" in text
    assert 'value="Моё описание"' in answer.text
    assert server_of(desk, account).description == "Чужое описание"


def test_who_shares_the_server_is_named_before_anything_is_changed(
    admin: Visitor, desk: Desk, account: int, url: str
) -> None:
    desk.account("vera@uspeh.test", title="Вера", shares_outgoing_of=account)

    assert "Этим сервером пользуются и другие учётные записи Вера" in shown(admin.open(url))


def test_a_second_press_joins_the_first(admin: Visitor, desk: Desk, account: int) -> None:
    first = admin.send(f"/accounts/{account}/outgoing/new", YANDEX)
    second = admin.send(f"/accounts/{account}/outgoing/new", YANDEX)

    assert first.location == second.location


def test_another_run_going_on_is_told(admin: Visitor, desk: Desk, account: int, url: str) -> None:
    admin.send(f"/accounts/{account}/outgoing/new", YANDEX)

    answer = admin.send(url, STORED | seen(admin, url) | {"outgoing_host": "mx.uspeh.test", "secret": "x"})

    assert answer.status_code == 422
    assert "mx.uspeh.test" in answer.text


@pytest.mark.parametrize("method", ["open", "send"])
def test_a_shared_accounts_server_is_the_administrators(colleague: Visitor, desk: Desk, method: str) -> None:
    shared = desk.account("office@uspeh.test", for_everyone=True)
    for url in (f"/accounts/{shared}/outgoing/new", f"/accounts/{shared}/outgoing/{server_of(desk, shared).id}"):
        answer = colleague.open(url) if method == "open" else colleague.send(url, STORED, page="/accounts/new")
        assert answer.status_code == 403


@pytest.mark.parametrize("method", ["open", "send"])
def test_personal_servers_of_others_do_not_exist(colleague: Visitor, desk: Desk, account: int, method: str) -> None:
    mine = desk.account("boris@uspeh.test", owner=colleague.user_id)
    foreign = server_of(desk, account).id
    for url in (f"/accounts/{account}/outgoing/new", f"/accounts/{mine}/outgoing/{foreign}"):
        answer = colleague.open(url) if method == "open" else colleague.send(url, STORED, page="/accounts/new")
        assert answer.status_code == 404


def test_an_account_on_a_news_server_sends_nothing(admin: Visitor, desk: Desk) -> None:
    assert admin.open(f"/accounts/{desk.account(news=True)}/outgoing/new").status_code == 404


def test_who_has_not_signed_in_is_led_to_the_door(visitor: Visitor, url: str) -> None:
    assert "/sign-in" in visitor.open(url).location


def test_english_has_its_words(admin: Visitor, url: str) -> None:
    admin.headers["Accept-Language"] = "en"

    text = shown(admin.open(url))

    assert "Edit SMTP server" in text
    assert "Standard: 465 SSL/TLS, 587 STARTTLS" in text
