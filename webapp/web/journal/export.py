"""The journal as a table to take away: CSV as Excel in Russian opens it by a double click.

That means semicolons (the comma is the decimal sign there) and a byte order
mark (without one it reads the Cyrillic as something else).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask_babel import gettext

from webapp.web.journal.lines import Line
from webapp.web.moments import local, time_zone

BYTE_ORDER_MARK = "\ufeff"
# What begins so is a formula to a spreadsheet, and names and subjects are other people's words. The wide signs are
# the same ones to an East Asian Excel, and whatever a reader takes for a separator begins a cell, too.
FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
HARMFUL_BLANKS = ("\t", "\r", "\n")
FORMULA_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"']*)(?=[{re.escape(''.join(FORMULA_SIGNS))}])")


def csv_rows(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the file piece by piece, its head first."""
    yield BYTE_ORDER_MARK + row((when_words(), gettext("Who"), gettext("What"), gettext("About"), gettext("Details")))
    for line in lines:
        details = "; ".join(f"{name}: {value}" for name, value in line.details)
        yield row((moment(line.at), line.who, line.action, line.subject, details))


def row(cells: Iterable[str]) -> str:
    """Return one row, quoted where it must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return the cell as text in the eyes of a spreadsheet."""
    text = cell.lstrip()
    quote = "'" if text.startswith(FORMULA_SIGNS) or cell.startswith(HARMFUL_BLANKS) else ""
    return quote + cell[: len(cell) - len(text)] + FORMULA_INSIDE.sub(r"\1'", text)


def when_words() -> str:
    """Return the head of the moments: in which time zone they are told."""
    return gettext("When (%(zone)s)", zone=time_zone().key)


def moment(at: datetime) -> str:
    """Return a moment in the form every spreadsheet takes for one."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S")
