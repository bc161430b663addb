"""Make words of a server safe to store and show (DESIGN 5.6)."""

import unicodedata

ELLIPSIS = "…"


def clean_words(data: bytes | str, limit: int = 300) -> str:
    """Return what a server said as one line: no control or direction characters, capped."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    # A look at a bounded piece is enough; a hostile server may send a megabyte of blanks.
    begin = text[: limit * 8]
    # What prints is harmless; letters come by the thousand, and most of their words do.
    visible = begin if begin.isprintable() else "".join(map(_harmless, begin))
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def _harmless(character: str) -> str:
    if character.isprintable():
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    # Cf holds the bidirectional and zero-width controls, Cs lone surrogates (not storable), Co and Cn nothing to see.
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character
