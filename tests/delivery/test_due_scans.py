"""A tick asks indexes only: what it costs does not grow with the members."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.services.check_ins import Form
from tests.delivery.crash import DAY, GUILD
from tests.delivery.relay import ANA, Relay, open_relay
from tests.services.conftest import CHECK_INS

Statement = tuple[str, Any]


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    async with open_relay(tmp_path) as opened:
        group = await opened.a_group()
        agreed = await opened.check_ins.agree(GUILD, group.id, DAY, ANA, CHECK_INS)
        assert isinstance(agreed, Form)
        yield opened


def listen(engine: Any) -> list[Statement]:
    seen: list[Statement] = []

    def note(_conn: Any, _cursor: Any, sql: str, given: Any, *_rest: Any) -> None:
        seen.append((sql, given))

    event.listen(engine, "before_cursor_execute", note)
    return seen


async def scans(relay: Relay, statements: list[Statement]) -> list[tuple[str, str]]:
    """Return the steps that walk a whole table, each with its statement."""

    def explain(conn: Connection) -> list[tuple[str, str]]:
        return [
            (step, sql)
            for sql, given in statements
            if sql.startswith(("SELECT", "UPDATE", "DELETE"))
            for (*_, step) in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
            if step.startswith("SCAN ") and "CONSTANT ROW" not in step and "INDEX" not in step
        ]

    return await relay.store.read(explain)


async def test_a_tick_with_nothing_due_reads_by_index_and_writes_nothing(relay: Relay) -> None:
    reads, writes = listen(relay.store._reading.engine), listen(relay.store.writer_engine)
    await relay.heartbeat.beat()
    asked = " ".join(sql for sql, _ in reads)
    for table in ("schedules", "outbox", "prompts", "tallies", "members", "departures"):
        assert f"FROM {table}" in asked, table
    assert await scans(relay, reads) == []
    assert writes == []


async def test_what_is_due_is_found_and_forgotten_by_index(relay: Relay) -> None:
    await relay.groups.guild_left(GUILD)
    relay.go(days=400)
    reads, writes = listen(relay.store._reading.engine), listen(relay.store.writer_engine)
    await relay.ticker.tick_now()
    assert any(sql.startswith("DELETE FROM members") for sql, _ in writes)
    # the outbox is walked once for a server that is erased, and for nothing else
    walked = await scans(relay, reads + writes)
    assert walked == [("SCAN outbox", "DELETE FROM outbox WHERE outbox.guild_id = ?")]
