"""How long a check-in is kept, and when somebody who left is forgotten. Pure.

The numbers are R4 and R5 of the privacy rules in docs/privacy.md.
"""

from datetime import datetime, timedelta

NOT_KEPT = 0
"""A check-in counts while its day is open; what was answered is never written down."""

SHORTEST, DEFAULT, LONGEST = 7, 90, 365
"""In days, from the moment a check-in was made."""

AFTER_LEAVING = timedelta(days=30)
"""How long after leaving a server, or after the bot left it, everything is erased."""

LOOK_EVERY = timedelta(hours=23)
"""How often Discord is asked whether a member is still in the server."""

UNSEEN = timedelta(days=1)
"""How long somebody may be away before a look notices: the hour more is for waiting in line."""


def may_keep(days: int) -> bool:
    """Tell whether a member may choose to keep their check-ins for so many days."""
    return days == NOT_KEPT or SHORTEST <= days <= LONGEST


def forget_at(keep_days: int, made: datetime, closing: datetime) -> datetime:
    """Return when a check-in is forgotten that was made on a day which ends at `closing`."""
    return closing if keep_days == NOT_KEPT else made + timedelta(days=keep_days)


def too_old(keep_days: int, now: datetime) -> datetime:
    """Return at which moment, or before, a check-in was made that is to be forgotten now.

    Not for NOT_KEPT, where the age of a check-in decides nothing.
    """
    return now - timedelta(days=keep_days)


def is_long_gone(gone_since: datetime, now: datetime) -> bool:
    """Tell whether somebody is to be erased whom a look at `gone_since` did not find any more.

    They may have left right after the look before: so never later than AFTER_LEAVING, as long as
    Discord can be asked every day.
    """
    return now >= _erase_at(gone_since)


def look_again_at(gone_since: datetime, now: datetime) -> datetime:
    """Return when Discord is asked next about somebody gone: not later than they are erased."""
    return min(now + LOOK_EVERY, max(now, _erase_at(gone_since)))


def _erase_at(gone_since: datetime) -> datetime:
    return gone_since + AFTER_LEAVING - UNSEEN
