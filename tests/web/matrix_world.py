"""The office of the matrix: three people who may sign in, one of everything for each; every request finds it as new."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.mail.messages.letters import mixed
from tests.office_authority import NOW, authorities_in, make
from tests.storage.letters import folder_row, stored
from tests.web.desk import IMAP, SMTP, Desk, database
from tests.web.runs.changing import lay_change
from tests.web.visitor import Visitor
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.instance import DATABASE
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.storage.authorities import add_authorities
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import close_others
from webapp.storage.models import Account, LinkPurpose, Notice, NoticeKind, Run, RunPurpose, RunState, User
from webapp.storage.notices import tell
from webapp.storage.one_time_links import create_link
from webapp.storage.outbox import post, queue
from webapp.storage.writing import Content, start
from webapp.web.extensions import db, runner

PEOPLE = {"boris": False, "vera": False, "anna": True}  # name -> administrator
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Seat:
    """One signed-in browser: its cookie, and the token its forms carry."""

    cookie: str
    token: str


class World:
    """An application with everything the matrix asks about; `things` are numbers and ids by a letter."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._file = Path(app.instance_path) / DATABASE
        visitors = {name: Visitor(app).who_is(name, name.title(), is_admin=admin) for name, admin in PEOPLE.items()}
        self.ids = {name: visitor.user_id for name, visitor in visitors.items()}
        self.seats = {name: seat_of(visitor.browser, visitor.headers) for name, visitor in visitors.items()}
        self.seats["ended"] = self._ended()
        self.things = lay_things(app, self.ids)
        self._pristine = sqlite3.connect(":memory:")
        self._watching = sqlite3.connect(self._file)
        with closing(sqlite3.connect(self._file)) as live:
            live.backup(self._pristine)

    def close(self) -> None:
        """Let go of the database."""
        self._pristine.close()
        self._watching.close()

    def ask(
        self, who: str, method: str, path: str, fields: dict[str, str] | None = None, *, token: bool = True
    ) -> tuple[TestResponse, bool]:
        """Return the answer to a request and whether anything was written; then all is as it was before."""
        before = self._version()
        answer = self._open(who, method, path, fields or {}, token)
        wrote = self._version() != before
        if wrote:
            self._put_back()
        return answer, wrote

    def _open(self, who: str, method: str, path: str, fields: dict[str, str], token: bool) -> TestResponse:
        browser, seat = self.app.test_client(), self.seats.get(who)
        headers = {"Accept-Language": "ru", "Sec-Fetch-Site": "same-origin"}
        if seat is not None:
            browser.set_cookie("mailroom", seat.cookie)
        if method in ("GET", "HEAD"):
            return browser.open(path, method=method, headers=headers, buffered=True)
        data = {"csrf_token": seat.token, **fields} if seat is not None and token else fields
        return browser.open(path, method=method, data=data, headers=headers, buffered=True)

    def _version(self) -> int:
        """Return a number that differs once anybody else has written (SQLite, PRAGMA data_version)."""
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def _put_back(self) -> None:
        with self.app.app_context():
            unfinished = select(Run.id).where(Run.state.in_([RunState.WAITING, RunState.RUNNING]))
            for run_id in db.session.scalars(unfinished).all():
                runner().stop(run_id)
                assert runner().wait(run_id, PATIENCE_S), "a run does not end"
        with closing(sqlite3.connect(self._file, timeout=PATIENCE_S)) as live:
            self._pristine.backup(live)
        self._version()

    def _ended(self) -> Seat:
        """Return what is left to a person who was signed out from elsewhere: a cookie that opens nothing."""
        visitor = Visitor(self.app).who_is("gone", "Gone")
        seat = seat_of(visitor.browser, visitor.headers)
        with database(self.app) as session:
            close_others(session, session.get_one(User, visitor.user_id))
            session.commit()
        return seat


def seat_of(browser: FlaskClient, headers: dict[str, str]) -> Seat:
    """Return the cookie of a browser after it has met a form, and the form's token."""
    page = browser.get("/profile", headers=headers, buffered=True).text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    cookie = browser.get_cookie("mailroom")
    assert token
    assert cookie is not None
    return Seat(cookie.value, token)


def lay_things(app: Flask, ids: dict[str, int]) -> dict[str, dict[str, str]]:
    """Lay down one of everything for each kind of owner; return it by kind and letter, as it stands in an address."""
    desk = Desk(app, ids["anna"])
    boris, anna = ids["boris"], ids["anna"]
    accounts = {
        "B": desk.account("boris@uspeh.test", owner=boris),
        "A": desk.account("anna@uspeh.test", owner=anna),
        "E": desk.account("office@uspeh.test", for_everyone=True),
        "S": desk.account("robot@uspeh.test", system=True),
        "F": desk.account("frozen@uspeh.test", owner=boris, frozen=True),
        "L": desk.account("locked@uspeh.test", owner=boris, locked=True),
        "N": desk.account("news@uspeh.test", owner=boris, news=True),
    }
    with database(app) as session:
        servers = {letter: session.get_one(Account, accounts[letter]).outgoing_id for letter in "BAE"}
        people = {"B": boris, "A": anna, "G": ids["anna"] + 1}  # whose session ended is the fourth
        gone = session.get_one(User, people["G"])
        gone.disabled = True
        links = {"V": create_link(session, LinkPurpose.RESET_PASSWORD, session.get_one(User, ids["vera"])), "X": "x"}
        session.commit()
    swapped = swapped_certificate()
    runs = {
        "B": Desk(app, boris).found(),
        "A": desk.found(),
        "C": lay_change(desk, accounts["E"], swapped, purpose=RunPurpose.CHECK, user_id=boris),
    }
    kinds: dict[str, dict[str, Any]] = {"account": accounts, "server": servers, "user": people}
    kinds |= {"run": runs, "token": links}
    kinds |= lay_letters(app, {letter: accounts[letter] for letter in "BAESFL"})
    kinds |= lay_writing(app, {"B": boris, "A": anna}, accounts)
    kinds |= {"notice": lay_notices(app, {"B": boris, "A": anna})}
    kinds |= {"authority": {"O": lay_authority(app, anna), "X": "0" * 64}, "pem": {"N": make("New").pem.decode()}}
    return {kind: {letter: str(value) for letter, value in things.items()} for kind, things in kinds.items()}


def lay_authority(app: Flask, admin_id: int) -> str:
    """Let the office trust an authority of its own; return its fingerprint."""
    made = make()
    with database(app) as session:
        add_authorities(session, session.get_one(User, admin_id), authorities_in(made.pem, NOW))
        session.commit()
    return made.sha256


def lay_letters(app: Flask, accounts: dict[str, int]) -> dict[str, dict[str, int]]:
    """Let a letter with a file have arrived for each of these accounts; return their numbers and those of folders."""
    raw = mixed(b"\r\nwords", b"Content-Type: application/pdf; name=x.pdf\r\n\r\n%PDF")
    letters, folders = {}, {}
    with database(app) as session:
        for number, (whose, account_id) in enumerate(accounts.items(), 1):
            folder = folder_row(session, session.get_one(Account, account_id))
            folders[whose], letters[whose] = folder.id, stored(session, folder, number, raw=raw).id
        session.commit()
    return {"letter": letters, "folder": folders, "number": {"2": 2, "9": 9}}


def lay_writing(app: Flask, people: dict[str, int], accounts: dict[str, int]) -> dict[str, dict[str, str]]:
    """Let each of these people have a draft, and a letter in the outbox; the program's own is P."""
    with database(app) as session:
        drafts: dict[str, str] = {}
        outgoing: dict[str, str] = {}
        for whose, user_id in people.items():
            user, content = session.get_one(User, user_id), Content(accounts[whose], "vera@uspeh.test")
            drafts[whose] = start(session, user, content).id
            letter = start(session, user, content)
            queue(session, letter, UTC, utc_now())
            outgoing[whose] = letter.id
        system = session.get_one(Account, accounts["S"])
        outgoing["P"] = post(session, system, "boss@uspeh.test", "Trouble", "Text", UTC, utc_now()).id
        session.commit()
    return {"draft": drafts, "outgoing": outgoing}


def lay_notices(app: Flask, people: dict[str, int]) -> dict[str, int]:
    """Let the program have told each of these people something; return the numbers of the notices."""
    with database(app) as session:
        told = {
            letter: tell(session, Notice(kind=NoticeKind.UPGRADED), [session.get_one(User, user_id)]).id
            for letter, user_id in people.items()
        }
        session.commit()
    return {**told, "X": 10**6}


def swapped_certificate() -> Outcome:
    """Return the end of a check that met another certificate than before on both servers."""
    facts = CertificateFacts("imap.uspeh.test", "Nobody", ("imap.uspeh.test",), utc_now(), utc_now(), "ab" * 32)
    problem = Problem(ProblemKind.CERTIFICATE_CHANGED, "imap.uspeh.test", 993, certificate=facts)
    return Outcome(OutcomeKind.NOT_PROVED, Findings(incoming=(IMAP,), outgoing=(SMTP,)), incoming_problem=problem)
