"""SQL for consents: what a member said yes to, to which version of the card, and when."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.consent import Purpose, Purposes
from bot.domain.ids import GuildId
from bot.store.tables import consents
from bot.store.upsert import Upsert

_GIVE = Upsert(
    consents,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[consents.c.guild_id, consents.c.member, consents.c.purpose],
        set_={"version": insert.excluded.version, "at": insert.excluded.at},
        # Pressing an old card again must not take a newer consent back.
        where=consents.c.version < insert.excluded.version,
    ),
)
_THEIRS = (consents.c.guild_id == bindparam("guild")) & (consents.c.member == bindparam("member"))
_GIVEN = select(consents.c.purpose, consents.c.version).where(_THEIRS)
_WITHDRAW = delete(consents).where(_THEIRS, consents.c.purpose == bindparam("purpose"))


def give(
    conn: Connection,
    guild: GuildId,
    member: bytes,
    purposes: Iterable[Purpose],
    version: int,
    now: int,
) -> None:
    """Keep that a member said yes to each of `purposes`."""
    for purpose in purposes:
        row = {"guild_id": guild, "member": member, "purpose": purpose.value}
        _GIVE.run(conn, {**row, "version": version, "at": now})


def withdraw(conn: Connection, guild: GuildId, member: bytes, purposes: Iterable[Purpose]) -> None:
    """Delete that a member ever said yes to `purposes`."""
    for purpose in purposes:
        row = {"guild": guild, "member": member, "purpose": purpose.value}
        conn.execute(_WITHDRAW, row)


def given(conn: Connection, guild: GuildId, member: bytes, version: int) -> Purposes:
    """Return what a member said yes to in a card of at least `version`."""
    rows = conn.execute(_GIVEN, {"guild": guild, "member": member})
    return frozenset(Purpose(purpose) for purpose, each in rows if each >= version)
