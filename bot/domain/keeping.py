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

LOOK_EVERY = timedelta(days=1)
"""How often Discord is asked whether a member is still in the server."""


def may_keep(days: int) -> bool:
    """Tell whether a member may choose to keep their check-ins for so many days."""
    return days == NOT_KEPT or SHORTEST <= days <= LONGEST


def forget_at(keep_days: int, made: datetime, closing: datetime) -> datetime:
    """Return when a check-in is forgotten that was made on a day which ends at `closing`."""
    return closing if keep_days == NOT_KEPT else made + timedelta(days=keep_days)


def is_long_gone(gone_since: datetime, now: datetime) -> bool:
    """Tell whether somebody is to be erased whom a look at `gone_since` did not find any more.

    They may have left right after the look before: so never later than AFTER_LEAVING, as long as
    Discord can be asked every day.
    """
    return now >= gone_since + AFTER_LEAVING - LOOK_EVERY
