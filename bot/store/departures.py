"""SQL for departures: servers the bot was removed from, and all that is kept of such a server."""

from sqlalchemy import Connection, bindparam, delete, select, union

from bot.domain.ids import GuildId
from bot.store.tables import (
    consents,
    crisis_changes,
    crisis_choices,
    crisis_drafts,
    crisis_offers,
    crisis_servers,
    departures,
    groups,
    members,
    outbox,
)
from bot.store.upsert import Upsert

_NOTE = Upsert(departures, lambda insert: insert.on_conflict_do_nothing())
_THIS = departures.c.guild_id == bindparam("guild")
_NOTED = select(departures.c.at).where(_THIS)
_ALL = select(departures.c.guild_id)
_FORGET = delete(departures).where(_THIS)
_BEFORE = (
    select(departures.c.guild_id)
    .where(departures.c.at <= bindparam("moment"))
    .order_by(departures.c.at)
    .limit(1)
)
_KNOWN = union(
    *(
        select(table.c.guild_id)
        for table in (
            groups,
            consents,
            members,
            crisis_choices,
            crisis_servers,
            crisis_changes,
            crisis_drafts,
            crisis_offers,
        )
    )
)
_ERASE = (
    delete(consents).where(consents.c.guild_id == bindparam("guild")),
    delete(crisis_choices).where(crisis_choices.c.guild_id == bindparam("guild")),
    delete(crisis_servers).where(crisis_servers.c.guild_id == bindparam("guild")),
    delete(crisis_changes).where(crisis_changes.c.guild_id == bindparam("guild")),
    delete(crisis_drafts).where(crisis_drafts.c.guild_id == bindparam("guild")),
    delete(crisis_offers).where(crisis_offers.c.guild_id == bindparam("guild")),
    delete(outbox).where(outbox.c.guild_id == bindparam("guild")),
    # With a group go its schedule, prompts, check-ins and tallies.
    delete(groups).where(groups.c.guild_id == bindparam("guild")),
    _FORGET,
)


def note(conn: Connection, guild: GuildId, now: int) -> None:
    """Keep when the bot was removed; the first time counts."""
    _NOTE.run(conn, {"guild_id": guild, "at": now})


def is_noted(conn: Connection, guild: GuildId) -> bool:
    """Tell whether the bot is known to have been removed from a server."""
    return conn.execute(_NOTED, {"guild": guild}).first() is not None


def noted(conn: Connection) -> list[GuildId]:
    """Return every server the bot is known to have been removed from."""
    return [GuildId(guild) for guild in conn.execute(_ALL).scalars()]


def take_back(conn: Connection, guild: GuildId) -> None:
    """Keep that the bot is in a server again."""
    conn.execute(_FORGET, {"guild": guild})


def noted_before(conn: Connection, moment: int) -> GuildId | None:
    """Return the server that was left longest ago, at `moment` or before; None if there is none."""
    found = conn.execute(_BEFORE, {"moment": moment}).scalar_one_or_none()
    return None if found is None else GuildId(found)


def known_guilds(conn: Connection) -> list[GuildId]:
    """Return every server of which anything is kept; OUTSIDE for what belongs to none."""
    return [GuildId(guild) for guild in conn.execute(_KNOWN).scalars()]


def erase_server(conn: Connection, guild: GuildId) -> None:
    """Delete all that is left of a server once its members are erased."""
    for statement in _ERASE:
        conn.execute(statement, {"guild": guild})
