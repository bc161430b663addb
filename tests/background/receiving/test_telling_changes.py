"""What people did to letters is told to the IMAP server: flags, the trash, and what goes for good."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir, letter
from tests.background.receiving.small_servers import SmallImap, at, saying
from tests.certificates import server_context
from tests.scripted import ScriptedServer
from webapp.background.receiving.mailbox import Mailbox
from webapp.net.problems import ProblemKind, Trouble
from webapp.storage.letter_changes import delete_for_good, mark_answered, mark_seen, move_to_trash
from webapp.storage.models import FolderRole, Letter, LetterChange

TRASH = "Корзина"
LETTERS = {uid: letter(f"{uid}") for uid in range(1, 4)}


@pytest.fixture
def filled(desk: Desk, maildir: Maildir) -> Desk:
    """Return a desk whose inbox holds four letters."""
    for number in range(4):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    return desk


def waiting(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(LetterChange)) or 0


def without(*abilities: str) -> Callable[[Mailbox, str], bool]:
    """Return what a server can that lacks some extensions."""
    can = Mailbox.can
    return lambda mailbox, ability: ability not in abilities and can(mailbox, ability)


def found(maildir: Maildir, *asked: str, folder: str = "INBOX") -> list[int]:
    with maildir.other_program(folder) as program:
        return list(program.search(*asked))


def test_flags_reach_the_server_and_stay_as_people_set_them(filled: Desk, maildir: Maildir) -> None:
    first, second, third, _ = filled.letters()
    with maildir.other_program() as program:
        program.add_flags([1, 4], [rb"\Seen"])
    filled.receive()
    filled.session.refresh(first)
    mark_seen(filled.session, [first], seen=False)
    mark_seen(filled.session, [second])
    mark_answered(filled.session, [third])
    filled.session.commit()

    filled.receive()

    assert found(maildir, "SEEN") == [2, 4]
    assert found(maildir, "ANSWERED") == [3]
    assert [one.seen for one in filled.letters()] == [False, True, False, True]
    assert waiting(filled) == 0


@pytest.mark.parametrize("lacking", [(), ("MOVE",), ("MOVE", "UIDPLUS"), ("UIDPLUS",)], ids=str)
def test_letters_go_to_the_trash_which_is_made_where_there_is_none(
    filled: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch, lacking: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Mailbox, "can", without(*lacking))
    rows = [one.id for one in filled.letters()]
    move_to_trash(filled.session, filled.letters()[:2], TRASH)
    filled.session.commit()

    filled.receive()
    filled.receive()

    assert filled.subjects() == ["2", "3"]
    assert [one.id for one in filled.letters(TRASH)] == rows[:2]
    assert [one.uid for one in filled.letters(TRASH)] == [1, 2]
    assert filled.folder(TRASH).role is FolderRole.TRASH
    assert len(found(maildir, "ALL")) == 2
    assert len(found(maildir, "ALL", folder=TRASH)) == 2
    assert waiting(filled) == 0

    delete_for_good(filled.session, filled.letters(TRASH)[:1])
    move_to_trash(filled.session, filled.letters()[:1], TRASH)
    filled.session.commit()
    filled.receive()

    assert filled.subjects(TRASH) == ["1", "2"]
    assert len(found(maildir, "ALL", folder=TRASH)) == 2
    assert [one.id for one in filled.letters(TRASH)] == rows[1:3]


@pytest.mark.parametrize("lacking", [(), ("UIDPLUS",)], ids=str)
def test_nothing_goes_for_good_that_somebody_else_has_marked(
    filled: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch, lacking: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Mailbox, "can", without(*lacking))
    with maildir.other_program() as program:
        program.add_flags([4], [rb"\Deleted"])
    delete_for_good(filled.session, filled.letters()[:1])
    filled.session.commit()

    filled.receive()
    filled.receive()

    assert filled.subjects() == ["1", "2", "3"]
    assert 4 in found(maildir, "DELETED")
    assert (1 in found(maildir, "ALL")) is bool(lacking), "marked at least"


def test_what_another_program_deleted_from_the_trash_meanwhile_goes_here_too(filled: Desk, maildir: Maildir) -> None:
    move_to_trash(filled.session, filled.letters()[:2], TRASH)
    filled.session.commit()
    filled.receive()
    move_to_trash(filled.session, filled.letters()[:1], TRASH)
    filled.session.commit()
    with maildir.other_program() as program:
        program.delete_messages([3])
        program.expunge()
        program.select_folder(TRASH)
        program.delete_messages([1])
        program.expunge()

    filled.receive()

    assert filled.subjects() == ["3"]
    assert filled.subjects(TRASH) == ["1"]


def test_changes_of_numbers_that_mean_other_letters_now_reach_the_same_letters(filled: Desk, maildir: Maildir) -> None:
    mark_seen(filled.session, filled.letters()[1:2])
    filled.session.commit()
    maildir.renumber()

    filled.receive()
    filled.receive()

    assert len(found(maildir, "SEEN")) == 1
    assert [one.seen for one in filled.letters()] == [False, True, False, False]


@pytest.fixture
def refusing() -> Iterator[tuple[ScriptedServer, SmallImap]]:
    imap = SmallImap(dict(LETTERS), folders=(rb'() "/" INBOX', rb'(\Trash) "/" Trash'))
    with ScriptedServer(imap, tls=server_context()) as server:
        yield server, imap


def test_flags_the_server_refuses_are_no_trouble_and_after_a_day_its_word_holds(
    desk_at: Callable[..., Desk], refusing: tuple[ScriptedServer, SmallImap]
) -> None:
    server, imap = refusing
    desk = desk_at(server)
    desk.receive()
    mark_seen(desk.session, desk.letters())
    desk.session.commit()
    imap.misbehave = at(lambda command: b"STORE" in command, saying(b"{tag} NO [NOPERM] not yours\r\n"))

    desk.receive()
    assert [one.seen for one in desk.letters()] == [True, True, True]
    assert waiting(desk) == 3

    desk.clock.shift += timedelta(hours=25)
    desk.receive()
    assert waiting(desk) == 0
    assert [one.seen for one in desk.letters()] == [False, False, False]


def test_letters_the_server_does_not_let_go_are_a_trouble_after_an_hour(
    desk_at: Callable[..., Desk], refusing: tuple[ScriptedServer, SmallImap]
) -> None:
    server, imap = refusing
    desk = desk_at(server)
    desk.receive()
    move_to_trash(desk.session, desk.letters()[:1], TRASH)
    desk.session.commit()
    imap.misbehave = at(lambda command: b"UID MOVE" in command, saying(b"{tag} NO [NOPERM] not yours\r\n"))

    desk.receive()
    imap.letters[4] = letter("4")
    desk.clock.shift += timedelta(hours=2)
    with pytest.raises(Trouble) as raised:
        desk.receive()

    assert raised.value.problem.kind is ProblemKind.FOLDER_REFUSED
    assert "4" in desk.subjects(), "what came is here all the same"
    assert waiting(desk) == 1
    assert len(desk.session.scalars(select(Letter)).all()) == 4


def test_one_letter_the_server_minds_does_not_hold_back_the_others(
    desk_at: Callable[..., Desk], refusing: tuple[ScriptedServer, SmallImap]
) -> None:
    server, imap = refusing
    desk = desk_at(server)
    desk.receive()
    mark_seen(desk.session, desk.letters())
    desk.session.commit()
    minds = (b"UID STORE 1:3 ", b"UID STORE 2 ")
    imap.misbehave = at(lambda command: command.startswith(minds), saying(b"{tag} NO not this one\r\n"))

    desk.receive()

    assert imap.flags == {1: {rb"\Seen"}, 3: {rb"\Seen"}}
    assert waiting(desk) == 1
