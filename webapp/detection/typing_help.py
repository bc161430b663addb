"""Offers for likely typing errors; pure functions, and never a silent change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from webapp.detection.keyboard import has_cyrillic, on_latin_keys, on_russian_keys
from webapp.detection.near_misses import near_misses
from webapp.detection.providers import ProviderTable

LONGEST = 320
ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"']+@(?:[\w-]+\.)+[^\W\d_][\w-]*")
IN_BRACKETS = re.compile(r"<\s*([^<>]*@[^<>]*?)\s*>")
CYRILLIC_ENDS = (".рф", ".рус", ".москва", ".дети", ".онлайн", ".сайт", ".орг", ".ком", ".бел", ".укр")
APPLICATION_PASSWORD = re.compile(r"[A-Za-z0-9]{4}(?:\s[A-Za-z0-9]{4}){2,7}")


class OfferKind(StrEnum):
    """What seems to have gone wrong while typing."""

    KEYBOARD_LAYOUT = "keyboard-layout"
    NEAR_MISS_DOMAIN = "near-miss-domain"
    STRAY_CHARACTERS = "stray-characters"  # spaces, brackets, mailto:, a full stop at the end
    SPACES_IN_SECRET = "spaces-in-secret"  # noqa: S105 -- a name, not a secret


@dataclass(frozen=True)
class Offer:
    """One suggested text instead of the typed one; for a password it is a secret itself."""

    kind: OfferKind
    suggestion: str = field(repr=False)


def address_offers(typed: str, providers: ProviderTable) -> tuple[Offer, ...]:
    """Return what the address was probably meant to be, best first; empty when nothing looks wrong."""
    if len(typed) > LONGEST:
        return ()
    offers = [*_layout_offers(typed.strip()), *_stray_offers(typed)]
    cleaned = offers[0].suggestion if offers else typed.strip()
    corrected = list(_domain_offers(cleaned, providers))
    # A corrected text with a mistyped domain is best offered with both mistakes gone.
    ordered = corrected + offers if offers and corrected else offers + corrected
    distinct = {offer.suggestion: offer for offer in reversed(ordered) if offer.suggestion != typed}
    return tuple(reversed(distinct.values()))


def secret_offers(typed: str) -> tuple[Offer, ...]:
    """Return what the password was probably meant to be, best first; empty when nothing looks wrong."""
    if len(typed) > LONGEST:
        return ()
    stripped = typed.strip()
    if APPLICATION_PASSWORD.fullmatch(stripped):
        return (Offer(OfferKind.SPACES_IN_SECRET, "".join(stripped.split())),)
    if has_cyrillic(typed) and on_latin_keys(typed).isascii():
        return (Offer(OfferKind.KEYBOARD_LAYOUT, on_latin_keys(typed)),)
    return (Offer(OfferKind.SPACES_IN_SECRET, stripped),) if stripped != typed else ()


def _layout_offers(typed: str) -> Iterator[Offer]:
    local, at, domain = typed.rpartition("@")
    for meant in (
        on_latin_keys(typed),
        # The layout was changed for the @, or half-way: each half by itself.
        f"{on_latin_keys(local)}@{domain}" if at and has_cyrillic(local) else "",
        f"{local}@{on_latin_keys(domain)}" if at and "." not in domain else "",
        f"{on_latin_keys(local)}@{on_latin_keys(domain)}" if at and "." not in domain else "",
    ):
        if has_cyrillic(typed) and meant.isascii() and ADDRESS.fullmatch(meant):
            yield Offer(OfferKind.KEYBOARD_LAYOUT, meant)
    russian = f"{local}@{on_russian_keys(domain)}"
    if at and domain.isascii() and russian.endswith(CYRILLIC_ENDS) and ADDRESS.fullmatch(russian):
        yield Offer(OfferKind.KEYBOARD_LAYOUT, russian)


def _stray_offers(typed: str) -> Iterator[Offer]:
    if ADDRESS.fullmatch(typed):
        return
    bracketed = IN_BRACKETS.search(typed)
    text = bracketed[1] if bracketed else typed
    text = re.sub(r"^\s*mailto:", "", text, flags=re.IGNORECASE).partition("?")[0]
    text = re.sub(r"\s+", "", text).strip(".,;:<>()[]\"'«»")
    local, at, domain = text.rpartition("@")
    text = f"{local}{at}{domain.replace(',', '.')}"
    if ADDRESS.fullmatch(text):
        yield Offer(OfferKind.STRAY_CHARACTERS, text)


def _domain_offers(address: str, providers: ProviderTable) -> Iterator[Offer]:
    local, at, domain = address.rpartition("@")
    if at and local and domain and providers.by_domain(domain) is None:
        for meant in near_misses(domain.lower(), providers.domains)[:3]:
            yield Offer(OfferKind.NEAR_MISS_DOMAIN, f"{local}@{meant}")
