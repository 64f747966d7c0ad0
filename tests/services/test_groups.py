"""Setting up, changing and resting: a day already asked is never asked again."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.ids import ChannelId, GuildId, MemberId
from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY
from bot.services.groups import Preview
from bot.services.prompts import Planned
from tests.services.conftest import CHANNEL, HOME, NINE, House

EIGHT_EVENING = Schedule("Europe/Berlin", time(20), EVERY_DAY)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


async def test_a_preview_shows_the_next_three_and_changes_nothing(house: House) -> None:
    found = await house.groups.preview(CHANNEL, NINE)
    assert found == Preview((at(3, 8), at(4, 8), at(5, 8)), None)
    assert await house.rows("groups") == []
    await house.a_group()
    found = await house.groups.preview(CHANNEL, EIGHT_EVENING)
    assert found == Preview((at(3, 19), at(4, 19), at(5, 19)), NINE)
    assert await house.prompts.next_due() == at(3, 8)


async def test_a_preview_keeps_to_weekdays_and_to_the_zones_own_hours(house: House) -> None:
    house.clock.set(27, 12)
    weekdays = Schedule("Europe/Berlin", time(9), MONDAY_TO_FRIDAY)
    # Summer time begins on Sunday the 29th: nine o'clock comes an hour earlier in UTC.
    found = await house.groups.preview(CHANNEL, weekdays)
    assert found.next_three == (at(30, 7), at(31, 7), datetime(2026, 4, 1, 7, tzinfo=UTC))


async def test_setting_up_makes_a_group_and_doing_it_again_changes_it(house: House) -> None:
    first = await house.groups.set_up(HOME, CHANNEL, NINE)
    assert first.was_new
    assert first.next_three == (at(3, 8), at(4, 8), at(5, 8))
    again = await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    assert not again.was_new
    assert again.group.id == first.group.id
    assert again.group.schedule == EIGHT_EVENING
    assert await house.groups.at(CHANNEL) == again.group
    assert await house.prompts.next_due() == at(3, 19)


async def test_a_server_may_have_several_groups(house: House) -> None:
    first, second = await house.a_group(), await house.a_group(channel=2)
    await house.a_group(channel=3, guild=3)
    assert await house.groups.of_guild(HOME) == (first, second)
    assert await house.groups.at(ChannelId(99)) is None


async def test_a_channel_belongs_to_one_server(house: House) -> None:
    await house.a_group()
    with pytest.raises(ValueError, match="one server"):
        await house.groups.set_up(GuildId(2), CHANNEL, NINE)


async def test_a_planned_prompt_moves_with_the_hour(house: House) -> None:
    await house.a_group()
    house.clock.set(3, 8)
    await house.prompts.plan_due()
    changed = await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    assert changed.next_three[0] == at(3, 19)
    assert await house.rows("outbox") == []
    assert await house.rows("prompts") == []
    house.clock.set(3, 19)
    assert await house.prompts.plan_due() == Planned(1, 0)
    assert await house.states() == [("2026-03-03", "PLANNED", None)]
    assert len(await house.rows("prompts")) == 1


@pytest.mark.parametrize("state", ["SENDING", "SENT", "RECONCILE", "DEAD", "SKIPPED", "PLANNED"])
async def test_a_day_that_was_tried_is_not_asked_again(house: House, state: str) -> None:
    await house.a_group()
    house.clock.set(3, 8)
    await house.prompts.plan_due()
    await house.set_state(state, tries=1)
    assert (await house.groups.preview(CHANNEL, EIGHT_EVENING)).next_three[0] == at(4, 19)
    changed = await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    assert changed.next_three[0] == at(4, 19)
    house.clock.set(3, 19)
    assert await house.prompts.plan_due() == Planned(0, 0)
    assert len(await house.rows("prompts")) == 1


async def test_a_day_skipped_as_late_may_be_asked_at_a_later_hour(house: House) -> None:
    await house.a_group()
    house.clock.set(3, 12)
    assert await house.prompts.plan_due() == Planned(0, 1)
    changed = await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    assert changed.next_three[0] == at(3, 19)
    house.clock.set(3, 19)
    assert await house.prompts.plan_due() == Planned(1, 0)


async def test_earlier_skipped_days_stay_on_record(house: House) -> None:
    await house.a_group()
    house.clock.set(4, 12)
    await house.prompts.plan_due()
    await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    assert await house.states() == [("2026-03-03", "SKIPPED", "late")]


async def test_setting_up_again_keeps_what_was_answered_today(house: House) -> None:
    group = await house.a_group()
    await house.check_ins.count_only(HOME, group.id, at(3, 0).date(), MemberId(9))
    await house.groups.set_up(HOME, CHANNEL, EIGHT_EVENING)
    house.clock.set(3, 19)
    await house.ask(group)
    assert len(await house.rows("tallies")) == 1


async def test_a_server_that_removes_the_bot_rests_until_it_is_back(house: House) -> None:
    await house.a_group()
    other = await house.a_group(channel=2, guild=2)
    house.clock.set(3, 8)
    await house.prompts.plan_due()
    assert await house.groups.guild_left(HOME) == 1
    assert [row["guild_id"] for row in await house.rows("outbox")] == [other.guild]
    house.clock.set(5, 12)
    await house.prompts.plan_due()
    assert {row["guild_id"] for row in await house.rows("outbox")} == {other.guild}
    found = await house.groups.at(CHANNEL)
    assert found is not None
    assert found.resting == "left"

    assert await house.groups.guild_back(HOME) == 1
    assert await house.groups.guild_back(HOME) == 0
    assert await house.prompts.next_due() == at(6, 8)
    house.clock.set(6, 8)
    assert await house.prompts.plan_due() == Planned(2, 0)


async def test_a_group_without_its_channel_rests_until_it_is_set_up_again(house: House) -> None:
    await house.a_group()
    await house.groups.channel_gone(CHANNEL)
    await house.groups.channel_gone(ChannelId(99))
    assert await house.prompts.next_due() is None
    again = await house.groups.set_up(HOME, CHANNEL, NINE)
    assert again.group.resting is None
    assert await house.prompts.next_due() == at(3, 8)


async def test_a_group_that_was_refused_rests(house: House) -> None:
    group = await house.a_group()
    await house.groups.refused(group.id, "no-permission")
    found = await house.groups.at(CHANNEL)
    assert found is not None
    assert found.resting == "no-permission"
    assert await house.prompts.next_due() is None
