"""The list of notices: what stands in it, what one can do, read and unread, the bell on every page."""

import re

import pytest
from flask import Flask

from tests.web.administration.office import count_statements
from tests.web.desk import Desk, database
from tests.web.notices.telling import NOON, REFUSED, lay_letter, lay_notice, lay_trouble
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Direction
from webapp.storage.models import LetterFate, NoticeKind, OutgoingLetter, OutgoingState, User
from webapp.storage.notices import unread_count

BELL = re.compile(r'<a class="bar__bell" id="bell".*?</a>', re.DOTALL)


def bell(visitor: Visitor, path: str = "/accounts") -> str:
    """Return the bell of a page."""
    found = BELL.search(visitor.open(path).text)
    assert found
    return found[0]


def unread(app: Flask, visitor: Visitor) -> int:
    with database(app) as session:
        return unread_count(session, session.get_one(User, visitor.user_id))


def test_an_empty_list_says_what_will_stand_in_it(colleague: Visitor) -> None:
    page = colleague.open("/notices")

    assert "Пока ничего нет" in shown(page)
    assert "Отметить все" not in shown(page)


def test_the_bell_says_in_words_how_many_are_not_read(app: Flask, colleague: Visitor) -> None:
    assert "не прочитано" not in bell(colleague)

    lay_notice(app, colleague.user_id)
    lay_notice(app, colleague.user_id)

    assert "Уведомления, не прочитано: 2" in bell(colleague)
    assert 'href="/notices"' in bell(colleague)


@pytest.mark.usefixtures("admin")
def test_whoever_has_not_signed_in_sees_no_bell(visitor: Visitor) -> None:
    assert "bar__bell" not in visitor.open("/sign-in").text


def test_the_bell_costs_one_statement_however_many_there_are(app: Flask, colleague: Visitor) -> None:
    before = count_statements(app, colleague, "/journal")
    for _ in range(5):
        lay_notice(app, colleague.user_id)

    assert count_statements(app, colleague, "/journal") == before


def test_a_page_of_many_notices_takes_no_more_statements_than_one_of_few(
    app: Flask, desk: Desk, admin: Visitor
) -> None:
    first = desk.account("first@uspeh.test")
    lay_letter(app, lay_trouble(app, first, admin.user_id), admin.user_id, first)
    few = count_statements(app, admin, "/notices")
    for number in range(8):
        account = desk.account(f"more{number}@uspeh.test")
        lay_letter(app, lay_trouble(app, account, admin.user_id), admin.user_id, account)

    assert count_statements(app, admin, "/notices") == few


def test_trouble_is_explained_with_the_next_step(app: Flask, desk: Desk, admin: Visitor) -> None:
    account = desk.account("anna@uspeh.test")
    lay_trouble(app, account, admin.user_id, subject="anna@uspeh.test")

    page = admin.open("/notices")

    text = shown(page)
    assert "Письма не приходят: anna@uspeh.test" in text
    assert "продолжается" in text
    assert "Сервер imap.uspeh.test не отвечает на порту 993." in text
    assert "Раньше этот сервер отвечал" in text
    assert "22 ноября 2026" in text
    assert f'href="/accounts/{account}/checks"' in page.text
    assert f'href="/accounts/{account}"' in page.text


def test_a_refused_login_leads_to_the_password(app: Flask, desk: Desk, admin: Visitor) -> None:
    account = desk.account("anna@uspeh.test")
    lay_trouble(app, account, admin.user_id, problem=REFUSED, direction=Direction.OUTGOING, refused=True)

    page = admin.open("/notices")

    assert "Письма не отправляются: boris@uspeh.test" in shown(page)
    assert "Пока не введён новый пароль, Mailroom больше не пробует войти." in shown(page)
    assert f'href="/accounts/{account}/password"' in page.text
    assert "AUTHENTICATIONFAILED" not in page.text


def test_of_a_colleagues_account_an_administrator_is_led_to_its_card_alone(
    app: Flask, desk: Desk, admin: Visitor, colleague: Visitor
) -> None:
    account = desk.account("boris@uspeh.test", owner=colleague.user_id)
    lay_trouble(app, account, admin.user_id, colleague.user_id)

    page = admin.open("/notices").text

    assert f'href="/administration/accounts/{account}"' in page
    assert f'href="/accounts/{account}' not in page
    assert f'href="/accounts/{account}"' in colleague.open("/notices").text


def test_of_an_account_that_is_gone_the_notice_stays_without_a_way(app: Flask, admin: Visitor) -> None:
    lay_trouble(app, 12345, admin.user_id)

    page = admin.open("/notices")

    assert "Письма не приходят: boris@uspeh.test" in shown(page)
    assert "/accounts/12345" not in page.text


def test_what_is_over_says_so_and_asks_for_nothing(app: Flask, desk: Desk, admin: Visitor) -> None:
    account = desk.account("anna@uspeh.test")
    trouble = lay_trouble(app, account, admin.user_id, over_at=NOON)
    about = {"account_id": account, "direction": Direction.INCOMING, "since": NOON, "ends_id": trouble}
    lay_notice(app, admin.user_id, kind=NoticeKind.HEALED, subject="anna@uspeh.test", **about)

    page = admin.open("/notices")

    assert "прошло" in shown(page)
    assert "Письма снова приходят: anna@uspeh.test" in shown(page)
    assert f'href="/accounts/{account}/checks"' not in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (OutgoingState.QUEUED, "Письмо на anna@elsewhere.test ждёт отправки."),
        (OutgoingState.SENT, "Письмо отправлено на anna@elsewhere.test."),
        (OutgoingState.REFUSED, "Почтовый сервер не принял письмо на anna@elsewhere.test."),
        (OutgoingState.IN_DOUBT, "дошло ли оно, неизвестно"),
    ],
)
def test_how_its_letter_fares_is_told(app: Flask, desk: Desk, admin: Visitor, state: OutgoingState, words: str) -> None:
    number = lay_notice(app, admin.user_id)
    lay_letter(app, number, admin.user_id, desk.account(), state=state)

    assert words in shown(admin.open("/notices"))


@pytest.mark.parametrize("fate", [fate for fate in LetterFate if fate is not LetterFate.WRITTEN])
def test_why_there_is_no_letter_is_told(app: Flask, admin: Visitor, fate: LetterFate) -> None:
    lay_notice(app, admin.user_id, fate=fate)

    page = admin.open("/notices")

    expected = "Письмо ещё не отправлено." if fate is LetterFate.WAITING else "Письма не будет: "
    assert expected in shown(page)
    assert ("Указать адрес" in shown(page)) is (fate is LetterFate.NO_ADDRESS)


def test_one_notice_is_marked_read(app: Flask, colleague: Visitor) -> None:
    first, _second = lay_notice(app, colleague.user_id), lay_notice(app, colleague.user_id)

    answer = colleague.send(f"/notices/{first}/read", page="/notices")

    assert (answer.status_code, answer.location) == (303, "/notices")
    assert unread(app, colleague) == 1


def test_all_that_was_seen_is_marked_read_and_nothing_newer(app: Flask, colleague: Visitor) -> None:
    lay_notice(app, colleague.user_id)
    seen = lay_notice(app, colleague.user_id)
    assert f'name="upto" value="{seen}"' in colleague.open("/notices").text
    lay_notice(app, colleague.user_id)

    answer = colleague.send("/notices/read", {"upto": seen}, page="/notices")

    assert (answer.status_code, answer.location) == (303, "/notices")
    assert unread(app, colleague) == 1
    assert "2 уведомления отмечены прочитанными." in shown(colleague.open("/notices"))


@pytest.mark.parametrize("upto", ["", "-1", "x", "9" * 30, "٣"])
def test_nonsense_marks_nothing(app: Flask, colleague: Visitor, upto: str) -> None:
    lay_notice(app, colleague.user_id)

    assert colleague.send("/notices/read", {"upto": upto}, page="/notices").status_code == 303

    assert unread(app, colleague) == 1


def test_nobody_reads_or_marks_what_others_were_told(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    number = lay_notice(app, admin.user_id, subject="Секретное имя")

    assert "Секретное имя" not in colleague.open("/notices").text
    assert colleague.send(f"/notices/{number}/read", page="/profile").status_code == 404
    assert unread(app, admin) == 1


def test_servers_words_and_names_are_text(app: Flask, admin: Visitor) -> None:
    lay_notice(app, admin.user_id, subject="<script>alert(1)</script>")

    page = admin.open("/notices").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NoticeKind.LETTER_REFUSED, "Письмо не доставлено: nobody@uspeh.test"),
        (NoticeKind.LETTER_IN_DOUBT, "Неизвестно, дошло ли письмо: nobody@uspeh.test"),
    ],
)
def test_a_letter_that_did_not_simply_leave_is_led_to_while_it_is_kept(
    app: Flask, desk: Desk, admin: Visitor, kind: NoticeKind, words: str
) -> None:
    account = desk.account()
    with database(app) as session:
        letter = OutgoingLetter(account_id=account, author_id=admin.user_id, state=OutgoingState.REFUSED)
        session.add(letter)
        session.commit()
        number = letter.id
    for about in (number, "gone"):
        details = (("letter", about), ("subject", "Счёт"))
        lay_notice(app, admin.user_id, kind=kind, subject="nobody@uspeh.test", details=details)

    page = admin.open("/notices")

    assert shown(page).count(words) == 2
    assert re.findall(r'href="(\S*outbox\S+)"', page.text) == [f"/mail/outbox/{number}"]
    assert admin.open(f"/mail/outbox/{number}").status_code == 200
