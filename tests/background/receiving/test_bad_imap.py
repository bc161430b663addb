"""Receiving by IMAP from servers that break off, refuse, lie or talk nonsense: what can come does, each letter once."""

from collections.abc import Callable
from datetime import date, timedelta, timezone

import pytest

from tests.background.receiving.desk import Desk
from tests.background.receiving.maildir import letter
from tests.background.receiving.small_servers import (
    HEADER,
    SIZE,
    WHOLE,
    SmallImap,
    at,
    breaking,
    hanging,
    saying,
    wants,
    well_behaved,
)
from tests.certificates import server_context
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.background.receiving.portions import MOST
from webapp.background.receiving.suspects import SMALL, Way
from webapp.background.work import WorkStopped
from webapp.mail.clients.imap import LARGEST_LETTER
from webapp.net.problems import ProblemKind, Trouble

LETTERS = {uid: letter(f"{uid}") for uid in range(1, 7)}
ALL = ["1", "2", "3", "4", "5", "6"]
HUGE = b"* 3 FETCH (UID 3 BODY[] {%d}\r\n" % (LARGEST_LETTER + 1)

LINE = 64 * 1024

Desks = Callable[..., Desk]


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST, Way.WITH_OTHERS, 3)


def served(imap: Callable[[Peer], None]) -> ScriptedServer:
    return ScriptedServer(imap, tls=server_context())


def half(peer: Peer, command: bytes) -> None:
    """Break off in the middle of the second letter of three."""
    peer.say(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (len(LETTERS[1]), LETTERS[1]))
    peer.say(b"* 2 FETCH (UID 2 BODY[] {%d}\r\n%s" % (len(LETTERS[2]), LETTERS[2][:20]))
    peer.reset()


def test_a_connection_that_breaks_in_a_letter_is_opened_again(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS, at(wants(WHOLE, 1), half, times=1))) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    assert server.connections == 2


def test_what_was_stored_before_the_connection_broke_stays_and_the_next_load_brings_the_rest(desk_at: Desks) -> None:
    imap = SmallImap(LETTERS)

    def break_for_good(peer: Peer, command: bytes) -> None:
        imap.misbehave = at(lambda command: True, breaking)
        half(peer, command)

    imap.misbehave = at(wants(WHOLE, 1), break_for_good)
    with served(imap) as server:
        desk = desk_at(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()
        assert sorted(desk.subjects()) == ["4", "5", "6"]

        imap.misbehave = well_behaved
        desk.receive()

    assert raised.value.problem.kind is ProblemKind.CONNECTION_LOST
    assert sorted(desk.subjects()) == ALL


@pytest.mark.parametrize(
    "act",
    [
        saying(HUGE),
        saying(b"what is this\r\n"),
        saying(b"* 3 FETCH (UID 3 BODY[] (((\r\n{tag} OK done\r\n"),
        saying(b"* 3 FETCH (UID 3 BODY[] {99999999999999999999}\r\n"),
        breaking,
    ],
    ids=["huge", "nonsense", "broken list", "endless literal", "reset"],
)
def test_a_letter_that_breaks_every_connection_keeps_no_other_from_coming(
    desk_at: Desks, act: Callable[[Peer, bytes], None]
) -> None:
    with served(SmallImap(LETTERS, at(wants(WHOLE, 3), act))) as server:
        desk = desk_at(server)
        desk.receive()
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    (poison,) = [one for one in desk.letters() if one.subject == "3"]
    assert (poison.sha256, poison.size) == (None, len(LETTERS[3]))


def test_a_large_letter_a_bad_line_does_not_bring_is_left_for_later(desk_at: Desks) -> None:
    imap = SmallImap(LETTERS, at(wants(WHOLE, 3), breaking), sizes={3: 2 * SMALL})
    with served(imap) as server:
        desk = desk_at(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()
        assert sorted(desk.subjects()) == ["1", "2", "4", "5", "6"]

        imap.misbehave = well_behaved
        desk.receive()
        desk.receive()

    assert raised.value.problem.kind is ProblemKind.CONNECTION_LOST
    assert sorted(desk.subjects()) == ALL
    assert all(one.sha256 for one in desk.letters())


def test_no_letter_is_blamed_for_a_server_that_gives_none(desk_at: Desks) -> None:
    imap = SmallImap(LETTERS, at(wants(b"BODY.PEEK"), breaking))
    with served(imap) as server:
        desk = desk_at(server)
        with pytest.raises(Trouble):
            desk.receive()
        assert desk.subjects() == []
        assert server.connections <= 6

        imap.misbehave = well_behaved
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    assert all(one.sha256 for one in desk.letters())


def test_of_a_letter_whose_header_breaks_it_too_only_its_place_is_kept(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS, at(wants(b"BODY.PEEK", 3), saying(HUGE)))) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ["", "1", "2", "4", "5", "6"]


def test_a_letter_that_hangs_keeps_no_other_from_coming(desk_at: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.mail.clients.access.TIMEOUT_S", 0.2)
    monkeypatch.setattr("webapp.net.blocking.ANSWER_LIMIT_S", 0.2)
    with served(SmallImap(LETTERS, at(wants(WHOLE, 3), hanging))) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ALL


@pytest.mark.parametrize("refusal", [b"{tag} NO [SERVERBUG] cannot read it\r\n", b"{tag} BAD what\r\n"])
def test_a_letter_the_server_refuses_comes_with_its_header(desk_at: Desks, refusal: bytes) -> None:
    with served(SmallImap(LETTERS, at(wants(WHOLE, 3), saying(refusal)))) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    assert server.connections == 1
    assert [one.subject for one in desk.letters() if one.sha256 is None] == ["3"]


def test_a_letter_the_server_does_not_even_speak_of_keeps_no_other_from_coming(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS, at(wants(SIZE, 3), saying(b"{tag} NO internal error\r\n")))) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    assert all(one.sha256 for one in desk.letters())


def test_a_letter_without_bytes_comes_with_its_header(desk_at: Desks) -> None:
    nothing = saying(b"* 3 FETCH (UID 3 BODY[] NIL)\r\n{tag} OK done\r\n")
    with served(SmallImap({3: LETTERS[3]}, at(wants(WHOLE, 3), nothing))) as server:
        desk = desk_at(server)
        desk.receive()

    assert desk.subjects() == ["3"]


def test_a_letter_that_vanishes_meanwhile_is_passed_over(desk_at: Desks) -> None:
    imap = SmallImap(dict(LETTERS))

    def vanish(peer: Peer, command: bytes) -> bool:
        if wants(WHOLE)(command):
            imap.letters.pop(5, None)
        return False

    imap.misbehave = vanish
    with served(imap) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ["1", "2", "3", "4", "6"]


def test_a_server_that_is_wrong_about_sizes_is_believed_to_the_end_of_a_letter(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS, sizes={1: 0, 2: 10_000_000, 3: 1})) as server:
        desk = desk_at(server)
        desk.receive()

    assert sorted(desk.subjects()) == ALL
    assert all(one.size == len(LETTERS[int(one.subject)]) for one in desk.letters())


def test_a_server_that_does_not_tell_its_next_number_is_asked_for_its_last(desk_at: Desks) -> None:
    imap = SmallImap(dict(LETTERS), uid_next=0)
    with served(imap) as server:
        desk = desk_at(server)
        desk.receive()
        desk.receive()
        assert desk.folder().uid_next == 7
        imap.letters[7] = letter("7")
        desk.receive()

    assert sorted(desk.subjects()) == [*ALL, "7"]
    assert sum(WHOLE in command for command in server.received) == 3, "two portions, then one"


def test_a_server_is_asked_for_the_first_day_as_it_may_count_it(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS)) as server:
        desk = desk_at(server, since=date(2026, 11, 10))
        desk.zone = timezone(timedelta(hours=14))
        desk.receive()

    (asked,) = (command for command in server.received if b"SEARCH" in command)
    assert asked.endswith(b"SINCE 08-Nov-2026"), "26 hours behind it is the 8th"


def test_a_server_that_shuts_down_is_a_trouble(desk_at: Desks) -> None:
    with served(SmallImap(LETTERS, at(wants(WHOLE), saying(b"* BYE shutting down\r\n")))) as server:
        desk = desk_at(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()

    assert raised.value.problem.kind is ProblemKind.SERVICE_UNAVAILABLE
    assert server.connections == 1


def test_an_inbox_nobody_may_open_is_a_trouble_and_any_other_folder_is_passed_over(desk_at: Desks) -> None:
    no = saying(b"{tag} NO [NOPERM] not yours\r\n")
    imap = SmallImap(LETTERS, folders=(rb'() "/" INBOX', rb'() "/" Shared'))
    imap.misbehave = at(lambda command: command == b'EXAMINE "Shared"', no)
    with served(imap) as server:
        desk = desk_at(server)
        desk.receive()
        assert sorted(desk.subjects()) == ALL

        imap.misbehave = at(lambda command: command == b'EXAMINE "INBOX"', no)
        with pytest.raises(Trouble) as raised:
            desk.receive()

    assert raised.value.problem.kind is ProblemKind.FOLDER_REFUSED


@pytest.mark.parametrize("moment", [b"LIST", b"EXAMINE", b"UID SEARCH", SIZE, WHOLE])
def test_stop_ends_a_load_at_once_wherever_it_is(desk_at: Desks, moment: bytes) -> None:
    imap = SmallImap(LETTERS)
    with served(imap) as server:
        desk = desk_at(server)
        work = desk.work()

        def stop(peer: Peer, command: bytes) -> None:
            work.stop()
            peer.keep_silent()

        imap.misbehave = at(lambda command: moment in command, stop)
        with pytest.raises(WorkStopped):
            desk.receive(work)


@pytest.mark.parametrize("moment", [b"LIST", b"EXAMINE", b"UID SEARCH", SIZE, WHOLE])
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (breaking, ProblemKind.CONNECTION_LOST),
        (saying(b"\x00\xff what\r\n"), ProblemKind.UNEXPECTED_ANSWER),
        (saying(b"* BYE\r\n"), ProblemKind.SERVICE_UNAVAILABLE),
    ],
)
def test_whatever_ends_a_conversation_is_told(
    desk_at: Desks, moment: bytes, act: Callable[[Peer, bytes], None], kind: ProblemKind
) -> None:
    imap = SmallImap({1: LETTERS[1]}, at(lambda command: moment in command or HEADER in command, act))
    with served(imap) as server:
        desk = desk_at(server)
        if moment == WHOLE and kind is ProblemKind.UNEXPECTED_ANSWER:
            desk.receive()  # it is the letter
            assert desk.subjects() == [""]
        else:
            with pytest.raises(Trouble) as raised:
                desk.receive()
            assert raised.value.problem.kind is kind


@pytest.mark.parametrize("moment", [b"LIST", b"EXAMINE"])
@pytest.mark.parametrize(
    ("act", "kind"),
    [(hanging, ProblemKind.SILENT), (saying(b"* " + b"x" * LINE), ProblemKind.LINE_TOO_LONG)],
    ids=["silence", "endless line"],
)
def test_silence_and_a_line_without_end_are_not_waited_out(
    desk_at: Desks,
    monkeypatch: pytest.MonkeyPatch,
    moment: bytes,
    act: Callable[[Peer, bytes], None],
    kind: ProblemKind,
) -> None:
    monkeypatch.setattr("webapp.net.blocking.ANSWER_LIMIT_S", 0.2)
    monkeypatch.setattr("webapp.mail.clients.imap.LONGEST_LINE", LINE)
    with served(SmallImap(LETTERS, at(lambda command: moment in command, act))) as server:
        desk = desk_at(server)
        with pytest.raises(Trouble) as raised:
            desk.receive()

    assert raised.value.problem.kind is kind
    assert server.connections == 1
