"""SQL for prompts: one row per group and date asked, from the moment it is planned."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    delete,
    func,
    not_,
    or_,
    select,
    update,
)

from bot.domain.ids import ChannelId, GroupId, GuildId, MessageId
from bot.store.prepared import Prepared
from bot.store.tables import check_ins, groups, outbox, prompts, tallies
from bot.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class Asked:
    """Which group was asked on which day."""

    group: GroupId
    guild: GuildId
    day: date


@dataclass(frozen=True, slots=True)
class Redraw:
    """A posted prompt whose count is out of date."""

    group: GroupId
    day: date
    channel: ChannelId
    message: MessageId
    marker: str
    total: int
    language: str


def total_of(group: ColumnElement[int], day: ColumnElement[str]) -> ColumnElement[int]:
    """Return the count of a group's day: those who checked in and those only counted."""
    checked_in = (
        select(func.count())
        .select_from(check_ins)
        .where(check_ins.c.group_id == group, check_ins.c.day == day)
        .scalar_subquery()
    )
    tallied = (
        select(func.count())
        .select_from(tallies)
        .where(tallies.c.group_id == group, tallies.c.day == day)
        .scalar_subquery()
    )
    return (checked_in + tallied).cast(Integer)


_ADD = Upsert(prompts, lambda insert: insert.on_conflict_do_nothing())
_ASKED = select(prompts.c.group_id, groups.c.guild_id, prompts.c.day).join_from(prompts, groups)
_BY_MARKER = _ASKED.where(prompts.c.marker == bindparam("marker"))
_BY_MESSAGE = _ASKED.where(
    prompts.c.message_id == bindparam("message"), prompts.c.channel_id == bindparam("channel")
)
_REDRAWS = (
    select(
        prompts.c.group_id,
        prompts.c.day,
        prompts.c.channel_id,
        prompts.c.message_id,
        prompts.c.marker,
        total_of(prompts.c.group_id, prompts.c.day),
        groups.c.language,
    )
    .join_from(prompts, groups)
    .where(
        prompts.c.redraw_at <= bindparam("now"),
        prompts.c.closes_at > bindparam("now"),
        prompts.c.message_id.is_not(None),
        groups.c.resting.is_(None),
    )
    .order_by(prompts.c.redraw_at)
    .limit(bindparam("most"))
)
_TOTAL = select(total_of(prompts.c.group_id, prompts.c.day)).where(
    prompts.c.marker == bindparam("marker")
)
_DRAWN = Prepared(
    update(prompts)
    .where(prompts.c.marker == bindparam("the_marker"))
    .values(shown=bindparam("count"), drawn_at=bindparam("now"), redraw_at=bindparam("again"))
)
_REDRAW_AT = (
    update(prompts).where(prompts.c.id == bindparam("prompt")).values(redraw_at=bindparam("again"))
)
_GIVE_UP = update(prompts).where(prompts.c.marker == bindparam("the_marker")).values(redraw_at=None)
_ENDED = (
    select(prompts.c.id)
    .where(prompts.c.people.is_(None), prompts.c.closes_at <= bindparam("now"))
    .limit(1)
)
_CLOSE = (
    update(prompts)
    .where(prompts.c.people.is_(None), prompts.c.closes_at <= bindparam("now"))
    .values(redraw_at=None, people=total_of(prompts.c.group_id, prompts.c.day))
)
_PEOPLE = (
    select(prompts.c.group_id, prompts.c.day, prompts.c.people)
    .join_from(prompts, groups)
    .where(
        groups.c.guild_id == bindparam("guild"),
        prompts.c.day >= bindparam("since"),
        prompts.c.message_id.is_not(None),
    )
)
_OF_GROUP = and_(
    outbox.c.kind == "prompt",
    outbox.c.group_id == bindparam("group"),
    outbox.c.day >= bindparam("since"),
)
_NEVER_TRIED = and_(outbox.c.state.in_(("PLANNED", "SKIPPED")), outbox.c.tries == 0)
_MAY_BE_DROPPED = or_(outbox.c.state == "PLANNED", outbox.c.day >= bindparam("today"))
_ASKED_DAYS = select(outbox.c.day).where(_OF_GROUP, not_(_NEVER_TRIED))
_DROP_ROWS = delete(outbox).where(_OF_GROUP, _NEVER_TRIED, _MAY_BE_DROPPED)
_DROP_UNASKED = delete(prompts).where(
    prompts.c.group_id == bindparam("group"),
    prompts.c.day >= bindparam("since"),
    prompts.c.day.not_in(select(outbox.c.day).where(_OF_GROUP)),
)


def add(
    conn: Connection, group: GroupId, channel: ChannelId, day: date, marker: str, closes_at: int
) -> None:
    """Insert the prompt of a day that is about to be asked."""
    _ADD.run(
        conn,
        {
            "group_id": group,
            "channel_id": channel,
            "day": day.isoformat(),
            "marker": marker,
            "closes_at": closes_at,
        },
    )


def by_marker(conn: Connection, marker: str) -> Asked | None:
    """Return what the button with this marker belongs to."""
    return _asked(conn.execute(_BY_MARKER, {"marker": marker}).one_or_none())


def by_message(conn: Connection, channel: ChannelId, message: MessageId) -> Asked | None:
    """Return which prompt a message is, if it is one."""
    row = {"channel": channel, "message": message}
    return _asked(conn.execute(_BY_MESSAGE, row).one_or_none())


def redraws_due(conn: Connection, now: int, most: int) -> tuple[Redraw, ...]:
    """Return the posted prompts whose count may be drawn anew, the longest waiting first."""
    return tuple(
        Redraw(
            GroupId(group),
            date.fromisoformat(day),
            ChannelId(channel),
            MessageId(message),
            marker,
            total,
            language,
        )
        for group, day, channel, message, marker, total, language in conn.execute(
            _REDRAWS, {"now": now, "most": most}
        )
    )


def total(conn: Connection, marker: str) -> int | None:
    """Return the count of a prompt's day."""
    return conn.execute(_TOTAL, {"marker": marker}).scalar_one_or_none()


def drawn(conn: Connection, marker: str, shown: int, now: int, again: int | None) -> None:
    """Keep which count a prompt shows now, and when it is out of date already."""
    row = {"the_marker": marker, "count": shown, "now": now, "again": again}
    _DRAWN.run(conn, row)


def redraw_at(conn: Connection, prompt: int, moment: int) -> None:
    """Ask for a prompt's count to be drawn anew at a moment."""
    conn.execute(_REDRAW_AT, {"prompt": prompt, "again": moment})


def give_up(conn: Connection, marker: str) -> None:
    """Draw this prompt no more."""
    conn.execute(_GIVE_UP, {"the_marker": marker})


def close_ended(conn: Connection, now: int) -> None:
    """Keep how many people each day had that is over, and draw its prompt no more."""
    conn.execute(_CLOSE, {"now": now})


def has_ended(conn: Connection, now: int) -> bool:
    """Tell whether any day is over whose people were not counted yet."""
    return conn.execute(_ENDED, {"now": now}).first() is not None


def people(conn: Connection, guild: GuildId, since: date) -> dict[GroupId, dict[date, int | None]]:
    """Return how many people each day of a server's groups had that was asked from `since` on.

    None stands for a day that was not counted yet: it is open, or has ended this very moment.
    """
    found: dict[GroupId, dict[date, int | None]] = {}
    for group, day, count in conn.execute(_PEOPLE, {"guild": guild, "since": since.isoformat()}):
        found.setdefault(GroupId(group), {})[date.fromisoformat(day)] = count
    return found


def drop_untried(conn: Connection, group: GroupId, since: date, today: date) -> None:
    """Take back the prompts from `since` on that nobody ever tried to post.

    Those that were skipped before `today` stay, as the record of having been skipped.
    """
    row = {"group": group, "since": since.isoformat()}
    conn.execute(_DROP_ROWS, {**row, "today": today.isoformat()})
    conn.execute(_DROP_UNASKED, row)


def asked_days(conn: Connection, group: GroupId, since: date) -> frozenset[date]:
    """Return the days from `since` on whose prompt was posted, or perhaps was."""
    row = {"group": group, "since": since.isoformat()}
    return frozenset(map(date.fromisoformat, conn.execute(_ASKED_DAYS, row).scalars()))


def _asked(row: tuple[int, int, str] | None) -> Asked | None:
    if row is None:
        return None
    group, guild, day = row
    return Asked(GroupId(group), GuildId(guild), date.fromisoformat(day))
