"""A member says for how long their check-ins are kept: what is older goes at once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.domain.answers import BARE
from bot.domain.ids import ChannelId, MemberId, MessageId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY
from bot.services.check_ins import Form, Recorded
from bot.services.groups import Group
from bot.services.privacy import Keeps, NothingToKeep
from bot.store.tables import schedules
from tests.services.conftest import ANA, ANSWER, BEN, CHANNEL, CHECK_INS, HOME, House

AUCKLAND = Schedule("Pacific/Auckland", time(9), EVERY_DAY)
BERLIN_CLOSES = datetime(2026, 3, 4, 2, tzinfo=UTC)
AUCKLAND_CLOSES = datetime(2026, 3, 3, 14, tzinfo=UTC)


async def check_in(house: House, group: Group, day: date, member: MemberId = ANA) -> None:
    told = await house.check_ins.answer(HOME, group.id, day, member, ANSWER, "button")
    assert isinstance(told, Recorded)


async def check_in_daily(house: House, days: int) -> Group:
    """Ana checks in at 07:00 UTC on so many days, the last of which is today."""
    group = await house.a_group()
    today = house.clock.now().date()
    house.clock.go(days=1 - days)
    await house.agree(group, ANA)
    for ago in reversed(range(days)):
        await check_in(house, group, today - timedelta(days=ago))
        house.clock.go(days=bool(ago))
    return group


async def member(house: House) -> dict[str, Any]:
    (row,) = await house.rows("members")
    return row


async def days_kept(house: House) -> list[str]:
    return [row["day"] for row in await house.rows("check_ins")]


async def forget_moment(house: House) -> datetime | None:
    moment = (await member(house))["forget_at"]
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


async def test_who_never_agreed_has_nothing_to_keep(house: House) -> None:
    assert await house.privacy.keep_for(HOME, ANA, 30) == NothingToKeep()
    assert await house.rows("members") == []


async def test_keeping_for_less_forgets_what_is_older_at_once(house: House) -> None:
    await check_in_daily(house, 10)
    assert await house.privacy.keep_for(HOME, ANA, 7) == Keeps(7, forgotten=3)
    assert await days_kept(house) == [f"2026-02-{day}" for day in (25, 26, 27, 28)] + [
        f"2026-03-0{day}" for day in (1, 2, 3)
    ]
    assert (await member(house))["forgotten"] == 3
    assert await forget_moment(house) == datetime(2026, 3, 4, 7, tzinfo=UTC)


async def test_forgetting_is_counted_over_all_times(house: House) -> None:
    await check_in_daily(house, 20)
    await house.privacy.keep_for(HOME, ANA, 14)
    await house.privacy.keep_for(HOME, ANA, 7)
    assert (await house.privacy.held(HOME, ANA)).forgotten == 13
    assert (await house.privacy.held(HOME, ANA)).check_ins == 7


async def test_keeping_for_longer_moves_the_moment_and_forgets_nothing(house: House) -> None:
    await check_in_daily(house, 3)
    assert await house.privacy.keep_for(HOME, ANA, 365) == Keeps(365, forgotten=0)
    assert await forget_moment(house) == datetime(2027, 3, 1, 7, tzinfo=UTC)
    assert len(await days_kept(house)) == 3
    house.clock.go(days=363)
    await house.expiry.sweep()
    assert await days_kept(house) == ["2026-03-02", "2026-03-03"]


async def test_choosing_again_what_is_chosen_changes_nothing(house: House) -> None:
    await check_in_daily(house, 3)
    before = await member(house)
    assert await house.privacy.keep_for(HOME, ANA, 90) == Keeps(90, forgotten=0)
    assert await member(house) == before


async def test_with_nothing_kept_todays_answer_is_empty_at_once_and_still_counts(
    house: House,
) -> None:
    group = await check_in_daily(house, 3)
    assert await house.privacy.keep_for(HOME, ANA, 0) == Keeps(0, forgotten=2)
    (row,) = await house.rows("check_ins")
    assert (row["day"], row["sealed"]) == ("2026-03-03", None)
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == Form(
        group.id, date(2026, 3, 3), BARE
    )
    assert await forget_moment(house) == BERLIN_CLOSES


async def test_with_nothing_kept_a_new_answer_is_never_written_down(house: House) -> None:
    group = await check_in_daily(house, 1)
    await house.privacy.keep_for(HOME, ANA, 0)
    today = date(2026, 3, 3)
    for _ in "again":
        told = await house.check_ins.answer(HOME, group.id, today, ANA, ANSWER, "button")
        assert told == Recorded(today, first=False, total=1, language="en", kept=False)
    assert [row["sealed"] for row in await house.rows("check_ins")] == [None]


async def test_with_nothing_kept_the_day_counts_until_it_closes_then_all_is_forgotten(
    house: House,
) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    await house.agree(group, ANA)
    await house.privacy.keep_for(HOME, ANA, 0)
    await check_in(house, group, date(2026, 3, 3))
    house.clock.moment = BERLIN_CLOSES - timedelta(seconds=1)
    assert not await house.expiry.sweep()
    assert len(await days_kept(house)) == 1
    house.clock.moment = BERLIN_CLOSES
    assert (await house.expiry.sweep()).check_ins == 1
    assert await days_kept(house) == []
    assert [row["people"] for row in await house.rows("prompts")] == [1]
    assert (await member(house))["forgotten"] == 1
    assert await forget_moment(house) is None


async def test_two_groups_whose_days_close_at_different_hours(house: House) -> None:
    far = await house.a_group(CHANNEL + 1, schedule=AUCKLAND)
    near = await house.a_group()
    await house.agree(near, ANA)
    await check_in(house, far, date(2026, 3, 3))
    await check_in(house, near, date(2026, 3, 3))
    await house.privacy.keep_for(HOME, ANA, 0)
    assert await forget_moment(house) == AUCKLAND_CLOSES
    house.clock.moment = AUCKLAND_CLOSES
    assert (await house.expiry.sweep()).check_ins == 1
    assert [row["group_id"] for row in await house.rows("check_ins")] == [near.id]
    assert await forget_moment(house) == BERLIN_CLOSES
    house.clock.moment = BERLIN_CLOSES
    assert (await house.expiry.sweep()).check_ins == 1
    assert await forget_moment(house) is None


async def test_the_later_day_checked_in_first_does_not_hide_the_earlier_closing(
    house: House,
) -> None:
    far = await house.a_group(CHANNEL + 1, schedule=AUCKLAND)
    near = await house.a_group()
    await house.agree(near, ANA)
    await house.privacy.keep_for(HOME, ANA, 0)
    await check_in(house, near, date(2026, 3, 3))
    assert await forget_moment(house) == BERLIN_CLOSES
    await check_in(house, far, date(2026, 3, 3))
    assert await forget_moment(house) == AUCKLAND_CLOSES


async def test_a_zone_that_is_gone_still_lets_the_day_end(house: House) -> None:
    group = await check_in_daily(house, 1)

    def lose_zone(conn: Connection) -> None:
        conn.execute(update(schedules).values(zone="Europe/Atlantis"))

    await house.store.write(lose_zone)
    assert await house.privacy.keep_for(HOME, ANA, 0) == Keeps(0, forgotten=0)
    assert await forget_moment(house) == house.clock.now() + timedelta(days=2)
    house.clock.go(days=2)
    assert (await house.expiry.sweep()).check_ins == 1
    assert group.schedule.zone == "Europe/Berlin"


async def test_from_nothing_kept_to_a_year_todays_check_in_stays(house: House) -> None:
    await check_in_daily(house, 1)
    await house.privacy.keep_for(HOME, ANA, 0)
    await house.privacy.keep_for(HOME, ANA, 365)
    assert await forget_moment(house) == house.clock.now() + timedelta(days=365)
    house.clock.go(days=2)
    assert not await house.expiry.sweep()
    assert await days_kept(house) == ["2026-03-03"]


@pytest.mark.parametrize("days", [0, 7, 365])
async def test_one_members_choice_is_nobody_elses(house: House, days: int) -> None:
    group = await check_in_daily(house, 10)
    await house.agree(group, BEN)
    await check_in(house, group, date(2026, 3, 3), BEN)
    await house.privacy.keep_for(HOME, BEN, days)
    held = await house.privacy.held(HOME, ANA)
    assert (held.check_ins, held.keep_days, held.forgotten) == (10, 90, 0)


@pytest.mark.parametrize("way", ["keep for less", "erase", "erase everywhere"])
async def test_people_are_counted_before_a_member_forgets_the_day(house: House, way: str) -> None:
    """The day has closed, and no tick has come yet: be it that the bot was down."""
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    for who in (ANA, BEN):
        await house.agree(group, who)
        await check_in(house, group, date(2026, 3, 3), who)
    house.clock.moment = BERLIN_CLOSES
    if way == "keep for less":
        await house.privacy.keep_for(HOME, ANA, 0)
    elif way == "erase":
        await house.privacy.erase(HOME, ANA)
    else:
        await house.privacy.erase_everywhere(ANA)
    assert len(await house.rows("check_ins")) == 1
    await house.prompts.forget_ended_days()
    assert [row["people"] for row in await house.rows("prompts")] == [2]


async def test_people_of_a_day_stay_whoever_is_erased_later(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    for who in (ANA, BEN):
        await house.check_ins.agree(HOME, group.id, date(2026, 3, 3), who, CHECK_INS)
        told = await house.check_ins.reply(ChannelId(CHANNEL), MessageId(5000), who)
        assert isinstance(told, Recorded)
    house.clock.moment = BERLIN_CLOSES
    await house.prompts.forget_ended_days()
    house.clock.go(minutes=1)
    await house.privacy.erase_everywhere(ANA)
    await house.privacy.keep_for(HOME, BEN, 0)
    await house.prompts.forget_ended_days()
    assert await house.rows("check_ins") == []
    assert [row["people"] for row in await house.rows("prompts")] == [2]
