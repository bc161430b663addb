"""What a letter brings is handed out under policies of its own: its HTML, its files, its source."""

import base64
import hashlib
import re

import pytest

from tests.mail.messages.letters import complete, mixed, named, proper
from tests.mail.messages.vectors import VECTORS, Vector, letter_with
from tests.web.mail.postbox import Postbox
from tests.web.visitor import Visitor

FILE_POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_the_words_of_a_letter_come_under_a_policy_that_lets_nothing_in_but_their_own_sheet(
    admin: Visitor, postbox: Postbox
) -> None:
    letter = postbox.letter(complete().as_bytes())
    answer = admin.open(f"/mail/letters/{letter}/body")
    style = re.search(r"(?s)<style>(.*)</style>", answer.text)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-DNS-Prefetch-Control"] == "off"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.text.count("<style>") == 1
    assert "data:image/png;base64," in answer.text


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.where == "html"], ids=str)
def test_the_frame_of_no_letter_holds_anything_that_runs_or_fetches(
    admin: Visitor, postbox: Postbox, vector: Vector
) -> None:
    letter = postbox.letter(letter_with(vector))
    text = admin.open(f"/mail/letters/{letter}/body").text.replace("</style></head>", "")
    text = re.sub(r'(title|alt)="[^"]*"', "", text)

    assert not re.search(r"<(script|iframe|object|embed|form|input|svg|math|meta http|base|link|style>.*<style)", text)
    assert not re.search(r"<[^>]*\s(on\w+|style|srcset|background|action|formaction)\s*=", text)
    assert not re.search(r'(src|href)="(?!https?://|data:image/(png|gif|jpeg|webp);|/mail/new\?)', text)
    assert not re.search(r'src="http', text)


@pytest.mark.parametrize(
    ("declared", "served"),
    [
        ("application/pdf", "application/pdf"),
        ("image/png", "image/png"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
    ],
)
def test_a_file_is_saved_and_never_shown(admin: Visitor, postbox: Postbox, declared: str, served: str) -> None:
    part = f"Content-Type: {declared}; name=x.bin\r\nContent-Disposition: attachment\r\n\r\n<b>hello"
    letter = postbox.letter(mixed(b"\r\nwords", part.encode()))
    answer = admin.open(f"/mail/letters/{letter}/parts/2")

    assert answer.data == b"<b>hello"
    assert answer.headers["Content-Type"] == served
    assert answer.headers["Content-Disposition"] == "attachment; filename=x.bin"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_name_of_a_file_is_told_in_every_script(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(complete().as_bytes())
    said = admin.open(f"/mail/letters/{letter}/parts/2").headers["Content-Disposition"]

    assert "filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82" in said
    assert said.startswith("attachment; ")


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.where == "file-name"], ids=str)
def test_no_name_of_a_file_adds_to_the_answer(admin: Visitor, postbox: Postbox, vector: Vector) -> None:
    letter = postbox.letter(letter_with(vector))
    answer = admin.open(f"/mail/letters/{letter}/parts/2")

    assert answer.status_code == 200
    assert answer.headers.getlist("Content-Type") == ["application/pdf"]
    said = answer.headers["Content-Disposition"]
    assert said.isascii()
    assert "\n" not in said
    assert len(re.findall(r"filename\*=", said)) <= 1
    assert not re.search(r"[<>/\\]|%2F|%E2%80%AE", said.replace("UTF-8''", ""))


def test_a_large_file_comes_whole(admin: Visitor, postbox: Postbox) -> None:
    data = bytes(range(256)) * 8192
    raw = proper()
    raw.add_attachment(data, maintype="application", subtype="zip", filename="x.zip")
    letter = postbox.letter(raw.as_bytes())

    assert admin.open(f"/mail/letters/{letter}/parts/2").data == data


@pytest.mark.parametrize("number", ["1", "3", "0", "2.1", "x", "-1", "2%00"])
def test_what_is_no_file_of_the_letter_is_not_there(admin: Visitor, postbox: Postbox, number: str) -> None:
    letter = postbox.letter(named(b"attachment; filename=x.pdf"))

    assert admin.open(f"/mail/letters/{letter}/parts/{number}").status_code == 404


def test_the_source_is_every_byte_as_plain_text(admin: Visitor, postbox: Postbox) -> None:
    raw = b"Subject: x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\xff\0" + b"x" * 600_000
    letter = postbox.letter(raw)
    answer = admin.open(f"/mail/letters/{letter}/source")

    assert answer.data == raw
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in answer.headers


def test_a_letter_is_saved_as_a_file_named_by_its_subject(admin: Visitor, postbox: Postbox) -> None:
    raw = proper("Re: a/b").as_bytes()
    letter = postbox.letter(raw)
    answer = admin.open(f"/mail/letters/{letter}/letter.eml")

    assert answer.data == raw
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"] == "attachment; filename=b.eml"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY


def test_the_page_around_a_letter_keeps_its_own_policy(admin: Visitor, postbox: Postbox) -> None:
    letter = postbox.letter(complete().as_bytes())
    policy = admin.open(f"/mail/letters/{letter}").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "frame-src 'self'" in policy
    assert "img-src 'self'" in policy
    assert "unsafe" not in policy
