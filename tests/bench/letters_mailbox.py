"""Letters of many kinds, the same every time, and how they get into a mailbox of the lab."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from tests.background.receiving.maildir import Maildir

START = datetime(2025, 1, 1, 6, tzinfo=UTC)
WORDS = (
    "счёт накладная договор отгрузка оплата заказ склад поставка встреча протокол приложение срок доставка "
    "клиент менеджер бухгалтерия отчёт квартал прайс скидка invoice order delivery payment report meeting"
).split()
NAMES = ("Анна Петрова", "Борис Ёлкин", "Вера Зайцева", "Глеб Королёв", "Дарья Лебедева", "Sales Team", "Egor Fox")


def letters(count: int) -> Iterator[tuple[datetime, bytes]]:
    """Return so many letters and when each came: seven in ten are text, one in twenty has a file."""
    chance = random.Random(7)
    for number in range(count):
        at = START + timedelta(minutes=7 * number)
        yield at, _letter(number, at, chance).as_bytes().replace(b"\n", b"\r\n")


def large_letter(megabytes: int) -> bytes:
    """Return one letter with a file of so many megabytes, as it travels: a third larger."""
    message = _head(0, START, "Большой файл")
    message.set_content("См. вложение.")
    data = random.Random(8).randbytes(megabytes * 1024 * 1024)
    message.add_attachment(data, maintype="application", subtype="pdf", filename="Чертёж.pdf")
    return message.as_bytes().replace(b"\n", b"\r\n")


def fill(maildir: Maildir, count: int) -> int:
    """Put letters into the inbox; return their bytes."""
    size = 0
    for at, raw in letters(count):
        maildir.put(raw, at=at)
        size += len(raw)
    return size


def words(chance: random.Random, count: int) -> str:
    """Return so many words of an office."""
    return " ".join(chance.choices(WORDS, k=count))


def _letter(number: int, at: datetime, chance: random.Random) -> EmailMessage:
    message = _head(number, at, f"{words(chance, 4).capitalize()} № {number}")
    kind = chance.random()
    message.set_content("\n".join(words(chance, 12) for _ in range(chance.randint(3, 40))))
    if kind > 0.7:
        rows = "".join(f"<tr><td>{words(chance, 6)}</td></tr>" for _ in range(chance.randint(20, 200)))
        message.add_alternative(f"<html><body><table>{rows}</table></body></html>", subtype="html")
    if kind > 0.95:
        data = chance.randbytes(chance.randint(50_000, 200_000))
        message.add_attachment(data, maintype="application", subtype="pdf", filename=f"Счёт {number}.pdf")
    return message


def _head(number: int, at: datetime, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{NAMES[number % len(NAMES)]} <person{number % 40}@torgovy-dom.test>"
    message["To"], message["Subject"] = "Анна <anna@uspeh.test>", subject
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{number}.bench@torgovy-dom.test>"
    return message
