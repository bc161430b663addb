"""The mechanisms give the answers of their RFCs' examples."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.sasl import MECHANISMS, CramMd5, Login, Plain
from webapp.mail.scram import MAX_ITERATIONS, SaslError, Scram, UnsuitableText, prepared


def test_plain_gives_the_example_of_rfc_4616() -> None:
    assert Plain("tim", "tanstaaftanstaaf").initial() == b"\0tim\0tanstaaftanstaaf"
    assert Plain("анна", "секрет").initial() == "\0анна\0секрет".encode()


def test_plain_answers_no_challenge() -> None:
    with pytest.raises(SaslError):
        Plain("tim", "secret").answer(b"more?")


def test_login_answers_twice_whatever_the_prompts_say() -> None:
    exchange = Login("tim", "secret")

    assert exchange.initial() is None
    assert exchange.answer(b"Username:") == b"tim"
    assert exchange.answer(b"\xff\xfe") == b"secret"
    with pytest.raises(SaslError):
        exchange.answer(b"again?")


def test_cram_md5_gives_the_example_of_rfc_2195() -> None:
    exchange = CramMd5("tim", "tanstaaftanstaaf")

    answer = exchange.answer(b"<1896.697170952@postoffice.reston.mci.net>")

    assert answer == b"tim b913a602c7eda7a495b4e6e7334d3890"
    with pytest.raises(SaslError):
        exchange.answer(b"again")


SCRAM_EXAMPLES = {
    # RFC 5802, section 5
    "sha1": (
        "fyko+d2lbbFgONRv9qkxdawL",
        b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    ),
    # RFC 7677, section 3
    "sha256": (
        "rOprNGfwEbeRWgbNEkqO",
        b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ),
}


@pytest.mark.parametrize("hash_name", SCRAM_EXAMPLES)
def test_scram_gives_the_examples_of_its_rfcs(hash_name: str) -> None:
    nonce, client_first, server_first, client_final, server_final = SCRAM_EXAMPLES[hash_name]
    exchange = Scram(hash_name, "user", "pencil", nonce)

    assert exchange.initial() == client_first
    assert exchange.answer(server_first) == client_final
    assert not exchange.server_proved
    assert exchange.answer(server_final) == b""
    assert exchange.server_proved


def test_a_server_that_does_not_know_the_password_proves_nothing() -> None:
    nonce, _, server_first, _, _ = SCRAM_EXAMPLES["sha256"]
    exchange = Scram("sha256", "user", "pencil", nonce)
    exchange.answer(server_first)

    with pytest.raises(SaslError):
        exchange.answer(b"v=" + base64.b64encode(bytes(32)))
    assert not exchange.server_proved


def test_a_refusal_inside_scram_is_left_to_the_protocols_code() -> None:
    nonce, _, server_first, _, _ = SCRAM_EXAMPLES["sha256"]
    exchange = Scram("sha256", "user", "pencil", nonce)
    exchange.answer(server_first)

    assert exchange.answer(b"e=invalid-proof") == b""
    assert not exchange.server_proved


@pytest.mark.parametrize(
    "server_first",
    [
        b"",
        b"r=stranger,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=nonce,s=QSXCR+Q6sek8bf92,i=4096",
        b"m=ext,r=nonce2,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=nonce2,s=not base64!,i=4096",
        b"r=nonce2,s=QSXCR+Q6sek8bf92,i=1",
        b"r=nonce2,s=QSXCR+Q6sek8bf92,i=%d" % (MAX_ITERATIONS + 1),
        b"r=nonce2,s=QSXCR+Q6sek8bf92,i=99999999999999999999",
        b"r=nonce2,s=QSXCR+Q6sek8bf92,i=-1",
    ],
)
def test_scram_refuses_a_first_message_that_is_wrong_weak_or_too_costly(server_first: bytes) -> None:
    with pytest.raises(SaslError):
        Scram("sha256", "user", "pencil", "nonce").answer(server_first)


def test_scram_names_escape_what_has_a_meaning() -> None:
    assert Scram("sha1", "a=b,c", "x", "n").initial() == b"n,,n=a=3Db=2Cc,r=n"


@given(st.binary(), st.binary())
def test_no_challenge_raises_anything_but_a_sasl_error(first: bytes, second: bytes) -> None:
    for make in MECHANISMS.values():
        exchange = make("user", "pencil")
        try:
            exchange.answer(first)
            exchange.answer(second)
        except SaslError:
            pass


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # RFC 4013, section 3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
    ],
)
def test_saslprep_gives_the_examples_of_rfc_4013(text: str, expected: str) -> None:
    assert prepared(text) == expected


@pytest.mark.parametrize("text", ["\u0007", "\u0627\u0031"])
def test_saslprep_refuses_what_rfc_4013_prohibits(text: str) -> None:
    with pytest.raises(UnsuitableText):
        prepared(text)


@given(st.text())
def test_saslprep_raises_nothing_but_unsuitable_text(text: str) -> None:
    try:
        prepared(text).encode("utf-8", "surrogatepass")
    except UnsuitableText:
        pass
