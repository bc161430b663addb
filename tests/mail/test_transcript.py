"""What is told of a conversation: everything that helps, nothing that lets anybody in."""

import base64

import pytest

from tests.certificates import server_context
from tests.mail.echoes import ECHOES
from tests.mail.exchanges import PARTS, REPEATED, exchange
from tests.mail.overhearing import ASCII_CANARY, CANARY, NOTE, SERVER, US, assert_absent, overheard
from tests.mail.scripts import (
    IMAP,
    NNTP,
    POP3,
    SMTP,
    SPEECHES,
    USERNAME,
    Speech,
    with_session,
)
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, Turn, dialogue, hear, hear_bytes, silence
from webapp.mail.imap import ImapSession
from webapp.mail.recorder import LONGEST_SAID
from webapp.mail.sessions import AnySession, Pop3Session, SmtpSession
from webapp.mail.settings import AuthMethod, Security
from webapp.mail.transcript import Speaker, hear_nothing

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
HIDDEN = "•••"


async def log_in(session: AnySession) -> None:
    await session.login(USERNAME, ASCII_CANARY)


async def log_in_beyond_ascii(session: AnySession) -> None:
    await session.login(USERNAME, CANARY)


async def log_in_encrypted(session: AnySession) -> None:
    await session.login(USERNAME, ASCII_CANARY, AuthMethod.PASSWORD_ENCRYPTED)


def over_tls(*turns: Turn) -> ScriptedServer:
    return ScriptedServer(dialogue(*turns, silence), tls=server_context())


# What is told


def test_an_imap_login_is_told_line_by_line_without_the_password() -> None:
    login = (hear(rb"(?P<tag>\S+) LOGIN .*"), b"{tag} OK in\r\n")
    listed = (hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
    with over_tls(IMAP.greeting, *listed, *login) as server:
        assert overheard(server, IMAP, log_in) == [
            (SERVER, "* OK ready"),
            (US, "M1 CAPABILITY"),
            (SERVER, "* CAPABILITY IMAP4rev1"),
            (SERVER, "M1 OK done"),
            (US, f'M2 LOGIN "{USERNAME}" {HIDDEN}'),
            (SERVER, "M2 OK in"),
        ]


@pytest.mark.parametrize("secret", [CANARY, "QUIT Жук", "M3 LOGOUT Ж"])
def test_literals_of_a_login_are_hidden_whole_also_if_they_read_like_a_command(secret: str) -> None:
    async def use(session: AnySession) -> None:
        await session.login(USERNAME, secret)

    listed = (hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
    size = len(secret.encode() + b"\r\n")
    login = (hear(rb'(?P<tag>\S+) LOGIN "\S+" \{\d+\}'), b"+ go on\r\n", hear_bytes(size), b"{tag} OK in\r\n")
    with over_tls(IMAP.greeting, *listed, *login) as server:
        assert overheard(server, IMAP, use)[4:] == [
            (US, f'M2 LOGIN "{USERNAME}" {HIDDEN}'),
            (SERVER, "+ go on"),
            (US, HIDDEN),
            (SERVER, "M2 OK in"),
        ]


def test_a_pop3_login_shows_the_name_and_not_the_password() -> None:
    turns = (hear(b"CAPA"), b"-ERR what\r\n", hear(b"USER .*"), b"+OK\r\n", hear(b"PASS .*"), b"-ERR [AUTH] no\r\n")
    with over_tls(POP3.greeting, *turns) as server:
        assert overheard(server, POP3, log_in) == [
            (SERVER, "+OK ready"),
            (US, "CAPA"),
            (SERVER, "-ERR what"),
            (US, f"USER {USERNAME}"),
            (SERVER, "+OK"),
            (US, f"PASS {HIDDEN}"),
            (SERVER, "-ERR [AUTH] no"),
        ]


def test_a_news_login_shows_the_name_and_not_the_password() -> None:
    listed = b"101 list\r\nREADER\r\nAUTHINFO USER\r\n.\r\n"
    login = (hear(b"AUTHINFO USER .*"), b"381 more\r\n", hear(b"AUTHINFO PASS .*"), b"281 in\r\n")
    with over_tls(NNTP.greeting, hear(b"CAPABILITIES"), listed, *login) as server:
        assert overheard(server, NNTP, log_in)[-4:] == [
            (US, f"AUTHINFO USER {USERNAME}"),
            (SERVER, "381 more"),
            (US, f"AUTHINFO PASS {HIDDEN}"),
            (SERVER, "281 in"),
        ]


def test_an_smtp_login_by_turns_shows_neither_questions_nor_answers() -> None:
    abilities = (hear(rb"EHLO \S+"), b"250-hello\r\n250 AUTH LOGIN\r\n")
    answer = hear(rb"\S+")
    turns = (hear(b"AUTH LOGIN"), b"334 VXNlcm5hbWU6\r\n", answer, b"334 UGFzc3dvcmQ6\r\n", answer)
    with over_tls(SMTP.greeting, *abilities, *turns, b"235 2.7.0 in\r\n") as server:
        assert overheard(server, SMTP, log_in)[-6:] == [
            (US, "AUTH LOGIN"),
            (SERVER, f"334 {HIDDEN}"),
            (US, HIDDEN),
            (SERVER, f"334 {HIDDEN}"),
            (US, HIDDEN),
            (SERVER, "235 2.7.0 in"),
        ]


def test_words_in_the_place_of_a_challenge_stay() -> None:
    turns = (hear(SMTP.plain_login), b"334 5.7.9 Please enter the code we sent to your phone\r\n")
    with over_tls(SMTP.greeting, *SMTP.abilities, *turns) as server:
        assert overheard(server, SMTP, log_in)[-1] == (SERVER, "334 5.7.9 Please enter the code we sent to your phone")


@every_protocol
def test_what_is_said_before_starttls_is_told_as_well(speech: Speech) -> None:
    with ScriptedServer(speech.over_starttls(hear(speech.plain_login), speech.logged_in, silence)) as server:
        said = overheard(server, speech, log_in, Security.STARTTLS)

    assert said[0] == (SERVER, speech.greeting.decode().strip().removesuffix("\r\n"))
    assert any(words.endswith(("STARTTLS", "STLS")) for speaker, words in said if speaker is US)
    assert sum(words.endswith(f"PLAIN {HIDDEN}") for _, words in said) == 1
    assert said[-1][1].endswith("logged in")


def test_a_session_without_a_login_hides_nothing() -> None:
    async def read_only(session: AnySession) -> None:
        await session.login("", "", AuthMethod.NONE)

    listed = b"101 list\r\nVERSION 2\r\nREADER\r\n.\r\n"
    with over_tls(NNTP.greeting, hear(b"CAPABILITIES"), listed, hear(b"GROUP .*"), b"411 no such group\r\n") as server:
        assert overheard(server, NNTP, read_only)[-2:] == [(US, "GROUP mailroom.check"), (SERVER, "411 no such group")]


# What is never told


@every_protocol
@pytest.mark.parametrize("mechanism", PARTS, ids=lambda mechanism: mechanism.decode())
def test_no_mechanism_shows_a_proof_or_a_challenge(speech: Speech, mechanism: bytes) -> None:
    exchanged: list[bytes] = []
    use = log_in if mechanism in (b"PLAIN", b"LOGIN") else log_in_encrypted
    with ScriptedServer(exchange(speech, mechanism, ASCII_CANARY, exchanged), tls=server_context()) as server:
        words = [line for _, line in overheard(server, speech, use)]

    assert exchanged
    assert words[-1].endswith(f"{HIDDEN} {REPEATED}")
    assert_absent(ASCII_CANARY, words)
    for message in exchanged:
        parts = base64.b64decode(message).decode("latin-1").replace(",", " ").split()
        for part in (message.decode(), *parts):
            assert len(part) < 8 or part == USERNAME or not any(part in line for line in words), part


@every_protocol
def test_a_server_that_repeats_the_password_at_every_turn_gets_it_into_no_line(speech: Speech) -> None:
    async def use(session: AnySession) -> None:
        await log_in_beyond_ascii(session)
        if isinstance(session, ImapSession):
            await session.special_folder(r"\Junk")
            await session.select("INBOX")
            await session.find("<x@y>")
        elif isinstance(session, SmtpSession):
            await session.try_envelope(USERNAME, USERNAME)
            await session.send(USERNAME, USERNAME, b"Subject: hi\r\n\r\nhi\r\n", lambda fact: None)
        else:
            await session.read_abilities()
        await session.quit()

    with ScriptedServer(repeating(speech), tls=server_context()) as server:
        said = overheard(server, speech, use)

    words = [line for _, line in said]
    assert_absent(CANARY, words)
    assert sum(HIDDEN in line for line in words) > len(ECHOES)
    assert words[-1].startswith(ends_of(speech)), words[-1]


def ends_of(speech: Speech) -> str:
    return {IMAP: "M", POP3: "+OK", SMTP: "221", NNTP: "205"}[speech]


def repeating(speech: Speech) -> Script:
    """Return a server that answers everything, and after the login says the password in every form each time."""
    echoes = [echo(CANARY).encode() for echo in ECHOES.values()]

    def play(peer: Peer) -> None:
        peer.say(speech.greeting)
        known = False
        while True:
            line = peer.hear()
            known = known or b"PLAIN" in line
            peer.say(reply_to(speech, line, [line, *echoes] if known else []))
            if line == b"DATA":
                while peer.hear() != b".":
                    pass
                peer.say(b"".join(b"250-%s\r\n" % echo for echo in echoes) + b"250 taken\r\n")
            if line.endswith((b"QUIT", b"LOGOUT")):
                return

    return play


def reply_to(speech: Speech, line: bytes, echoes: list[bytes]) -> bytes:
    """Return a good answer with these echoes in it."""
    verb = line.upper().split(b" ")[speech is IMAP]
    if speech is IMAP:
        tag = line.split(b" ")[0]
        data = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n"}.get(verb, b"")
        return data + b"".join(b"* OK %s\r\n" % echo for echo in echoes) + tag + b" OK done\r\n"
    if speech is SMTP:
        code = {b"AUTH": b"235", b"DATA": b"354", b"QUIT": b"221"}.get(verb, b"250")
        return b"".join(code + b"-%s\r\n" % text for text in (b"hello", *echoes)) + code + b" AUTH PLAIN\r\n"
    listed = {POP3: b"SASL PLAIN\r\n", NNTP: b"READER\r\nAUTHINFO SASL\r\nSASL PLAIN\r\n"}[speech]
    code = {b"CAPABILITIES": b"101", b"AUTHINFO": b"281"}.get(verb, b"205") if speech is NNTP else b"+OK"
    lines = listed + b"".join(b"X %s\r\n" % echo for echo in echoes) + b".\r\n" if verb.startswith(b"CAPA") else b""
    return code + b" " + b" ".join(echoes[:3]) + b"\r\n" + lines


# How much is told


def test_a_long_line_is_cut_and_control_characters_are_gone() -> None:
    with over_tls(b"220 \x1b[31mready\x00\xe2\x80\xae " + b"x" * 5000 + b"\r\n", *SMTP.abilities) as server:
        greeting = overheard(server, SMTP, just_open)[0][1]

    assert greeting.startswith("220 [31mready xxx")
    assert len(greeting) == LONGEST_SAID
    assert greeting.endswith("…")


def test_a_secret_cut_by_the_cap_does_not_leave_its_beginning() -> None:
    refusal = b"535 " + b"x" * (LONGEST_SAID - 10) + ASCII_CANARY.encode() + b"\r\n"
    with over_tls(SMTP.greeting, *SMTP.abilities, hear(SMTP.plain_login), refusal) as server:
        last = overheard(server, SMTP, log_in)[-1][1]

    assert "Kan" not in last
    assert len(last) <= LONGEST_SAID


def test_the_letter_is_not_told_only_its_size() -> None:
    letter = b"Subject: for nobody else\r\n\r\n.dot\r\n"

    async def send(session: AnySession) -> None:
        assert isinstance(session, SmtpSession)
        await session.send(USERNAME, "boris@uspeh.example", letter, lambda fact: None)

    def take(peer: Peer) -> None:
        while peer.hear() != b".":
            pass

    envelope = (hear(b"MAIL FROM:.*"), b"250 ok\r\n", hear(b"RCPT TO:.*"), b"250 ok\r\n", hear(b"DATA"))
    with over_tls(SMTP.greeting, *SMTP.abilities, *envelope, b"354 go on\r\n", take, b"250 taken\r\n") as server:
        said = overheard(server, SMTP, send)

    assert said[-8:] == [
        (US, f"MAIL FROM:<{USERNAME}> SIZE={len(letter) + 1}"),
        (SERVER, "250 ok"),
        (US, "RCPT TO:<boris@uspeh.example>"),
        (SERVER, "250 ok"),
        (US, "DATA"),
        (SERVER, "354 go on"),
        (NOTE, f"letter={len(letter)}"),
        (SERVER, "250 taken"),
    ]


def test_headers_of_letters_are_not_told_only_how_many_lines_they_have() -> None:
    async def find(session: AnySession) -> None:
        assert isinstance(session, Pop3Session)
        await session.find("<x@y>")

    letters = (hear(b"STAT"), b"+OK 1 400\r\n", hear(b"TOP 1 0"), b"+OK\r\nSubject: diagnosis\r\nFrom: x\r\n\r\n.\r\n")
    with over_tls(POP3.greeting, *POP3.abilities, *letters) as server:
        assert overheard(server, POP3, find)[-3:] == [(US, "TOP 1 0"), (SERVER, "+OK"), (NOTE, "lines=3")]


def test_a_literal_of_one_line_is_told_and_a_longer_one_is_counted() -> None:
    async def folders(session: AnySession) -> None:
        assert isinstance(session, ImapSession)
        await session.special_folder(r"\Junk")

    listed = b'* LIST () "/" {4}\r\nSpam\r\n* LIST () "/" {9}\r\ntwo\r\nline\r\n{tag} OK done\r\n'
    with over_tls(IMAP.greeting, *IMAP.abilities, hear(rb'(?P<tag>\S+) LIST "" "\*"'), listed) as server:
        assert overheard(server, IMAP, folders)[-5:] == [
            (SERVER, '* LIST () "/" {4}'),
            (SERVER, "Spam"),
            (SERVER, '* LIST () "/" {9}'),
            (NOTE, "literal=9"),
            (SERVER, "M2 OK done"),
        ]


# Who is told


async def just_open(session: AnySession) -> None:
    """Do nothing."""


def test_whoever_listens_last_hears_what_comes_then() -> None:
    first: list[tuple[Speaker, str]] = []
    second: list[tuple[Speaker, str]] = []

    async def use(session: AnySession) -> None:
        session.listen(lambda speaker, words: first.append((speaker, words)))
        await log_in(session)
        session.listen(lambda speaker, words: second.append((speaker, words)))
        await session.quit()

    turns = (hear(IMAP.plain_login), IMAP.logged_in, hear(IMAP.farewell), b"* BYE\r\nM3 OK\r\n")
    with over_tls(IMAP.greeting, *IMAP.abilities, *turns) as server:
        with_session(server, IMAP, use)

    assert first == [(US, f"M2 AUTHENTICATE PLAIN {HIDDEN}"), (SERVER, "M2 OK logged in")]
    assert second == [(US, "M3 LOGOUT"), (SERVER, "* BYE"), (SERVER, "M3 OK")]


def test_where_nobody_listens_nothing_is_kept() -> None:
    async def use(session: AnySession) -> None:
        assert session.stream.listener is None
        session.listen(lambda speaker, words: None)
        assert session.stream.listener is not None
        session.listen(hear_nothing)
        assert session.stream.listener is None

    with over_tls(IMAP.greeting, *IMAP.abilities) as server:
        with_session(server, IMAP, use)
