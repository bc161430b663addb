"""Folded keys sort as a Russian dictionary and find what people type."""

import pytest

from webapp.storage.folding import fold


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ЕЛКА", "ёлка"),
        ("  Анна   Петрова ", "анна петрова"),
        ("Straße", "STRASSE"),
        ("Й", "й"),
        ("й", "й"),
        ("ан\0на", "ан на"),
    ],
)
def test_spellings_of_one_word_fold_to_one_key(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


def test_keys_sort_as_a_dictionary_does() -> None:
    names = ["Яков", "ёлка", "Ель", "анна", "Ежов", "Жанна", "Борис"]

    assert sorted(names, key=fold) == ["анна", "Борис", "Ежов", "ёлка", "Ель", "Жанна", "Яков"]
