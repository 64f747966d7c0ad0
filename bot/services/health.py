"""How the groups of a server are, for its moderators: nothing about any member. Knows no words."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.clock import Clock
from bot.domain.group import Group
from bot.domain.ids import GuildId
from bot.store import groups, health
from bot.store.health import Unposted
from bot.store.instants import maybe_moment
from bot.store.store import Connection, Store

__all__ = ["GroupHealth", "Health", "Skipped"]

Reason = Literal["late", "no-permission", "channel-gone", "other"]

LOOK_BACK = timedelta(days=60)

_CLUES: dict[str, Reason] = {
    "50001": "no-permission",
    "50013": "no-permission",
    "no-permission": "no-permission",
    "10003": "channel-gone",
    "channel-gone": "channel-gone",
}
"""How the outbox's own words end: with Discord's error code, or with why history was unreadable."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A prompt that was not posted, and why."""

    day: date
    why: Reason


@dataclass(frozen=True, slots=True)
class GroupHealth:
    """A group, when it is asked next (None while it rests), and what was not posted lately."""

    group: Group
    next_due: datetime | None
    last_skipped: Skipped | None


class Health:
    """What a moderator may know about the bot's own work."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_guild(self, guild: GuildId) -> tuple[GroupHealth, ...]:
        """Return how each group of a server is, oldest first."""

        def look(conn: Connection, since: date) -> tuple[GroupHealth, ...]:
            due, unposted = health.next_due(conn, guild), health.unposted(conn, guild, since)
            return tuple(
                GroupHealth(each, maybe_moment(due.get(each.id)), _skipped(unposted.get(each.id)))
                for each in groups.of_guild(conn, guild)
            )

        return await self._store.read(look, (self._clock.now() - LOOK_BACK).date())


def _skipped(found: Unposted | None) -> Skipped | None:
    return None if found is None else Skipped(found.day, _reason(found.why))


def _reason(why: str) -> Reason:
    """Read the outbox's own words: "late", "refused: 403/50013", "unreadable: channel-gone"."""
    if why.startswith("late"):
        return "late"
    return _CLUES.get(re.split("[/ ]", why)[-1], "other")
