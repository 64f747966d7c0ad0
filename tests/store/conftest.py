"""A real store in a folder of its own."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.host_key import HostKey
from bot.store.store import Store, open_store


@pytest.fixture
def host_key() -> HostKey:
    return HostKey(bytes(range(32)), os.urandom)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "handrail.db"


@pytest.fixture
async def store(path: Path, host_key: HostKey) -> AsyncIterator[Store]:
    async with open_store(path, host_key, busy_ms=50) as opened:
        yield opened
