"""The stage as a fixture: at the end the sandbox must have nothing to complain about, and nothing
private may have been public.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clock import MovableClock
from tests.dialogue.stage import TUESDAY, Stage
from tests.public_messages import DESCRIPTION, guarded_sandbox


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = MovableClock(TUESDAY)
    openapi = DESCRIPTION if DESCRIPTION.exists() else None
    async with guarded_sandbox(clock, openapi) as box:
        stage = Stage(box, clock, tmp_path / "data")
        await stage.start_bot()
        try:
            yield stage
            await box.quiet()
        finally:
            await stage.stop_bot()
        assert box.problems == []
