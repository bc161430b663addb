"""What a provider wants done first is told before the password is asked, and again when it was refused."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.web.desk import FOUND, Desk
from tests.web.visitor import Visitor, shown
from tests.web.wizard.test_new_account import GOOD, NEW, field
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, EnteredServer, Findings, Outcome, OutcomeKind, Source
from webapp.mail.settings import Protocol
from webapp.net.problems import Field, Problem, ProblemKind

PART = "/accounts/new/instructions"
TABLE = ProviderTable.load()
TITLE = "Прежде чем продолжить"
YANDEX = "Яндекс Почта не принимает обычный пароль: создайте в настройках почты пароль приложения и введите его."
PAGE = "https://yandex.ru/support/id/ru/authorization/app-passwords"


def test_the_form_asks_for_the_instructions_when_the_address_changes(admin: Visitor) -> None:
    page = admin.open(NEW).text

    [tag] = re.findall(r'<input[^>]*name="address"[^>]*>', page)
    assert f'hx-get="{PART}"' in tag
    assert 'hx-trigger="change"' in tag
    assert re.search(r'<div id="instructions" role="status">\s*</div>', page)
    assert page.index('id="address"') < page.index('id="instructions"') < page.index('id="secret"')


@pytest.mark.parametrize("typed", ["anna@yandex.ru", " Anna@YANDEX.RU ", "anna@ya.ru"])
def test_a_known_address_gets_its_providers_instructions(admin: Visitor, typed: str) -> None:
    answer = admin.open(f"{PART}?address={quote(typed)}")

    assert TITLE in shown(answer)
    assert YANDEX in shown(answer)
    assert f'href="{PAGE}"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("typed", ["anna@uspeh.test", "anna", "@", "", "anna@.", "a@" + "ё" * 400, "anna@%00<b>"])
def test_any_other_address_gets_none(admin: Visitor, typed: str) -> None:
    answer = admin.open(f"{PART}?address={quote(typed)}")

    assert answer.status_code == 200
    assert re.fullmatch(r'<div id="instructions" role="status">\s*</div>', answer.text.strip())


def test_without_javascript_they_stand_there_as_soon_as_the_form_comes_back(admin: Visitor) -> None:
    answer = admin.send(NEW, {**GOOD, "address": "anna@yandex.ru", "load_since": "never"})

    assert answer.status_code == 422
    assert YANDEX in shown(answer)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("anna@outlook.com", "пускает почтовые программы только через OAuth2"),
        ("anna@proton.me", "только через собственную программу"),
        ("anna@i.ua", "вообще не даёт доступа почтовым программам"),
    ],
)
def test_a_provider_that_lets_nobody_in_is_told_of_on_the_form(admin: Visitor, address: str, words: str) -> None:
    assert words in shown(admin.open(f"{PART}?address={quote(address)}"))


def test_what_only_the_mail_exchanger_told_stands_on_the_page_of_the_run(admin: Visitor, desk: Desk) -> None:
    hoster = TABLE.by_mx("mx.yandex.net")
    assert hoster is not None
    found = replace(FOUND, provider_name=hoster.name, hints=hoster.hints)

    page = shown(admin.open(f"/runs/{desk.found(found)}"))

    assert "Яндекс 360 пускает почтовые программы, только если это разрешил администратор" in page
    assert page.index(TITLE) < page.rindex("Готово")


def test_they_are_told_again_after_a_refused_login(admin: Visitor, desk: Desk) -> None:
    provider = TABLE.by_domain("yandex.ru")
    assert provider is not None
    refused = Problem(ProblemKind.LOGIN_REFUSED, "imap.yandex.ru", 993)
    findings = replace(FOUND, provider_name=provider.name, hints=provider.hints)
    run = desk.run(Outcome(OutcomeKind.LOGIN_REFUSED, findings, refused), entered=Entered("anna@yandex.ru"))

    page = shown(admin.open(f"/runs/{run}"))

    assert "Сервер отказал во входе" in page
    assert YANDEX in page
    assert "может заработать только через два–три часа" in page


def test_a_closed_door_is_called_one_and_no_server_is_blamed(admin: Visitor, desk: Desk) -> None:
    provider = TABLE.by_domain("outlook.com")
    assert provider is not None
    config = provider.config("anna@outlook.com", Source.PROVIDER_TABLE, trusted=True)
    problem = Problem(ProblemKind.OAUTH_ONLY, "outlook.com")
    nothing = Findings(
        provider_name=config.provider_name, hints=config.hints, incoming_problem=problem, outgoing_problem=problem
    )
    run = desk.run(Outcome(OutcomeKind.NOT_FOUND, nothing), entered=Entered("anna@outlook.com"))

    page = shown(admin.open(f"/runs/{run}"))

    assert "Этот провайдер не пускает Mailroom" in page
    assert "Outlook.com пускает почтовые программы только через OAuth2" in page
    assert "Параметры не найдены" not in page
    assert "Что мешает" not in page
    assert 'aria-invalid="true"' not in admin.open(f"/runs/{run}").text


def test_a_host_somebody_typed_is_told_of_at_its_field(admin: Visitor, desk: Desk) -> None:
    typed = EnteredServer(Protocol.IMAP, "outlook.office365.com")
    nothing = Findings(incoming_problem=Problem(ProblemKind.OAUTH_ONLY, "uspeh.test", field=Field.INCOMING_HOST))
    entered = Entered("anna@uspeh.test", for_sending=False, incoming=typed)

    page = admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.NOT_FOUND, nothing), entered=entered)}").text

    assert 'aria-invalid="true"' in field(page, "incoming_host")
