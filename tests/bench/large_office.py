"""Fills a fresh database with an office: people, accounts with their servers, a journal. The same every time."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from webapp.detection.types import Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.storage.folding import fold
from webapp.storage.models import (
    Account,
    AccountKind,
    Action,
    IncomingServer,
    JournalEntry,
    OutgoingServer,
    Theme,
    User,
)

START = datetime(2026, 1, 12, 9, tzinfo=UTC)
FIRST_NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Зоя", "Иван", "Ксения", "Лев", "Фёдор")
LAST_NAMES = ("Ёлкин", "Белов", "Воронов", "Громов", "Дёмин", "Ершов", "Жуков", "Зайцев", "Королёв", "Лебедев")
PLACES = ("Отдел продаж", "Бухгалтерия", "Склад", "Приёмная", "Снабжение", "Кадры", "Доставка", "Поддержка")
DOMAINS = ("uspeh.test", "torgovy-dom.test", "sklad.test", "dostavka.test")
PEOPLE_ID = 1000  # rows of the bench begin here, beside what the migrations and the sign-in made


@dataclass(frozen=True)
class Size:
    """How large an office is; `common` of its accounts are for everyone, one person in 25 has left."""

    people: int
    accounts: int
    common: int
    journal: int

    def __str__(self) -> str:
        """Return the size in words."""
        return (
            f"{self.accounts:,} accounts ({self.common:,} of them for everyone), "
            f"{self.people:,} users, {self.journal:,} lines of the journal"
        )


LARGE = Size(people=500, accounts=5000, common=500, journal=50_000)
SMALL = Size(people=25, accounts=60, common=15, journal=60)


def seed(session: Session, size: Size) -> tuple[int, int]:
    """Fill the tables; return the ids of an administrator and of another. Everybody's default is their own."""
    chance = random.Random(4)
    people = list(_people(size))
    servers = list(_accounts(size, people, chance))
    for table, rows in (
        (User, people),
        (IncomingServer, [server for server, _, _ in servers]),
        (OutgoingServer, [server for _, server, _ in servers]),
        (Account, [account for _, _, account in servers]),
        (JournalEntry, list(_journal(size, people, chance))),
    ):
        _insert(session, table.__table__, rows)
    own = select(func.min(Account.id)).where(Account.owner_id == User.id).scalar_subquery()
    session.execute(update(User).values(default_account_id=own))
    session.commit()
    return PEOPLE_ID, PEOPLE_ID + 1


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    assert isinstance(table, Table)
    session.execute(insert(table), rows)


def _people(size: Size) -> Iterator[dict[str, Any]]:
    names = itertools.cycle(itertools.product(FIRST_NAMES, LAST_NAMES))
    for number in range(size.people):
        name = f"{' '.join(next(names))} {number}"
        yield {
            "id": PEOPLE_ID + number,
            "name": f"user{number:05}",
            "display_name": name,
            "display_key": fold(name),
            "password_hash": "nobody's",
            "is_admin": number == 0,
            "disabled": number % 25 == 24,
            "theme": Theme.AUTO,
            "session_epoch": 0,
            "created_at": START,
        }


def _accounts(
    size: Size, people: list[dict[str, Any]], chance: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for number in range(size.accounts):
        owner = None if number < size.common else people[number % len(people)]
        place, domain = chance.choice(PLACES), chance.choice(DOMAINS)
        title = f"{place} {number}"
        sender = owner["display_name"] if owner else f"Торговый дом «Успех», {place.lower()}"
        address = f"{'box' if owner else 'office'}{number:05}@{domain}"
        yield (
            _server(number, Protocol.IMAP, domain, address),
            _outgoing(number, domain, address, owner),
            {
                "id": PEOPLE_ID + number,
                "kind": AccountKind.MAIL,
                "owner_id": owner and owner["id"],
                "title": title,
                "sender_name": sender,
                "address": address,
                "address_key": fold(address),
                "title_key": fold(title),
                "sender_key": fold(sender),
                "search_key": fold(f"{title} {sender} {address}"),
                "domain": domain,
                "incoming_id": PEOPLE_ID + number,
                "outgoing_id": PEOPLE_ID + number,
                "source": Source.AUTOCONFIG,
                "created_by_id": PEOPLE_ID,
                "frozen": owner is not None and owner["disabled"],
                **_state(chance),
            },
        )


def _state(chance: random.Random) -> dict[str, Any]:
    proved_at = START + timedelta(minutes=chance.randrange(400_000))
    return {
        "is_system": False,
        "people_may_send": False,
        "signature": "",
        "for_sending": chance.random() < 0.9,
        "for_receiving": chance.random() < 0.8,
        "automatic": chance.random() < 0.3,
        "keep_on_server": True,
        "remember_password": chance.random() < 0.8,
        "locked": chance.random() < 0.01,
        "login_refused": chance.random() < 0.02,
        "trusted": True,
        "version": 1,
        "created_at": proved_at,
        "proved_at": proved_at,
        "checked_at": proved_at + timedelta(days=1) if chance.random() < 0.7 else None,
    }


def _server(number: int, protocol: Protocol, domain: str, address: str) -> dict[str, Any]:
    return {
        "id": PEOPLE_ID + number,
        "protocol": protocol,
        "host": f"{protocol.value}.{domain}",
        "port": 993 if protocol is Protocol.IMAP else 465,
        "security": Security.TLS,
        "auth_method": AuthMethod.PASSWORD_CLEARTEXT,
        "username": address,
        "proved_at": START,
    }


def _outgoing(number: int, domain: str, address: str, owner: dict[str, Any] | None) -> dict[str, Any]:
    server = _server(number, Protocol.SMTP, domain, address)
    return {**server, "owner_id": owner and owner["id"], "description": "", "is_default": False, "version": 1}


def _journal(size: Size, people: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    actions = list(Action)
    for number in range(size.journal):
        actor, owner = chance.choice(people), chance.choice(people)
        subject = f"box{chance.randrange(size.accounts):05}@{chance.choice(DOMAINS)}"
        yield {
            "at": START + timedelta(minutes=number),
            "action": chance.choice(actions),
            "user_id": actor["id"],
            "user_name": actor["display_name"],
            "account_id": PEOPLE_ID + chance.randrange(size.accounts),
            "subject": subject,
            "owner_id": owner["id"],
            "details": (("title", "Почта"),),
            "search_key": fold(f"{subject} {actor['display_name']} почта"),
        }
