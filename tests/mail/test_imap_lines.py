"""Reading and writing the lines of IMAP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.imap_answers import literal_size, numbers, read_response, tokens
from webapp.mail.imap_commands import Literal, Part, chunks, decode_utf7, encode_utf7, folder_name, string
from webapp.net.problems import Trouble

LIKE_IMAP = st.lists(
    st.sampled_from(
        [b"* ", b"M1 ", b"+ ", b"OK", b"NO", b" ", b"[", b"]", b"(", b")", b'"', b"\\", b"{3}", b"NIL", b"a"]
    )
    | st.binary(max_size=4)
).map(b"".join)


@given(st.lists(LIKE_IMAP | st.binary(), min_size=1))
def test_no_line_or_literal_raises_anything_but_trouble(pieces: list[bytes]) -> None:
    try:
        literal_size(pieces[0])
        response = read_response(pieces)
        numbers(tokens(response.pieces))
    except Trouble:
        pass


def test_nesting_has_a_limit() -> None:
    with pytest.raises(Trouble):
        tokens([b"(" * 1000 + b")" * 1000])


@pytest.mark.parametrize("text", [b"(", b")", b'"open', b'"open\\"', b"(a"])
def test_brackets_and_quotes_that_do_not_match_are_trouble(text: bytes) -> None:
    with pytest.raises(Trouble):
        tokens([text])


def test_data_becomes_nested_lists_with_literals_in_their_place() -> None:
    pieces = [rb"LIST (\HasNoChildren \Junk) NIL {4}", b"Spam", b' "a \\"b\\\\"']

    assert tokens(pieces) == [b"LIST", [rb"\HasNoChildren", rb"\Junk"], None, b"Spam", b'a "b\\']


def test_a_status_with_its_code_is_read() -> None:
    response = read_response([b"M1 no [capability IMAP4rev1 AUTH=PLAIN] Hello {5}"])

    assert (response.tag, response.status) == (b"M1", b"NO")
    assert (response.code, response.code_text) == (b"CAPABILITY", b"IMAP4rev1 AUTH=PLAIN")


def test_only_data_announces_literals() -> None:
    assert literal_size(b"* LIST () NIL {12}") == 12
    assert literal_size(b"* LIST () NIL {12+}") == 12
    assert literal_size(b"* OK see you {12}") is None
    assert literal_size(b"+ {12}") is None
    assert literal_size(b" BODY {3}", first=False) == 3


def test_a_string_is_quoted_where_quotes_can_hold_it() -> None:
    assert string('a "b\\') == b'"a \\"b\\\\"'
    assert string("секрет") == Literal("секрет".encode())
    assert string("a\tb") == Literal(b"a\tb")
    assert string("x" * 2000) == Literal(b"x" * 2000)


def test_a_command_with_literals_is_one_write_only_if_the_server_does_not_want_to_invite() -> None:
    parts: list[Part] = [b"LOGIN", Literal(b"me"), Literal(b"secret")]

    assert chunks(b"M1", parts, no_waiting=True) == [b"M1 LOGIN {2+}\r\nme {6+}\r\nsecret\r\n"]
    assert chunks(b"M1", parts, no_waiting=False) == [b"M1 LOGIN {2}\r\n", b"me {6}\r\n", b"secret\r\n"]


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", b"INBOX"),
        ("Спам", b"&BCEEPwQwBDw-"),
        ("Tom & Jerry", b"Tom &- Jerry"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501, section 5.1.3
    ],
)
def test_folder_names_travel_in_modified_utf_7(name: str, encoded: bytes) -> None:
    assert encode_utf7(name) == encoded
    assert decode_utf7(encoded) == name
    assert folder_name(name) == b'"' + encoded + b'"'


@given(st.text())
def test_every_folder_name_comes_back(name: str) -> None:
    assert encode_utf7(name).isascii()
    if name.isprintable():
        assert decode_utf7(encode_utf7(name)) == name


@given(st.binary())
def test_no_folder_name_of_a_server_raises(data: bytes) -> None:
    assert isinstance(decode_utf7(data), str)
