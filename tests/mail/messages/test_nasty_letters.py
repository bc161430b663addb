"""No letter is too broken: whatever arrives is taken apart, read and shown, in bounded time, and nothing raises."""

from dataclasses import fields
from datetime import UTC
from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.mail.messages.letters import HEAD, NASTY, RUSSIAN, complete, nested, proper
from webapp.mail.messages.content import pieces_of, size_of
from webapp.mail.messages.facts import LetterFacts
from webapp.mail.messages.html import framed, remote_pictures
from webapp.mail.messages.parts import take_apart
from webapp.mail.messages.plain import blocks_of
from webapp.mail.messages.reading import _facts, is_trial, to_save, words_of
from webapp.mail.messages.structure import structure_of

LONGEST = {"message_id": 500, "in_reply_to": 500, "references": 8000, "subject": 1000, "snippet": 300}


def read_everything(raw: bytes) -> LetterFacts:
    """Do with a letter all that receiving it and its pages do; return its facts after a look at their form."""
    facts = _facts(raw)  # not `facts_of`, which would hide what it raises
    is_trial(raw)
    structure = structure_of(raw)
    for one in structure.attachments:
        assert sum(map(len, pieces_of(raw, one.part))) >= 0
        assert one.size >= 0
        assert "/" not in one.name
        assert one.name.isprintable()
    to_save(raw, structure)
    blocks_of(words_of(raw, structure, 512 * 1024))
    document = framed(raw, structure, "ru").document
    document.encode()
    remote_pictures(raw, structure)
    for field in fields(LetterFacts):
        value = getattr(facts, field.name)
        if isinstance(value, str):
            value.encode()  # no half characters
            assert "\0" not in value
            assert field.name == "text" or "\n" not in value
            assert len(value) <= LONGEST.get(field.name, 64 * 1024)
    if facts.sent_at is not None:
        facts.sent_at.astimezone(UTC)
    return facts


@pytest.mark.parametrize("name", NASTY)
def test_every_nasty_letter_is_read(name: str) -> None:
    read_everything(NASTY[name])


@given(st.binary(max_size=2000))
@example(b"Content-Type: multipart/mixed; boundary=\xff\r\n\r\n--\xff\r\n")
def test_bytes_that_are_no_letter_are_read(raw: bytes) -> None:
    read_everything(raw)


LINES = st.sampled_from(
    [
        *HEAD.splitlines(keepends=True),
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b"Content-Type: multipart/alternative;\r\n boundary=y\r\n",
        b'Content-Type: multipart/related; boundary=x; start="<1>"\r\n',
        b"Content-Type: text/html; charset=koi8-r\r\n",
        b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%D1%8F; filename*1=.pdf\r\n",
        b"Content-ID: <1>\r\n",
        b"Subject: =?koi8-r?b?8NLJ18XU?= =?utf-8?q?_=D0?=\r\n",
        b"From: =?utf-8?q?A,_B?= <a@b>, (c) d\r\n",
        b"Date: Tue, 03 Nov 2026 10:00:00 +0300\r\n",
        b" folded\r\n",
        b"\r\n",
        b"\n",
        b"--x\r\n",
        b"--x--\r\n",
        b"--y\r\n",
        b"--y--",
        b"0J/RgNC40LLQtdGC\r\n",
        b"=D0=9F=\r\n",
        b"> quoted <https://x.test/a)>\r\n",
        b"<p style='color:red'>hello <img src=cid:1> <a href=http://x>y</a>\r\n",
        b"\xcf\xf0\xe8\xe2\xe5\xf2 \r\n",
        b"\0\xff",
    ]
)


@given(st.lists(LINES, max_size=40))
def test_lines_of_letters_in_any_order_are_read(lines: list[bytes]) -> None:
    read_everything(b"".join(lines))


@given(st.data())
def test_a_proper_letter_with_a_slip_anywhere_is_read(data: st.DataObject) -> None:
    raw = complete().as_bytes()
    place = data.draw(st.integers(0, len(raw)))
    length = data.draw(st.integers(0, 60))

    read_everything(raw[:place] + data.draw(st.binary(max_size=20)) + raw[place + length :])


def tree(part: Message) -> object:
    """Return the types of a letter's parts as the standard library sees them."""
    return [tree(child) for child in part.get_payload()] if part.is_multipart() else part.get_content_type()


CONTENTS = st.recursive(
    st.sampled_from([b"text/plain", b"text/html", b"application/pdf", b"image/png"]),
    lambda inner: st.lists(inner, min_size=1, max_size=4),
    max_leaves=12,
)


def written(content: object, level: int = 0) -> bytes:
    """Return a part with these types in it."""
    if isinstance(content, bytes):
        return b"Content-Type: %s\r\n\r\nwords\r\n--not a boundary\r\n" % content
    assert isinstance(content, list)
    inner = b"".join(b"--b%d\r\n%s\r\n" % (level, written(one, level + 1)) for one in content)
    return b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\npreamble\r\n%s--b%d--\r\nepilogue" % (
        level,
        inner,
        level,
    )


def ours(raw: bytes) -> object:
    """Return the types of a letter's parts as we see them."""

    def of(part: object) -> object:
        children = part.children  # type: ignore[attr-defined]
        return [of(child) for child in children] if children else part.content_type  # type: ignore[attr-defined]

    return of(take_apart(raw))


@given(CONTENTS)
def test_well_formed_letters_come_apart_as_in_the_standard_library(content: object) -> None:
    raw = HEAD + written(content)

    assert ours(raw) == tree(message_from_bytes(raw))


@given(st.binary(max_size=3000), st.sampled_from(["base64", "quoted-printable"]))
def test_what_was_attached_comes_out_byte_by_byte(data: bytes, encoding: str) -> None:
    letter = proper()
    letter.add_attachment(data, maintype="application", subtype="octet-stream", filename="x.bin", cte=encoding)
    raw = letter.as_bytes()
    attachment = structure_of(raw).attachments

    if not data:
        return
    assert b"".join(pieces_of(raw, attachment[0].part)) == data
    if encoding == "base64":
        assert size_of(raw, attachment[0].part) == len(data)


def test_a_text_a_hundred_parts_deep_is_found_and_one_a_thousand_deep_is_a_text_of_boundaries() -> None:
    assert read_everything(nested(100)).text == "deep inside"
    assert "deep inside" in read_everything(nested(1000)).text


@pytest.mark.parametrize("charset", ["1251", "koi8", "utf-8"])
def test_raw_russian_is_read_in_any_charset_nobody_named(charset: str) -> None:
    facts = read_everything(NASTY[f"8-bit in {charset}"])

    assert (facts.subject, facts.text) == (RUSSIAN, RUSSIAN)


@pytest.mark.parametrize("name", ["unknown charset", "wrong charset"])
def test_a_charset_that_is_unknown_or_plainly_false_is_guessed(name: str) -> None:
    assert read_everything(NASTY[name]).text == RUSSIAN
