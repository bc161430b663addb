"""Offers for likely typing errors; pure functions, and never a silent change."""

from dataclasses import dataclass, field
from enum import StrEnum

from webapp.detection.providers import ProviderTable


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
    raise NotImplementedError


def secret_offers(typed: str) -> tuple[Offer, ...]:
    """Return what the password was probably meant to be, best first; empty when nothing looks wrong."""
    raise NotImplementedError
