"""What a member may say yes to, each for itself. Pure."""

from collections.abc import Iterable
from enum import StrEnum


class Purpose(StrEnum):
    """What something is kept for. The order is that of the card; the values are stored."""

    CHECK_INS = "check-ins"
    RECOVERY_DATES = "dates"
    SHARING = "sharing"
    PAIRING = "pairing"
    REMINDERS = "reminders"


Purposes = frozenset[Purpose]

NOTHING: Purposes = frozenset()

CONSENT_VERSION = 1
"""The wording of the card that a yes was given to; raised when it comes to mean more."""


def to_mask(purposes: Iterable[Purpose]) -> int:
    """Return a number for a set of purposes, small enough for a button."""
    chosen = frozenset(purposes)
    return sum(1 << place for place, purpose in enumerate(Purpose) if purpose in chosen)


def from_mask(mask: int) -> Purposes:
    """Return the purposes a number stands for; what it cannot stand for is left out."""
    return frozenset(purpose for place, purpose in enumerate(Purpose) if mask >> place & 1)
