"""Answers to FETCH that are as usual are read as the library's parser reads them; all others are left to it."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from webapp.mail.clients.fetched import fetched

FLAGS = st.lists(st.sampled_from([rb"\Seen", rb"\Answered", rb"\Flagged", b"$Forwarded", b"NonJunk"]), max_size=4)
LETTER = st.binary(max_size=40)


def by_library(answers: list[Any]) -> dict[int, dict[bytes, Any]]:
    told = parse_fetch_response(answers, normalise_times=False, uid_is_key=False)
    return {
        facts[b"UID"]: {key: facts[key] for key in facts if key != b"SEQ"} for facts in told.values() if b"UID" in facts
    }


def line(number: int, uid: int, flags: list[bytes], size: int) -> bytes:
    items = [
        b"UID %d" % uid,
        b"FLAGS (%s)" % b" ".join(flags),
        b"RFC822.SIZE %d" % size,
        b'INTERNALDATE " 1-Jan-2026 10:00:00 +0300"',
    ]
    turned = items[number % 4 :] + items[: number % 4]
    return b"%d (%s)" % (number, b" ".join(turned))


@given(
    st.lists(
        st.tuples(st.integers(1, 2**32 - 1), FLAGS, st.integers(0, 2**31)), max_size=5, unique_by=lambda one: one[0]
    )
)
def test_facts_of_letters_are_read(letters: list[tuple[int, list[bytes], int]]) -> None:
    answers = [line(number, *letter) for number, letter in enumerate(letters, 1)]

    assert fetched(answers) == by_library(answers)


@pytest.mark.parametrize("item", [b"BODY[]", b"BODY[HEADER]"])
@given(letters=st.lists(LETTER, max_size=5))
def test_letters_are_read_wherever_their_numbers_stand(item: bytes, letters: list[bytes]) -> None:
    answers: list[Any] = []
    for uid, letter in enumerate(letters, 1):
        size = b"{%d}" % len(letter)
        before = b"%d (UID %d %s %s" % (uid, uid + 10, item, size), b")"
        after = b"%d (%s %s" % (uid, item, size), b" UID %d)" % (uid + 10)
        begin, end = before if uid % 2 else after
        answers += [(begin, letter), end]

    assert fetched(answers) == by_library(answers)


def test_a_moment_keeps_its_zone() -> None:
    (facts,) = (fetched([b'1 (UID 5 INTERNALDATE "01-Feb-2026 10:00:00 -0530")']) or {}).values()

    assert facts[b"INTERNALDATE"] == datetime.fromisoformat("2026-02-01T10:00:00-05:30")


@pytest.mark.parametrize(
    "moment", [b"31-Feb-2026 10:00:00 +0300", b"01-Foo-2026 10:00:00 +0300", b"01-Feb-2026 10:00:00 +9900"]
)
def test_a_moment_that_never_was_is_none(moment: bytes) -> None:
    assert fetched([b'1 (UID 5 INTERNALDATE "%s")' % moment]) == {5: {b"UID": 5, b"INTERNALDATE": None}}


def test_what_is_told_unasked_without_a_number_is_left_out() -> None:
    assert fetched([rb"4 (FLAGS (\Seen))", rb"1 (UID 5 FLAGS ())"]) == {5: {b"UID": 5, b"FLAGS": ()}}


@pytest.mark.parametrize(
    "answers",
    [
        [b"1 (UID 5 BODY[] NIL)"],
        [b'1 (UID 5 BODY[] "short")'],
        [(b"1 (UID 5 ENVELOPE {3}", b"abc"), b")"],
        [(b"1 (UID 5 BODY[] {3}", b"abc"), rb" FLAGS (\Seen))"],
        [(b"1 (BODY[] {3}", b"abc"), b")"],
        [(b"1 (UID 5 BODY[] {3}", b"abc")],
        [(b"1 (UID 5 BODY[] {3}", b"abc"), (b" BODY[HEADER] {3}", b"abc"), b")"],
        [b"1 (UID 5 FLAGS (("],
        [b"what"],
        [None],
    ],
)
def test_everything_else_is_left_to_the_library(answers: list[Any]) -> None:
    assert fetched(answers) is None


@given(st.lists(st.binary(max_size=30) | st.tuples(st.binary(max_size=30), st.binary(max_size=5)), max_size=4))
def test_nothing_makes_it_stumble(answers: list[Any]) -> None:
    fetched(answers)
