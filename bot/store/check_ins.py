"""SQL for check-ins, and all that is known of a person's day before anything is written."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, and_, bindparam, literal_column, select

from bot.domain.answers import BARE, Answer, Way
from bot.domain.consent import Purpose
from bot.domain.ids import GroupId, GuildId, MemberId
from bot.domain.keeping import DEFAULT
from bot.domain.schedule import Schedule
from bot.store.groups import schedule_of
from bot.store.keyring import Keyring
from bot.store.prepared import Prepared
from bot.store.prompts import total_of
from bot.store.tables import check_ins, consents, groups, members, prompts, schedules, tallies
from bot.store.upsert import Upsert
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Person:
    """One person on one day of one group, as the tables know them."""

    guild: GuildId
    group: GroupId
    day: date
    member: bytes
    tally: bytes


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt of a day, as far as an answer needs it."""

    id: int
    marker: str
    closes_at: int
    drawn_at: int | None
    redraw_at: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about a person's day."""

    language: str
    schedule: Schedule
    prompt: Prompt | None
    consent: int | None
    """The version of the card they said yes to; None, too, where their key is gone."""
    first_at: int | None
    """When they checked in, None where they have not."""
    answer: Answer
    tallied: bool
    keep_days: int
    forget_at: int | None
    """When something of theirs is to be forgotten next."""
    total: int


_GROUP: BindParameter[int] = bindparam("group")
_DAY: BindParameter[str] = bindparam("day")
_MEMBER: BindParameter[bytes] = bindparam("member")

# One statement for all of it: what a check-in costs is counted in statements.
_STANDING = Prepared(
    select(
        groups.c.language,
        schedules.c.zone,
        schedules.c.at_minute,
        schedules.c.weekdays,
        prompts.c.id,
        prompts.c.marker,
        prompts.c.closes_at,
        prompts.c.drawn_at,
        prompts.c.redraw_at,
        consents.c.version,
        check_ins.c.at,
        check_ins.c.sealed,
        tallies.c.hash,
        members.c.keep_days,
        members.c.forget_at,
        total_of(_GROUP, _DAY),
    )
    .select_from(groups)
    .join(schedules, schedules.c.group_id == groups.c.id)
    .outerjoin(prompts, and_(prompts.c.group_id == _GROUP, prompts.c.day == _DAY))
    .outerjoin(
        consents,
        and_(
            consents.c.guild_id == groups.c.guild_id,
            consents.c.member == _MEMBER,
            consents.c.purpose == literal_column(f"'{Purpose.CHECK_INS.value}'"),
        ),
    )
    .outerjoin(members, and_(members.c.guild_id == groups.c.guild_id, members.c.member == _MEMBER))
    .outerjoin(
        check_ins,
        and_(
            check_ins.c.group_id == _GROUP,
            check_ins.c.day == _DAY,
            check_ins.c.member == _MEMBER,
        ),
    )
    .outerjoin(
        tallies,
        and_(
            tallies.c.group_id == _GROUP,
            tallies.c.day == _DAY,
            tallies.c.hash == bindparam("hash"),
        ),
    )
    .where(groups.c.id == _GROUP, groups.c.guild_id == bindparam("guild"))
)
_KEEP = Upsert(
    check_ins,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[check_ins.c.group_id, check_ins.c.day, check_ins.c.member],
        set_={
            "way": insert.excluded.way,
            "sealed": insert.excluded.sealed,
            "edited_at": insert.excluded.edited_at,
        },
    ),
)


def person(keyring: Keyring, guild: GuildId, group: GroupId, day: date, member: MemberId) -> Person:
    """Return the keyed hashes that stand for a member on a day."""
    hashes = keyring.member(guild, member), keyring.tally(group, day, member)
    return Person(guild, group, day, *hashes)


def standing(conn: Connection, vault: Vault, who: Person) -> Standing | None:
    """Return what is known of a person's day, None where their server has no such group."""
    row = _STANDING.first(
        conn,
        {
            "guild": who.guild,
            "group": who.group,
            "day": who.day.isoformat(),
            "member": who.member,
            "hash": who.tally,
        },
    )
    if row is None:
        return None
    (
        language,
        zone,
        minute,
        weekdays,
        number,
        marker,
        closes,
        drawn,
        redraw,
        version,
        at,
        sealed,
        hashed,
        keep_days,
        forget_at,
        n,
    ) = row
    return Standing(
        language=language,
        schedule=schedule_of(zone, minute, weekdays),
        prompt=None if number is None else Prompt(number, marker, closes, drawn, redraw),
        consent=version if version is not None and vault.holds(who.member) else None,
        first_at=at,
        answer=BARE if sealed is None else _open(vault, sealed, who),
        tallied=hashed is not None,
        keep_days=DEFAULT if keep_days is None else keep_days,
        forget_at=forget_at,
        total=n,
    )


def keep(conn: Connection, vault: Vault, who: Person, answer: Answer, way: Way, now: int) -> None:
    """Write a person's check-in of the day; one there already is edited."""
    sealed = None if answer == BARE else _seal(vault, answer, who)
    _KEEP.run(
        conn,
        {
            "group_id": who.group,
            "day": who.day.isoformat(),
            "member": who.member,
            "way": way,
            "sealed": sealed,
            "at": now,
            "edited_at": now,
        },
    )


def _seal(vault: Vault, answer: Answer, who: Person) -> bytes:
    words = json.dumps({"mood": answer.mood, "urge": answer.urge, "line": answer.line})
    return vault.seal(who.member, words.encode(), row=_row_of(who))


def _open(vault: Vault, sealed: bytes, who: Person) -> Answer:
    words = vault.open(who.member, sealed, row=_row_of(who))
    return BARE if words is None else Answer(**json.loads(words))


def _row_of(who: Person) -> str:
    return f"check_ins|{who.group}|{who.day.isoformat()}|{who.member.hex()}"
