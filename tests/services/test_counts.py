"""The count in the channel follows the answers, and spends little on it."""

import asyncio
from datetime import date
from typing import Any

from sqlalchemy import event

from bot.domain.answers import Answer
from bot.domain.ids import MemberId, MessageId
from tests.services.conftest import ANA, ANSWER, BEN, CHANNEL, HOME, HandClock, House

TUESDAY = date(2026, 3, 3)
PROMPT = MessageId(5000)


async def drawing(house: House) -> tuple[int, int | None, int | None]:
    (row,) = await house.rows("prompts")
    return row["shown"], row["drawn_at"], row["redraw_at"]


async def test_a_reply_asks_for_a_redraw_at_most_every_half_minute(
    house: House, clock: HandClock
) -> None:
    group = await house.a_group()
    clock.go(hours=2)
    marker = await house.ask(group)
    await house.check_ins.reply(CHANNEL, PROMPT, ANA)
    now = int(clock.now().timestamp())
    assert await drawing(house) == (0, None, now)
    (redraw,) = await house.prompts.redraws_due(10)
    assert (redraw.marker, redraw.message, redraw.total) == (marker, PROMPT, 1)
    await house.prompts.drawn(marker, shown=1)
    assert await drawing(house) == (1, now, None)

    clock.go(seconds=5)
    await house.check_ins.reply(CHANNEL, PROMPT, BEN)
    assert await drawing(house) == (1, now, now + 30)
    await house.check_ins.reply(CHANNEL, PROMPT, BEN)
    assert await house.prompts.redraws_due(10) == ()
    clock.go(seconds=25)
    assert [found.total for found in await house.prompts.redraws_due(10)] == [2]


async def test_a_burst_of_replies_asks_for_one_redraw(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(house.store.writer_engine, "before_cursor_execute", note)
    people = [MemberId(1000 + number) for number in range(50)]
    await asyncio.gather(*(house.check_ins.reply(CHANNEL, PROMPT, person) for person in people))
    assert sum(sql.startswith("UPDATE prompts") for sql in seen) == 1
    (redraw,) = await house.prompts.redraws_due(10)
    assert redraw.total == 50


async def test_who_answers_while_a_redraw_is_on_its_way_is_shown_by_the_next(
    house: House, clock: HandClock
) -> None:
    group = await house.a_group()
    clock.go(hours=2)
    marker = await house.ask(group)
    await house.check_ins.reply(CHANNEL, PROMPT, ANA)
    await house.check_ins.reply(CHANNEL, PROMPT, BEN)
    await house.prompts.drawn(marker, shown=1)
    now = int(clock.now().timestamp())
    assert await drawing(house) == (1, now, now + 30)


async def test_a_press_that_redraws_the_prompt_leaves_nothing_to_draw(
    house: House, clock: HandClock
) -> None:
    group = await house.a_group()
    clock.go(hours=2)
    await house.ask(group)
    await house.agree(group, ANA)
    await house.check_ins.reply(CHANNEL, PROMPT, BEN)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button", redraws=True)
    assert await drawing(house) == (2, int(clock.now().timestamp()), None)


async def test_an_edit_without_a_new_count_asks_for_no_redraw(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    await house.agree(group, ANA)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "command")
    await house.prompts.drawn(marker, shown=1)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, Answer(mood=1), "command")
    assert (await drawing(house))[2] is None


async def test_a_prompt_that_is_gone_is_drawn_no_more(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    await house.check_ins.reply(CHANNEL, PROMPT, ANA)
    await house.prompts.undrawable(marker)
    assert await house.prompts.redraws_due(10) == ()


async def test_a_day_that_is_over_is_drawn_no_more(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    await house.check_ins.reply(CHANNEL, PROMPT, ANA)
    house.clock.set(4, 2)
    assert await house.prompts.redraws_due(10) == ()
    await house.prompts.forget_ended_days()
    assert (await drawing(house))[2] is None
