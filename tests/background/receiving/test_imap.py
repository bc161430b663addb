"""Receiving by IMAP from a real server: what comes in, what stays out, and what becomes of it later."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir, letter
from webapp.background.receiving.mailbox import Mailbox
from webapp.background.receiving.portions import MOST
from webapp.background.receiving.suspects import Way
from webapp.background.work import WorkStopped
from webapp.mail.letters import trial_letter
from webapp.storage.another_mailbox import forget_numbers
from webapp.storage.letters import renumbered
from webapp.storage.models import Blob, Traffic


def test_letters_come_in_as_they_are(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter("Первое"), at=noon(1))
    maildir.put(letter("Второе"), at=noon(2), flags="S")
    maildir.put(letter("Третье"), at=noon(3), flags="FR")

    desk.receive()

    letters = desk.letters()
    assert [one.subject for one in letters] == ["Первое", "Второе", "Третье"]
    assert [desk.raw(one) for one in letters] == [letter("Первое"), letter("Второе"), letter("Третье")]
    assert [one.received_at for one in letters] == [noon(1), noon(2), noon(3)]
    assert [(one.seen, one.answered, one.flagged) for one in letters] == [
        (False, False, False),
        (True, False, False),
        (False, True, True),
    ]


def test_letters_from_before_the_date_stay_out(make_desk: Callable[..., Desk], maildir: Maildir) -> None:
    midnight = noon(10) - timedelta(hours=12)
    maildir.put(letter("лишнее"), at=noon(1))
    maildir.put(letter("за минуту до"), at=midnight - timedelta(minutes=1))
    maildir.put(letter("в полночь"), at=midnight)
    maildir.put(letter("позже"), at=noon(11))
    desk = make_desk(since=date(2026, 11, 10))

    desk.receive()
    assert desk.subjects() == ["в полночь", "позже"]

    maildir.put(letter("старое, но новое здесь"), at=noon(2))
    maildir.put(letter("новое"), at=noon(12))
    desk.receive()

    assert desk.subjects() == ["в полночь", "позже", "новое"]


def test_later_loads_bring_only_what_is_new(desk: Desk, maildir: Maildir) -> None:
    for number in range(3):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    before = [one.id for one in desk.letters()]
    maildir.put(letter("новое"), at=noon(9))

    desk.receive()
    desk.receive()

    assert desk.subjects() == ["0", "1", "2", "новое"]
    assert [one.id for one in desk.letters()][:3] == before


def test_nothing_is_marked_as_read_by_receiving(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter())

    desk.receive()

    with maildir.other_program() as program:
        assert program.search("SEEN") == []


def test_new_numbers_bring_every_letter_once_more_and_once(desk: Desk, maildir: Maildir) -> None:
    for number in range(3):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    validity = desk.folder().uid_validity

    maildir.renumber()
    desk.receive()

    assert desk.folder().uid_validity != validity
    assert desk.subjects() == ["0", "1", "2"]
    assert desk.session.scalar(select(func.count()).select_from(Blob)) == 3, "the bytes were there"


def test_letters_of_an_earlier_server_stay_and_those_the_new_one_has_do_not_double(
    desk: Desk, maildir: Maildir
) -> None:
    for number in range(3):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    before = [one.id for one in desk.letters()]
    forget_numbers(desk.session, desk.account)
    desk.session.commit()
    maildir.clear()
    maildir.put(letter("2"), at=noon(3))
    maildir.put(letter("3"), at=noon(4))

    desk.receive()
    desk.receive()

    assert desk.subjects() == ["0", "1", "2", "3"]
    assert [one.id for one in desk.letters()][:3] == before


def test_what_went_while_the_numbers_changed_is_gone(desk: Desk, maildir: Maildir) -> None:
    for number in range(3):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    maildir.renumber()
    maildir.remove("1")

    desk.receive()

    assert desk.subjects() == ["0", "2"]


def test_what_went_while_the_numbers_changed_is_gone_also_if_the_worker_was_killed_then(
    desk: Desk, maildir: Maildir
) -> None:
    for number in range(3):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()
    maildir.renumber()
    maildir.remove("1")
    with maildir.other_program() as program:
        validity = program.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"]
    renumbered(desk.session, desk.folder(), validity)  # all that was written before the kill
    desk.session.commit()

    desk.receive()

    assert desk.subjects() == ["0", "2"]


def test_a_moved_letter_is_where_it_was_moved(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter("остаётся"), at=noon(1))
    maildir.put(letter("переезжает"), at=noon(2))
    maildir.put(letter("и это"), at=noon(3), folder="Archive")
    desk.receive()

    with maildir.other_program() as program:
        program.move(program.search(["SUBJECT", "переезжает"], "UTF-8"), "Archive")
    desk.receive()

    assert desk.subjects() == ["остаётся"]
    assert desk.subjects("Archive") == ["переезжает", "и это"]


def test_large_letters_that_are_here_do_not_come_again(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.background.receiving.loading.WINDOW", 1)
    big, other = (letter("Большое", body=word * 20_000) for word in ("слово ", "олово "))
    assert len(big) == len(other)
    maildir.put(big, at=noon(1), folder="Archive")
    desk.receive()
    with maildir.other_program("Archive") as program:
        program.move([1], "INBOX")
        program.create_folder("Ещё")
        for one in (big, other, big):
            program.append("Ещё", one)
    asked: list[str] = []
    ask = Mailbox.ask

    def noted(mailbox: Mailbox, uids: Sequence[int], *items: str) -> bytes:
        asked.extend(items)
        return ask(mailbox, uids, *items)

    monkeypatch.setattr(Mailbox, "ask", noted)

    desk.receive()

    assert [desk.raw(one) for one in desk.letters()] == [big]
    assert sorted(desk.raw(one) for one in desk.letters("Ещё")) == sorted((big, other, big))
    assert asked.count("BODY.PEEK[]") == 1

    maildir.renumber()
    desk.receive()
    assert [desk.raw(one) for one in desk.letters()] == [big]
    assert asked.count("BODY.PEEK[]") == 1

    monkeypatch.setattr("webapp.storage.blobs.read", lambda session, sha256: b"")
    maildir.renumber()
    desk.receive()
    monkeypatch.undo()
    assert [desk.raw(one) for one in desk.letters()] == [big]
    assert asked.count("BODY.PEEK[]") == 2, "its bytes were gone after all"


def test_what_is_deleted_or_read_elsewhere_is_so_here(desk: Desk, maildir: Maildir) -> None:
    for number in range(4):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()

    with maildir.other_program() as program:
        program.delete_messages([1, 2])
        program.expunge()
        program.add_flags([3], [rb"\Seen", rb"\Flagged"])
    desk.receive()

    assert [(one.subject, one.seen, one.flagged) for one in desk.letters()] == [("2", True, True), ("3", False, False)]


def test_flags_are_taken_over_from_a_server_that_does_not_count_changes(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.background.receiving.mailbox.Mailbox._enable_condstore", lambda self: False)
    monkeypatch.setattr("webapp.background.receiving.refreshing.WINDOW", 2)
    for number in range(5):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    desk.receive()

    with maildir.other_program() as program:
        program.add_flags("1:*", [rb"\Seen"], silent=True)
    desk.receive()
    newest_first = [one.seen for one in reversed(desk.letters())]
    assert newest_first[:2] == [True, True]
    assert sum(newest_first) < 5

    desk.clock.shift += timedelta(minutes=5)
    desk.receive()
    assert all(one.seen for one in desk.letters())


def test_folders_are_shown_under_their_names(desk: Desk, maildir: Maildir) -> None:
    with maildir.other_program() as program:
        for name in ("Счета & акты", "Счета & акты.2026", "Проекты.Весна"):
            program.create_folder(name)
        program.append("Счета & акты.2026", letter("Счёт"), msg_time=noon(1))

    desk.receive()

    assert set(desk.folders()) == {
        "INBOX",
        "Junk",
        "Sent",
        "Счета & акты",
        "Счета & акты.2026",
        "Проекты",
        "Проекты.Весна",
    }
    assert desk.subjects("Счета & акты.2026") == ["Счёт"]
    assert (maildir.root / ".&BCEERwQ1BEIEMA- &- &BDAEOgRCBEs-.2026").is_dir(), "on the wire it is modified UTF-7"
    assert (desk.folder("Junk").role, desk.folder("Sent").role) == ("junk", "sent")


def test_a_folder_that_is_gone_goes_with_its_letters(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter(), folder="Archive")
    desk.receive()
    assert desk.subjects("Archive") == ["Счёт"]

    with maildir.other_program() as program:
        program.delete_folder("Archive")
    desk.receive()

    assert "Archive" not in desk.folders()


def test_a_letter_of_thirty_megabytes_comes_whole(desk: Desk, maildir: Maildir) -> None:
    big = letter("С вложением") + b"0123456789abcdef" * 2 * 1024 * 1024
    maildir.put(big)

    desk.receive()

    (received,) = desk.letters()
    assert (received.size, received.subject) == (len(big), "С вложением")
    assert desk.raw(received) == big


def test_of_a_letter_beyond_the_limit_the_header_comes(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.background.receiving.loading.LARGEST_LETTER", 5000)
    big = letter("Слишком большое", body="много слов " * 2000)
    maildir.put(big)

    desk.receive()

    (received,) = desk.letters()
    assert (received.subject, received.size, received.sha256) == ("Слишком большое", len(big), None)


def test_our_own_trial_letters_stay_out(desk: Desk, maildir: Maildir) -> None:
    maildir.put(trial_letter("anna@uspeh.test", "Анна", "ru").data)
    maildir.put(letter("настоящее"))

    desk.receive()

    assert desk.subjects() == ["настоящее"]


def test_many_letters_come_in_portions_and_people_see_how_far_it_is(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(23):
        maildir.put(letter(f"{number}"), at=noon(1) + timedelta(minutes=number))
    monkeypatch.setitem(MOST, Way.WITH_OTHERS, 5)
    monkeypatch.setattr("webapp.background.receiving.loading.WINDOW", 10)
    told: list[tuple[int, int, int, list[str]]] = []

    def tell(*args: object) -> None:
        desk.session.rollback()
        told.append((*args[-2:], desk.folder().waiting, desk.subjects()))  # type: ignore[arg-type]

    monkeypatch.setattr("webapp.background.receiving.progress.tell_progress", tell)
    desk.receive()

    assert desk.subjects() == [f"{number}" for number in range(23)]
    assert [done for done, _, _, _ in told] == [0, 5, 10, 15, 20, 23]
    assert {total for _, total, _, _ in told} == {23}
    assert [waiting for _, _, waiting, _ in told] == [0, 23, 18, 13, 8, 3], "as it was before each portion"
    assert told[2][3] == [f"{number}" for number in range(18, 23)], "the newest come first"
    assert desk.folder().waiting == 0


def test_a_load_that_was_stopped_goes_on_where_it_was(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        maildir.put(letter(f"{number}"), at=noon(1) + timedelta(minutes=number))
    monkeypatch.setitem(MOST, Way.WITH_OTHERS, 5)
    work = desk.work()
    monkeypatch.setattr(
        "webapp.background.receiving.reading.is_trial", lambda raw: work.stop() if b": 4" in raw else False
    )

    with pytest.raises(WorkStopped):
        desk.receive(work)
    assert desk.subjects() == ["7", "8", "9", "10", "11"]

    monkeypatch.undo()
    maildir.put(letter("12"), at=noon(2))
    desk.receive()

    assert desk.subjects() == [f"{number}" for number in range(13)]


def test_how_far_it_was_is_forgotten_at_the_end(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter())

    desk.receive()

    row = desk.session.get_one(Traffic, (desk.post.account_id, desk.post.direction))
    assert (row.done, row.total) == (0, 0)
