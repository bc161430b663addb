"""Receiving by IMAP from a real server: what comes in, what stays out, and what happens to it later."""


from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir, letter


def test_letters_come_in(desk: Desk, maildir: Maildir) -> None:
    maildir.put(letter("Первое"), at=noon(1))
    maildir.put(letter("Второе"), at=noon(2), flags="S")

    desk.receive()

    assert desk.subjects() == ["Первое", "Второе"]
    first, second = desk.letters()
    assert desk.raw(first) == letter("Первое")
    assert (first.received_at, first.seen, second.seen) == (noon(1), False, True)
