"""What servers may do to a library after the login: every wait ends, every answer has a ceiling, nonsense is told."""

import logging
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import server_context
from tests.mail.clients.opened import SPEECHES, Client, Door, let_in, noop
from tests.mail.scripts import ASCII_SECRET, IMAP, POP3, SMTP, Speech, forms_of
from tests.peer import Peer
from tests.scripted import ScriptedServer, Turn, drip, flood, hear, hear_bytes, reset, silence
from webapp.mail.causes import Step
from webapp.mail.clients.imap import LARGEST_LETTER, Imap
from webapp.mail.clients.pop3 import Pop3
from webapp.mail.clients.troubles import told_as_trouble
from webapp.mail.settings import Security
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
SELECTED: tuple[Turn, ...] = (
    hear(rb"(?P<tag>\S+) EXAMINE .*"),
    b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-ONLY] done\r\n",
)
FETCHING = hear(rb"(?P<tag>\S+) UID FETCH .*")


def in_imap(*turns: Turn, step: Step = Step.FOLDER) -> Problem:
    """Return the problem that fetching a letter ends with, after the folder was opened."""

    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        with told_as_trouble(door.access, step):
            client.select_folder("INBOX", readonly=True)
            client.fetch([5], ["BODY.PEEK[]"])

    with ScriptedServer(let_in(IMAP, *SELECTED, FETCHING, *turns, silence), tls=server_context()) as server:
        door = Door(server, IMAP, timeout_s=0.5)
        return door.problem(use)


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (silence, ProblemKind.SILENT),
        (reset, ProblemKind.CONNECTION_LOST),
        (lambda peer: peer.close(), ProblemKind.CONNECTION_LOST),
        (flood(b"x" * 4096), ProblemKind.LINE_TOO_LONG),
    ],
    ids=["silence", "reset", "end", "endless line"],
)
@every_protocol
def test_a_server_that_does_not_answer_is_a_trouble(speech: Speech, turn: Turn, kind: ProblemKind) -> None:
    with ScriptedServer(let_in(speech, hear(rb"(?:\S+ )?NOOP"), turn, silence), tls=server_context()) as server:
        problem = Door(server, speech, timeout_s=0.3).problem(noop)

    assert (problem.kind, problem.host, problem.port) == (kind, server.host, server.port)


@every_protocol
def test_a_drip_without_end_ends(speech: Speech) -> None:
    def use(client: Client) -> None:
        client.connected.answer_limit_s = 0.2
        noop(client)

    dripping = drip(b"x" * 1000)
    with ScriptedServer(let_in(speech, hear(rb"(?:\S+ )?NOOP"), dripping, silence), tls=server_context()) as server:
        assert Door(server, speech).problem(use).kind is ProblemKind.SILENT


@every_protocol
def test_lines_without_end_have_a_ceiling(speech: Speech) -> None:
    line = {IMAP: b"* OK ", POP3: b"", SMTP: b"250-"}[speech] + b"x" * 4000 + b"\r\n"

    def use(client: Client) -> object:
        return client.capa() if isinstance(client, Pop3) else client.noop()

    asked = hear(rb"(?:\S+ )?(NOOP|CAPA)")
    answer = () if speech is not POP3 else (b"+OK\r\n",)
    with ScriptedServer(let_in(speech, asked, *answer, flood(line * 16)), tls=server_context()) as server:
        assert Door(server, speech).problem(use).kind is ProblemKind.ANSWER_TOO_LONG


def test_a_letter_comes_whole_and_its_time_has_a_zone() -> None:
    letter = b"Subject: {5}\r\n\r\n" + b"y" * 300_000
    answer = b'* 1 FETCH (UID 5 INTERNALDATE " 1-Jan-2026 10:00:00 +0300" BODY[] {%d}\r\n' % len(letter)
    fetched = {}

    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        client.select_folder("INBOX", readonly=True)
        fetched.update(client.fetch([5], ["BODY.PEEK[]", "INTERNALDATE"])[5])

    script = let_in(IMAP, *SELECTED, FETCHING, answer + letter + b")\r\n{tag} OK done\r\n", silence)
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, IMAP).used(use)

    assert fetched[b"BODY[]"] == letter
    assert fetched[b"INTERNALDATE"] == datetime.fromisoformat("2026-01-01T10:00:00+03:00")


def test_a_huge_letter_is_refused_before_it_comes() -> None:
    assert in_imap(b"* 1 FETCH (BODY[] {%d}\r\n" % (LARGEST_LETTER + 1)).kind is ProblemKind.ANSWER_TOO_LONG


def test_outside_of_letters_literals_are_small() -> None:
    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        client.list_folders()

    script = let_in(IMAP, hear(rb"\S+ LIST .*"), b'* LIST () "." {100000}\r\n' + b"x" * 100_000, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        assert Door(server, IMAP).problem(use).kind is ProblemKind.ANSWER_TOO_LONG


@pytest.mark.parametrize(
    ("answer", "kind", "cause", "said"),
    [
        (b"{tag} NO [SERVERBUG] later", ProblemKind.FOLDER_REFUSED, Cause.SERVICE_UNAVAILABLE, "NO [SERVERBUG] later"),
        (b"{tag} NO [NOPERM] not yours", ProblemKind.FOLDER_REFUSED, Cause.NO_PERMISSION, "NO [NOPERM] not yours"),
        (b"{tag} BAD what", ProblemKind.FOLDER_REFUSED, Cause.PROTOCOL_ERROR, "BAD what"),
        (
            b"* BYE idle for too long",
            ProblemKind.SERVICE_UNAVAILABLE,
            Cause.SERVICE_UNAVAILABLE,
            "BYE idle for too long",
        ),
        (b"what is this", ProblemKind.UNEXPECTED_ANSWER, Cause.GENERAL, "what is this"),
        (b"{tag} NO no %s here" % ASCII_SECRET.encode(), ProblemKind.FOLDER_REFUSED, Cause.GENERAL, "NO no ••• here"),
    ],
)
def test_what_an_imap_server_says_is_told_with_its_cause(
    answer: bytes, kind: ProblemKind, cause: Cause, said: str
) -> None:
    problem = in_imap(answer + b"\r\n")

    assert (problem.kind, problem.cause, problem.server_said) == (kind, cause, said)


def test_a_folder_one_may_only_look_into_is_told_when_it_is_opened_for_more() -> None:
    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        with told_as_trouble(door.access, Step.FOLDER):
            client.select_folder("Shared")

    script = let_in(IMAP, hear(rb"(?P<tag>\S+) SELECT .*"), b"* 1 EXISTS\r\n{tag} OK [READ-ONLY] done\r\n", silence)
    with ScriptedServer(script, tls=server_context()) as server:
        door = Door(server, IMAP)
        problem = door.problem(use)

    assert (problem.kind, problem.cause) == (ProblemKind.FOLDER_REFUSED, Cause.NO_PERMISSION)


@given(st.binary(max_size=200), st.integers(0, 80), st.integers(0, 80))
def test_no_answer_to_a_fetch_raises_anything_else(noise: bytes, start: int, end: int) -> None:
    answer = b'* 1 FETCH (UID 5 ENVELOPE ("x" "y" NIL NIL NIL NIL NIL NIL NIL NIL) BODY[] {5}\r\nhello)\r\n'

    def turn(peer: Peer) -> None:
        peer.say(answer[:start] + noise + answer[end:] + b"\r\n" + peer.groups["tag"] + b" OK done\r\n")
        peer.close()

    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        with told_as_trouble(door.access, Step.FOLDER):
            client.select_folder("INBOX", readonly=True)
            client.fetch([5], ["BODY.PEEK[]"])
            client.noop()  # the connection is over by then

    with ScriptedServer(let_in(IMAP, *SELECTED, FETCHING, turn)) as server:
        door = Door(server, IMAP, Security.NONE, plain_allowed=True)
        assert door.problem(use).kind in ProblemKind


def test_a_letter_by_pop3_has_every_byte_and_lines_of_any_length() -> None:
    letter = b"Subject: x\r\n\r\n" + b"z" * 100_000 + b"\r\n.\r\n..a\nlone\r\n"
    stuffed = letter.replace(b"\n.", b"\n..")
    got = []

    def use(client: Client) -> None:
        assert isinstance(client, Pop3)
        got.append(client.letter(1))
        got.append(client.letter(1, lines=0))

    script = let_in(
        POP3, hear(rb"RETR 1"), b"+OK\r\n" + stuffed + b".\r\n", hear(rb"TOP 1 0"), b"+OK\r\na: b\r\n.\r\n", silence
    )
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, POP3).used(use)

    assert got == [letter, b"a: b\r\n"]


@pytest.mark.parametrize("answer", [b"-ERR [SYS/TEMP] later\r\n", b"what\r\n"])
def test_a_pop3_mailbox_that_does_not_give_a_letter_is_told(answer: bytes) -> None:
    def use(client: Client) -> None:
        assert isinstance(client, Pop3)
        with told_as_trouble(door.access, Step.FOLDER):
            client.letter(1)

    with ScriptedServer(let_in(POP3, hear(rb"RETR 1"), answer, silence), tls=server_context()) as server:
        door = Door(server, POP3)
        problem = door.problem(use)

    assert problem.kind is ProblemKind.UNEXPECTED_ANSWER
    assert problem.server_said == answer.decode().strip()


@pytest.mark.parametrize("commits", [True, False])
def test_letters_marked_as_deleted_go_only_if_all_went_well(commits: bool) -> None:
    def use(client: Client) -> None:
        assert isinstance(client, Pop3)
        client.dele(1)
        if not commits:
            raise InterruptedError

    farewell: tuple[Turn, ...] = (hear(rb"QUIT"), b"+OK bye\r\n") if commits else ()
    with ScriptedServer(let_in(POP3, hear(rb"DELE 1"), b"+OK\r\n", *farewell, silence), tls=server_context()) as server:
        if commits:
            Door(server, POP3).used(use)
        else:
            with pytest.raises(InterruptedError):
                Door(server, POP3).used(use)
        assert server.wait_until_left()

    assert (b"QUIT" in server.received) is commits


def test_no_log_tells_what_letters_say(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)

    def use(client: Client) -> None:
        assert isinstance(client, Imap)
        client.append("INBOX", b"Subject: confidential\r\n\r\n")

    script = let_in(IMAP, hear(rb"(?P<tag>\S+) APPEND .*"), b"+ go\r\n", hear_bytes(27), b"{tag} OK done\r\n", silence)
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, IMAP).used(use)

    assert "confidential" not in caplog.text + "".join(capfd.readouterr())
    assert not any(form.decode() in caplog.text for form in forms_of(ASCII_SECRET))
