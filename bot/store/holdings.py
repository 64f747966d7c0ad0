"""SQL over all that is kept about one person in one server: counting it, and deleting it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.domain.ids import GroupId
from bot.store.tables import check_ins, consents, groups, tallies

_COUNTED = select(func.count(), func.min(check_ins.c.day)).where(
    check_ins.c.member == bindparam("member")
)
_AGREED = select(consents.c.version).where(
    consents.c.guild_id == bindparam("guild"), consents.c.member == bindparam("member")
)
_ERASE_CHECK_INS = delete(check_ins).where(check_ins.c.member == bindparam("member"))
_ERASE_CONSENT = delete(consents).where(
    consents.c.guild_id == bindparam("guild"), consents.c.member == bindparam("member")
)
_ERASE_TALLIES = delete(tallies).where(
    tallies.c.hash == bindparam("member"),
    tallies.c.group_id.in_(select(groups.c.id).where(groups.c.guild_id == bindparam("guild"))),
)
_TALLIED_DAYS = (
    select(tallies.c.group_id, tallies.c.day)
    .distinct()
    .join(groups, groups.c.id == tallies.c.group_id)
    .where(groups.c.guild_id == bindparam("guild"))
)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept about a person in a server, as numbers."""

    check_ins: int
    oldest: date | None
    agreed: bool
    counted: int = 0
    """Days on which they are counted without consent at present."""


def of_member(conn: Connection, guild: int, member: bytes) -> Holdings:
    """Count what is kept. `member` is the keyed hash of this server and person."""
    count, oldest = conn.execute(_COUNTED, {"member": member}).one()
    agreed = conn.execute(_AGREED, {"guild": guild, "member": member}).first() is not None
    return Holdings(count, None if oldest is None else date.fromisoformat(oldest), agreed)


def erase(conn: Connection, guild: int, member: bytes) -> None:
    """Delete all rows under a keyed hash, be it of a member or of somebody counted for a day."""
    conn.execute(_ERASE_CHECK_INS, {"member": member})
    conn.execute(_ERASE_CONSENT, {"guild": guild, "member": member})
    conn.execute(_ERASE_TALLIES, {"guild": guild, "member": member})


def tallied_days(conn: Connection, guild: int) -> Iterator[tuple[GroupId, date]]:
    """Yield the days on which anybody of the server is counted without consent at present."""
    for group, day in conn.execute(_TALLIED_DAYS, {"guild": guild}).all():
        yield GroupId(group), date.fromisoformat(day)
