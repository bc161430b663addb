"""Reads the matrix: one `Cell` for each person, request and thing, with the answer that is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("matrix.txt")
PEOPLE = ("boris", "vera", "anna")
ARGUMENTS = {
    "account": ("account_id",),
    "account and server": ("account_id", "server_id"),
    "server": ("server_id",),
    "user": ("user_id",),
    "run": ("run_id",),
    "token": ("token",),
    "authority": ("authority",),
    "notice": ("notice_id",),
    "letter": ("letter_id",),
    "letter and file": ("letter_id", "number"),
    "folder": ("folder_id",),
    "draft": ("draft_id",),
    "outgoing": ("outgoing_id",),
    "alone": (),
}


@dataclass(frozen=True)
class Request:
    """One row: an endpoint, a method, the fields sent, and what kind of thing its address names."""

    endpoint: str
    method: str
    fields: tuple[str, ...]
    kind: str

    def __str__(self) -> str:
        return " ".join((self.endpoint, self.method, *self.fields))


@dataclass(frozen=True)
class Cell:
    """One answer: who asks for whose thing, the status that is due, whether anything is written."""

    request: Request
    who: str
    whose: str
    status: int
    writes: bool


def rows() -> Iterator[tuple[Request, list[Cell]]]:
    """Read the table."""
    kind, whose, request = "", [""], None
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("=="):
            kind, _, letters = line.removeprefix("==").partition(":")
            kind, whose = kind.strip(), letters.split()
            assert kind in ARGUMENTS, line
        elif not line.startswith(" "):
            endpoint, method, *fields = line.split()
            request = Request(endpoint, method, tuple(fields), kind)
        else:
            assert request is not None, line
            yield request, list(cells(request, whose, line))


def cells(request: Request, whose: list[str], line: str) -> Iterator[Cell]:
    """Read one line of answers."""
    columns = [column.split() for column in line.split("|")]
    assert [len(column) for column in columns] == [len(whose)] * len(PEOPLE), f"{request}: {line}"
    for who, column in zip(PEOPLE, columns, strict=True):
        for letter, answer in zip(whose, column, strict=True):
            yield Cell(request, who, letter, int(answer.rstrip("!")), answer.endswith("!"))
