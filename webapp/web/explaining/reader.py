"""Reading the catalogue's files: a file for each theme, since all in one would be past 1500 lines.

What is written wrongly is told with its place: an unknown name, a key nobody
reads, words that would not be the same everywhere.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from webapp.detection.types import HintKind, Source
from webapp.mail.settings import Direction, Protocol
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind
from webapp.web.explaining.catalogue import Catalogue
from webapp.web.explaining.entries import Entry, Language, NextStep, Page, Part, Situation, StepKind, Words

FOLDER = Path(__file__).with_name("catalogue")
THEMES = ("connection", "login", "letters", "settings", "providers", "at-work", "own-letters")
WORD_KEYS = frozenset({"short", "happened", "why", "remedy"})
CONDITIONS = frozenset({"kinds", "causes", "providers", "hints", "situations", "asked", "protocols", "direction"})
KEYS = CONDITIONS | {"field", "next", "sources", "facts_of"} | set(Language)

Member = TypeVar("Member", bound=StrEnum)
Row = Mapping[str, Any]


@cache
def catalogue(folder: Path = FOLDER) -> Catalogue:
    """Return the catalogue, read once; raises `ValueError` where it is written wrongly."""
    entries: list[Entry] = []
    for theme in THEMES:
        read = toml_of(folder / f"{theme}.toml")
        pages = {name: _page(row) for name, row in read.get("pages", {}).items()}
        for number, row in enumerate(read["entry"], 1):
            place = f"{theme}.toml, entry {number}"
            try:
                entries.append(_entry(place, row, pages))
            except (KeyError, ValueError) as wrong:
                raise ValueError(f"{place}: {wrong}") from wrong
    names = toml_of(folder / "next.toml")
    fields, steps, pages_of = (_labels(names[table]) for table in ("field", "step", "page"))
    return Catalogue(tuple(entries), fields, steps, pages_of, _labels(toml_of(folder / "hints.toml")))


def toml_of(file: Path) -> dict[str, Any]:
    """Return what stands in one of the files."""
    with file.open("rb") as opened:
        return tomllib.load(opened)


def _labels(rows: Row) -> dict[str, dict[Language, str]]:
    return {name: {language: words[language] for language in Language} for name, words in rows.items()}


def _page(row: Row) -> Page:
    return Page(row["url"], {language: row[language] for language in Language}, tuple(row["sources"]), row["facts_of"])


def _entry(place: str, row: Row, pages: Mapping[str, Page]) -> Entry:
    if unknown := row.keys() - KEYS:
        raise ValueError(f"nobody reads {sorted(unknown)}")
    entry = Entry(
        place=place,
        kinds=_members(ProblemKind, row.get("kinds", ())),
        causes=_members(Cause, row.get("causes", ())),
        providers=frozenset(row.get("providers", ())),
        hints=_members(HintKind, row.get("hints", ())),
        situations=_members(Situation, row.get("situations", ())),
        asked=_members(Source, row.get("asked", ())),
        protocols=_members(Protocol, row.get("protocols", ())),
        direction=Direction(row["direction"]) if "direction" in row else None,
        part=Part(row["field"]) if "field" in row else None,
        steps=tuple(_step(text, pages) for text in row.get("next", ())),
        words={language: _words(row[language]) for language in Language if language in row},
        sources=tuple(row.get("sources", ())),
        facts_of=_day(row.get("facts_of")),
    )
    _refuse_two_tongues(entry)
    return entry


def _members(members: type[Member], names: Iterable[str]) -> frozenset[Member]:
    return frozenset(members(name) for name in names)


def _words(row: Row) -> Words:
    if unknown := row.keys() - WORD_KEYS:
        raise ValueError(f"nobody reads {sorted(unknown)}")
    return Words(**row)


def _step(text: str, pages: Mapping[str, Page]) -> NextStep:
    """Return a step as it is written: a kind, "page HINT", or the name of one of the file's pages."""
    kind, _, hint = text.partition(" ")
    if hint:
        return NextStep(StepKind(kind), hint=HintKind(hint))
    if kind in pages:
        return NextStep(StepKind.PAGE, page=pages[kind])
    return NextStep(StepKind(kind))


def _day(written: object) -> date | None:
    return written if isinstance(written, date) else None


def _refuse_two_tongues(entry: Entry) -> None:
    """Refuse what would say one problem differently in the ladder, in the summary and at the field.

    A letter somebody wrote is told of in none of these.
    """
    narrow = (
        entry.of_provider
        or entry.direction
        or entry.protocols
        or entry.situations - {Situation.ADDRESS, Situation.OWN_LETTER}
    )
    if narrow and (entry.part or any(words.happened or words.short for words in entry.words.values())):
        raise ValueError(
            "field and what happened depend on nothing but kind, cause and whether the address is to blame"
        )
