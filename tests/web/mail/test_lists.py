"""The tree of all folders and lists of letters: what stands there, in which order, how one comes further."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from tests.mail.messages.letters import complete, mixed, proper
from tests.storage.rows import NOON
from tests.web.desk import Desk, database
from tests.web.mail.postbox import Postbox, postbox_of
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Direction
from webapp.storage.base import utc_now
from webapp.storage.letters import Flags
from webapp.storage.models import FolderRole, OutgoingLetter, OutgoingState, Traffic, User
from webapp.web.extensions import db
from webapp.web.mail.rows import short_moment


def links(answer_text: str, name: str) -> list[str]:
    """Return where the links of a class lead."""
    return re.findall(rf'<a class="{name}[^"]*"[^>]* href="([^"]+)"', answer_text)


def rows(answer_text: str) -> list[str]:
    """Return the subjects of a list."""
    return re.findall(r'aria-label="Отметить письмо «([^»]+)»"', answer_text)


def test_accounts_are_folders_of_the_first_level_in_the_list_of_all_folders(admin: Visitor, desk: Desk) -> None:
    own = postbox_of(desk)
    clients = own.folder("Клиенты")
    ours = own.folder("Клиенты/Ромашка")
    office = postbox_of(desk, "office@uspeh.test", for_everyone=True, title="Приёмная")
    page = admin.open("/mail")

    assert "Все папки" in shown(page)
    order = [
        "/mail/all",
        f"/mail/accounts/{own.account_id}",
        f"/mail/folders/{own.inbox}",
        f"/mail/folders/{clients}",
        f"/mail/folders/{ours}",
        f"/mail/accounts/{office.account_id}",
        f"/mail/folders/{office.inbox}",
    ]
    assert [url for url in links(page.text, "tree__row") if url.startswith("/mail/a") or "folders" in url] == order
    assert re.search(rf'tree__row--1" id="tree-folder-{ours}".*?>Ромашка<', page.text)


def test_special_folders_have_words_and_stand_first_and_apart(admin: Visitor, postbox: Postbox) -> None:
    postbox.folder("INBOX.Отправленные письма", FolderRole.SENT, delimiter=".")
    postbox.folder("INBOX.Trash", FolderRole.TRASH, delimiter=".")
    postbox.folder("INBOX.Абв", delimiter=".")
    names = re.findall(r'tree__row--(\d)" id="tree-folder-\d+".*?tree__name">([^<]+)<', admin.open("/mail").text)

    assert names == [("0", "Входящие"), ("1", "Абв"), ("0", "Отправленные"), ("0", "Корзина")]


def test_unread_letters_are_counted_where_people_wait_for_them(admin: Visitor, postbox: Postbox) -> None:
    trash = postbox.folder("Trash", FolderRole.TRASH)
    postbox.letter()
    postbox.letter()
    postbox.letter(flags=Flags(seen=True))
    postbox.letter(folder=trash)
    counts = re.findall(r"непрочитанных: </span>(\d+)<", admin.open("/mail").text)

    assert counts == ["2", "2", "2", "1"], "all letters, the account, the inbox, the trash"


def test_a_list_shows_sender_subject_date_size_attachments_and_what_is_unread(admin: Visitor, postbox: Postbox) -> None:
    postbox.letter(complete().as_bytes(), at=datetime(2020, 1, 2, 9, 30, tzinfo=UTC))
    postbox.letter(proper("Старое", "x").as_bytes(), flags=Flags(seen=True, answered=True, flagged=True))
    words = shown(admin.open(f"/mail/folders/{postbox.inbox}"))

    assert "Не прочитано. Иван Петров 02.01.2020 Счёт на оплату — Добрый день! 1 вложение. 2 КБ" in words
    assert "Отвечено. Иван Петров" in words
    assert "С флажком. Старое" in words


def test_the_newest_letters_come_first_and_pages_lead_on_and_back(admin: Visitor, postbox: Postbox) -> None:
    for _ in range(120):
        postbox.letter()
    first = admin.open(f"/mail/folders/{postbox.inbox}").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = admin.open(older[1].replace("&amp;", "&")).text
    newer = re.search(r'href="([^"]+)" rel="prev"', second)
    assert newer

    assert rows(first) == [f"Letter {number}" for number in range(120, 70, -1)]
    assert rows(second) == [f"Letter {number}" for number in range(70, 20, -1)]
    assert rows(admin.open(newer[1].replace("&amp;", "&")).text) == rows(first)
    assert 'rel="prev"' not in first


@pytest.mark.parametrize("at", ["rubbish", "o-1", "n99999999999999999999-1", "o5-x", "%00"])
def test_a_place_nobody_understands_is_the_beginning(admin: Visitor, postbox: Postbox, at: str) -> None:
    postbox.letter()

    assert rows(admin.open(f"/mail/all?at={at}").text) == ["Letter 1"]


def test_only_unread_letters_can_be_shown(admin: Visitor, postbox: Postbox) -> None:
    postbox.letter(flags=Flags(seen=True))
    page = admin.open("/mail/all?unread=yes")

    assert "Всё прочитано" in shown(page)
    postbox.letter()
    assert rows(admin.open("/mail/all?unread=yes").text) == ["Letter 2"]


def test_words_are_looked_for_in_the_folder_the_account_or_everywhere(admin: Visitor, desk: Desk) -> None:
    one, other = postbox_of(desk), postbox_of(desk, "zakaz@uspeh.test")
    elsewhere = one.folder("Клиенты")
    for number, (box, folder) in enumerate([(one, None), (one, elsewhere), (other, None)]):
        box.letter(proper(f"Договор {number}").as_bytes(), folder=folder, at=NOON + timedelta(hours=number))

    found = {}
    for scope in (f"folder-{one.inbox}", f"account-{one.account_id}", "everywhere", "folder-99999", "rubbish"):
        answer = admin.open(f"/mail/search?q=догов&scope={scope}")
        assert answer.status_code == 303
        found[scope] = rows(admin.open(answer.location).text)

    assert list(found.values()) == [
        ["Договор 0"],
        ["Договор 1", "Договор 0"],
        ["Договор 2", "Договор 1", "Договор 0"],
        ["Договор 2", "Договор 1", "Договор 0"],
        ["Договор 2", "Договор 1", "Договор 0"],
    ]
    assert 'value="догов"' in admin.open("/mail/all?q=догов").text


def test_where_nothing_is_found_one_can_look_everywhere(admin: Visitor, postbox: Postbox) -> None:
    page = admin.open(f"/mail/folders/{postbox.inbox}?q=%22%27*<b>")

    assert page.status_code == 200
    assert "ничего не найдено" in shown(page)
    assert "Искать везде" in shown(page)
    assert "<b>" not in page.text


def test_several_folders_name_the_folder_of_each_letter(admin: Visitor, desk: Desk) -> None:
    one, office = postbox_of(desk), postbox_of(desk, "office@uspeh.test", for_everyone=True, title="Приёмная")
    one.letter()
    office.letter()

    assert "Приёмная · Входящие" in shown(admin.open("/mail/all"))
    assert ">Входящие</span>" in admin.open(f"/mail/accounts/{one.account_id}").text


def test_of_what_was_sent_the_recipients_are_shown(admin: Visitor, postbox: Postbox) -> None:
    sent = postbox.folder("Sent", FolderRole.SENT)
    postbox.letter(folder=sent)

    assert 'class="letters__who">Анна &lt;anna@uspeh.test&gt;' in admin.open(f"/mail/folders/{sent}").text


def test_letters_of_others_are_nobodys_business(app: Flask, admin: Visitor, desk: Desk, colleague: Visitor) -> None:
    own = postbox_of(desk)
    letter = own.letter()
    office = postbox_of(desk, "office@uspeh.test", for_everyone=True)
    office.letter(proper("Для всех").as_bytes())

    assert rows(colleague.open("/mail/all").text) == ["Для всех"]
    assert "anna@uspeh.test" not in shown(colleague.open("/mail"))
    for path in (f"accounts/{own.account_id}", f"folders/{own.inbox}", f"letters/{letter}"):
        assert colleague.open(f"/mail/{path}").status_code == 404
        assert Visitor(app).open(f"/mail/{path}").location.startswith("/sign-in?next=")


def test_an_account_that_waits_for_its_password_shows_where_to_type_it_and_no_letters(
    admin: Visitor, desk: Desk
) -> None:
    box = postbox_of(desk, locked=True)
    box.letter()
    page = admin.open("/mail")

    assert f"/accounts/{box.account_id}/password" in page.text
    assert rows(page.text) == []
    assert f"/mail/folders/{box.inbox}" not in page.text


def test_without_accounts_the_way_to_the_first_one_is_shown(admin: Visitor) -> None:
    page = admin.open("/mail")

    assert "Учётных записей почты пока нет" in shown(page)
    assert "/accounts/new" in page.text
    assert 'class="mail mail--list' in page.text, "where it is narrow as well"
    assert "Написать письмо" not in shown(page)


def test_an_account_nothing_was_received_for_offers_to_receive(admin: Visitor, desk: Desk) -> None:
    account = desk.account(load_since=date(2026, 10, 1))
    page = admin.open(f"/mail/accounts/{account}")

    assert "Загружаются письма начиная с 1 октября 2026" in shown(page)
    assert page.text.count(f'action="/accounts/{account}/receive"') == 2, "above the list and in its place"


def test_an_account_without_a_remembered_password_asks_for_it(admin: Visitor, desk: Desk) -> None:
    account = desk.account(remember=False)
    page = admin.open(f"/mail/accounts/{account}")

    assert "нужен пароль" in shown(page)
    assert f'href="/accounts/{account}/password"' in page.text


def test_a_load_under_way_is_told_and_the_page_asks_for_more_soon(app: Flask, admin: Visitor, postbox: Postbox) -> None:
    quiet = admin.open("/mail").text
    with database(app) as session:
        row = Traffic(account_id=postbox.account_id, direction=Direction.INCOMING, done=12, total=200)
        row.leased_by, row.leased_until = "worker", utc_now() + timedelta(minutes=1)
        session.merge(row)
        session.commit()
    page = admin.open("/mail")

    assert "Загружено 12 из 200" in shown(page)
    stop = f'action="/accounts/{postbox.account_id}/stop-receiving"'
    assert (stop in quiet, stop in page.text) == (False, True)
    assert 'hx-trigger="every 3s"' in page.text
    assert 'hx-trigger="every 60s"' in quiet


def test_what_is_fresh_comes_without_a_page_around_it(admin: Visitor, postbox: Postbox) -> None:
    postbox.letter()
    address = f"/mail/fresh?within=folder-{postbox.inbox}"
    beside_a_list = admin.open(address, {"HX-Request": "true"}).text
    beside_a_letter = admin.open(f"{address}&pane=letter", {"HX-Request": "true"}).text

    assert rows(beside_a_list) == ["Letter 1"]
    assert 'id="mail-tree"' in beside_a_letter
    assert rows(beside_a_letter) == []
    assert "<html" not in beside_a_list
    assert admin.open(address).location == f"/mail/folders/{postbox.inbox}"


def test_the_tree_tells_how_many_letters_have_not_left(app: Flask, admin: Visitor, postbox: Postbox) -> None:
    assert "не отправлено:" not in shown(admin.open("/mail/all"))
    with database(app) as session:
        for state in OutgoingState:
            mine = {"author_id": admin.user_id, "state": state, "queued_at": utc_now()}
            session.add(OutgoingLetter(account_id=postbox.account_id, **mine))
        session.commit()

    assert "Исходящие не отправлено: 4" in shown(admin.open("/mail/all"))


def test_the_number_of_questions_grows_with_nothing(app: Flask, admin: Visitor, desk: Desk) -> None:
    def asked() -> int:
        statements: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(*args: object) -> None:
            statements.append(str(args[2]))

        event.listen(engine, "before_cursor_execute", note)
        admin.open("/mail/all")
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    few = postbox_of(desk)
    few.letter()
    asked()
    before = asked()
    for number in range(8):
        box = postbox_of(desk, f"more{number}@uspeh.test")
        for name in "abc":
            box.folder(name)
        for _ in range(5):
            box.letter()

    assert asked() == before


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOON.replace(hour=9, minute=5), "09:05"),
        (NOON.replace(month=3, day=1), "1 мар."),
        (NOON.replace(year=2024), "22.11.2024"),
    ],
)
def test_moments_of_lists_are_short(app: Flask, moment: datetime, words: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "ru"}):
        assert short_moment(moment, NOON) == words


def test_the_home_page_leads_to_the_letters_once_an_account_brings_some(admin: Visitor, desk: Desk) -> None:
    assert admin.open("/").location == "/accounts"
    desk.account()
    assert admin.open("/").location == "/mail"


def test_the_default_account_stands_first(app: Flask, admin: Visitor, desk: Desk) -> None:
    desk.account("a@uspeh.test")
    chosen = desk.account("z@uspeh.test")
    with database(app) as session:
        session.get_one(User, admin.user_id).default_account_id = chosen
        session.commit()

    assert links(admin.open("/mail").text, "tree__row tree__row--account")[0] == f"/mail/accounts/{chosen}"


def test_pages_of_letters_are_complete_in_english(app: Flask, desk: Desk, postbox: Postbox) -> None:
    letter = postbox.letter(mixed(b"\r\nhello", b"Content-Type: application/pdf; name=x.pdf\r\n\r\n%PDF"))
    postbox.folder("Trash", FolderRole.TRASH)
    english = Visitor(app, "en").sign_in(desk.user_id)

    for path in ("/mail", f"/mail/folders/{postbox.inbox}", f"/mail/letters/{letter}", "/mail/all?q=nothing"):
        russian = set(re.findall("[А-Яа-яё]+", shown(english.open(path)))) - {"Анна", "Петрова"}
        assert not russian, path
