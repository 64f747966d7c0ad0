"""SQL for members who let others ask that they be sent the crisis card. Who asks is not kept."""

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.ids import GuildId
from bot.store.tables import crisis_offers
from bot.store.upsert import Upsert

_ALLOW = Upsert(
    crisis_offers,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[crisis_offers.c.guild_id, crisis_offers.c.member],
        set_={"version": insert.excluded.version, "at": insert.excluded.at},
    ),
)
_THEIRS = (crisis_offers.c.guild_id == bindparam("guild")) & (
    crisis_offers.c.member == bindparam("who")
)
_NOT_BEFORE = select(crisis_offers.c.not_before).where(
    _THEIRS, crisis_offers.c.version >= bindparam("least")
)
_REST = update(crisis_offers).where(_THEIRS).values(not_before=bindparam("moment"))
_STOP = delete(crisis_offers).where(_THEIRS)
_GUILDS = select(crisis_offers.c.guild_id).distinct()


def allow(
    conn: Connection, guild: GuildId, member: bytes, version: int, now: int, not_before: int
) -> None:
    """Keep a yes. The moment of one that is there already stays."""
    row = {"guild_id": guild, "member": member, "version": version, "at": now}
    _ALLOW.run(conn, {**row, "not_before": not_before})


def not_before(conn: Connection, guild: GuildId, member: bytes, version: int) -> int | None:
    """Return from when on a card may be sent; None where the member has not said yes to that."""
    row = {"guild": guild, "who": member, "least": version}
    return conn.execute(_NOT_BEFORE, row).scalar_one_or_none()


def rest(conn: Connection, guild: GuildId, member: bytes, moment: int) -> None:
    """Keep until when no card is sent, where there is a yes."""
    conn.execute(_REST, {"guild": guild, "who": member, "moment": moment})


def stop(conn: Connection, guild: GuildId, member: bytes) -> bool:
    """Delete a yes, and return whether there was one."""
    return bool(conn.execute(_STOP, {"guild": guild, "who": member}).rowcount)


def guilds(conn: Connection) -> list[GuildId]:
    """Return every server in which anybody has said yes."""
    return [GuildId(guild) for guild in conn.execute(_GUILDS).scalars()]
