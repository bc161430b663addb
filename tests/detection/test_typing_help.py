"""Typing help: offers for slips, silence for what is right."""

import pytest

from webapp.detection.near_misses import slips
from webapp.detection.providers import ProviderTable
from webapp.detection.typing_help import Offer, OfferKind, address_offers, secret_offers

TABLE = ProviderTable.load()


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ('фттф"нфтвучюкг', OfferKind.KEYBOARD_LAYOUT, "anna@yandex.ru"),
        ("фттф@yandex.ru", OfferKind.KEYBOARD_LAYOUT, "anna@yandex.ru"),
        ("anna@нфтвучюкг", OfferKind.KEYBOARD_LAYOUT, "anna@yandex.ru"),
        ("anna@gjxnf/ha", OfferKind.KEYBOARD_LAYOUT, "anna@почта.рф"),
        ("anna@gmial.com", OfferKind.NEAR_MISS_DOMAIN, "anna@gmail.com"),
        ("anna@yandx.ru", OfferKind.NEAR_MISS_DOMAIN, "anna@yandex.ru"),
        ("anna@mail.ry", OfferKind.NEAR_MISS_DOMAIN, "anna@mail.ru"),
        ("anna@gmail.con", OfferKind.NEAR_MISS_DOMAIN, "anna@gmail.com"),
        ("anna@rambller.ru", OfferKind.NEAR_MISS_DOMAIN, "anna@rambler.ru"),
        ("<anna@uspeh.ru>", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
        ("Анна <anna@uspeh.ru>", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
        ("mailto:anna@uspeh.ru?subject=x", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
        ("anna@uspeh.ru.", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
        ("anna@uspeh,ru", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
        ("anna @ uspeh.ru", OfferKind.STRAY_CHARACTERS, "anna@uspeh.ru"),
    ],
)
def test_a_slip_is_offered_its_correction(typed: str, kind: OfferKind, meant: str) -> None:
    assert address_offers(typed, TABLE)[0] == Offer(kind, meant)


@pytest.mark.parametrize(
    "typed",
    [
        "anna@uspeh.ru",
        "anna@gmail.com",
        "anna@mail.com",  # a real provider, one letter from gmail.com
        "anna@ya.ru",
        "anna@va.ru",
        "anna@small.com",
        "анна@почта.рф",
        "anna@почта.рф",
        "a+b@sub.uspeh.ru",
        "",
        "@",
        "anna",
        "x" * 5000,
    ],
)
def test_what_looks_right_gets_no_offer(typed: str) -> None:
    assert address_offers(typed, TABLE) == ()


def test_a_known_domain_is_never_corrected() -> None:
    known = [domain for row in TABLE.providers for domain in row.all_domains]

    assert [domain for domain in known if address_offers(f"anna@{domain}", TABLE)] == []


def test_a_rare_domain_is_known_but_never_offered() -> None:
    assert TABLE.by_domain("post.com") is not None
    assert address_offers("anna@most.com", TABLE) == ()


def test_two_slips_are_both_gone_in_the_first_offer() -> None:
    assert [offer.suggestion for offer in address_offers("Anna <anna@gmial.com>", TABLE)] == [
        "anna@gmail.com",
        "anna@gmial.com",
    ]


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("abcd efgh ijkl mnop", OfferKind.SPACES_IN_SECRET, "abcdefghijklmnop"),
        (" abcd efgh ijkl mnop\t", OfferKind.SPACES_IN_SECRET, "abcdefghijklmnop"),
        ("secret ", OfferKind.SPACES_IN_SECRET, "secret"),
        ("пфтвф1", OfferKind.KEYBOARD_LAYOUT, "ganda1"),
    ],
)
def test_a_slip_in_a_password_is_offered_its_correction(typed: str, kind: OfferKind, meant: str) -> None:
    assert secret_offers(typed) == (Offer(kind, meant),)


@pytest.mark.parametrize("typed", ["", "secret", "correct horse battery staple", "a b", "пароль→1", "x" * 5000])
def test_an_ordinary_password_gets_no_offer(typed: str) -> None:
    assert secret_offers(typed) == ()


def test_an_offer_never_shows_a_password_in_its_representation() -> None:
    (offer,) = secret_offers("abcd efgh ijkl mnop")

    assert "abcd" not in repr(offer)


@pytest.mark.parametrize(
    ("typed", "meant", "distance"),
    [("gmial.com", "gmail.com", 1), ("gmail.com", "gmail.com", 0), ("yandx.ru", "yandex.ru", 1), ("abc", "", 3)],
)
def test_slips_are_counted_with_swaps_as_one(typed: str, meant: str, distance: int) -> None:
    assert slips(typed, meant) == distance
    assert slips(meant, typed) == distance
