"""Writing a letter in a browser without JavaScript: kept, attached to, sent once; nothing typed is lost."""

import html
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.messages.fields import LONGEST_SUBJECT
from webapp.mail.messages.quoting import answer_subject
from webapp.storage import writing
from webapp.storage.base import new_token, utc_now
from webapp.storage.models import OutgoingLetter, OutgoingRecipient, OutgoingState

PDF = b"%PDF-1.7 " + bytes(range(256))
BORIS = "Борис <boris@uspeh.test>"


def values(answer: TestResponse) -> dict[str, str]:
    """Return what the form of a page would send again: hidden fields and what is typed."""
    inputs = [dict(re.findall(r'([a-z_]+)="([^"]*)"', tag)) for tag in re.findall(r"<input [^>]*>", answer.text)]
    fields = {one["name"]: one.get("value", "") for one in inputs if one.get("type") == "hidden"}
    fields |= {
        name: html.unescape(text).removeprefix("\r\n")
        for name, text in re.findall(r'(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', answer.text)
    }
    subject = re.search(r'name="subject"[^>]*value="([^"]*)"', answer.text)
    chosen = re.search(r'<option selected value="(\d+)"', answer.text)
    fields["subject"] = html.unescape(subject[1]) if subject else ""
    fields["account_id"] = chosen[1] if chosen else ""
    return fields


def press(person: Visitor, page: TestResponse, /, do: str = "save", **typed: object) -> TestResponse:
    """Press a button of a page that shows a letter, with what was typed since."""
    path = page.request.path
    fields = {**values(page), "do": do, **typed}
    boundary, body = encode_multipart(fields)
    content_type = f"multipart/form-data; boundary={boundary}"
    return person.browser.post(path, data=body, content_type=content_type, headers=person.headers, buffered=True)


def file(data: bytes, name: str, content_type: str | None = None) -> FileStorage:
    """Return a file as a browser sends it."""
    return FileStorage(io.BytesIO(data), name, content_type=content_type)


def letters(app: Flask) -> list[OutgoingLetter]:
    with database(app) as session:
        found = list(session.scalars(select(OutgoingLetter).order_by(OutgoingLetter.created_at)))
        for letter in found:
            assert letter.files is not None
            assert letter.recipients is not None
        return found


def follow(person: Visitor, answer: TestResponse) -> TestResponse:
    assert answer.status_code == 303, shown(answer)
    return person.open(answer.location)


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account(signature="Анна Петрова\nООО «Успех»")


def test_a_letter_is_written_kept_and_sent(app: Flask, admin: Visitor, account: int) -> None:
    page = admin.open("/mail/new")
    draft = follow(admin, press(admin, page, to=BORIS, subject="Счёт", body="Привет"))
    assert "Черновик" in shown(draft)

    sent = press(admin, draft, "send")

    (letter,) = letters(app)
    assert sent.status_code == 303
    assert sent.location == f"/mail/outbox/{letter.id}"
    assert (letter.state, letter.subject, letter.body) == (OutgoingState.QUEUED, "Счёт", "Привет")
    assert [one.address for one in letter.recipients] == ["boris@uspeh.test"]
    assert "boris@uspeh.test" in shown(follow(admin, sent))


def test_a_new_letter_begins_with_the_signature(admin: Visitor, account: int) -> None:
    assert "-- \nАнна Петрова\nООО «Успех»" in values(admin.open("/mail/new"))["body"]


def test_another_sender_signs_the_letter(app: Flask, desk: Desk, admin: Visitor, account: int) -> None:
    other = desk.account("office@uspeh.test", signature="Отдел продаж")
    page = admin.open("/mail/new")

    press(admin, page, to=BORIS, account_id=str(other))

    (letter,) = letters(app)
    assert "Отдел продаж" in letter.body
    assert "Анна Петрова" not in letter.body


@pytest.mark.parametrize("do", ["send", "save"])
def test_a_double_click_does_it_once(app: Flask, admin: Visitor, account: int, do: str) -> None:
    page = admin.open("/mail/new")

    answers = [press(admin, page, do, to=BORIS) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(letters(app)) == 1
    with database(app) as session:
        assert len(session.scalars(select(OutgoingRecipient)).all()) == (do == "send")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"to": ""}, "хотя бы один адрес"),
        ({"to": "boris@"}, "«boris@»"),
        ({"to": BORIS, "bcc": "пётр"}, "«пётр»"),
        ({"to": "Team: a@x.test;"}, "группа"),
        ({"to": ",".join(f"p{number}@x.test" for number in range(101))}, "100"),
    ],
)
def test_a_letter_nobody_can_get_comes_back_with_everything_typed(
    app: Flask, admin: Visitor, account: int, typed: dict[str, str], words: str
) -> None:
    page = admin.open("/mail/new")

    answer = press(admin, page, "send", subject="Тема", body="Долго писала\nи не потеряла", **typed)

    assert answer.status_code == 422
    assert words in shown(answer)
    assert (values(answer)["subject"], values(answer)["body"]) == ("Тема", "Долго писала\nи не потеряла")
    assert values(answer)["to"] == typed["to"]
    assert [letter.state for letter in letters(app)] == [OutgoingState.DRAFT]
    assert press(admin, answer, "send", to=BORIS, bcc="").status_code == 303


def test_files_are_attached_with_everything_typed_and_removed(app: Flask, admin: Visitor, account: int) -> None:
    page = admin.open("/mail/new")
    draft = follow(
        admin, press(admin, page, "attach", body="смотри", files=file(PDF, "Счёт № 7.pdf", "application/pdf"))
    )
    assert "Счёт № 7.pdf" in shown(draft)
    assert values(draft)["body"] == "смотри"
    (letter,) = letters(app)
    (kept,) = letter.files
    assert (kept.name, kept.content_type, kept.size) == ("Счёт № 7.pdf", "application/pdf", len(PDF))

    follow(admin, press(admin, draft, "", remove=str(kept.id)))

    assert letters(app)[0].files == []


def test_a_file_chosen_and_not_attached_yet_goes_with_the_letter(app: Flask, admin: Visitor, account: int) -> None:
    page = admin.open("/mail/new")

    press(admin, page, "send", to=BORIS, files=file(PDF, "a.pdf"))

    (letter,) = letters(app)
    assert (letter.state, [one.name for one in letter.files]) == (OutgoingState.QUEUED, ["a.pdf"])


@pytest.mark.parametrize(("size", "words"), [(writing.LARGEST_FILE + 1, "больше 25"), (0, "пуст")])
def test_a_file_over_the_limit_is_said_at_the_field_and_the_text_stays(
    admin: Visitor, account: int, size: int, words: str
) -> None:
    page = admin.open("/mail/new")

    answer = press(admin, page, "attach", body="текст", files=file(bytes(size), "big.bin"))

    assert answer.status_code == 422
    assert words in shown(answer)
    assert values(answer)["body"] == "текст"


def test_all_files_of_a_letter_have_a_limit_together(app: Flask, admin: Visitor, account: int) -> None:
    big = 20 * 1024 * 1024
    page = admin.open("/mail/new")
    draft = follow(admin, press(admin, page, "attach", files=file(bytes(big), "one.bin")))

    answer = press(admin, draft, "attach", files=file(b"x" * big, "two.bin"))

    assert answer.status_code == 422
    assert "«two.bin»" in shown(answer)
    assert [one.name for one in letters(app)[0].files] == ["one.bin"]


def test_two_tabs_notice_each_other(app: Flask, admin: Visitor, account: int) -> None:
    draft = follow(admin, press(admin, admin.open("/mail/new"), body="первая"))
    other_tab = admin.open(draft.request.path)
    press(admin, other_tab, body="из другой вкладки")

    answer = press(admin, draft, body="из этой")

    assert answer.status_code == 422
    assert "другой вкладке" in shown(answer)
    assert values(answer)["body"] == "из этой"
    assert letters(app)[0].body == "из другой вкладки"
    assert press(admin, answer).status_code == 303
    assert letters(app)[0].body == "из этой"


def test_what_is_typed_is_kept_while_it_is_typed(app: Flask, admin: Visitor, account: int) -> None:
    page = admin.open("/mail/new")
    fields = values(page)
    path = f"/mail/drafts/{fields['key']}/keep"

    for body in ("При", "Привет"):  # the page's own version grows without the page having been drawn anew
        kept = admin.browser.post(path, data={**fields, "body": body}, headers=admin.headers)
        assert kept.status_code == 200
    assert "Черновик сохранён" in shown(kept)

    assert press(admin, page, "send", to=BORIS, body="Привет!").status_code == 303
    assert [(letter.state, letter.body) for letter in letters(app)] == [(OutgoingState.QUEUED, "Привет!")]
    late = admin.browser.post(path, data={**fields, "body": "опоздало"}, headers=admin.headers)
    assert late.status_code == 422
    assert letters(app)[0].body == "Привет!"


def test_drafts_are_listed_and_deleted(app: Flask, admin: Visitor, account: int) -> None:
    draft = follow(admin, press(admin, admin.open("/mail/new"), to=BORIS, subject="Отпуск"))
    assert "Отпуск" in shown(admin.open("/mail/drafts"))

    answer = admin.send(f"{draft.request.path}/delete", page=draft.request.path)

    assert answer.status_code == 303
    assert letters(app) == []
    assert admin.open(draft.request.path).status_code == 404


@pytest.mark.parametrize("known", [{}, {"page": ""}], ids=["with its page", "without"])
def test_a_draft_saved_once_is_kept_for_as_long_as_it_takes(
    app: Flask, admin: Visitor, account: int, known: dict[str, str]
) -> None:
    press(admin, admin.open("/mail/new"), body="однажды", **known)

    with database(app) as session:
        assert writing.forget_untouched(session, utc_now() + timedelta(days=365)) == 0


def test_nobody_reads_or_changes_anybody_elses_draft(
    app: Flask, admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    desk.account(for_everyone=True)
    draft = follow(admin, press(admin, admin.open("/mail/new"), body="тайна"))
    key = draft.request.path.rpartition("/")[2]

    assert colleague.open(draft.request.path).status_code == 404
    own = values(colleague.open("/mail/new"))
    for path in (f"/mail/drafts/{key}", f"/mail/drafts/{key}/keep", f"/mail/drafts/{key}/delete", "/mail/new"):
        fields = own | {"key": key, "body": "чужое"}
        assert colleague.browser.post(path, data=fields, headers=colleague.headers).status_code == 404
    assert letters(app)[0].body == "тайна"


def test_a_letter_with_an_account_one_may_not_send_with_is_not_taken(
    app: Flask, colleague: Visitor, desk: Desk, account: int
) -> None:
    desk.account("shared@uspeh.test", for_everyone=True)

    answer = press(colleague, colleague.open("/mail/new"), "send", to=BORIS, account_id=str(account))

    assert answer.status_code == 422
    assert letters(app) == []


def test_who_has_no_account_is_led_to_adding_one(colleague: Visitor) -> None:
    page = colleague.open("/mail/new")

    assert "/accounts/new" in page.text


@pytest.mark.parametrize("key", ["", "x", "../../etc", "a" * 23, "ключ" * 5])
def test_a_key_that_is_none_does_no_harm(app: Flask, admin: Visitor, account: int, key: str) -> None:
    answer = press(admin, admin.open("/mail/new"), to=BORIS, key=key)

    assert answer.status_code == 303
    assert letters(app)[0].id != key


def test_a_stale_token_costs_one_more_press_and_nothing_typed(app: Flask, admin: Visitor, account: int) -> None:
    answer = press(admin, admin.open("/mail/new"), "send", to=BORIS, body="текст", csrf_token="old")

    assert answer.status_code == 422
    assert values(answer)["body"] == "текст"
    assert letters(app) == []


def test_the_longest_subject_a_letter_can_come_with_can_be_answered(app: Flask, admin: Visitor, account: int) -> None:
    subject = answer_subject("я" * LONGEST_SUBJECT)

    assert press(admin, admin.open("/mail/new"), "send", to=BORIS, subject=subject).status_code == 303
    assert letters(app)[0].subject == subject


@pytest.mark.parametrize("subject", ["a\r\nBcc: evil@x.test", "a\x00b", "a\x0bb\u2028c"])
def test_no_subject_adds_a_header(app: Flask, admin: Visitor, account: int, subject: str) -> None:
    press(admin, admin.open("/mail/new"), "send", to=BORIS, subject=subject)

    (letter,) = letters(app)
    assert letter.state is OutgoingState.QUEUED
    assert letter.subject.isprintable()


def test_only_the_pages_of_letters_take_large_requests(admin: Visitor, account: int) -> None:
    large = {"body": "x" * 100_000, "display_name": "Anna", "to": BORIS}

    assert press(admin, admin.open("/mail/new"), **large).status_code == 303
    assert admin.send("/profile", large).status_code == 413


def test_who_is_not_signed_in_sends_nothing_large(app: Flask, visitor: Visitor, admin: Visitor, account: int) -> None:
    data = {"body": "x" * 100_000, "key": new_token()}

    answer = visitor.browser.post("/mail/new", data=data, headers=visitor.headers)

    assert answer.status_code == 401
    assert letters(app) == []
