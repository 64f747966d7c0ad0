"""What moderators are told of how many people checked in, on a real store."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.ids import ChannelId, GuildId, MemberId, MessageId
from bot.services.counts import AskedDay, Counts, EndedDay, UnaskedDay
from bot.services.expiry import Expiry, Look
from bot.services.groups import Group
from bot.services.privacy import Privacy
from bot.store import members
from tests.services.conftest import ANSWER, CHANNEL, HOME, HandClock, House

TUESDAY = date(2026, 3, 3)
PROMPT = MessageId(5000)
OTHER_CHANNEL = ChannelId(CHANNEL + 1)
PRIVATE = {"check_ins", "tallies", "consents", "members"}


def people(number: int) -> list[MemberId]:
    return [MemberId(1000 + n) for n in range(number)]


async def a_day(house: House, consenting: int, tallied: int) -> Group:
    """Ask on Tuesday at nine; some check in with consent, some are counted without."""
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    for member in people(consenting):
        await house.agree(group, member)
        await house.check_ins.answer(HOME, group.id, TUESDAY, member, ANSWER, "command")
    for member in people(consenting + tallied)[consenting:]:
        await house.check_ins.reply(CHANNEL, PROMPT, member)
    return group


async def told(house: House, channel: ChannelId | None = None) -> tuple[EndedDay, ...]:
    (group,) = await Counts(house.store, house.clock).of_guild(HOME, channel)
    return group.days


@pytest.mark.parametrize(
    ("consenting", "tallied", "shown"), [(4, 0, None), (3, 2, 5), (0, 6, 6), (0, 4, None)]
)
async def test_who_is_counted_without_a_yes_counts_as_well(
    house: House, consenting: int, tallied: int, shown: int | None
) -> None:
    await a_day(house, consenting, tallied)
    house.clock.set(4, 2)
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, shown),)


async def test_a_day_is_told_only_once_it_is_over_and_counted(house: House) -> None:
    await a_day(house, 5, 0)
    assert await told(house) == ()
    house.clock.set(4, 2)
    assert await told(house) == ()
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, 5),)


async def test_a_prompt_that_was_never_posted_is_a_day_not_asked(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.prompts.plan_due()
    for member in people(6):
        await house.agree(group, member)
        await house.check_ins.answer(HOME, group.id, TUESDAY, member, ANSWER, "command")
    house.clock.set(4, 2)
    await house.prompts.forget_ended_days()
    assert await told(house) == (UnaskedDay(TUESDAY),)


@pytest.mark.parametrize("counted_before", [True, False])
async def test_erasing_changes_no_day_that_is_over(house: House, *, counted_before: bool) -> None:
    """Five becoming "fewer" would say that one of these people erased themselves just now."""
    await a_day(house, 5, 0)
    house.clock.set(4, 2)
    if counted_before:
        await house.prompts.forget_ended_days()
    privacy = Privacy(house.store, house.clock)
    await privacy.erase(HOME, people(1)[0])
    await privacy.erase_everywhere(people(2)[1])
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, 5),)


async def test_erasing_while_the_day_is_open_takes_the_person_out_of_it(house: House) -> None:
    await a_day(house, 5, 0)
    await Privacy(house.store, house.clock).erase(HOME, people(1)[0])
    house.clock.set(4, 2)
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, None),)


async def test_keeping_nothing_changes_no_day_that_is_over(house: House) -> None:
    await a_day(house, 5, 0)
    house.clock.set(4, 2)
    kept = await Privacy(house.store, house.clock).keep_for(HOME, people(1)[0], 0)
    assert len(await house.rows("check_ins")) == 4, kept
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, 5),)


async def test_a_sweep_that_comes_before_the_counting_loses_nobody(house: House) -> None:
    await a_day(house, 5, 0)
    privacy = Privacy(house.store, house.clock)
    for member in people(5):
        await privacy.keep_for(HOME, member, 0)
    house.clock.set(4, 2)
    assert (await Expiry(house.store, house.clock).sweep()).check_ins == 5
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, 5),)


async def test_who_left_long_ago_is_erased_without_a_change(house: House) -> None:
    await a_day(house, 5, 0)
    house.clock.set(4, 2)
    member = people(1)[0]
    hashed = house.store.keyring.member(HOME, member)
    month_ago = int(house.clock.now().timestamp()) - 31 * 24 * 3600
    await house.store.write(members.looked, HOME, hashed, again=0, gone_at=month_ago)
    assert await Expiry(house.store, house.clock).gone(Look(HOME, hashed, member, month_ago))
    assert len(await house.rows("check_ins")) == 4
    await house.prompts.forget_ended_days()
    assert await told(house) == (AskedDay(TUESDAY, 5),)


async def test_retention_changes_no_day_that_is_over(house: House, clock: HandClock) -> None:
    await a_day(house, 5, 1)
    privacy = Privacy(house.store, clock)
    for member in people(5):
        await privacy.keep_for(HOME, member, 7)
    house.clock.set(4, 2)
    await house.prompts.forget_ended_days()
    house.clock.set(10, 12)
    assert (await Expiry(house.store, clock).sweep()).check_ins == 5
    assert (await told(house))[-1] == AskedDay(TUESDAY, 6)


async def test_groups_come_newest_first_and_one_alone_when_its_channel_is_named(
    house: House,
) -> None:
    await house.a_group()
    await house.a_group(OTHER_CHANNEL)
    counts = Counts(house.store, house.clock)
    every = [each.channel for each in await counts.of_guild(HOME)]
    assert every == [OTHER_CHANNEL, CHANNEL]
    assert [each.channel for each in await counts.of_guild(HOME, CHANNEL)] == [CHANNEL]


async def test_a_channel_of_another_server_tells_nothing(house: House) -> None:
    await a_day(house, 5, 0)
    house.clock.set(4, 2)
    await house.prompts.forget_ended_days()
    elsewhere = GuildId(HOME + 1)
    await house.a_group(OTHER_CHANNEL, guild=elsewhere)
    counts = Counts(house.store, house.clock)
    assert await counts.of_guild(elsewhere, CHANNEL) == ()
    (theirs,) = await counts.of_guild(elsewhere)
    assert theirs.channel == OTHER_CHANNEL
    assert not [each for each in theirs.days if isinstance(each, AskedDay)]


async def test_a_look_reads_no_table_that_holds_a_person(house: House) -> None:
    await a_day(house, 5, 1)
    house.clock.go(days=2)
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(house.store._reading.engine, "before_cursor_execute", note)
    await told(house)
    assert any("prompts" in sql for sql in seen)
    assert [sql for sql in seen if any(table in sql for table in PRIVATE)] == []


async def test_many_weeks_later_only_the_past_seven_days_are_told(house: House) -> None:
    await a_day(house, 5, 0)
    house.clock.go(days=30)
    await house.prompts.forget_ended_days()
    days = await told(house)
    today = house.clock.now().date()
    assert days == tuple(UnaskedDay(today - timedelta(days=back)) for back in range(1, 8))
