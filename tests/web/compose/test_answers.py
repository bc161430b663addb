"""Answering a letter and handing it on: whom, what about, what is quoted, which files go along."""

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from tests.storage.letters import FACTS, arrived, folder_row
from tests.web.compose.test_writing import follow, letters, press, values
from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.messages.reading import facts_of
from webapp.storage import blobs, writing
from webapp.storage.letters import store
from webapp.storage.models import Account, Letter, LetterChange, OutgoingState
from webapp.storage.sent_copies import note_sent

PDF = base64.b64encode(b"%PDF-1.7 " + b"x" * 300).decode()
RAW = f"""\
From: =?utf-8?b?0JHQvtGA0LjRgQ==?= <boris@uspeh.test>
To: anna@uspeh.test, Vera <vera@uspeh.test>
Cc: boss@uspeh.test
Reply-To: office@uspeh.test
Subject: =?utf-8?b?0KHRh9GR0YI=?=
Date: Sun, 22 Nov 2026 09:30:00 +0300
Message-ID: <2@uspeh.test>
In-Reply-To: <1@uspeh.test>
References: <0@uspeh.test> <1@uspeh.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Высылаю счёт.
Борис
--b
Content-Type: application/pdf; name="bill.pdf"
Content-Disposition: attachment; filename="bill.pdf"
Content-Transfer-Encoding: base64

{PDF}
--b--
""".replace("\n", "\r\n").encode()


def lay(app: Flask, account_id: int, raw: bytes | None = RAW) -> int:
    """Let a letter have arrived; return its number."""
    with database(app) as session:
        folder = folder_row(session, session.get_one(Account, account_id))
        facts = facts_of(raw) if raw is not None else FACTS
        letter_id = store(session, folder, arrived(1, raw=raw, facts=facts))
        assert letter_id is not None
        session.commit()
        return letter_id


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account(signature="Анна")


def test_an_answer_goes_where_the_sender_wants_it_with_the_letter_quoted(
    app: Flask, admin: Visitor, account: int
) -> None:
    letter_id = lay(app, account)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply", page="/mail/new"))

    typed = values(page)
    assert (typed["to"], typed["cc"], typed["subject"]) == ("office@uspeh.test", "", "Re: Счёт")
    assert typed["body"].startswith("\n\n-- \nАнна\n\n22 ноября 2026")
    assert "Борис <boris@uspeh.test> пишет:\n> Высылаю счёт.\n> Борис" in typed["body"]
    (draft,) = letters(app)
    assert (draft.in_reply_to, draft.references) == ("<2@uspeh.test>", "<0@uspeh.test> <1@uspeh.test> <2@uspeh.test>")
    assert draft.answers_id == letter_id


def test_the_moment_is_told_in_the_zone_of_the_office(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply", page="/mail/new"))

    assert "<h1>Ответ</h1>" in page.text
    assert " 06:30, Борис" in values(page)["body"]  # the office of the tests is at UTC


def test_an_answer_to_all_leaves_oneself_out(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply-all", page="/mail/new"))

    typed = values(page)
    assert (typed["to"], typed["cc"]) == ("office@uspeh.test", "Vera <vera@uspeh.test>, boss@uspeh.test")


def test_a_letter_is_handed_on_with_its_words_and_its_files(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/forward", page="/mail/new"))

    typed = values(page)
    assert (typed["to"], typed["subject"]) == ("", "Fwd: Счёт")
    assert "От кого: Борис <boris@uspeh.test>\n" in typed["body"]
    assert "Тема: Счёт\n\nВысылаю счёт.\nБорис" in typed["body"]
    assert "bill.pdf" in shown(page)
    (draft,) = letters(app)
    assert draft.answers_id is None
    with database(app) as session:
        assert blobs.read(session, draft.files[0].sha256) == base64.b64decode(PDF)


def test_a_file_too_large_to_go_along_is_told(
    app: Flask, admin: Visitor, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LARGEST_FILE", 100)
    letter_id = lay(app, account)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/forward", page="/mail/new"))

    assert "bill.pdf" in shown(page)
    assert letters(app)[0].files == []


def test_a_letter_of_which_only_the_header_is_here_can_be_answered(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account, None)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply", page="/mail/new"))

    assert values(page)["to"] == "Борис Ёлкин <boris@uspeh.test>"


def test_a_letter_that_cannot_be_handed_on_whole_says_so(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account, None)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/forward", page="/mail/new"))

    assert "Письмо слишком большое" in shown(page)


def test_a_letter_that_was_answered_is_marked_so_here_and_for_the_server(
    app: Flask, admin: Visitor, account: int
) -> None:
    letter_id = lay(app, account)
    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply", page="/mail/new"))
    press(admin, page, "send")

    with database(app) as session:
        (answer,) = [one for one in letters(app) if one.state is OutgoingState.QUEUED]
        answer = session.merge(answer)
        answer.sent_at = answer.queued_at
        note_sent(session, answer)
        session.commit()
        assert session.get_one(Letter, letter_id).answered
        assert session.scalars(select(LetterChange)).one().uid == 1


def test_an_account_that_cannot_send_answers_with_another_one(app: Flask, admin: Visitor, desk: Desk) -> None:
    reading = desk.account("reading@uspeh.test", outgoing=None)
    sending = desk.account()
    letter_id = lay(app, reading)

    page = follow(admin, admin.send(f"/mail/letters/{letter_id}/reply", page="/mail/new"))

    assert values(page)["account_id"] == str(sending)


def test_who_cannot_send_at_all_is_led_to_adding_an_account(app: Flask, admin: Visitor, desk: Desk) -> None:
    letter_id = lay(app, desk.account("reading@uspeh.test", outgoing=None))

    answer = admin.send(f"/mail/letters/{letter_id}/reply", page="/profile")

    assert "/accounts/new" in answer.text
    assert letters(app) == []
