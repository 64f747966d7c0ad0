"""A small world with a small bot in it, its page, and a browser to look at it.

The browser is one for each file, so all that speaks with it runs in one loop for each file, too.
"""

from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest_asyncio
from playwright.async_api import Browser

from sandbox.__main__ import Served, serving
from tests.page.chromium import DESK, Visit, Visits, chromium, visiting
from tests.page.tiny_bot import TinyBot, tiny_bot

WALL = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@dataclass(slots=True)
class Place:
    """What a test of the page has at hand."""

    served: Served
    bot: TinyBot
    visit: Visit


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def visits(browser: Browser) -> AsyncIterator[Visits]:
    async with visiting(browser) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def served() -> AsyncIterator[Served]:
    asked = Namespace(story="tuesday", port=0, no_residents=True, seed=1)
    async with serving(asked, WALL) as opened:
        yield opened
        assert opened.box.problems == []


@pytest_asyncio.fixture(loop_scope="module")
async def place(served: Served, visits: Visits) -> AsyncIterator[Place]:
    box = served.box
    async with tiny_bot(box.port, box.ca_pem, box.token) as bot:
        await bot.wait_until_ready()
        yield Place(served, bot, await visits.open(served.page.url, DESK))
