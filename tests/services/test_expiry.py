"""What erases itself: in its time, a bounded part at once, and from the logs as well."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert

from bot.domain.ids import GuildId, MemberId
from bot.services.check_ins import Recorded
from bot.services.crisis import CrisisChoices
from bot.services.crisis_offers import CrisisOffers
from bot.services.expiry import BATCH, Swept
from bot.services.groups import Group
from bot.services.privacy import Keeps
from bot.store.instants import to_seconds
from bot.store.tables import check_ins, metadata
from tests.services.conftest import ANA, ANSWER, AWAY, BEN, HOME, MORNING, House

PEOPLE = 250
OF_A_SERVER = ("groups", "schedules", "prompts", "check_ins", "tallies", "consents", "members")


async def checked_in(house: House, group: Group, *people: MemberId) -> None:
    day = house.clock.now().date()
    for who in people:
        await house.agree(group, who)
        told = await house.check_ins.answer(group.guild, group.id, day, who, ANSWER, "button")
        assert isinstance(told, Recorded)


async def a_crowd(house: House, guild: GuildId = HOME, channel: int = 9) -> Group:
    group = await house.a_group(channel, guild)
    await checked_in(house, group, *(MemberId(1000 + number) for number in range(PEOPLE)))
    return group


async def sweep_until_done(house: House) -> list[Swept]:
    found = []
    while swept := await house.expiry.sweep():
        found.append(swept)
    return found


def keys(house: House) -> int:
    ((count,),) = house.store.vault.keys._ask("SELECT count(*) FROM member_keys")
    return int(count)


def files_of(house: House) -> bytes:
    folder = house.store.path.parent
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


async def test_a_check_in_is_forgotten_at_the_very_second(house: House) -> None:
    await checked_in(house, await house.a_group(), ANA)
    house.clock.moment = MORNING + timedelta(days=90, microseconds=-1)
    assert await house.expiry.sweep() == Swept()
    assert len(await house.rows("check_ins")) == 1
    house.clock.moment = MORNING + timedelta(days=90)
    assert await house.expiry.sweep() == Swept(check_ins=1)
    assert await house.rows("check_ins") == []
    (row,) = await house.rows("members")
    assert (row["forgotten"], row["forget_at"]) == (1, None)
    assert await house.expiry.sweep() == Swept()


async def test_the_next_moment_is_that_of_the_next_check_in(house: House) -> None:
    group = await house.a_group()
    for _ in range(3):
        await checked_in(house, group, ANA)
        house.clock.go(days=1)
    house.clock.moment = MORNING + timedelta(days=91)
    assert await house.expiry.sweep() == Swept(check_ins=2)
    (row,) = await house.rows("members")
    assert row["forget_at"] == to_seconds(MORNING + timedelta(days=92))


async def test_what_was_changed_later_is_forgotten_by_when_it_was_made(house: House) -> None:
    group = await house.a_group()
    await checked_in(house, group, ANA)
    house.clock.go(hours=5)
    await house.check_ins.answer(HOME, group.id, date(2026, 3, 3), ANA, ANSWER, "command")
    house.clock.moment = MORNING + timedelta(days=90)
    assert await house.expiry.sweep() == Swept(check_ins=1)


async def test_many_members_are_swept_a_bounded_part_at_a_time(house: House) -> None:
    await a_crowd(house)
    house.clock.go(days=90)
    assert await sweep_until_done(house) == [Swept(100), Swept(100), Swept(50)]
    assert BATCH == 100
    assert {row["forgotten"] for row in await house.rows("members")} == {1}


async def test_the_answers_that_were_forgotten_are_in_no_file(house: House) -> None:
    group = await house.a_group()
    await checked_in(house, group, ANA)
    sealed = [row["sealed"] for row in await house.rows("check_ins")]
    house.clock.go(days=60)
    await checked_in(house, group, ANA)
    kept = [row["sealed"] for row in await house.rows("check_ins")][-1]
    assert all(each in files_of(house) for each in [*sealed, kept])
    house.clock.moment = MORNING + timedelta(days=90)
    await house.expiry.sweep()
    content = files_of(house)
    assert [content.count(each) for each in sealed] == [0]
    assert content.count(kept) == 1


async def test_an_answer_not_kept_any_more_is_in_no_file(house: House) -> None:
    await checked_in(house, await house.a_group(), ANA)
    (row,) = await house.rows("check_ins")
    await house.privacy.keep_for(HOME, ANA, 0)
    assert files_of(house).count(row["sealed"]) == 0
    assert len(await house.rows("check_ins")) == 1


async def test_a_server_left_for_thirty_days_is_erased_with_all_its_members(house: House) -> None:
    home = await house.a_group()
    await checked_in(house, home, ANA, BEN)
    away = await a_crowd(house, AWAY)
    house.clock.go(hours=2)
    await house.ask(away)
    house.clock.go(hours=20)
    assert await house.groups.guild_left(AWAY) == 1
    left = house.clock.now()
    stays = [house.store.keyring.member(HOME, each) for each in (ANA, BEN)]
    (wrapped,) = house.store.vault.keys._ask(
        "SELECT wrapped FROM member_keys WHERE member NOT IN (?, ?) LIMIT 1", stays
    )[0]
    house.clock.moment = left + timedelta(days=30, seconds=-1)
    assert await house.expiry.sweep() == Swept()
    house.clock.moment = left + timedelta(days=30)
    swept = await sweep_until_done(house)
    assert swept == [Swept(members=100)] * 2 + [Swept(members=50), Swept(servers=1)]
    assert {row["guild_id"] for row in await house.rows("groups")} == {HOME}
    assert {row["guild_id"] for row in await house.rows("members")} == {HOME}
    assert {row["guild_id"] for row in await house.rows("consents")} == {HOME}
    assert {row["guild_id"] for row in await house.rows("outbox")} <= {HOME}
    for table in ("schedules", "prompts", "check_ins", "tallies"):
        assert {row["group_id"] for row in await house.rows(table)} <= {home.id}, table
    assert await house.rows("departures") == []
    assert len(await house.rows("check_ins")) == 2
    assert keys(house) == 2
    assert files_of(house).count(wrapped) == 0


def _change_the_card(conn: Connection) -> None:
    row = {"guild_id": AWAY, "line": "gb-samaritans", "body": "{}"}
    conn.execute(metadata.tables["crisis_changes"].insert(), row)
    draft = {"id": 1, "guild_id": AWAY, "made_at": 0, "done": False}
    conn.execute(metadata.tables["crisis_drafts"].insert(), draft)


async def test_every_table_that_names_a_server_or_a_group_is_emptied_with_it(house: House) -> None:
    """A new table has to be thought of in departures.py; this test finds it."""
    away = await house.a_group(guild=AWAY)
    house.clock.go(hours=2)
    await house.ask(away)
    await checked_in(house, away, ANA)
    await house.check_ins.count_only(AWAY, away.id, house.clock.now().date(), BEN)
    choices = CrisisChoices(house.store, house.clock)
    await choices.remember(AWAY, ANA, "NO")
    await choices.choose_for_server(AWAY, "IE", names_use_alone=True)
    await CrisisOffers(house.store, house.clock).allow(AWAY, ANA)
    await house.store.write(_change_the_card)
    bound = {
        table.name
        for table in metadata.sorted_tables
        if {"guild_id", "group_id"} & {*table.c.keys()}
    }
    before = {name for name in bound if await house.rows(name)}
    assert before == bound - {"departures"}
    await house.groups.guild_left(AWAY)
    house.clock.go(days=30)
    await house.prompts.forget_ended_days()
    await sweep_until_done(house)
    assert {name for name in bound if await house.rows(name)} == set()
    assert keys(house) == 0


async def test_a_server_that_takes_the_bot_back_in_time_keeps_everything(house: House) -> None:
    away = await house.a_group(guild=AWAY)
    await checked_in(house, away, ANA)
    await house.groups.guild_left(AWAY)
    before = {name: await house.rows(name) for name in ("check_ins", "consents")}
    house.clock.go(days=29, hours=23)
    assert await house.expiry.sweep() == Swept()
    assert await house.groups.guild_back(AWAY) == 1
    house.clock.go(days=30)
    assert await house.expiry.sweep() == Swept()
    assert {name: await house.rows(name) for name in before} == before
    (schedule,) = await house.rows("schedules")
    assert schedule["next_due_at"] is not None


async def test_setting_a_group_up_takes_a_server_back(house: House) -> None:
    away = await house.a_group(guild=AWAY)
    await checked_in(house, away, ANA)
    await house.groups.guild_left(AWAY)
    house.clock.go(days=29)
    await house.a_group(guild=AWAY)
    house.clock.go(days=2)
    assert await house.expiry.sweep() == Swept()
    assert [look.person for look in await house.expiry.looks_due(10)] == [ANA]


async def test_the_first_notice_of_a_departure_counts(house: House) -> None:
    await checked_in(house, await house.a_group(guild=AWAY), ANA)
    await house.groups.guild_left(AWAY)
    house.clock.go(days=20)
    await house.groups.guild_left(AWAY)
    await house.groups.present([])
    house.clock.go(days=10)
    assert (await house.expiry.sweep()).members == 1


async def test_members_of_a_server_the_bot_has_left_are_not_looked_for(house: House) -> None:
    await checked_in(house, await house.a_group(guild=AWAY), ANA)
    await checked_in(house, await house.a_group(10), BEN)
    await house.groups.guild_left(AWAY)
    # out of the way of the others, who are due again and again
    due = {row["guild_id"]: row["look_at"] for row in await house.rows("members")}
    assert due[AWAY] == to_seconds(MORNING + timedelta(days=30))
    house.clock.go(days=29)
    assert [look.person for look in await house.expiry.looks_due(10)] == [BEN]
    await house.groups.guild_back(AWAY)
    assert {look.person for look in await house.expiry.looks_due(10)} == {ANA, BEN}


async def test_which_servers_the_bot_is_in_is_noted_both_ways(house: House) -> None:
    other = GuildId(AWAY + 1)
    for channel, guild in enumerate((HOME, AWAY, other)):
        await house.a_group(channel + 5, guild)
    await house.groups.guild_left(other)
    await house.groups.present([HOME, other, GuildId(99)])
    assert [row["guild_id"] for row in await house.rows("departures")] == [AWAY]
    resting = {row["guild_id"]: row["resting"] for row in await house.rows("groups")}
    assert resting == {HOME: None, AWAY: "left", other: None}


async def test_who_came_back_while_discord_was_asked_is_not_erased(house: House) -> None:
    group = await house.a_group()
    await checked_in(house, group, ANA)
    house.clock.go(days=1)
    (look,) = await house.expiry.looks_due(10)
    assert not await house.expiry.gone(look)
    house.clock.go(days=29)
    (look,) = await house.expiry.looks_due(10)
    await house.agree(group, ANA)
    assert not await house.expiry.gone(look)
    assert len(await house.rows("check_ins")) == 1


async def test_a_sweep_forgets_many_answers_of_one_member_in_one_statement(house: House) -> None:
    """A year of them must not make everybody else wait."""
    group = await house.a_group()
    await house.agree(group, ANA)
    hashed = house.store.keyring.member(HOME, ANA)
    first = datetime(2024, 12, 1, 12, tzinfo=UTC)
    rows = [
        {
            "group_id": group.id,
            "day": (first + timedelta(days=number)).date().isoformat(),
            "member": hashed,
            "way": "button",
            "sealed": os.urandom(120),
            "at": to_seconds(first + timedelta(days=number)),
        }
        for number in range(400)
    ]

    def fill(conn: Connection) -> None:
        conn.execute(insert(check_ins), rows)

    await house.store.write(fill)
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(house.store.writer_engine, "before_cursor_execute", note)
    assert await house.privacy.keep_for(HOME, ANA, 30) == Keeps(30, forgotten=400)
    assert sum(sql.startswith("DELETE FROM check_ins") for sql in seen) == 1
    assert await house.rows("check_ins") == []
