"""What would be forgotten is what is forgotten; and an export or an erase of everything."""

from datetime import date

import pytest

from bot.domain.ids import ChannelId, GuildId
from bot.domain.keeping import NOT_KEPT
from bot.services.export import Exports
from bot.services.privacy import Erased, Keeps, NothingToKeep, Privacy, WouldForget
from tests.services.conftest import ANA, ANSWER, BEN, CHANNEL, HOME, House

ELSEWHERE = GuildId(700_000_000_000_000_002)


async def two_check_ins(house: House) -> Privacy:
    """Let Ana check in on the 3rd and, nine days later, on the 12th of March."""
    group = await house.a_group()
    for day in (3, 12):
        house.clock.set(day, 8)
        await house.ask(group, message=5000 + day)
        await house.agree(group, ANA)
        when = date(2026, 3, day)
        await house.check_ins.answer(HOME, group.id, when, ANA, ANSWER, "button")
    return Privacy(house.store, house.clock)


@pytest.mark.parametrize(
    ("days", "check_ins", "answers"), [(NOT_KEPT, 1, 1), (7, 1, 0), (9, 1, 0), (10, 0, 0)]
)
async def test_what_would_be_forgotten_is_what_then_is(
    house: House, days: int, check_ins: int, answers: int
) -> None:
    privacy = await two_check_ins(house)
    before = await house.rows("check_ins")
    told = await privacy.would_forget(HOME, ANA, days)
    assert told == WouldForget(days, check_ins, answers)
    assert await house.rows("check_ins") == before
    assert await privacy.keep_for(HOME, ANA, days) == Keeps(days, check_ins)
    kept = await house.rows("check_ins")
    assert len(kept) == 2 - check_ins
    assert sum(row["sealed"] is None for row in kept) == answers
    again = await privacy.would_forget(HOME, ANA, days)
    assert again == WouldForget(days, 0, 0)
    assert not again


async def test_who_agreed_to_nothing_would_forget_nothing(house: House) -> None:
    await house.a_group()
    privacy = Privacy(house.store, house.clock)
    assert await privacy.would_forget(HOME, ANA, 7) == NothingToKeep()


async def test_an_export_of_everything_has_each_server_that_keeps_anything(house: House) -> None:
    privacy = await two_check_ins(house)
    there = await house.a_group(CHANNEL + 1, guild=ELSEWHERE)
    await house.agree(there, ANA)
    await house.agree(await house.a_group(CHANNEL + 2, guild=ELSEWHERE + 1), BEN)
    exports = Exports(house.store, house.clock)
    told = await exports.everywhere(ANA)
    assert [each.guild for each in told.servers] == [HOME, ELSEWHERE]
    assert told.servers[0] == await exports.of_member(HOME, ANA)
    assert [each.channel for each in told.servers[0].check_ins] == [ChannelId(CHANNEL)] * 2
    assert await privacy.erase_everywhere(ANA) == Erased(2, servers=2)
    assert (await exports.everywhere(ANA)).servers == ()
    assert [each.guild for each in (await exports.everywhere(BEN)).servers] == [ELSEWHERE + 1]


async def test_erasing_everything_where_nothing_is_kept_leaves_nothing_behind(
    house: House,
) -> None:
    await house.a_group()
    privacy = Privacy(house.store, house.clock)
    assert await privacy.erase_everywhere(ANA) == Erased(0, servers=0)
    assert house.store.vault.tombstones(after=0) == []
