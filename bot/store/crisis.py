"""SQL for the crisis card: the country a member wants remembered, and what a server has chosen.

Who opens the card is written nowhere.
"""

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.crisis_opening import Standing
from bot.domain.ids import GuildId
from bot.store import crisis_desk
from bot.store.errors import SealBroken
from bot.store.tables import crisis_choices, crisis_servers
from bot.store.upsert import Upsert
from bot.store.vault import Vault

_REMEMBER = Upsert(
    crisis_choices,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[crisis_choices.c.guild_id, crisis_choices.c.member],
        set_={"sealed": insert.excluded.sealed},
    ),
)
_CHOOSE = Upsert(
    crisis_servers,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[crisis_servers.c.guild_id],
        set_={
            "country": insert.excluded.country,
            "names_use_alone": insert.excluded.names_use_alone,
        },
    ),
)
_THEIRS = (crisis_choices.c.guild_id == bindparam("guild")) & (
    crisis_choices.c.member == bindparam("who")
)
_REMEMBERED = select(crisis_choices.c.sealed).where(_THEIRS)
_FORGET = delete(crisis_choices).where(_THEIRS)
_SERVER = select(crisis_servers.c.country, crisis_servers.c.names_use_alone).where(
    crisis_servers.c.guild_id == bindparam("guild")
)


def standing(conn: Connection, vault: Vault, guild: GuildId, member: bytes) -> Standing:
    """Return what is known of a member and their server before the card is shown."""
    country, names_use_alone = server(conn, guild)
    own = remembered(conn, vault, guild, member)
    return Standing(own, country, names_use_alone, crisis_desk.changes(conn, guild))


def server(conn: Connection, guild: GuildId) -> tuple[str | None, bool]:
    """Return a server's country, and whether it names lines for those who use alone."""
    row = conn.execute(_SERVER, {"guild": guild}).one_or_none()
    return (None, False) if row is None else (row.country, row.names_use_alone)


def remembered(conn: Connection, vault: Vault, guild: GuildId, member: bytes) -> str | None:
    """Return the code a member wants remembered; None, too, where it cannot be opened any more."""
    sealed = conn.execute(_REMEMBERED, {"guild": guild, "who": member}).scalar_one_or_none()
    if sealed is None:
        return None
    try:
        opened = vault.open(member, sealed, row=_row_of(guild, member))
    except SealBroken:
        return None
    return None if opened is None else opened.decode("ascii", "replace")


def remember(conn: Connection, vault: Vault, guild: GuildId, member: bytes, country: str) -> None:
    """Keep a country for a member who has a key."""
    sealed = vault.seal(member, country.encode(), row=_row_of(guild, member))
    _REMEMBER.run(conn, {"guild_id": guild, "member": member, "sealed": sealed})


def forget(conn: Connection, guild: GuildId, member: bytes) -> None:
    """Delete the country of a member."""
    conn.execute(_FORGET, {"guild": guild, "who": member})


def choose(conn: Connection, guild: GuildId, country: str | None, *, names_use_alone: bool) -> None:
    """Keep what a server has chosen for its members."""
    row = {"guild_id": guild, "country": country, "names_use_alone": names_use_alone}
    _CHOOSE.run(conn, row)


def _row_of(guild: int, member: bytes) -> str:
    return f"crisis_choices|{guild}|{member.hex()}"
