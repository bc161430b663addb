"""Receiving by POP3 from a real server: what comes in, what stays there, and for how long."""

from collections.abc import Callable
from datetime import date, timedelta
from email.utils import format_datetime

import pytest

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir, letter
from webapp.mail.letters import trial_letter
from webapp.mail.settings import Protocol
from webapp.storage import uidls
from webapp.storage.letter_changes import delete_for_good, move_to_trash
from webapp.storage.models import KnownUidl


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(Protocol.POP3)


def received(subject: str, day: int, sent: int | None = None) -> bytes:
    """Return a letter whose last server took it over on a day, sent on the same or on another."""
    line = f"from a.test by korob-17.uspeh.test with LMTP id 1; {format_datetime(noon(day))}"
    earlier = f"from b.test by a.test with ESMTP id 2; {format_datetime(noon(1, 1))}"
    return f"Received: {line}\r\nReceived: {earlier}\r\n".encode() + letter(subject, at=noon(sent or day))


def test_letters_come_in_as_they_are_and_stay_on_the_server(desk: Desk, maildir: Maildir) -> None:
    maildir.put(received("Первое", 1, sent=5))
    maildir.put(received("Второе", 2))

    desk.receive()
    desk.receive()

    first, second = desk.letters()
    assert (first.subject, second.subject) == ("Первое", "Второе")
    assert (first.received_at, second.received_at) == (noon(1), noon(2))
    assert desk.raw(first) == received("Первое", 1, sent=5)
    assert len(maildir.letters()) == 2


def test_letters_from_before_the_date_stay_out_and_are_not_asked_for_again(
    make_desk: Callable[..., Desk], maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(Protocol.POP3, since=date(2026, 11, 10))
    maildir.put(received("до", 9, sent=12))
    maildir.put(received("в тот же день", 10))
    maildir.put(received("после", 11, sent=3))

    desk.receive()
    assert desk.subjects() == ["в тот же день", "после"]

    asked: list[int] = []
    monkeypatch.setattr(
        "webapp.background.receiving.maildrop.Maildrop.header", lambda self, number: asked.append(number)
    )
    desk.receive()
    assert asked == []


def test_our_own_trial_letters_stay_out(desk: Desk, maildir: Maildir) -> None:
    maildir.put(trial_letter("anna@uspeh.test", "Анна", "ru").data)
    maildir.put(received("настоящее", 1))

    desk.receive()
    desk.receive()

    assert desk.subjects() == ["настоящее"]


def test_without_copies_only_what_is_here_goes_from_the_server(
    make_desk: Callable[..., Desk], maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.background.receiving.pop3_loading.LARGEST_LETTER", 5000)
    desk = make_desk(Protocol.POP3, since=date(2026, 11, 10))
    desk.account.keep_on_server = False
    desk.session.commit()
    maildir.put(received("до", 9))
    maildir.put(received("после", 11))
    maildir.put(received("слишком большое", 12) + b"x" * 5000)

    desk.receive()

    assert desk.subjects() == ["после", "слишком большое"]
    assert desk.letters()[1].sha256 is None
    assert maildir.letters() == [received("до", 9), received("слишком большое", 12) + b"x" * 5000]

    desk.receive()
    assert desk.subjects() == ["после", "слишком большое"]


def test_copies_go_after_their_days(desk: Desk, maildir: Maildir) -> None:
    desk.account.delete_after_days = 7
    desk.session.commit()
    maildir.put(received("первое", 1))
    desk.receive()
    assert len(maildir.letters()) == 1

    desk.clock.shift += timedelta(days=6)
    maildir.put(received("второе", 2))
    desk.receive()
    assert len(maildir.letters()) == 2

    desk.clock.shift += timedelta(days=2)
    desk.receive()
    desk.receive()

    assert len(maildir.letters()) == 1
    assert desk.subjects() == ["первое", "второе"]


def test_what_was_deleted_for_good_here_goes_from_the_server(desk: Desk, maildir: Maildir) -> None:
    maildir.put(received("остаётся", 1))
    maildir.put(received("в корзину", 2))
    maildir.put(received("насовсем", 3))
    desk.receive()
    _, second, third = desk.letters()
    move_to_trash(desk.session, [second], "Корзина")
    delete_for_good(desk.session, [third])
    desk.session.commit()

    desk.receive()
    desk.receive()

    assert desk.subjects() == ["остаётся"]
    assert desk.subjects("Корзина") == ["в корзину"]
    assert len(maildir.letters()) == 2


def test_what_the_server_no_longer_shows_is_forgotten_and_stays_here(desk: Desk, maildir: Maildir) -> None:
    maildir.put(received("первое", 1))
    desk.receive()
    maildir.clear()
    desk.receive()

    assert uidls.known(desk.session, desk.post.account_id) == {}
    assert desk.subjects() == ["первое"]


def test_letters_of_one_uidl_come_once_each(desk: Desk, maildir: Maildir) -> None:
    for number in range(3):
        maildir.put(received(f"{number}", number + 1))
    with maildir.other_program() as program:
        assert len(program.search("ALL")) == 3  # the server numbers them
    maildir.name_all("same")

    desk.receive()
    desk.receive()

    assert desk.subjects() == ["0", "1", "2"]
    assert {key.partition(" ")[0] for key in uidls.known(desk.session, desk.post.account_id)} == {"same"}


def test_a_letter_of_thirty_megabytes_comes_whole(desk: Desk, maildir: Maildir) -> None:
    big = received("С вложением", 1) + b"0123456789abcdef" * 4 * 1024 + b"\r\n"
    big += (b"0123456789abcdef" * 4 + b"\r\n") * (30 * 1024 * 1024 // 66)
    maildir.put(big)

    desk.receive()

    (letter,) = desk.letters()
    assert (letter.size, letter.subject) == (len(big), "С вложением")
    assert desk.raw(letter) == big


def test_letters_come_in_portions(desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.background.receiving.pop3_loading.MOST_LETTERS", 3)
    for number in range(8):
        maildir.put(received(f"{number}", number + 1))

    desk.receive()

    assert desk.subjects() == [f"{number}" for number in range(8)]
    assert desk.session.query(KnownUidl).count() == 8
