"""SQL for groups and, since each has exactly one, the words of their schedules."""

from datetime import time

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from bot.domain.group import Group
from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import Weekdays
from bot.store.tables import groups, schedules

_COLUMNS = (
    groups.c.id,
    groups.c.guild_id,
    groups.c.channel_id,
    groups.c.language,
    groups.c.resting,
    schedules.c.zone,
    schedules.c.at_minute,
    schedules.c.weekdays,
)

_GROUPS: Select[int, int, int, str, str | None, str, int, int] = select(*_COLUMNS).join_from(
    groups, schedules
)
_AT = _GROUPS.where(groups.c.channel_id == bindparam("channel"))
_BY_ID = _GROUPS.where(groups.c.id == bindparam("id"))
_OF_GUILD = _GROUPS.where(groups.c.guild_id == bindparam("guild")).order_by(groups.c.id)
_BEGAN = select(groups.c.id, groups.c.created_at).where(groups.c.guild_id == bindparam("guild"))
_INSERT = insert(groups)
_REST = update(groups).where(groups.c.id == bindparam("group")).values(resting=bindparam("why"))


def at(conn: Connection, channel: ChannelId) -> Group | None:
    """Return the group of a channel."""
    row = conn.execute(_AT, {"channel": channel}).one_or_none()
    return None if row is None else _group(row)


def by_id(conn: Connection, group: GroupId) -> Group | None:
    """Return a group."""
    row = conn.execute(_BY_ID, {"id": group}).one_or_none()
    return None if row is None else _group(row)


def of_guild(conn: Connection, guild: GuildId) -> tuple[Group, ...]:
    """Return all groups of a server, oldest first."""
    return tuple(_group(row) for row in conn.execute(_OF_GUILD, {"guild": guild}))


def began(conn: Connection, guild: GuildId) -> dict[GroupId, int]:
    """Return the second at which each group of a server was set up."""
    return {GroupId(group): at for group, at in conn.execute(_BEGAN, {"guild": guild})}


def add(conn: Connection, guild: GuildId, channel: ChannelId, now: int) -> GroupId:
    """Insert a group, which still lacks its schedule."""
    row = {"guild_id": guild, "channel_id": channel, "created_at": now}
    key = conn.execute(_INSERT, row).inserted_primary_key
    assert key is not None
    return GroupId(key[0])


def set_resting(conn: Connection, group: GroupId, why: str | None) -> None:
    """Say why nothing is asked of a group at present; None wakes it."""
    conn.execute(_REST, {"group": group, "why": why})


def schedule_of(zone: str, at_minute: int, weekdays: int) -> Schedule:
    """Return a schedule from its three columns."""
    return Schedule(zone, time(*divmod(at_minute, 60)), Weekdays(weekdays))


def _group(row: Row[int, int, int, str, str | None, str, int, int]) -> Group:
    number, guild, channel, language, resting, zone, at_minute, weekdays = row
    return Group(
        GroupId(number),
        GuildId(guild),
        ChannelId(channel),
        schedule_of(zone, at_minute, weekdays),
        language,
        resting,
    )
