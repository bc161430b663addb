"""What a run's words depend on beside its phase: what it is for in people's eyes, and why it ended."""

from enum import StrEnum


class Story(StrEnum):
    """What a run is for, as people see it."""

    ADDING = "adding"
    CHANGING = "changing"
    CHECKING = "checking"


class Why(StrEnum):
    """Why a run ended, where its phase alone would say too little or something untrue."""

    CLOSED_DOOR = "closed-door"
    NO_SUCH_DOMAIN = "no-such-domain"
    UNTRUSTED = "untrusted"
    PAUSED = "paused"
    PASSWORD = "password"  # noqa: S105 -- a name, not a secret
    CHANGED = "changed"
    NOT_ALLOWED = "not-allowed"
    SHARING = "sharing"
    OTHERS_DECIDE = "others-decide"
