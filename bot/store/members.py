"""SQL for members: how long their check-ins are kept, and whether they are still in the server.

A member's Discord id lies here sealed with their own key: without it nobody could ask Discord
whether they have left.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, exists, func, null, select, update

from bot.domain.ids import GroupId, GuildId, MemberId
from bot.domain.keeping import DEFAULT, LOOK_EVERY
from bot.store.errors import SealBroken
from bot.store.prepared import Prepared
from bot.store.tables import check_ins, departures, members, prompts, schedules
from bot.store.upsert import Upsert
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member of whose check-ins some are to be forgotten."""

    guild: GuildId
    member: bytes
    keep_days: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A check-in, as far as forgetting it needs."""

    group: GroupId
    day: date
    at: int
    closes_at: int | None
    zone: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of whom Discord is to be asked. `person` is None where their key is gone."""

    guild: GuildId
    member: bytes
    person: MemberId | None
    gone_at: int | None


_JOIN = Upsert(
    members,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[members.c.guild_id, members.c.member],
        # Sealed anew: the key it was sealed with may be gone, and this yes has made another.
        set_={
            "sealed": insert.excluded.sealed,
            "look_at": insert.excluded.look_at,
            "gone_at": null(),
        },
    ),
)
_THIS = (members.c.guild_id == bindparam("guild")) & (members.c.member == bindparam("who"))
_KEEP_DAYS = select(members.c.keep_days).where(_THIS)
_SET_KEEP_DAYS = update(members).where(_THIS).values(keep_days=bindparam("days"))
_SET_FORGET_AT = Prepared(update(members).where(_THIS).values(forget_at=bindparam("moment")))
_FORGOT = (
    update(members)
    .where(_THIS)
    .values(forgotten=members.c.forgotten + bindparam("more"), forget_at=bindparam("moment"))
)
_DUE = (
    select(members.c.guild_id, members.c.member, members.c.keep_days)
    .where(members.c.forget_at <= bindparam("now"))
    .order_by(members.c.forget_at)
    .limit(bindparam("most"))
)
_CHECK_INS = (
    select(
        check_ins.c.group_id,
        check_ins.c.day,
        check_ins.c.at,
        prompts.c.closes_at,
        func.coalesce(schedules.c.zone, "UTC"),
    )
    .select_from(check_ins)
    .outerjoin(schedules, schedules.c.group_id == check_ins.c.group_id)
    .outerjoin(
        prompts,
        (prompts.c.group_id == check_ins.c.group_id) & (prompts.c.day == check_ins.c.day),
    )
    .where(check_ins.c.member == bindparam("who"))
)
_MADE_BY = delete(check_ins).where(
    check_ins.c.member == bindparam("who"), check_ins.c.at <= bindparam("moment")
)
_FIRST_MADE = select(func.min(check_ins.c.at)).where(check_ins.c.member == bindparam("who"))
_FORGET = delete(check_ins).where(
    check_ins.c.group_id == bindparam("group"),
    check_ins.c.day == bindparam("the_day"),
    check_ins.c.member == bindparam("who"),
)
_EMPTY = update(check_ins).where(check_ins.c.member == bindparam("who")).values(sealed=None)
_LOOKS = (
    select(members.c.guild_id, members.c.member, members.c.sealed, members.c.gone_at)
    .where(
        members.c.look_at <= bindparam("now"),
        # Where the bot is not in the server, nobody can be looked for.
        ~exists().where(departures.c.guild_id == members.c.guild_id),
    )
    .order_by(members.c.look_at)
    .limit(bindparam("most"))
)
_LOOKED = update(members).where(_THIS).values(look_at=bindparam("again"), gone_at=bindparam("gone"))
_GONE_AT = select(members.c.gone_at).where(_THIS)
_LOOK_AT = (
    update(members)
    .where(members.c.guild_id == bindparam("guild"))
    .values(look_at=bindparam("moment"))
)
_OF_GUILD = (
    select(members.c.member)
    .where(members.c.guild_id == bindparam("guild"))
    .limit(bindparam("most"))
)


def join(
    conn: Connection, vault: Vault, guild: GuildId, member: bytes, person: MemberId, now: int
) -> None:
    """Keep that somebody with a key is a member here; they are looked for in a day."""
    row = {
        "guild_id": guild,
        "member": member,
        "sealed": vault.seal(member, b"%d" % person, row=_row_of(guild, member)),
        "keep_days": DEFAULT,
        "look_at": now + int(LOOK_EVERY.total_seconds()),
    }
    _JOIN.run(conn, row)


def keep_days(conn: Connection, guild: GuildId, member: bytes) -> int | None:
    """Return for how many days a member's check-ins are kept; None where nobody agreed."""
    return conn.execute(_KEEP_DAYS, {"guild": guild, "who": member}).scalar_one_or_none()


def set_keep_days(conn: Connection, guild: GuildId, member: bytes, days: int) -> None:
    """Change for how many days a member's check-ins are kept."""
    conn.execute(_SET_KEEP_DAYS, {"guild": guild, "who": member, "days": days})


def set_forget_at(conn: Connection, guild: GuildId, member: bytes, moment: int) -> None:
    """Enter when something of a member's is to be forgotten next."""
    _SET_FORGET_AT.run(conn, {"guild": guild, "who": member, "moment": moment})


def due_to_forget(conn: Connection, now: int, most: int) -> list[Waiting]:
    """Return the members of whose check-ins some are to be forgotten, longest waiting first."""
    rows = conn.execute(_DUE, {"now": now, "most": most})
    return [Waiting(GuildId(guild), member, days) for guild, member, days in rows]


def check_ins_of(conn: Connection, member: bytes) -> list[Kept]:
    """Return every check-in of a member, without what was answered."""
    return [
        Kept(GroupId(group), date.fromisoformat(day), at, closes_at, zone)
        for group, day, at, closes_at, zone in conn.execute(_CHECK_INS, {"who": member})
    ]


def forget_made_by(conn: Connection, member: bytes, moment: int) -> int:
    """Delete a member's check-ins that were made at `moment` or before; return how many."""
    return conn.execute(_MADE_BY, {"who": member, "moment": moment}).rowcount


def first_made(conn: Connection, member: bytes) -> int | None:
    """Return when the oldest check-in was made that is kept of a member."""
    found: int | None = conn.execute(_FIRST_MADE, {"who": member}).scalar_one()
    return found


def forget(conn: Connection, member: bytes, kept: Kept) -> None:
    """Delete one check-in."""
    row = {"group": kept.group, "the_day": kept.day.isoformat(), "who": member}
    conn.execute(_FORGET, row)


def forget_answers(conn: Connection, member: bytes) -> None:
    """Delete what a member answered; that they checked in stays."""
    conn.execute(_EMPTY, {"who": member})


def forgot(conn: Connection, guild: GuildId, member: bytes, more: int, moment: int | None) -> None:
    """Keep how many were forgotten, and when the next is."""
    conn.execute(_FORGOT, {"guild": guild, "who": member, "more": more, "moment": moment})


def looks_due(conn: Connection, vault: Vault, now: int, most: int) -> list[Look]:
    """Return of whom Discord is to be asked now, the longest waiting first."""
    rows = conn.execute(_LOOKS, {"now": now, "most": most})
    return [
        Look(GuildId(guild), member, person_of(vault, guild, member, sealed), gone_at)
        for guild, member, sealed, gone_at in rows
    ]


def looked(
    conn: Connection, guild: GuildId, member: bytes, again: int, gone_at: int | None
) -> None:
    """Keep what a look has shown, and when the next one is due."""
    row = {"guild": guild, "who": member, "again": again, "gone": gone_at}
    conn.execute(_LOOKED, row)


def gone_at(conn: Connection, guild: GuildId, member: bytes) -> int | None:
    """Return since when a member has not been found any more; None while they are here."""
    return conn.execute(_GONE_AT, {"guild": guild, "who": member}).scalar_one_or_none()


def look_for_all_at(conn: Connection, guild: GuildId, moment: int) -> None:
    """Enter when Discord is asked next about everybody in a server."""
    conn.execute(_LOOK_AT, {"guild": guild, "moment": moment})


def of_guild(conn: Connection, guild: GuildId, most: int) -> list[bytes]:
    """Return some of a server's members; nobody has a key or anything sealed without a row."""
    return list(conn.execute(_OF_GUILD, {"guild": guild, "most": most}).scalars())


def person_of(vault: Vault, guild: int, member: bytes, sealed: bytes) -> MemberId | None:
    """Return the Discord id a member's row holds, None where their key is gone."""
    try:
        opened = vault.open(member, sealed, row=_row_of(guild, member))
    except SealBroken:
        return None
    return None if opened is None else MemberId(int(opened))


def _row_of(guild: int, member: bytes) -> str:
    return f"members|{guild}|{member.hex()}"
