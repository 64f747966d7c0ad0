"""SQL for how the groups of a server are: what comes next, and what was not posted lately."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from bot.domain.ids import GroupId, GuildId
from bot.store.tables import groups, outbox, schedules


@dataclass(frozen=True, slots=True)
class Unposted:
    """The newest prompt of a group that was not posted, and the outbox's word on why."""

    day: date
    why: str


_NEXT = (
    select(schedules.c.group_id, schedules.c.next_due_at)
    .join(groups, groups.c.id == schedules.c.group_id)
    .where(groups.c.guild_id == bindparam("guild"), schedules.c.next_due_at.is_not(None))
)
# Keys begin with the server and the day, so this reads a span of the primary key and no more.
_UNPOSTED = (
    select(outbox.c.group_id, outbox.c.day, outbox.c.why)
    .where(
        outbox.c.key >= bindparam("first"),
        outbox.c.key < bindparam("end"),
        outbox.c.state.in_(("SKIPPED", "DEAD")),
    )
    .order_by(outbox.c.key)
)


def next_due(conn: Connection, guild: GuildId) -> dict[GroupId, int]:
    """Return the second at which each group of a server is asked next, where it is."""
    rows = conn.execute(_NEXT, {"guild": guild})
    return {GroupId(group): due for group, due in rows if due is not None}


def unposted(conn: Connection, guild: GuildId, since: date) -> dict[GroupId, Unposted]:
    """Return the newest prompt of each group, from `since` on, that was not posted."""
    span = {"first": f"{guild}|prompt|{since.isoformat()}", "end": f"{guild}|prompt}}"}
    return {
        GroupId(group): Unposted(date.fromisoformat(day), why or "")
        for group, day, why in conn.execute(_UNPOSTED, span)
    }
