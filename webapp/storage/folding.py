"""The form of a text that is sorted by and searched in: letters of either case are one, so are «ё» and «е». Pure."""

import unicodedata


def fold(text: str) -> str:
    """Return the key of a text; keys compare as a Russian dictionary sorts, and spaces count once.

    NUL is a space: to SQLite it ends a pattern, and PostgreSQL takes no text with it.
    """
    return " ".join(in_one_form(text).replace("\0", " ").split())


def in_one_form(text: str) -> str:
    """Return a text folded, its spaces as they are: for whoever takes it apart into words anyway."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
