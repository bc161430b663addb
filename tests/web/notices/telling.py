"""Notices laid into people's lists, as the background tells them."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from tests.web.desk import database
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import LetterFate, Notice, NoticeCopy, NoticeKind, OutgoingLetter, User
from webapp.storage.notices import tell

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SILENT = Problem(ProblemKind.CONNECTION_TIMED_OUT, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "[AUTHENTICATIONFAILED] no")


def lay_notice(
    app: Flask,
    *people: int,
    kind: NoticeKind = NoticeKind.TEST,
    fate: LetterFate = LetterFate.WAITING,
    subject: str = "Анна Петрова",
    **columns: object,
) -> int:
    """Tell people something; return the number of the notice."""
    with database(app) as session:
        notice = Notice(kind=kind, at=NOON, subject=subject, **columns)
        found = session.scalars(select(User).where(User.id.in_(people)))
        number = tell(session, notice, list(found), fate).id
        session.commit()
        return number


def lay_trouble(
    app: Flask,
    account_id: int,
    *people: int,
    problem: Problem = SILENT,
    direction: Direction = Direction.INCOMING,
    subject: str = "boris@uspeh.test",
    **columns: object,
) -> int:
    """Tell people of an account's trouble; return the number of the notice."""
    about = {"account_id": account_id, "direction": direction, "problem": problem, "since": NOON, **columns}
    return lay_notice(app, *people, kind=NoticeKind.TROUBLE, subject=subject, **about)  # type: ignore[arg-type]


def lay_letter(app: Flask, notice_id: int, user_id: int, account_id: int, **columns: object) -> None:
    """Let a letter carry somebody's notice."""
    with database(app) as session:
        letter = OutgoingLetter(account_id=account_id, to="anna@elsewhere.test", **columns)
        session.add(letter)
        session.flush()
        copy = session.get_one(NoticeCopy, (notice_id, user_id))
        copy.fate, copy.letter_id = LetterFate.WRITTEN, letter.id
        session.commit()
