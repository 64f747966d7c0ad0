"""SQL that reads every row about one member of one server, with the sealed answers opened.

What has no member in it is not here. A table that gains one must be added here and in holdings.py;
tests/store/test_export.py holds both to the tables.
"""

import json
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, bindparam, select

from bot.domain.answers import BARE, Answer
from bot.domain.consent import Purpose
from bot.domain.export import (
    KeptCheckIn,
    KeptConsent,
    KeptCountry,
    KeptMember,
    KeptOffer,
    KeptTally,
)
from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.store import crisis
from bot.store.errors import SealBroken
from bot.store.instants import maybe_moment, to_moment
from bot.store.keyring import Keyring
from bot.store.members import person_of
from bot.store.tables import (
    check_ins,
    consents,
    crisis_choices,
    crisis_offers,
    groups,
    members,
    schedules,
    tallies,
)
from bot.store.vault import Vault

_CONSENTS = (
    select(consents.c.purpose, consents.c.version, consents.c.at)
    .where(consents.c.guild_id == bindparam("guild"), consents.c.member == bindparam("member"))
    .order_by(consents.c.at, consents.c.purpose)
)
_MEMBER = select(members).where(
    members.c.guild_id == bindparam("guild"), members.c.member == bindparam("who")
)
_CHOICES = select(crisis_choices.c.guild_id).where(
    crisis_choices.c.guild_id == bindparam("guild"), crisis_choices.c.member == bindparam("who")
)
_OFFERS = select(crisis_offers.c.version, crisis_offers.c.at, crisis_offers.c.not_before).where(
    crisis_offers.c.guild_id == bindparam("guild"), crisis_offers.c.member == bindparam("who")
)
_CHECK_INS = (
    select(
        check_ins.c.group_id,
        groups.c.channel_id,
        schedules.c.zone,
        check_ins.c.day,
        check_ins.c.way,
        check_ins.c.sealed,
        check_ins.c.at,
        check_ins.c.edited_at,
    )
    .select_from(check_ins)
    .join(groups, groups.c.id == check_ins.c.group_id)
    .outerjoin(schedules, schedules.c.group_id == check_ins.c.group_id)
    .where(check_ins.c.member == bindparam("member"))
    .order_by(check_ins.c.day, check_ins.c.group_id)
)
_TALLIES = (
    select(
        tallies.c.group_id, groups.c.channel_id, tallies.c.day, tallies.c.hash, tallies.c.forget_at
    )
    .join(groups, groups.c.id == tallies.c.group_id)
    .where(groups.c.guild_id == bindparam("guild"))
    .order_by(tallies.c.day, tallies.c.group_id)
)


def consents_of(conn: Connection, guild: GuildId, member: bytes) -> tuple[KeptConsent, ...]:
    """Return what a member said yes to."""
    rows = conn.execute(_CONSENTS, {"guild": guild, "member": member})
    return tuple(
        KeptConsent(Purpose(purpose), version, to_moment(at)) for purpose, version, at in rows
    )


def members_of(
    conn: Connection, vault: Vault, guild: GuildId, member: bytes
) -> tuple[KeptMember, ...]:
    """Return a member's own row, if they ever agreed to anything."""
    rows = conn.execute(_MEMBER, {"guild": guild, "who": member})
    return tuple(
        KeptMember(
            person=person_of(vault, guild, member, row.sealed),
            keep_days=row.keep_days,
            forget_at=maybe_moment(row.forget_at),
            forgotten=row.forgotten,
            look_at=to_moment(row.look_at),
            gone_at=maybe_moment(row.gone_at),
        )
        for row in rows
    )


def crisis_choices_of(
    conn: Connection, vault: Vault, guild: GuildId, member: bytes
) -> tuple[KeptCountry, ...]:
    """Return the country remembered for a member's crisis card, if there is one."""
    rows = conn.execute(_CHOICES, {"guild": guild, "who": member}).all()
    return tuple(KeptCountry(crisis.remembered(conn, vault, guild, member)) for _ in rows)


def crisis_offers_of(conn: Connection, guild: GuildId, member: bytes) -> tuple[KeptOffer, ...]:
    """Return that others may ask for a member to be sent the crisis card, if they may."""
    rows = conn.execute(_OFFERS, {"guild": guild, "who": member})
    return tuple(
        KeptOffer(version, to_moment(at), to_moment(not_before)) for version, at, not_before in rows
    )


def check_ins_of(conn: Connection, vault: Vault, member: bytes) -> tuple[KeptCheckIn, ...]:
    """Return every check-in of a member with its answer, oldest first."""
    return tuple(_opened(conn, vault, member))


def tallies_of(
    conn: Connection, keyring: Keyring, guild: GuildId, person: MemberId
) -> tuple[KeptTally, ...]:
    """Return the days on which a person is counted without consent at present."""
    rows = conn.execute(_TALLIES, {"guild": guild})
    hashes: dict[tuple[int, str], bytes] = {}
    found: list[KeptTally] = []
    for group, channel, day, hashed, forget_at in rows:
        if (group, day) not in hashes:
            hashes[group, day] = keyring.tally(group, date.fromisoformat(day), person)
        if hashed == hashes[group, day]:
            found.append(
                KeptTally(ChannelId(channel), date.fromisoformat(day), to_moment(forget_at))
            )
    return tuple(found)


def _opened(conn: Connection, vault: Vault, member: bytes) -> Iterator[KeptCheckIn]:
    for group, channel, zone, day, way, sealed, at, edited in conn.execute(
        _CHECK_INS, {"member": member}
    ):
        yield KeptCheckIn(
            channel=ChannelId(channel),
            zone=zone or "UTC",
            day=date.fromisoformat(day),
            way=way,
            answer=_answer(vault, group, day, member, sealed),
            at=to_moment(at),
            edited_at=None if edited == at else maybe_moment(edited),
        )


def _answer(
    vault: Vault, group: int, day: str, member: bytes, sealed: bytes | None
) -> Answer | None:
    """Open one answer: the only place of an export that knows how answers are sealed."""
    if sealed is None:
        return BARE
    try:
        words = vault.open(member, sealed, row=f"check_ins|{group}|{day}|{member.hex()}")
    except SealBroken:
        return None
    return None if words is None else Answer(**json.loads(words))
