"""SQL for consents: who said yes to which version of the card, and when."""

from sqlalchemy import Connection

from bot.domain.ids import GuildId
from bot.store.tables import consents
from bot.store.upsert import Upsert

_GIVE = Upsert(
    consents,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[consents.c.guild_id, consents.c.member],
        set_={"version": insert.excluded.version, "at": insert.excluded.at},
        # Pressing an old card again must not take a newer consent back.
        where=consents.c.version < insert.excluded.version,
    ),
)


def give(conn: Connection, guild: GuildId, member: bytes, version: int, now: int) -> None:
    """Keep that a member said yes."""
    row = {"guild_id": guild, "member": member, "version": version, "at": now}
    _GIVE.run(conn, row)
