"""The scene as a fixture: at the end the sandbox must have nothing to complain about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clock import MovableClock
from sandbox.server import Sandbox
from tests.sandbox.scene import START, Scene, TinyBot, connected

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """Checked against the official description where that is at hand, by our own rules anyway."""
    clock = MovableClock(START)
    known = DESCRIPTION if DESCRIPTION.exists() else None
    async with Sandbox.open(clock, openapi=known) as box:
        yield Scene(box, clock)
        await box.quiet()
        assert box.problems == []


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[TinyBot]:
    async with connected(TinyBot(scene.box), scene.box) as client:
        yield client
