"""SQL over all that is kept about one person in one server: counting it, and deleting it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.domain.consent import CONSENT_VERSION, NOTHING, Purposes
from bot.domain.ids import GroupId, GuildId
from bot.domain.keeping import DEFAULT
from bot.store import consents as given
from bot.store.tables import (
    check_ins,
    consents,
    crisis_choices,
    crisis_offers,
    groups,
    members,
    tallies,
)

_COUNTED = select(func.count(), func.min(check_ins.c.day)).where(
    check_ins.c.member == bindparam("member")
)
_THIS_MEMBER = (members.c.guild_id == bindparam("guild")) & (
    members.c.member == bindparam("member")
)
_MEMBER = select(members.c.keep_days, members.c.forgotten).where(_THIS_MEMBER)
_ERASE_CHECK_INS = delete(check_ins).where(check_ins.c.member == bindparam("member"))
_ERASE_CONSENT = delete(consents).where(
    consents.c.guild_id == bindparam("guild"), consents.c.member == bindparam("member")
)
_ERASE_MEMBER = delete(members).where(_THIS_MEMBER)
_THIS_CHOICE = (crisis_choices.c.guild_id == bindparam("guild")) & (
    crisis_choices.c.member == bindparam("member")
)
_CHOICE = select(func.count()).select_from(crisis_choices).where(_THIS_CHOICE)
_ERASE_CHOICE = delete(crisis_choices).where(_THIS_CHOICE)
_THIS_OFFER = (crisis_offers.c.guild_id == bindparam("guild")) & (
    crisis_offers.c.member == bindparam("member")
)
_OFFER = select(func.count()).select_from(crisis_offers).where(_THIS_OFFER)
_ERASE_OFFER = delete(crisis_offers).where(_THIS_OFFER)
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
    purposes: Purposes = NOTHING
    """What they said yes to."""
    counted: int = 0
    """Days on which they are counted without consent at present."""
    is_member: bool = False
    """Whether they ever agreed to anything, and so have a row of their own."""
    keep_days: int = DEFAULT
    forgotten: int = 0
    """How many of their check-ins were forgotten because their time was over."""
    has_country: bool = False
    """Whether a country is remembered for their crisis card."""
    takes_offers: bool = False
    """Whether others may ask the bot to send them the crisis card."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is kept."""
        return not (
            self.is_member
            or self.purposes
            or self.check_ins
            or self.counted
            or self.has_country
            or self.takes_offers
        )


def of_member(conn: Connection, guild: int, member: bytes) -> Holdings:
    """Count what is kept. `member` is the keyed hash of this server and person."""
    count, oldest = conn.execute(_COUNTED, {"member": member}).one()
    row = conn.execute(_MEMBER, {"guild": guild, "member": member}).one_or_none()
    keep_days, forgotten = (DEFAULT, 0) if row is None else row
    return Holdings(
        check_ins=count,
        oldest=None if oldest is None else date.fromisoformat(oldest),
        purposes=given.given(conn, GuildId(guild), member, CONSENT_VERSION),
        is_member=row is not None,
        keep_days=keep_days,
        forgotten=forgotten,
        has_country=bool(conn.execute(_CHOICE, {"guild": guild, "member": member}).scalar_one()),
        takes_offers=bool(conn.execute(_OFFER, {"guild": guild, "member": member}).scalar_one()),
    )


def erase(conn: Connection, guild: int, member: bytes) -> None:
    """Delete all rows under a keyed hash, be it of a member or of somebody counted for a day."""
    conn.execute(_ERASE_CHECK_INS, {"member": member})
    conn.execute(_ERASE_CONSENT, {"guild": guild, "member": member})
    conn.execute(_ERASE_MEMBER, {"guild": guild, "member": member})
    conn.execute(_ERASE_CHOICE, {"guild": guild, "member": member})
    conn.execute(_ERASE_OFFER, {"guild": guild, "member": member})
    conn.execute(_ERASE_TALLIES, {"guild": guild, "member": member})


def tallied_days(conn: Connection, guild: int) -> Iterator[tuple[GroupId, date]]:
    """Yield the days on which anybody of the server is counted without consent at present."""
    for group, day in conn.execute(_TALLIED_DAYS, {"guild": guild}).all():
        yield GroupId(group), date.fromisoformat(day)
