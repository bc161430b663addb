"""Typing help on the first form: what is offered instead of what was typed, and taking an offer up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext

from webapp.detection.providers import ProviderTable
from webapp.detection.typing_help import Offer, OfferKind, address_offers, secret_offers
from webapp.web.wording.words import N_

ADDRESS_WORDS: dict[OfferKind, str] = {
    OfferKind.KEYBOARD_LAYOUT: N_("This looks like another keyboard layout. Did you mean %(suggestion)s?"),
    OfferKind.NEAR_MISS_DOMAIN: N_("Did you mean %(suggestion)s?"),
    OfferKind.STRAY_CHARACTERS: N_("Some characters do not belong to the address. Did you mean %(suggestion)s?"),
}
SECRET_WORDS: dict[OfferKind, str] = {
    OfferKind.KEYBOARD_LAYOUT: N_("The password has letters of another keyboard layout in it."),
    OfferKind.STRAY_CHARACTERS: N_("The password begins or ends with a space, as happens when copying."),
    OfferKind.SPACES_IN_SECRET: N_(
        "The password has spaces in it. Application passwords are shown in groups, but meant without spaces."
    ),
}
SECRET_ACCEPT: dict[OfferKind, str] = {
    OfferKind.KEYBOARD_LAYOUT: N_("Take the same keys in the other layout"),
    OfferKind.STRAY_CHARACTERS: N_("Take the spaces out"),
    OfferKind.SPACES_IN_SECRET: N_("Take the spaces out"),
}


@dataclass(frozen=True)
class OfferLine:
    """One offer as the page shows it; `value` is what its button sends. A password is never part of it."""

    words: str
    accept: str
    value: str


@lru_cache(maxsize=1)
def provider_table() -> ProviderTable:
    """Return the built-in provider table, read once."""
    return ProviderTable.load()


def for_address(typed: str) -> tuple[OfferLine, ...]:
    """Return what may be offered instead of a typed address."""
    return tuple(
        OfferLine(
            gettext(ADDRESS_WORDS[offer.kind]) % {"suggestion": offer.suggestion},
            gettext("Take %(suggestion)s", suggestion=offer.suggestion),
            f"address {offer.suggestion}",
        )
        for offer in address_offers(typed, provider_table())
        if offer.kind in ADDRESS_WORDS
    )


def for_secret(typed: str) -> tuple[OfferLine, ...]:
    """Return what may be offered instead of a typed password, without saying any of it."""
    return tuple(
        OfferLine(gettext(SECRET_WORDS[offer.kind]), gettext(SECRET_ACCEPT[offer.kind]), f"secret {offer.kind}")
        for offer in secret_offers(typed)
        if offer.kind in SECRET_WORDS
    )


def accepted_address(typed: str, value: str) -> str | None:
    """Return the address a pressed button stands for, if it is still on offer for what was typed."""
    return _accepted(address_offers(typed, provider_table()), lambda offer: f"address {offer.suggestion}" == value)


def accepted_secret(typed: str, value: str) -> str | None:
    """Return the password a pressed button stands for."""
    return _accepted(secret_offers(typed), lambda offer: f"secret {offer.kind}" == value)


def _accepted(offers: tuple[Offer, ...], pressed: Callable[[Offer], bool]) -> str | None:
    return next((offer.suggestion for offer in offers if pressed(offer)), None)
