"""The count a prompt shows, and the sign that a reply was heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery import Post, Posting, Redraw
from bot.domain.ids import ChannelId, MessageId
from tests.delivery.crash import DUE
from tests.delivery.discord_model import FIRST_ID
from tests.delivery.relay import ANA, Relay, open_relay

FIRST = MessageId(FIRST_ID)


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    async with open_relay(tmp_path) as opened:
        yield opened


async def test_a_reply_is_counted_anew_at_most_twice_a_minute(relay: Relay) -> None:
    group = await relay.a_group()
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    for member in range(4):
        relay.go(seconds=10)
        await relay.check_ins.reply(group.channel, FIRST, type(ANA)(ANA + member))
        await relay.ticker.tick_now()
    relay.go(seconds=30)
    await relay.ticker.tick_now()
    shown = [text for _, _, text in relay.discord.touched]
    assert shown == [f"{DUE.date()} 1", f"{DUE.date()} 4"]


async def test_a_count_that_could_not_be_drawn_is_tried_again_later_not_at_every_tick(
    relay: Relay,
) -> None:
    group = await relay.a_group()
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    await relay.check_ins.reply(group.channel, FIRST, ANA)
    relay.discord.touch = "failed"
    for _ in range(6):
        await relay.ticker.tick_now()
        relay.go(seconds=4)
    assert len(relay.discord.touched) == 1
    relay.discord.touch = "done"
    relay.go(seconds=10)
    await relay.ticker.tick_now()
    await relay.ticker.tick_now()
    assert len(relay.discord.touched) == 2


async def test_a_prompt_that_is_gone_is_drawn_no_more(relay: Relay) -> None:
    group = await relay.a_group()
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    await relay.check_ins.reply(group.channel, FIRST, ANA)
    relay.discord.touch = "gone"
    await relay.ticker.tick_now()
    relay.go(minutes=5)
    await relay.ticker.tick_now()
    assert len(relay.discord.touched) == 1


async def test_a_reply_is_acknowledged_in_its_turn(relay: Relay) -> None:
    relay.delivery.acknowledge(ChannelId(22), MessageId(77), "✅")
    await relay.delivery.settle()
    assert relay.discord.touched == [(ChannelId(22), MessageId(77), "✅")]


async def test_nothing_is_acknowledged_once_the_bot_is_closing(relay: Relay) -> None:
    await relay.delivery.close(grace=0)
    relay.delivery.acknowledge(ChannelId(22), MessageId(77), "✅")
    await relay.delivery.settle()
    assert relay.discord.touched == []


async def test_the_renderer_is_told_what_a_message_needs(relay: Relay) -> None:
    group = await relay.a_group()
    asked: list[Posting | Redraw] = []

    def render(about: Posting | Redraw) -> Post:
        asked.append(about)
        return Post("How are you?")

    relay.delivery.register("prompt", render)
    relay.clock.moment = DUE
    await relay.ticker.tick_now()
    await relay.check_ins.reply(group.channel, FIRST, ANA)
    await relay.ticker.tick_now()
    posting, redraw = asked
    assert isinstance(posting, Posting)
    assert isinstance(redraw, Redraw)
    assert posting.marker == redraw.marker == relay.discord.messages[0].marker
    assert posting.day == redraw.day == DUE.date()
    assert (posting.language, redraw.language) == ("en", "en")
    assert (posting.total, redraw.total) == (0, 1)
