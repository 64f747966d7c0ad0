"""The stage as a fixture: at the end the sandbox must have nothing to complain about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clock import MovableClock
from sandbox.server import Sandbox
from tests.dialogue.stage import TUESDAY, Stage

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"
"""Discord's official description; where it is absent the sandbox's own rules must do."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = MovableClock(TUESDAY)
    openapi = DESCRIPTION if DESCRIPTION.exists() else None
    async with Sandbox.open(clock, openapi=openapi) as box:
        stage = Stage(box, clock, tmp_path / "data")
        await stage.start_bot()
        try:
            yield stage
            await box.quiet()
        finally:
            await stage.stop_bot()
        assert box.problems == []
