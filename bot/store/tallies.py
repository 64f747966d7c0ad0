"""SQL for tallies: people counted for one day without consent, by a hash forgotten that night."""

from sqlalchemy import Connection, and_, bindparam, delete, select

from bot.domain.ids import GroupId
from bot.store.tables import tallies
from bot.store.upsert import Upsert

_COUNT = Upsert(tallies, lambda insert: insert.on_conflict_do_nothing())
_THEIRS = and_(
    tallies.c.group_id == bindparam("group"),
    tallies.c.day == bindparam("day"),
    tallies.c.hash == bindparam("hash"),
)
_UNCOUNT = delete(tallies).where(_THEIRS)
_COUNTED = select(tallies.c.hash).where(_THEIRS)
_ENDED = select(tallies.c.forget_at).where(tallies.c.forget_at <= bindparam("now")).limit(1)
_FORGET = delete(tallies).where(tallies.c.forget_at <= bindparam("now"))


def count(conn: Connection, group: GroupId, day: str, hashed: bytes, forget_at: int) -> bool:
    """Count somebody for one day; return whether they were not counted yet."""
    row = {"group_id": group, "day": day, "hash": hashed, "forget_at": forget_at}
    return _COUNT.run(conn, row)


def uncount(conn: Connection, group: GroupId, day: str, hashed: bytes) -> None:
    """Take somebody out of the tally, because a check-in of theirs counts now."""
    conn.execute(_UNCOUNT, {"group": group, "day": day, "hash": hashed})


def counted(conn: Connection, group: GroupId, day: str, hashed: bytes) -> bool:
    """Tell whether somebody is counted for a day without consent."""
    found = conn.execute(_COUNTED, {"group": group, "day": day, "hash": hashed})
    return found.first() is not None


def forget_ended(conn: Connection, now: int) -> int:
    """Delete the tallies of the days that are over; return how many."""
    return conn.execute(_FORGET, {"now": now}).rowcount


def has_ended(conn: Connection, now: int) -> bool:
    """Tell whether any tally belongs to a day that is over."""
    return conn.execute(_ENDED, {"now": now}).first() is not None
