"""Setting a group up, finding it again, and letting it rest. No words, no Discord."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.group import Group
from bot.domain.ids import OUTSIDE, ChannelId, GroupId, GuildId
from bot.domain.keeping import AFTER_LEAVING
from bot.domain.schedule import Occurrence, Schedule, upcoming
from bot.store import departures, groups, members, prompts, schedules
from bot.store.instants import to_seconds
from bot.store.store import Connection, Store

__all__ = ["Group", "Groups", "Preview", "Resting", "SetUp"]

Resting = Literal["left", "channel-gone", "no-permission", "unknown-zone"]

_REACH = timedelta(days=2)
"""Days this far back may still be "today" somewhere, or have their prompt on its way."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a schedule would mean: the next three prompts, and the rhythm it would replace."""

    next_three: tuple[datetime, ...]
    replaces: Schedule | None


@dataclass(frozen=True, slots=True)
class SetUp:
    """The group as it is now, and its next three prompts."""

    group: Group
    next_three: tuple[datetime, ...]
    was_new: bool


class Groups:
    """The check-in channels of all servers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def preview(self, channel: ChannelId, schedule: Schedule) -> Preview:
        """Say what `schedule` would mean in `channel`, and change nothing."""

        def look(conn: Connection, now: datetime) -> Preview:
            found = groups.at(conn, channel)
            asked: frozenset[date] = frozenset()
            if found is not None:
                asked = prompts.asked_days(conn, found.id, _since(now))
            return Preview(
                next_three=_next_three(schedule, now, asked),
                replaces=None if found is None else found.schedule,
            )

        return await self._store.read(look, self._clock.now())

    async def set_up(self, guild: GuildId, channel: ChannelId, schedule: Schedule) -> SetUp:
        """Give a channel its rhythm, or another one; a resting group wakes.

        What is planned and was never tried is planned anew. A day whose prompt was posted, or
        perhaps was, is not asked again.
        """
        return await self._store.write(_set_up, guild, channel, schedule, self._clock.now())

    async def of_guild(self, guild: GuildId) -> tuple[Group, ...]:
        """Return all groups of a server, oldest first."""
        return await self._store.read(groups.of_guild, guild)

    async def at(self, channel: ChannelId) -> Group | None:
        """Return the group of a channel."""
        return await self._store.read(groups.at, channel)

    async def guild_left(self, guild: GuildId) -> int:
        """Let a server's groups rest, because the bot was removed; return how many.

        What is kept of the server is erased in 30 days, unless the bot is taken back.
        """

        def unit(conn: Connection, now: datetime) -> int:
            departures.note(conn, guild, to_seconds(now))
            # Nobody can be looked for there before it is erased or the bot is taken back.
            members.look_for_all_at(conn, guild, to_seconds(now + AFTER_LEAVING))
            found = groups.of_guild(conn, guild)
            for group in found:
                _rest(conn, group.id, "left", now)
            return len(found)

        return await self._store.write(unit, self._clock.now())

    async def guild_back(self, guild: GuildId) -> int:
        """Wake the groups that rest because the bot had left their server; return how many.

        Leaving put every group to rest for that reason. One that was refused since then, or whose
        channel is gone, waits for a moderator: it is not tried again at every new session.
        """
        if not await self._store.read(departures.is_noted, guild):
            return 0

        def unit(conn: Connection, now: datetime) -> int:
            _take_back(conn, guild, now)
            found = [group for group in groups.of_guild(conn, guild) if group.resting == "left"]
            for group in found:
                _wake(conn, group.id, group.schedule, now)
            return len(found)

        return await self._store.write(unit, self._clock.now())

    async def present(self, guilds: Collection[GuildId]) -> None:
        """Take note of which servers the bot is in, since it may have been away meanwhile."""
        known, noted = await self._store.read(_known_and_noted)
        for guild in known - noted - set(guilds) - {OUTSIDE}:
            await self.guild_left(guild)
        for guild in noted & set(guilds):
            await self.guild_back(guild)

    async def channel_gone(self, channel: ChannelId) -> None:
        """Let the group of a deleted channel rest."""

        def unit(conn: Connection, now: datetime) -> None:
            found = groups.at(conn, channel)
            if found is not None:
                _rest(conn, found.id, "channel-gone", now)

        if await self.at(channel) is not None:
            await self._store.write(unit, self._clock.now())

    async def refused(self, group: GroupId, why: Resting) -> None:
        """Let a group rest whose channel Discord would not let us write to."""
        await self._store.write(_rest, group, why, self._clock.now())


def _set_up(
    conn: Connection, guild: GuildId, channel: ChannelId, schedule: Schedule, now: datetime
) -> SetUp:
    _take_back(conn, guild, now)
    before = groups.at(conn, channel)
    if before is not None and before.guild != guild:
        raise ValueError("a channel belongs to one server only")
    number = groups.add(conn, guild, channel, to_seconds(now)) if before is None else before.id
    schedules.put(conn, number, schedule)
    asked = _wake(conn, number, schedule, now)
    group = groups.at(conn, channel)
    assert group is not None
    return SetUp(group, _next_three(schedule, now, asked), was_new=before is None)


def _known_and_noted(conn: Connection) -> tuple[set[GuildId], set[GuildId]]:
    return set(departures.known_guilds(conn)), set(departures.noted(conn))


def _take_back(conn: Connection, guild: GuildId, now: datetime) -> None:
    """Keep that the bot is in a server; who was not looked for meanwhile is looked for now."""
    if departures.is_noted(conn, guild):
        departures.take_back(conn, guild)
        members.look_for_all_at(conn, guild, to_seconds(now))


def _wake(conn: Connection, group: GroupId, schedule: Schedule, now: datetime) -> frozenset[date]:
    """Enter a group's next prompt in the timetable; return the days that were asked already."""
    groups.set_resting(conn, group, None)
    today = now.astimezone(ZoneInfo(schedule.zone)).date()
    prompts.drop_untried(conn, group, _since(now), today)
    asked = prompts.asked_days(conn, group, _since(now))
    schedules.set_next(conn, group, next(_open_days(schedule, now, asked), None))
    return asked


def _rest(conn: Connection, group: GroupId, why: Resting, now: datetime) -> None:
    groups.set_resting(conn, group, why)
    prompts.drop_untried(conn, group, _since(now), today=date.max)
    schedules.set_next(conn, group, None)


def _open_days(schedule: Schedule, now: datetime, asked: frozenset[date]) -> Iterator[Occurrence]:
    return (found for found in upcoming(schedule, now) if found.day not in asked)


def _next_three(schedule: Schedule, now: datetime, asked: frozenset[date]) -> tuple[datetime, ...]:
    return tuple(found.due_at for found in islice(_open_days(schedule, now, asked), 3))


def _since(now: datetime) -> date:
    return (now - _REACH).date()
