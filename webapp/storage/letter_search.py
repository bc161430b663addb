"""The words of letters: kept in SQLite's own table of them, and found again by the beginnings of words."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, column, false, or_, select, table, text, true
from sqlalchemy.orm import Session

from webapp.mail.messages.facts import LetterFacts
from webapp.storage.folding import fold, in_one_form
from webapp.storage.models import Letter

LONGEST_TEXT = 64 * 1024  # of a letter's words
LONGEST_QUESTION = 300
PORTION = 500  # of letters in one transaction, so that nobody waits long for it
KEEP = text("INSERT INTO letter_texts (rowid, subject, people, text) VALUES (:id, :subject, :people, :text)")
FORGET = text("DELETE FROM letter_texts WHERE rowid = :id")
TEXTS = table("letter_texts", column("rowid"))
COLUMNS = (Letter.subject, Letter.sender_name, Letter.sender_address, Letter.recipients, Letter.snippet)


def keep(session: Session, letters: Mapping[int, LetterFacts]) -> None:
    """Let letters be found by their words, given by their numbers; the words go when the letter goes, or is swept."""
    if letters and _has_table(session):
        session.connection().execute(KEEP, [{"id": number, **_words(facts)} for number, facts in letters.items()])


def containing(session: Session, words: str) -> ColumnElement[bool]:
    """Tell of letters whether they have words that begin with these, all of them, in any order.

    What is typed together is found together: «anna@uspeh» is an «anna»
    followed by what begins with «uspeh». Databases other than SQLite look for
    the words anywhere in subject, names, addresses and the first lines.
    """
    asked = fold(fitting(words, LONGEST_QUESTION)).split()
    if not asked:
        return false()
    if not _has_table(session):
        return and_(true(), *(or_(*(one.icontains(word, autoescape=True) for one in COLUMNS)) for word in asked))
    # Quoted, nothing means anything to FTS5 but letters and digits; the rest parts words, there as in the texts.
    question = " ".join(f'"{word}"*' for word in (word.replace('"', " ") for word in asked))
    matching = select(TEXTS.c.rowid).where(text("letter_texts MATCH :question")).params(question=question)
    # The sum keeps the order to the index of moments: the newest letters are looked at first, and few of them.
    return (Letter.id + 0).in_(matching)


def sweep(session: Session) -> int:
    """Delete a portion of the words whose letters went with a whole folder or account; return how many, 0 when done.

    Nobody finds them any more, but taking them apart takes several times as
    long as all the rest, and everybody would wait for it.
    """
    if not _has_table(session):
        return 0
    left = session.scalars(select(TEXTS.c.rowid).where(TEXTS.c.rowid.not_in(select(Letter.id))).limit(PORTION)).all()
    if left:
        session.execute(FORGET, [{"id": letter_id} for letter_id in left])
    return len(left)


def _words(facts: LetterFacts) -> dict[str, str]:
    columns = {
        "subject": facts.subject,
        "people": f"{facts.sender_name} {facts.sender_address} {facts.recipients}",
        "text": facts.text,
    }
    return {name: in_one_form(fitting(words, LONGEST_TEXT)) for name, words in columns.items()}


def fitting(words: str, longest: int) -> str:
    """Return a text that any database takes: no half characters, no NUL, not too long."""
    words = words[:longest].replace("\0", " ")
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-8", "replace").decode()
    return words


def _has_table(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
