"""What a field of the settings is: the few sentences behind its «?», read from `catalogue/help.toml`.

A field means the same wherever it stands, unless a form has words of its own for it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from wtforms import Field

from webapp.web.explaining.entries import Language
from webapp.web.explaining.explained import language_read
from webapp.web.explaining.reader import FOLDER, toml_of

Help = Mapping[Language, str]


def help_of(field: Field) -> str | None:
    """Return what a field is, in the reader's language; None for a field of a form that needs no explaining."""
    found = help_for(getattr(field, "explained_by", ()), field.short_name)
    return found[language_read()] if found else None


def help_for(forms: Iterable[str], name: str) -> Help | None:
    """Return the words for a field of a form known by these names, the most special first."""
    forms = tuple(forms)
    if not forms:
        return None
    words = all_help()
    return next((words[key] for key in [*(f"{form}.{name}" for form in forms), name] if key in words), None)


@cache
def all_help(file: Path = FOLDER / "help.toml") -> Mapping[str, Help]:
    """Return all words by `field` or `Form.field`, read once; raises `ValueError` where they are written wrongly."""
    read: dict[str, Help] = {}
    for name, row in toml_of(file).items():
        if name[:1].isupper():
            read |= {f"{name}.{field}": _words(f"{name}.{field}", words) for field, words in row.items()}
        else:
            read[name] = _words(name, row)
    return read


def _words(key: str, row: Any) -> Help:
    """Return one explanation: something said in each language, and nothing else."""
    if not isinstance(row, dict) or row.keys() != set(Language):
        raise ValueError(f"help.toml, {key}: it takes {sorted(Language)} and nothing else")
    if not all(isinstance(said, str) and said.strip() for said in row.values()):
        raise ValueError(f"help.toml, {key}: nothing is said")
    return {language: row[language] for language in Language}
