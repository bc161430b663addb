"""Server words are data: one line, visible characters, capped."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from webapp.net.words import clean_words


def test_words_become_one_line_without_control_characters() -> None:
    assert clean_words(b"550 5.7.1\r\n no\x00 such\x1b[31m user\t here ") == "550 5.7.1 no such [31m user here"


def test_direction_and_zero_width_characters_disappear() -> None:
    assert clean_words("safe\u202egnp.exe\u200b\ufeff\u2066x") == "safegnp.exex"


def test_bytes_that_are_no_text_are_marked_not_dropped() -> None:
    assert clean_words(b"caf\xe9") == "caf\N{REPLACEMENT CHARACTER}"


def test_long_words_end_in_an_ellipsis() -> None:
    words = clean_words("a" * 1000, limit=10)

    assert words == "a" * 9 + "…"


@given(st.text() | st.binary(), st.integers(min_value=1, max_value=40))
def test_whatever_a_server_says_is_storable_and_capped(said: bytes | str, limit: int) -> None:
    words = clean_words(said, limit)

    assert len(words) <= limit
    assert "\n" not in words
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in words)
    assert words.encode("utf-8").decode("utf-8") == words
