"""Receiving by POP3 from servers that repeat themselves, break off, refuse or lack what is optional."""

from collections.abc import Callable
from datetime import date
from email.utils import format_datetime

import pytest

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import letter
from tests.background.receiving.small_servers import SmallPop3, at, breaking, hanging, saying, well_behaved
from tests.certificates import server_context
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.background.receiving.suspects import SMALL
from webapp.background.work import WorkStopped
from webapp.mail.clients.pop3 import LARGEST_LETTER
from webapp.mail.settings import Protocol
from webapp.net.problems import ProblemKind, Trouble
from webapp.net.stream import LINE_LIMIT

A, B, C = letter("A"), letter("B"), letter("C", body="подлиннее " * 9)

Desks = Callable[..., Desk]


@pytest.fixture
def desk_with(desk_at: Desks) -> Desks:
    """Return a maker of desks that receive by POP3."""
    return lambda server, **more: desk_at(server, Protocol.POP3, **more)


def served(pop3: SmallPop3) -> ScriptedServer:
    return ScriptedServer(pop3, tls=server_context())


def commands(word: bytes) -> Callable[[bytes], bool]:
    return lambda command: command.startswith(word)


def subjects(desk: Desk) -> list[str]:
    return sorted(desk.subjects())


@pytest.mark.parametrize(
    ("listings", "expected"),
    [
        pytest.param([[(b"a", A), (b"a", B), (b"c", C)]] * 2, "ABC", id="twice in one listing"),
        pytest.param([[(b"a", A), (b"a", A)]] * 2, "A", id="the same letter twice"),
        pytest.param([[(b"a", A)], [(b"a", A), (b"a", B)], [(b"a", B)]], "AB", id="first once, then twice"),
        pytest.param([[(b"a", A), (b"a", B)], [(b"a", A)], [(b"a", A)]], "AB", id="first twice, then once"),
        pytest.param([[(b"a", A)], [(b"a", C)], [(b"a", C)]], "AC", id="given to another letter since"),
        pytest.param([[(b"a", A)], [], [(b"a", B)], [(b"a", B)]], "AB", id="gone, then given to another"),
        pytest.param([[(b"a", A)], [], [(b"a", A)], [(b"a", A)]], "A", id="an empty listing by mistake"),
        pytest.param([[(None, A), (None, B)], [(None, A), (None, B), (None, C)]], "ABC", id="no UIDL"),
        pytest.param([[(None, A)], [(None, C)]], "AC", id="no UIDL, one letter"),
        pytest.param([[(b"x" * 500, A), (b"x" * 499 + b"y", B)]] * 2, "AB", id="endless UIDLs"),
    ],
)
def test_every_letter_comes_once(
    desk_with: Desks, listings: list[list[tuple[bytes | None, bytes]]], expected: str
) -> None:
    pop3 = SmallPop3([])
    with served(pop3) as server:
        desk = desk_with(server)
        for listing in listings:
            pop3.letters = listing
            desk.receive()

    assert subjects(desk) == list(expected)


def test_known_letters_are_not_asked_for(desk_with: Desks) -> None:
    with served(SmallPop3([(b"a", A), (b"b", B)])) as server:
        desk = desk_with(server)
        desk.receive()
        before = len(server.received)
        desk.receive()

    later = server.received[before:]
    assert [command for command in later if command.startswith((b"TOP", b"RETR"))] == []


@pytest.mark.parametrize("since", [None, date(2026, 1, 1)])
def test_a_letter_the_server_refuses_comes_with_its_header(desk_with: Desks, since: date | None) -> None:
    refusing = at(commands(b"RETR 2"), saying(b"-ERR message is corrupted\r\n"))
    with served(SmallPop3([(b"a", A), (b"b", B), (b"c", C)], refusing)) as server:
        desk = desk_with(server, since=since)
        desk.receive()
        desk.receive()

    assert subjects(desk) == ["A", "B", "C"]
    assert [one.subject for one in desk.letters() if one.sha256 is None] == ["B"]


def test_a_letter_the_server_cannot_give_now_comes_later(desk_with: Desks) -> None:
    later = at(commands(b"RETR 2"), saying(b"-ERR [SYS/TEMP] try later\r\n"), times=1)
    with served(SmallPop3([(b"a", A), (b"b", B)], later)) as server:
        desk = desk_with(server)
        desk.receive()
        assert subjects(desk) == ["A"]
        desk.receive()

    assert subjects(desk) == ["A", "B"]


def test_a_server_without_top_is_asked_for_whole_letters(desk_with: Desks) -> None:
    old = f"Received: by x; {format_datetime(noon(1, 1))}\r\n".encode() + B
    with served(SmallPop3([(b"a", A), (b"b", old)], at(commands(b"TOP"), saying(b"-ERR what is TOP\r\n")))) as server:
        desk = desk_with(server, since=date(2026, 11, 1))
        desk.receive()
        desk.receive()

    assert subjects(desk) == ["A"]
    assert server.received.count(b"RETR 2") == 1


def test_a_connection_that_breaks_in_a_letter_is_opened_again(desk_with: Desks) -> None:
    def half(peer: Peer, command: bytes) -> None:
        peer.say(b"+OK\r\n" + B[:20])
        peer.reset()

    with served(SmallPop3([(b"a", A), (b"b", B), (b"c", C)], at(commands(b"RETR 2"), half, times=1))) as server:
        desk = desk_with(server)
        desk.receive()

    assert subjects(desk) == ["A", "B", "C"]
    assert server.received.count(b"RETR 3") == 1, "what came before is stored"


@pytest.mark.parametrize(
    "act", [breaking, saying(b"+OK\r\n" + b"x" * LARGEST_LETTER + b"x\r\n")], ids=["reset", "huge"]
)
def test_a_letter_that_breaks_every_connection_keeps_no_other_from_coming(
    desk_with: Desks, act: Callable[[Peer, bytes], None]
) -> None:
    with served(SmallPop3([(b"a", A), (b"b", B), (b"c", C)], at(commands(b"RETR 2"), act))) as server:
        desk = desk_with(server)
        desk.receive()
        desk.receive()

    assert subjects(desk) == ["A", "B", "C"]
    assert [one.subject for one in desk.letters() if one.sha256 is None] == ["B"]


def test_a_large_letter_a_bad_line_does_not_bring_is_left_for_later(desk_with: Desks) -> None:
    large = B + b"x" * 2 * SMALL + b"\r\n"
    pop3 = SmallPop3([(b"a", A), (b"b", large), (b"c", C)], at(commands(b"RETR 2"), breaking))
    with served(pop3) as server:
        desk = desk_with(server)
        with pytest.raises(Trouble):
            desk.receive()
        assert subjects(desk) == ["A", "C"]

        pop3.misbehave = well_behaved
        desk.receive()
        desk.receive()

    assert subjects(desk) == ["A", "B", "C"]
    assert all(one.sha256 for one in desk.letters())


def test_a_letter_whose_header_breaks_it_too_keeps_its_place_only(desk_with: Desks) -> None:
    breaks = at(lambda command: command in (b"RETR 2", b"TOP 2 0"), saying(b"what is this\r\n"))
    with served(SmallPop3([(b"a", A), (b"b", B)], breaks)) as server:
        desk = desk_with(server)
        desk.receive()

    assert subjects(desk) == ["", "A"]


def test_nothing_goes_from_the_server_when_the_session_breaks(desk_with: Desks) -> None:
    pop3 = SmallPop3([(b"a", A), (b"b", B)], at(commands(b"QUIT"), breaking))
    with served(pop3) as server:
        desk = desk_with(server)
        desk.account.keep_on_server = False
        desk.session.commit()
        with pytest.raises(Trouble):
            desk.receive()
        assert len(pop3.letters) == 2
        assert server.received[-3:] == [b"DELE 2", b"DELE 1", b"QUIT"]

        pop3.misbehave = well_behaved
        desk.receive()

    assert pop3.letters == []
    assert subjects(desk) == ["A", "B"]


def test_a_letter_the_server_does_not_delete_is_no_trouble(desk_with: Desks) -> None:
    pop3 = SmallPop3([(b"a", A), (b"b", B)], at(commands(b"DELE 2"), saying(b"-ERR no\r\n")))
    with served(pop3) as server:
        desk = desk_with(server)
        desk.account.keep_on_server = False
        desk.session.commit()
        desk.receive()

    assert pop3.letters == [(b"b", B)]


@pytest.mark.parametrize("moment", [b"LIST", b"UIDL", b"TOP", b"RETR"])
def test_stop_ends_a_load_at_once_wherever_it_is(desk_with: Desks, moment: bytes) -> None:
    pop3 = SmallPop3([(b"a", A)])
    with served(pop3) as server:
        desk = desk_with(server, since=date(2026, 1, 1))
        work = desk.work()

        def stop(peer: Peer, command: bytes) -> None:
            work.stop()
            peer.keep_silent()

        pop3.misbehave = at(commands(moment), stop)
        with pytest.raises(WorkStopped):
            desk.receive(work)


@pytest.mark.parametrize(
    ("act", "kind"),
    [(breaking, ProblemKind.CONNECTION_LOST), (saying(b"what is this\r\n"), ProblemKind.UNEXPECTED_ANSWER)],
)
@pytest.mark.parametrize("moment", [b"LIST", b"UIDL"])
def test_whatever_ends_a_conversation_is_told(
    desk_with: Desks, moment: bytes, act: Callable[[Peer, bytes], None], kind: ProblemKind
) -> None:
    with served(SmallPop3([(b"a", A)], at(commands(moment), act))) as server:
        desk = desk_with(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()

    assert raised.value.problem.kind is kind


@pytest.mark.parametrize("moment", [b"LIST", b"UIDL"])
@pytest.mark.parametrize(
    ("act", "kind"),
    [(hanging, ProblemKind.SILENT), (saying(b"+OK\r\n" + b"1" * LINE_LIMIT), ProblemKind.LINE_TOO_LONG)],
    ids=["silence", "endless line"],
)
def test_silence_and_a_line_without_end_are_not_waited_out(
    desk_with: Desks,
    monkeypatch: pytest.MonkeyPatch,
    moment: bytes,
    act: Callable[[Peer, bytes], None],
    kind: ProblemKind,
) -> None:
    monkeypatch.setattr("webapp.net.blocking.ANSWER_LIMIT_S", 0.2)
    with served(SmallPop3([(b"a", A)], at(commands(moment), act))) as server:
        desk = desk_with(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()

    assert raised.value.problem.kind is kind
    assert server.connections == 1
