"""A small world with a small bot in it, its page, and a browser to look at it."""

from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from sandbox.__main__ import Served, serving
from tests.page.chromium import DESK, Visit, Visits, chromium
from tests.page.tiny_bot import TinyBot, tiny_bot

WALL = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@dataclass(slots=True)
class Place:
    """What a test of the page has at hand."""

    served: Served
    bot: TinyBot
    visit: Visit


@pytest.fixture
async def visits() -> AsyncIterator[Visits]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    asked = Namespace(story="tuesday", port=0, no_residents=True, seed=1)
    async with serving(asked, WALL) as opened:
        yield opened
        assert opened.box.problems == []


@pytest.fixture
async def place(served: Served, visits: Visits) -> AsyncIterator[Place]:
    box = served.box
    async with tiny_bot(box.port, box.ca_pem, box.token) as bot:
        await bot.wait_until_ready()
        yield Place(served, bot, await visits.open(served.page.url, DESK))
