"""Reading what may be asked of whoever runs the mail: `catalogue/questions.toml`, the one place of its wording.

Which of it is still unknown after a run decides `webapp.web.reports.questions`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.web.explaining.entries import Language

FILE = Path(__file__).with_name("catalogue") / "questions.toml"
KEYS = frozenset({"to", "kinds", "causes", *Language})

Member = TypeVar("Member", bound=StrEnum)


class Topic(StrEnum):
    """Everything that may stay unknown, in the order of asking."""

    DOMAIN = "domain"
    PROGRAMS = "programs"
    SERVER = "server"  # name, port and security: nothing is known
    CONFIRM = "confirm"
    HOST = "host"
    NAME_SERVERS = "name-servers"
    PORT = "port"
    SECURITY = "security"
    REACHABLE = "reachable"
    CERTIFICATE = "certificate"
    SERVICE = "service"
    AUTH = "auth"
    USERNAME = "username"
    PASSWORD = "password"  # noqa: S105 -- a name, not a secret
    APPLICATION_PASSWORD = "application-password"  # noqa: S105
    ACCESS = "access"
    BROWSER = "browser"
    BLOCKED = "blocked"
    POLICY = "policy"
    LIMITS = "limits"
    IP = "ip"
    REVERSE_NAME = "reverse-name"
    HELLO = "hello"
    SENDER = "sender"
    SENDER_RECORDS = "sender-records"
    MAILBOX = "mailbox"
    QUOTA = "quota"
    LETTER = "letter"
    DELIVERY = "delivery"
    FOLDER = "folder"
    POSTING = "posting"
    MEANING = "meaning"
    OFFICE_NETWORK = "office-network"
    OFFICE_RIGHTS = "office-rights"


class Addressee(StrEnum):
    """Who can know the answer."""

    PROVIDER = "provider"
    ADMINISTRATOR = "administrator"  # of this Mailroom and the office's network


@dataclass(frozen=True)
class Wording:
    """One question in one language, placeholders not filled in, and what made us ask."""

    ask: str
    why: str


@dataclass(frozen=True)
class LetterWords:
    """What stands around the questions in a letter to the provider's support."""

    subject: str
    greeting: str
    opening: str
    asking: str
    closing: str
    thanks: str
    works: str
    let_in: str
    login_name: str
    said: str
    certificate: str
    tried: str
    nothing: str
    either: str
    place: str


@dataclass(frozen=True)
class Entry:
    """One entry of the file: who is asked, after which problems and causes, in which words."""

    to: Addressee
    kinds: frozenset[ProblemKind]
    causes: frozenset[Cause]
    words: Mapping[Language, Wording]


@dataclass(frozen=True)
class Questions:
    """The whole file; after the problems `nobody` nobody outside is asked."""

    entries: Mapping[Topic, Entry]
    nobody: frozenset[ProblemKind]
    letter: Mapping[Language, LetterWords]

    def topics_of(self, problem: Problem) -> tuple[Topic, ...]:
        """Return what a problem leaves open: a known cause speaks before the kind, an unknown one beside it."""
        by_cause = [topic for topic, entry in self.entries.items() if problem.cause in entry.causes]
        if by_cause and problem.cause is not Cause.GENERAL:
            return tuple(by_cause)
        by_kind = {topic for topic, entry in self.entries.items() if problem.kind in entry.kinds}
        return tuple(topic for topic in self.entries if topic in by_kind.union(by_cause))


@cache
def questions(file: Path = FILE) -> Questions:
    """Return the questions, read once; raises `ValueError` where they are written wrongly."""
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    if list(read["question"]) != list(Topic):
        raise ValueError("questions.toml: the questions are those of Topic, in its order")
    return Questions(
        entries={Topic(name): _entry(name, row) for name, row in read["question"].items()},
        nobody=_members(ProblemKind, read["nobody"]["kinds"]),
        letter={language: LetterWords(**read["letter"][language]) for language in Language},
    )


def _entry(name: str, row: Mapping[str, Any]) -> Entry:
    if unknown := row.keys() - KEYS:
        raise ValueError(f"questions.toml, {name}: nobody reads {sorted(unknown)}")
    return Entry(
        to=Addressee(row["to"]),
        kinds=_members(ProblemKind, row.get("kinds", ())),
        causes=_members(Cause, row.get("causes", ())),
        words={language: Wording(**row[language]) for language in Language},
    )


def _members(members: type[Member], names: Iterable[str]) -> frozenset[Member]:
    return frozenset(members(name) for name in names)
