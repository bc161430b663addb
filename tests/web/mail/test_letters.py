"""One letter: what its page shows, what becomes read, unread and deleted, and what stays whole whatever arrives."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.mail.messages.letters import NASTY, complete, mixed, named, proper, typed
from tests.mail.messages.vectors import VECTORS, Vector, letter_with
from tests.storage.rows import NOON
from tests.web.desk import POP3, Desk
from tests.web.mail.postbox import Postbox, postbox_of
from tests.web.visitor import Visitor, shown
from webapp.storage.letters import Flags
from webapp.storage.models import FolderRole

FRAME = re.compile(r'<iframe class="letter__frame"[^>]*src="([^"]+)"[^>]*>')


def test_a_letter_shows_its_header_words_and_files(admin: Visitor, postbox: Postbox) -> None:
    raw = mixed(b"\r\nhello", b"Content-Type: application/pdf; name=bill.pdf\r\n\r\n%PDF")
    raw = raw.replace(b"To: c@d.test", b"To: Anna <anna@uspeh.test>\r\nCc: boss@d.test\r\nReply-To: other@b.test")
    letter = postbox.letter(b"Date: Tue, 03 Nov 2026 10:00:00 +0300\r\n" + raw)
    words = shown(admin.open(f"/mail/letters/{letter}"))

    for said in (
        "От кого a@b.test",
        "Кому Anna <anna@uspeh.test>",
        "Копия boss@d.test",
        "Ответ на other@b.test",
        "Дата 3 ноября 2026, 07:00",
        "Папка anna@uspeh.test · Входящие",
        "Вложения bill.pdf 4 байта",
        "hello",
    ):
        assert said in words, said


def test_names_and_addresses_of_senders_are_both_shown(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(b'From: "boss@bank.test" <thief@evil.test>\r\nSubject: x\r\n\r\nhello')

    assert "boss@bank.test <thief@evil.test>" in shown(admin.open(f"/mail/letters/{letter}"))


def test_html_stands_in_a_frame_of_its_own_and_can_be_read_as_text(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(complete().as_bytes())
    page = admin.open(f"/mail/letters/{letter}")
    frame = FRAME.search(page.text)
    as_text = admin.open(f"/mail/letters/{letter}?view=text")

    assert frame
    assert frame[1] == f"/mail/letters/{letter}/body"
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame[0]
    assert "Добрый <b>день</b>" not in page.text
    assert not FRAME.search(as_text.text)
    assert "Добрый день!" in shown(as_text)
    assert "В исходном оформлении" in shown(as_text)


def test_a_plain_text_has_links_and_quotes_that_fold(admin: Visitor, postbox: Postbox) -> None:
    text = "see https://x.test/a?b=1&c=2 or write to boris@x.test\n" + "> quoted\n" * 9 + "bye\n"
    letter = postbox.letter(proper("x", text).as_bytes())
    page = admin.open(f"/mail/letters/{letter}").text

    assert 'href="https://x.test/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in page
    assert f'href="/mail/new?to=boris@x.test&amp;account={postbox.account_id}"' in page
    assert re.search(r'<details class="words__quote">\s*<summary>Цитата: 9 строк<', page)


def test_pictures_from_elsewhere_are_told_of_and_not_named(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(typed(b"text/html", b'<img src="https://evil.test/a.gif"><img src=//evil.test/b>'))
    page = admin.open(f"/mail/letters/{letter}")

    assert "2 картинки с чужих серверов не загружены" in shown(page)
    assert "evil.test" not in page.text
    assert "evil.test" not in admin.open(f"/mail/letters/{letter}/body").text


def test_of_a_letter_over_the_limit_only_the_header_is_shown_and_nothing_that_fails(
    admin: Visitor, postbox: Postbox
) -> None:
    letter = postbox.letter(complete().as_bytes(), loaded=False)
    page = admin.open(f"/mail/letters/{letter}")

    assert "Загружен только заголовок письма" in shown(page)
    assert "Счёт на оплату" in shown(page)
    assert "Кому Анна <anna@uspeh.test>" in shown(page)
    for what in ("body", "source", "letter.eml", "parts/2"):
        assert f"/mail/letters/{letter}/{what}" not in page.text
        assert admin.open(f"/mail/letters/{letter}/{what}").status_code == 404


@pytest.mark.parametrize("name", NASTY)
def test_no_letter_breaks_its_pages(admin: Visitor, postbox: Postbox, name: str) -> None:
    letter = postbox.letter(NASTY[name])

    for path in (f"/mail/letters/{letter}", f"/mail/letters/{letter}?view=text", "/mail"):
        assert admin.open(path).status_code == 200, path
    for path in ("body", "source", "letter.eml"):
        assert admin.open(f"/mail/letters/{letter}/{path}").status_code in (200, 404 if not NASTY[name] else 200), path


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.where != "html"], ids=str)
def test_words_of_letters_are_words_on_every_page(admin: Visitor, postbox: Postbox, vector: Vector) -> None:
    text = "hello https://x.test/ and boris@x.test\n> quoted\n>> before\n"
    plain, letter = postbox.letter(letter_with(Vector("", "text", text))), postbox.letter(letter_with(vector))
    harmless = [shape_of(admin.open(path).text) for path in pages(plain)]

    for path, shape in zip(pages(letter), harmless, strict=True):
        page = admin.open(path).text
        assert shape_of(page) <= shape, path
        assert "{{ 7*7 }}" in page or "7*7" not in vector.value or vector.where == "text", path


def pages(letter: int) -> list[str]:
    return [f"/mail/letters/{letter}", f"/mail/letters/{letter}?within=everywhere", f"/mail/letters/{letter}/delete"]


class Shape(HTMLParser):
    """Which elements a page has, each with the names of its attributes: what words of letters must not add to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, ...]] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, *(name for name, _ in attributes)))


def shape_of(text: str) -> set[tuple[str, ...]]:
    shape = Shape()
    shape.feed(text)
    return shape.found


def test_opening_a_letter_changes_nothing_and_its_page_asks_to_count_it_as_read(
    admin: Visitor, postbox: Postbox
) -> None:
    letter = postbox.letter()
    page = admin.open(f"/mail/letters/{letter}").text

    row = postbox.of(letter)
    assert row is not None
    assert not row.seen
    form = re.search(rf'<form method="post" action="/mail/letters/{letter}/read\?[^"]*" hx-trigger="([^"]+)"', page)
    assert form
    assert form[1] == "load, submit"


def test_a_letter_counts_as_read_and_as_unread_again_and_the_server_is_told(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter()
    answer = admin.send(f"/mail/letters/{letter}/read?within=everywhere", page=f"/mail/letters/{letter}")

    assert (answer.status_code, answer.location) == (303, f"/mail/letters/{letter}?within=everywhere")
    assert postbox.changes() == ["seen"]
    assert "Не прочитано" in shown(admin.open(f"/mail/letters/{letter}"))
    answer = admin.send(f"/mail/letters/{letter}/unread", page=f"/mail/letters/{letter}")
    assert answer.location == f"/mail/folders/{postbox.inbox}", "the page of the letter would read it again"
    assert postbox.changes() == ["unseen"]


def test_a_deleted_letter_is_in_the_trash_and_the_next_one_opens(admin: Visitor, postbox: Postbox) -> None:
    trash = postbox.folder("Trash", FolderRole.TRASH)
    older, letter = postbox.letter(), postbox.letter()
    answer = admin.send(f"/mail/letters/{letter}/delete", page=f"/mail/letters/{letter}")

    row = postbox.of(letter)
    assert row is not None
    assert row.folder_id == trash
    assert answer.location == f"/mail/letters/{older}?within=folder-{postbox.inbox}"
    assert postbox.changes() == ["to-trash"]
    assert "1 письмо в корзине" in shown(admin.open(answer.location))


def test_the_last_letter_of_a_list_leads_back_to_it(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter()

    assert admin.send(f"/mail/letters/{letter}/delete", page="/mail").location == f"/mail/folders/{postbox.inbox}"


def test_a_trash_is_made_where_there_is_none(admin: Visitor, desk: Desk) -> None:
    box = postbox_of(desk, incoming=POP3)
    letter = box.letter(uid=None, uidl="1")
    admin.send(f"/mail/letters/{letter}/delete", page="/mail")

    row = box.of(letter)
    assert row is not None
    assert (row.folder.name, row.folder.role) == ("Корзина", FolderRole.TRASH)


def test_from_the_trash_a_letter_goes_for_good_after_a_question(admin: Visitor, postbox: Postbox) -> None:
    trash = postbox.folder("Trash", FolderRole.TRASH)
    letter = postbox.letter(folder=trash)
    asked = admin.send(f"/mail/letters/{letter}/delete", page="/mail")

    assert asked.status_code == 200
    assert "насовсем?" in shown(asked)
    assert postbox.of(letter) is not None
    admin.send(f"/mail/letters/{letter}/delete", {"for_good": "yes"}, page="/mail")
    assert postbox.of(letter) is None
    assert postbox.changes() == ["delete"]


def test_ticked_letters_are_read_unread_and_deleted_together(admin: Visitor, postbox: Postbox) -> None:
    trash = postbox.folder("Trash", FolderRole.TRASH)
    letters = [postbox.letter() for _ in range(3)]
    address = f"/mail/letters/ticked?within=folder-{postbox.inbox}"

    admin.send(address, {"id": letters[:2], "do": "read"}, page="/mail")
    assert [postbox.of(one).seen for one in letters] == [True, True, False]  # type: ignore[union-attr]
    admin.send(address, {"id": letters[:1], "do": "unread"}, page="/mail")
    assert [postbox.of(one).seen for one in letters] == [False, True, False]  # type: ignore[union-attr]
    answer = admin.send(address, {"id": letters[:2], "do": "delete"}, page="/mail")
    assert answer.location == f"/mail/folders/{postbox.inbox}"
    assert [postbox.of(one).folder_id for one in letters] == [trash, trash, postbox.inbox]  # type: ignore[union-attr]
    assert "2 письма в корзине" in shown(admin.open("/mail"))


def test_ticked_letters_of_the_trash_go_for_good_after_a_question(admin: Visitor, postbox: Postbox) -> None:
    trash = postbox.folder("Trash", FolderRole.TRASH)
    letters = [postbox.letter(folder=trash) for _ in range(2)]
    answer = admin.send(f"/mail/letters/ticked?within=folder-{trash}", {"id": letters, "do": "delete"}, page="/mail")
    question = admin.open(answer.location)

    assert "Удалить 2 письма насовсем?" in shown(question)
    unasked = admin.send(answer.location, {"id": letters}, page="/mail")
    assert "насовсем?" in shown(unasked)
    assert all(postbox.of(one) for one in letters)
    admin.send(answer.location, {"id": letters, "for_good": "yes"}, page="/mail")
    assert not any(postbox.of(one) for one in letters)


@pytest.mark.parametrize("ids", [[], ["x"], ["99999999999999999999"], ["-1"], ["1e5"], ["٣"]])
def test_what_is_no_letter_is_not_ticked(admin: Visitor, postbox: Postbox, ids: list[str]) -> None:
    answer = admin.send("/mail/letters/ticked", {"id": ids, "do": "delete"}, page="/mail")

    assert answer.location == "/mail/all"
    assert "Сначала отметьте письма" in shown(admin.open("/mail"))


def test_letters_of_others_are_not_ticked(admin: Visitor, desk: Desk, colleague: Visitor) -> None:
    box = postbox_of(desk)
    letter = box.letter()
    postbox_of(desk, "office@uspeh.test", for_everyone=True)

    for wish in ("read", "delete"):
        colleague.send("/mail/letters/ticked", {"id": [letter], "do": wish}, page="/mail")
    for path in ("read", "unread", "delete"):
        assert colleague.send(f"/mail/letters/{letter}/{path}", page="/mail").status_code == 404
    row = box.of(letter)
    assert row is not None
    assert (row.seen, row.folder_id) == (False, box.inbox)


def test_neighbours_are_those_of_the_list_a_letter_was_opened_from(admin: Visitor, desk: Desk) -> None:
    one, other = postbox_of(desk), postbox_of(desk, "zakaz@uspeh.test")
    first = one.letter(at=NOON)
    between = other.letter(at=NOON + timedelta(hours=1))
    last = one.letter(at=NOON + timedelta(hours=2))

    def beside(query: str) -> list[str]:
        return re.findall(
            r'href="/mail/letters/(\d+)[^"]*" rel="(?:prev|next)"', admin.open(f"/mail/letters/{last}{query}").text
        )

    assert beside("") == [str(first)]
    assert beside("?within=everywhere") == [str(between)]
    assert beside(f"?within=account-{other.account_id}") == [str(between)]
    assert beside("?within=rubbish") == [str(first)]


def test_a_list_beside_a_letter_keeps_its_words_and_marks_the_letter(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(proper("Договор").as_bytes())
    postbox.letter(proper("Счёт").as_bytes())
    page = admin.open(f"/mail/letters/{letter}?within=everywhere&q=договор&unread=yes").text

    assert 'value="договор"' in page
    assert re.search(rf'id="letter-{letter}-link"[^>]* aria-current="true"', page)
    assert page.count('class="letters__row"') == 1


def test_a_letter_that_does_not_exist_has_no_page(admin: Visitor) -> None:
    for path in ("1", "99999999999999999999999", "-1", "x", "1/body", "1/parts/1", "1/source"):
        assert admin.open(f"/mail/letters/{path}").status_code == 404


def test_who_is_not_signed_in_reads_nothing(app: Flask, postbox: Postbox) -> None:
    letter = postbox.letter(named(b"attachment; filename=x.pdf"))
    stranger = Visitor(app)

    for path in ("", "/body", "/parts/2", "/source", "/letter.eml", "/delete"):
        assert stranger.open(f"/mail/letters/{letter}{path}").location.startswith("/sign-in?next=")


def test_a_flag_is_shown_by_a_word(admin: Visitor, postbox: Postbox) -> None:
    postbox.letter(flags=Flags(flagged=True))

    assert "С флажком." in shown(admin.open("/mail"))
