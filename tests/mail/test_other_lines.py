"""Reading the lines of POP3, SMTP and NNTP, and writing an envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail import nntp_answers, pop3_answers, smtp_replies
from webapp.mail.abilities import mechanism_names, offered_methods
from webapp.mail.envelope import body_bytes, mail_parameters
from webapp.mail.settings import AuthMethod
from webapp.mail.smtp_replies import Reply, judged
from webapp.net.problems import ProblemKind


@given(st.binary() | st.sampled_from([b"+OK", b"-ERR [", b"-ERR [AUTH", b"+", b"250", b"250-", b"999 x", b"481"]))
def test_no_line_raises(line: bytes) -> None:
    pop3_answers.read_reply(line)
    smtp_replies.read_line(line)
    nntp_answers.read_reply(line)
    nntp_answers.capabilities([line])
    pop3_answers.message_ids([line, b" " + line])
    smtp_replies.extensions([b"hello", line])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"-ERR [AUTH] wrong", b"AUTH"),
        (b"-err  [sys/temp] later", b"SYS/TEMP"),
        (b"-ERR [LOGIN-DELAY 20] wait", b"LOGIN-DELAY"),
        (b"-ERR wrong [AUTH]", None),
        (b"-ERR", None),
    ],
)
def test_a_pop3_refusal_has_its_code(line: bytes, code: bytes | None) -> None:
    reply = pop3_answers.read_reply(line)

    assert reply is not None
    assert (reply.ok, reply.code) == (False, code)


def test_a_folded_message_id_is_found_and_others_are_not() -> None:
    header = [b"Received: x", b"\tMessage-ID: <no@x>", b"MESSAGE-id:", b" <yes@x>", b"X-Message-ID: <other@x>"]

    assert pop3_answers.message_ids(header) == {"<yes@x>"}


def test_an_smtp_reply_is_told_with_each_code_once() -> None:
    reply = Reply(535, (b"5.7.8 Username and Password not accepted.", b"5.7.8 https://help.example"))

    assert reply.enhanced == b"5.7.8"
    assert reply.said == b"535 5.7.8 Username and Password not accepted. https://help.example"


def test_over_tls_an_ordinary_password_comes_first_and_without_tls_an_encrypted_one() -> None:
    mechanisms = mechanism_names(
        [b"gssapi", b"CRAM-MD5", b"PLAIN", b"XOAUTH2", b"NTLM", b"b\xffd", b"x" * 50, b"PLAIN"]
    )

    plain, encrypted = AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED
    others = (AuthMethod.OAUTH2, AuthMethod.NTLM, AuthMethod.GSSAPI)
    assert mechanisms == ("GSSAPI", "CRAM-MD5", "PLAIN", "XOAUTH2", "NTLM")
    assert offered_methods(mechanisms, over_tls=True) == (plain, encrypted, *others)
    assert offered_methods(mechanisms, over_tls=False) == (encrypted, plain, *others)


@pytest.mark.parametrize("line", [b"", b"25", b"250hello", b"650 hello", b"HTTP/1.1 200 OK", b"-ERR 250 x"])
def test_what_is_no_reply_line_is_none(line: bytes) -> None:
    assert smtp_replies.read_line(line) is None


def test_extensions_are_read_in_either_way_of_writing_auth() -> None:
    listed = smtp_replies.extensions([b"hello", b"auth=LOGIN", b"AUTH PLAIN login", b"SIZE 1000", b"8BITMIME", b""])

    assert listed["AUTH"] == (b"LOGIN", b"PLAIN", b"LOGIN")
    assert listed["SIZE"] == (b"1000",)
    assert listed["8BITMIME"] == ()


@pytest.mark.parametrize(
    ("code", "mechanism", "kind"),
    [
        (235, "PLAIN", None),
        (535, "PLAIN", ProblemKind.LOGIN_REFUSED),
        (534, "PLAIN", ProblemKind.LOGIN_REFUSED),
        (534, "CRAM-MD5", ProblemKind.AUTH_METHOD_REFUSED),
        (538, "PLAIN", ProblemKind.AUTH_METHOD_REFUSED),
        (530, "PLAIN", ProblemKind.AUTH_METHOD_REFUSED),
        (504, "PLAIN", ProblemKind.AUTH_METHOD_REFUSED),
        (500, "PLAIN", ProblemKind.AUTH_METHOD_REFUSED),
        (454, "PLAIN", ProblemKind.LOGIN_UNAVAILABLE),
        (421, "PLAIN", ProblemKind.LOGIN_UNAVAILABLE),
        (554, "PLAIN", ProblemKind.LOGIN_REFUSED),
        (250, "PLAIN", ProblemKind.UNEXPECTED_ANSWER),
    ],
)
def test_the_reply_to_a_login_is_judged_by_its_code(code: int, mechanism: str, kind: ProblemKind | None) -> None:
    assert judged(code, mechanism) is kind


@given(st.binary())
def test_a_body_has_only_full_lines_and_no_line_that_ends_it(letter: bytes) -> None:
    body = body_bytes(letter)

    assert body.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in b"\r\n" + body
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")


def test_dots_are_doubled_and_nothing_else_changes() -> None:
    assert body_bytes(b"a\n.b\r\n..\r\nc") == b"a\r\n..b\r\n...\r\nc\r\n"


@pytest.mark.parametrize(
    ("extensions", "sender", "recipient", "body", "expected"),
    [
        ({}, "a@x.example", "b@x.example", b"hi\r\n", b""),
        ({"SIZE": (b"100",)}, "a@x.example", "b@x.example", b"hi\r\n", b" SIZE=4"),
        ({"SIZE": (b"0",)}, "a@x.example", "b@x.example", b"hi\r\n", b" SIZE=4"),
        ({"SIZE": (b"3",)}, "a@x.example", "b@x.example", b"hi\r\n", ProblemKind.LETTER_REFUSED),
        ({"8BITMIME": ()}, "a@x.example", "b@x.example", b"\xff\r\n", b" BODY=8BITMIME"),
        ({"SMTPUTF8": ()}, "ж@x.example", "ж@x.example", b"hi\r\n", b" SMTPUTF8"),
        ({}, "ж@x.example", "b@x.example", b"hi\r\n", ProblemKind.SENDER_REFUSED),
        ({}, "b@x.example", "ж@x.example", b"hi\r\n", ProblemKind.RECIPIENT_REFUSED),
    ],
)
def test_parameters_follow_what_the_server_offers(
    extensions: dict[str, tuple[bytes, ...]], sender: str, recipient: str, body: bytes, expected: object
) -> None:
    assert mail_parameters(extensions, sender, recipient, body) == expected
