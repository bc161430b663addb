"""The same keys on the Latin and the Russian keyboard (QWERTY and ЙЦУКЕН, as on PCs); pure."""

LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?@#$^&|"
RUSSIAN = 'ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"№;:?/'

TO_LATIN = str.maketrans(RUSSIAN, LATIN)
TO_RUSSIAN = str.maketrans(LATIN, RUSSIAN)


def on_latin_keys(text: str) -> str:
    """Return what the same keys give with the Latin layout on."""
    return text.translate(TO_LATIN)


def on_russian_keys(text: str) -> str:
    """Return what the same keys give with the Russian layout on."""
    return text.translate(TO_RUSSIAN)


def has_cyrillic(text: str) -> bool:
    """Tell whether a Russian letter is in the text."""
    return any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
