"""What of a login may be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.confidence import invites, shown_answer, shown_command

HIDDEN = "•••"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (b"M2 AUTHENTICATE PLAIN AGFubmE=\r\n", "M2 AUTHENTICATE PLAIN •••"),
        (b"M2 AUTHENTICATE SCRAM-SHA-256\r\n", "M2 AUTHENTICATE SCRAM-SHA-256"),
        (b"M2 AUTHENTICATE SCRAM-SHA-256 biws\r\n", "M2 AUTHENTICATE SCRAM-SHA-256 •••"),
        (b"M2 AUTHENTICATE AGFubmE=\r\n", "M2 AUTHENTICATE •••"),
        (b'M2 LOGIN "an\\"na" "secret"\r\n', 'M2 LOGIN "an\\"na" •••'),
        (b'M2 LOGIN "anna"\r\n', "M2 LOGIN •••"),
        (b"M2 LOGIN {4+}\r\nanna {6+}\r\nsecret\r\n", "M2 LOGIN •••"),
        (b'M2 LOGIN "anna" {6+}\r\nsecret\r\n', 'M2 LOGIN "anna" •••'),
        (b"M2 NOOP\r\n", "M2 NOOP"),
        (b"USER anna smith\r\n", "USER anna smith"),
        (b"PASS my USER name\r\n", "PASS •••"),
        (b"AUTHINFO USER anna\r\n", "AUTHINFO USER anna"),
        (b"AUTHINFO PASS secret\r\n", "AUTHINFO PASS •••"),
        (b"AUTHINFO SASL CRAM-MD5\r\n", "AUTHINFO SASL CRAM-MD5"),
        (b"AUTH LOGIN\r\n", "AUTH LOGIN"),
        (b"AUTH PLAIN =\r\n", "AUTH PLAIN •••"),
        (b"AUTH PLAINsecret\r\n", "AUTH •••"),
        (b"QUIT\r\n", "QUIT"),
        (b"QUITsecret\r\n", "•••"),
        (b"dGltIGI5MTM=\r\n", "•••"),
        (b"\r\n", "•••"),
    ],
)
def test_of_a_command_the_verb_the_mechanism_and_a_lone_name_are_seen(command: bytes, shown: str) -> None:
    assert shown_command(command).decode() == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+", "+ •••"),
        (b"334 VXNlcm5hbWU6", "334 •••"),
        (b"334-VXNlcm5hbWU6", "334 •••"),
        (b"383 cj1mb28", "383 •••"),
        (b"283 dj1mb28=", "283 •••"),
        (b"+ ", "+ "),
        (b"334", "334"),
        (b"334 5.7.9 Please log in with your web browser", "334 5.7.9 Please log in with your web browser"),
        (b"+OK VXNlcm5hbWU6", "+OK VXNlcm5hbWU6"),
        (b"235 2.7.0 Accepted", "235 2.7.0 Accepted"),
    ],
)
def test_of_an_answer_everything_but_a_challenge_is_seen(line: bytes, shown: str) -> None:
    assert shown_answer(line).decode() == shown


@pytest.mark.parametrize("line", [b"+", b"+ ", b"+ go on", b"334", b"334 VXNl", b"383 VXNl", b"383 ="])
def test_a_server_that_waits_for_more_invites(line: bytes) -> None:
    assert invites(line)


@pytest.mark.parametrize("line", [b"", b"+OK", b"+OK more", b"* OK", b"3345", b"235 in", b"283 dj1mb28=", b"381 more"])
def test_any_other_line_does_not(line: bytes) -> None:
    assert not invites(line)


@given(st.binary(), st.sampled_from([b"", b"M1 ", b"M1 LOGIN ", b"AUTH PLAIN ", b"PASS ", b"AUTHINFO PASS "]))
def test_nothing_that_follows_a_command_is_seen(secret: bytes, command: bytes) -> None:
    words = shown_command(command + b"\x01" + secret + b"\x01\r\n").decode()

    assert set(words.replace(HIDDEN, "").split()) <= set(command.decode().split())
