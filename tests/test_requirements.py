"""docs/requirements.md: every sentence of both requirement documents has its screen, and a test that exists."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.requirements_sentences import MAIL_ACCOUNTS, MANUAL_SET_UP

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "requirements.md"
# The documents themselves lie beside the project only where it is made.
DOCUMENTS = ROOT.parent / "shared" / "requirements"
SENTENCES = {1: MANUAL_SET_UP, 2: MAIL_ACCOUNTS}
ROW = re.compile(r"\| (\d)\.(\d+) \| (.+?) \| (.+?) \| (.+?) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NOT_SENTENCES = re.compile(r"#|!\[|---|order:|icon:|\*{3}|Настройка (учётной записи вручную|сервера исходящей почты)$")


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    document: int
    number: int
    screen: str
    proof: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        """Return file and function of every test it names."""
        return TEST.findall(self.proof)


def rows() -> list[Row]:
    """Read the page."""
    found = ROW.findall(PAGE.read_text())
    return [Row(int(document), int(number), screen, proof) for document, number, _, screen, proof in found]


@pytest.mark.parametrize("document", SENTENCES)
def test_every_sentence_has_its_line(document: int) -> None:
    numbers = [row.number for row in rows() if row.document == document]

    assert numbers == list(range(1, len(SENTENCES[document]) + 1))


def test_every_line_names_a_screen_and_a_test_or_says_why_it_is_open() -> None:
    for row in rows():
        assert row.tests or row.proof.startswith("*open:* "), row
        assert bool(row.tests) is not ("open" in row.proof), row
        assert row.tests == [] or "/" in row.screen or "страница" in row.screen, row


def test_every_named_test_exists() -> None:
    named = {test for row in rows() for test in row.tests}
    missing = [f"{file}::{name}" for file, name in sorted(named) if name not in functions(ROOT / file)]

    assert missing == []


def functions(file: Path) -> set[str]:
    """Return the tests a file defines."""
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("document", "file"), [(1, "1-manual-setup.ru.txt"), (2, "2-mail-accounts.ru.txt")])
def test_no_sentence_of_the_document_is_missing(document: int, file: str) -> None:
    if not DOCUMENTS.exists():
        pytest.skip("the documents are not beside the project")
    beginnings = list(SENTENCES[document])

    for sentence in sentences((DOCUMENTS / file).read_text()):
        assert sentence.startswith(beginnings[0]), sentence
        beginnings.pop(0)

    assert beginnings == []


def sentences(text: str) -> Iterator[str]:
    """Return the sentences of a document without its markup."""
    for line in text.splitlines():
        plain = line.strip()
        if not plain or NOT_SENTENCES.match(plain):
            continue
        plain = re.sub(r"^(\* |• *|\d+\. )", "", plain).replace("**", "")
        yield from re.split(r"(?<=[.!?)])\s+(?=[(А-ЯЁ])", plain)
