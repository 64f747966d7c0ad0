"""How many people checked in, for moderators: numbers from the floor on, and nothing about whom.

Reads what was fixed when a day ended, so no look is different because somebody erased themselves.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock
from bot.domain.ended_days import REACH, AskedDay, DayOff, EndedDay, UnaskedDay, ended_days
from bot.domain.ids import ChannelId, GuildId
from bot.store import groups, prompts
from bot.store.instants import to_moment
from bot.store.store import Connection, Store

__all__ = ["AskedDay", "Counts", "DayOff", "EndedDay", "GroupCounts", "UnaskedDay"]


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """A group's channel, and its last days that are over, newest first."""

    channel: ChannelId
    days: tuple[EndedDay, ...]


class Counts:
    """What a moderator may know of how many people checked in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_guild(
        self, guild: GuildId, channel: ChannelId | None = None
    ) -> tuple[GroupCounts, ...]:
        """Return the counts of a server's groups, newest group first, or of one channel's only."""

        def look(conn: Connection, now: datetime) -> tuple[GroupCounts, ...]:
            asked = prompts.people(conn, guild, (now - REACH).date())
            began = groups.began(conn, guild)
            none: dict[date, int | None] = {}
            return tuple(
                GroupCounts(
                    each.channel,
                    ended_days(
                        each.schedule, to_moment(began[each.id]), asked.get(each.id, none), now
                    ),
                )
                for each in reversed(groups.of_guild(conn, guild))
                if channel in (None, each.channel)
            )

        return await self._store.read(look, self._clock.now())
