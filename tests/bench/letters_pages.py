"""Measures the pages of letters where there are many: `python -m tests.bench.letters_pages LETTERS REQUESTS`."""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import cattrs
from flask import Flask
from sqlalchemy.orm import Session

from tests.bench.jobs import LIMIT_S, REPOSITORY
from tests.bench.letters_mailbox import NAMES, START, words
from tests.bench.office_asking import Case, PageMeasured, ask, connected, timed
from tests.bench.office_pages import REQUESTS, cookie_of, counted_queries, seeded, served
from tests.storage.letters import folder_row
from tests.storage.makers import lay_account
from webapp.mail.messages.facts import LetterFacts
from webapp.storage.arrived import Arrived, Flags
from webapp.storage.arriving import store_all
from webapp.storage.models import FolderRole
from webapp.storage.secrets import SecretBox
from webapp.storage.users import create_user
from webapp.web.extensions import box

LETTERS = 50_000
PORTION = 5000  # of letters in one transaction
UNREAD_IN = 20
OLDER = re.compile(rb'href="([^"]+)" rel="next"')
LETTER = re.compile(rb'href="(/mail/letters/\d+[^"]*)"')


def measured_pages(letters: int = LETTERS, requests: int = REQUESTS) -> list[PageMeasured]:
    """Have a fresh process fill a fresh database and measure every page."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.letters_pages", str(letters), str(requests)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=REPOSITORY,
        env=environment,
    )
    if done.returncode or not done.stdout:
        raise RuntimeError(f"the pages of letters could not be measured\n{done.stderr}")
    return cattrs.structure(json.loads(done.stdout), list[PageMeasured])


def measure(letters: int, requests: int) -> Iterator[PageMeasured]:
    """Fill a database with so many letters and measure their pages, one after another."""
    fill = partial(seed, letters=letters)
    with tempfile.TemporaryDirectory() as folder, seeded(Path(folder), fill) as (app, (user_id, folder_id)):
        cookie = cookie_of(app, user_id)
        with served(app) as port, counted_queries(app) as queries:
            for case in cases(app, folder_id, port, cookie):
                yield ask(case, port, cookie, requests, queries)


def cases(app: Flask, folder_id: int, port: int, cookie: str) -> Iterator[Case]:
    """Return the pages; those far behind are found by going there."""
    inbox, found = f"/mail/folders/{folder_id}", f"/mail/all?q={quote('договор')}"
    yield Case("all letters, first page", "/mail/all")
    yield Case("inbox, first page", inbox)
    with connected(port) as connection:
        place = inbox
        for _ in range(20):
            place = _linked(connection, place, cookie, OLDER) or place
        letters = {
            "a letter beside its list": _linked(connection, place, cookie, LETTER),
            "a letter that was found, beside the others": _linked(connection, found, cookie, LETTER),
        }
    yield Case("inbox, page 21", place)
    yield Case("unread ones only", "/mail/all?unread=yes")
    yield Case("what the open list asks for by itself", f"/mail/fresh?within=folder-{folder_id}", part=True)
    for name, asked in (
        ("search, a word of nearly every letter", "договор"),
        ("search, the beginnings of two words", "догов накл"),
        ("search, one letter", "№ 4321"),
        ("search, a sender", "ёлкин"),
        ("search, no letter", "небылица"),
    ):
        yield Case(name, f"/mail/all?q={quote(asked)}")
    yield Case("search in the inbox", f"{inbox}?q={quote('договор')}")
    yield from (Case(name, path) for name, path in letters.items() if path is not None)


def seed(session: Session, letters: int) -> tuple[int, int]:
    """Store letters of two accounts; return whose they are, and the largest inbox."""
    user = create_user(session, "bench", "Анна Петрова")
    session.flush()
    keys: SecretBox = box()
    chance, number, inboxes = random.Random(9), 0, []
    for address, share in (("anna@uspeh.test", 0.7), ("zakaz@uspeh.test", 0.3)):
        account = lay_account(session, keys, user.id, address=address)
        for name, role, part in (("INBOX", FolderRole.INBOX, 0.8), ("Архив", FolderRole.ARCHIVE, 0.2)):
            folder = folder_row(session, account, name, role)
            inboxes.append(folder.id)
            left = round(letters * share * part)
            while left > 0:
                portion = [_arrived(number + one, chance) for one in range(min(left, PORTION))]
                store_all(session, folder, portion)
                number, left = number + len(portion), left - len(portion)
                session.commit()
    return user.id, inboxes[0]


def _linked(connection: HTTPConnection, path: str, cookie: str, link: re.Pattern[bytes]) -> str | None:
    _, _, body = timed(connection, Case("", path), cookie)
    leads = link.search(body)
    return unescape(leads[1].decode()) if leads else None


def _arrived(number: int, chance: random.Random) -> Arrived:
    subject, text = f"{words(chance, 4).capitalize()} № {number}", words(chance, 60)
    name = NAMES[number % len(NAMES)]
    facts = LetterFacts(
        message_id=f"<{number}.bench@torgovy-dom.test>",
        sender_name=name,
        sender_address=f"person{number % 40}@torgovy-dom.test",
        recipients="Анна <anna@uspeh.test>",
        subject=subject,
        snippet=text[:200],
        text=text,
    )
    raw = f"Message-ID: {facts.message_id}\r\nSubject: {number}\r\n\r\n{text}".encode()
    at = START + timedelta(minutes=7 * number)
    return Arrived(len(raw), at, facts, raw, uid=number + 1, flags=Flags(seen=number % UNREAD_IN != 0))


def main() -> None:
    """Measure and print what came out."""
    print(json.dumps([asdict(page) for page in measure(int(sys.argv[1]), int(sys.argv[2]))]))


if __name__ == "__main__":
    main()
