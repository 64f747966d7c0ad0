"""SQL for the timetable: which group is due next, and when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.domain.schedule import Occurrence, Schedule
from bot.store.groups import schedule_of
from bot.store.instants import to_seconds
from bot.store.tables import groups, schedules
from bot.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class Turn:
    """A group and the local date of its next prompt."""

    group: GroupId
    guild: GuildId
    channel: ChannelId
    schedule: Schedule
    next_day: date


_TURNS = select(
    groups.c.id,
    groups.c.guild_id,
    groups.c.channel_id,
    schedules.c.zone,
    schedules.c.at_minute,
    schedules.c.weekdays,
    schedules.c.next_day,
).join_from(schedules, groups)
_DUE = (
    _TURNS.where(schedules.c.next_due_at <= bindparam("now"))
    .order_by(schedules.c.next_due_at)
    .limit(bindparam("most"))
)
_AFTER = (
    _TURNS.where(schedules.c.group_id > bindparam("after"), schedules.c.next_day.is_not(None))
    .order_by(schedules.c.group_id)
    .limit(bindparam("most"))
)
# Not MIN(): where nothing is due this reads one entry of the index, however many groups there are.
_EARLIEST = (
    select(schedules.c.next_due_at)
    .where(schedules.c.next_due_at.is_not(None))
    .order_by(schedules.c.next_due_at)
    .limit(1)
)
_NEXT = (
    update(schedules)
    .where(schedules.c.group_id == bindparam("group"))
    .values(next_day=bindparam("day"), next_due_at=bindparam("due"))
)
_PUT = Upsert(
    schedules,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[schedules.c.group_id],
        set_={
            "zone": insert.excluded.zone,
            "at_minute": insert.excluded.at_minute,
            "weekdays": insert.excluded.weekdays,
        },
    ),
)


def put(conn: Connection, group: GroupId, schedule: Schedule) -> None:
    """Keep a group's rhythm; its next prompt is set by `set_next`."""
    _PUT.run(
        conn,
        {
            "group_id": group,
            "zone": schedule.zone,
            "at_minute": schedule.at.hour * 60 + schedule.at.minute,
            "weekdays": schedule.weekdays.mask,
        },
    )


def set_next(conn: Connection, group: GroupId, next_one: Occurrence | None) -> None:
    """Enter a group's next prompt in the timetable, or take the group out of it."""
    day = None if next_one is None else next_one.day.isoformat()
    due = None if next_one is None else to_seconds(next_one.due_at)
    conn.execute(_NEXT, {"group": group, "day": day, "due": due})


def due(conn: Connection, now: int, most: int) -> list[Turn]:
    """Return the groups whose prompt is due, the longest waiting first."""
    return [_turn(*row) for row in conn.execute(_DUE, {"now": now, "most": most})]


def after(conn: Connection, group: int, most: int) -> list[Turn]:
    """Return the groups of the timetable in order of their number, from the one after `group`."""
    return [_turn(*row) for row in conn.execute(_AFTER, {"after": group, "most": most})]


def earliest(conn: Connection) -> int | None:
    """Return the second at which the next prompt of all is due."""
    return conn.execute(_EARLIEST).scalar_one_or_none()


def _turn(
    group: int,
    guild: int,
    channel: int,
    zone: str,
    at_minute: int,
    weekdays: int,
    next_day: str,
) -> Turn:
    return Turn(
        GroupId(group),
        GuildId(guild),
        ChannelId(channel),
        schedule_of(zone, at_minute, weekdays),
        date.fromisoformat(next_day),
    )
