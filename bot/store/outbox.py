"""The outbox table: rows in and out, and the change of a row with all that belongs to it.

Which change is right is decided in bot/domain/outbox_rules.py; here it is only written down.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, and_, bindparam, or_, select, update

from bot.domain.ids import ChannelId, GroupId, GuildId, MessageId
from bot.domain.outbox import Change, Kind, OutboxRow, State
from bot.store.instants import maybe_moment, to_moment, to_seconds
from bot.store.tables import groups, outbox, prompts, schedules
from bot.store.upsert import Upsert

LEASE = timedelta(seconds=60)
"""How long a row belongs to the process that took it, unless that process is known to be gone."""

ALMOST = timedelta(microseconds=999_999)

_OPEN: tuple[State, ...] = ("PLANNED", "SENDING", "RECONCILE")

_insert = Upsert(outbox, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]))
_find = select(outbox).where(outbox.c.key == bindparam("key"))
_waiting = (
    select(outbox.c.key, outbox.c.channel_id)
    .where(
        # one search in the index per state; a single IN could be read as a scan of all that ended
        or_(
            *(and_(outbox.c.state == state, outbox.c.due_at <= bindparam("now")) for state in _OPEN)
        ),
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= bindparam("now")),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
    )
    .order_by(outbox.c.due_at, outbox.c.key)
    .limit(bindparam("most"))
)
_change = (
    update(outbox)
    .where(outbox.c.key == bindparam("the_key"), outbox.c.state == bindparam("the_state"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "not_before",
                "first_try",
                "last_try",
                "tries",
                "doubtful",
                "lease_until",
                "owner",
                "message_id",
                "why",
            )
        }
    )
)
_remember_message = (
    update(prompts)
    .where(prompts.c.group_id == bindparam("group"), prompts.c.day == bindparam("the_day"))
    .values(message_id=bindparam("message"))
)
_rest_group = (
    update(groups).where(groups.c.id == bindparam("group")).values(resting=bindparam("why"))
)
_rest_schedule = (
    update(schedules)
    .where(schedules.c.group_id == bindparam("group"))
    .values(next_day=None, next_due_at=None)
)
_doubt = (
    update(outbox)
    .where(outbox.c.state.in_(("PLANNED", "SENDING")))
    .values(
        state="RECONCILE",
        doubtful=True,
        not_before=bindparam("not_before_then"),
        lease_until=None,
        owner=None,
    )
)
_release = update(outbox).where(outbox.c.state.in_(_OPEN)).values(lease_until=None, owner=None)


def insert_row(conn: Connection, row: OutboxRow) -> bool:
    """Write a new row; return False where its key is known already, which is then left alone."""
    return _insert.run(conn, _columns(row) | _identity(row))


def find(conn: Connection, key: str) -> OutboxRow | None:
    """Return the row of `key`."""
    found = conn.execute(_find, {"key": key}).mappings().first()
    return None if found is None else _row(found)


def language_of(conn: Connection, group: GroupId) -> str:
    """Return the language a group is written to in."""
    return conn.execute(select(groups.c.language).where(groups.c.id == group)).scalar() or "en"


def waiting(conn: Connection, now: datetime, most: int) -> Sequence[tuple[str, ChannelId]]:
    """Return key and channel of rows that may need something now, the longest due first."""
    found = conn.execute(_waiting, {"now": to_seconds(now), "most": most})
    return [(key, ChannelId(channel)) for key, channel in found]


def is_leased(row: OutboxRow, now: datetime) -> bool:
    """Tell whether somebody is working on the row."""
    return row.lease_until is not None and now < row.lease_until


def release_all(conn: Connection) -> None:
    """Take every row from its owner: whoever that was is gone."""
    conn.execute(_release)


def doubt_all(conn: Connection, not_before: datetime) -> int:
    """Let history be read before any open row is posted; return how many there are."""
    row = {"not_before_then": to_seconds(not_before + ALMOST)}
    return conn.execute(_doubt, row).rowcount


def change(
    conn: Connection, row: OutboxRow, to: Change, now: datetime, owner: str
) -> OutboxRow | None:
    """Write `to` and all that belongs to it; return the row as it is now.

    None where the row is no longer in the state it was read in: then nothing is written.
    """
    new = _changed(row, to, now, owner)
    written = conn.execute(
        _change, _columns(new) | {"the_key": row.key, "the_state": row.state}
    ).rowcount
    if not written:
        return None
    if to.state == "SENT" and to.message is not None and row.kind == "prompt":
        conn.execute(
            _remember_message,
            {"group": row.group, "the_day": row.day.isoformat(), "message": to.message},
        )
    if to.rests is not None:
        conn.execute(_rest_group, {"group": row.group, "why": to.rests})
        conn.execute(_rest_schedule, {"group": row.group})
    return new


def _changed(row: OutboxRow, to: Change, now: datetime, owner: str) -> OutboxRow:
    new = replace(
        row,
        state=to.state,
        not_before=to.not_before,
        doubtful=to.doubtful,
        message=to.message,
        why=to.why,
        lease_until=now + LEASE if to.begins else None,
        owner=owner if to.begins else None,
    )
    if not (to.begins and to.state == "SENDING"):
        return new
    # A refused attempt left nothing behind, so the next one counts as the first again.
    first = now if row.state == "PLANNED" or row.first_try is None else row.first_try
    return replace(new, first_try=first, last_try=now, tries=row.tries + 1)


def _identity(row: OutboxRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "guild_id": row.guild,
        "channel_id": row.channel,
        "group_id": row.group,
        "day": row.day.isoformat(),
        "due_at": to_seconds(row.due_at),
        "expires_at": to_seconds(row.expires_at),
    }


def _columns(row: OutboxRow) -> dict[str, Any]:
    return {
        "state": row.state,
        # rounded up: a wait is never cut short
        "not_before": None if row.not_before is None else to_seconds(row.not_before + ALMOST),
        "first_try": _maybe_seconds(row.first_try),
        "last_try": _maybe_seconds(row.last_try),
        "tries": row.tries,
        "doubtful": row.doubtful,
        "lease_until": _maybe_seconds(row.lease_until),
        "owner": row.owner,
        "message_id": row.message,
        "why": row.why,
    }


def _maybe_seconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_seconds(moment)


def _row(found: RowMapping) -> OutboxRow:
    return OutboxRow(
        key=found["key"],
        kind=cast("Kind", found["kind"]),
        guild=GuildId(found["guild_id"]),
        channel=ChannelId(found["channel_id"]),
        group=GroupId(found["group_id"]),
        day=date.fromisoformat(found["day"]),
        due_at=to_moment(found["due_at"]),
        expires_at=to_moment(found["expires_at"]),
        state=cast("State", found["state"]),
        not_before=maybe_moment(found["not_before"]),
        first_try=maybe_moment(found["first_try"]),
        last_try=maybe_moment(found["last_try"]),
        tries=found["tries"],
        doubtful=found["doubtful"],
        lease_until=maybe_moment(found["lease_until"]),
        owner=found["owner"],
        message=None if found["message_id"] is None else MessageId(found["message_id"]),
        why=found["why"],
    )
