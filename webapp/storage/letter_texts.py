"""The words of letters that are searched in: SQLite's own table of them, and texts any database takes."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.mail.messages.facts import LetterFacts
from webapp.storage.folding import fold

LONGEST_TEXT = 64 * 1024
KEEP = text("INSERT INTO letter_texts (rowid, subject, people, text) VALUES (:id, :subject, :people, :text)")


def keep(session: Session, letter_id: int, facts: LetterFacts) -> None:
    """Let a letter be found by its words; they go with the letter's row by themselves."""
    if not has_table(session):
        return
    columns = {
        "subject": facts.subject,
        "people": f"{facts.sender_name} {facts.sender_address} {facts.recipients}",
        "text": facts.text,
    }
    folded = {name: fold(fitting(words, LONGEST_TEXT)) for name, words in columns.items()}
    session.connection().execute(KEEP, {"id": letter_id, **folded})


def has_table(session: Session) -> bool:
    """Tell whether the database keeps words in a table of its own: SQLite does."""
    return session.get_bind().dialect.name == "sqlite"


def fitting(words: str, longest: int) -> str:
    """Return a text that any database takes: no half characters, no NUL, not too long."""
    return words[:longest].encode("utf-8", "replace").decode().replace("\0", " ")
