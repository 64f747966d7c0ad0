"""The one writer: together, whole, and honest about what was not saved."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from bot.store import facts
from bot.store.errors import NotSaved
from bot.store.host_key import HostKey
from bot.store.store import Store, open_store
from bot.store.tables import facts as facts_table


class Crash(BaseException):
    """Stands for the end of the process."""


def put_then_fail(conn: Connection, name: str) -> None:
    facts.put(conn, name, "half")
    raise LookupError(name)


def add_one(conn: Connection) -> int:
    number = int(facts.read(conn, "number") or "0") + 1
    facts.put(conn, "number", str(number))
    return number


def count(conn: Connection) -> int:
    return conn.execute(
        select(func.count()).select_from(facts_table).where(facts_table.c.name.like("f%"))
    ).scalar_one()


def statements(store: Store) -> list[str]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(store.writer_engine, "before_cursor_execute", note)
    return seen


async def test_a_thousand_writes_at_once_are_each_done_once(store: Store) -> None:
    seen = statements(store)
    numbers = await asyncio.gather(*(store.write(add_one) for _ in range(1000)))
    assert sorted(numbers) == list(range(1, 1001))
    assert await store.read(facts.read, "number") == "1000"
    assert seen.count("COMMIT") < 100  # they shared their commits


async def test_a_unit_that_raises_takes_nothing_of_its_neighbours(store: Store) -> None:
    outcomes = await asyncio.gather(
        *(
            store.write(put_then_fail, f"f{n}")
            if n % 3 == 0
            else store.write(facts.put, f"f{n}", "whole")
            for n in range(300)
        ),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes[:3]] == [LookupError, type(None), type(None)]
    assert sum(isinstance(outcome, LookupError) for outcome in outcomes) == 100
    assert await store.read(count) == 200
    assert await store.read(facts.read, "f0") is None


async def test_a_cancelled_caller_disturbs_nobody(store: Store) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        facts.put(conn, "f-slow", "whole")
        started.set()
        go_on.wait(10)
        facts.put(conn, "f-slow-too", "whole")

    impatient = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(started.wait, 10)
    waiting = asyncio.create_task(store.write(facts.put, "f-queued", "whole"))
    neighbour = asyncio.create_task(store.write(facts.put, "f-neighbour", "whole"))
    await asyncio.sleep(0)
    impatient.cancel()
    waiting.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await neighbour
    assert impatient.cancelled()
    assert waiting.cancelled()
    # Cancelled is not "not done": both happened, and both whole.
    assert await store.read(count) == 4


async def test_when_the_disk_is_full_everybody_is_told_and_nothing_earlier_is_lost(
    store: Store,
) -> None:
    await store.write(facts.put, "f-before", "safe")
    pages = await store.read(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    await store._writing.run(limit_pages, pages)
    outcomes = await asyncio.gather(
        *(store.write(facts.put, f"f{n}", "x" * 200) for n in range(400)), return_exceptions=True
    )
    refused = [found for found in outcomes if isinstance(found, NotSaved)]
    assert refused
    assert {found.why for found in refused} == {"full"}
    assert all(found is None or isinstance(found, NotSaved) for found in outcomes)
    # Exactly those who were not told otherwise are there.
    assert await store.read(count) == 1 + outcomes.count(None)

    await store._writing.run(limit_pages, 1_000_000)
    await store.write(facts.put, "f-after", "safe")
    assert await store.read(facts.read, "f-before") == "safe"
    assert await store.read(facts.read, "f-after") == "safe"


def limit_pages(conn: Connection, pages: int) -> None:
    conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


async def test_while_somebody_else_holds_the_database_a_write_says_so(
    store: Store, path: Path
) -> None:
    seen = statements(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved) as refused:
            await store.write(facts.put, "f1", "whole")
        other.execute("ROLLBACK")
    assert refused.value.why == "locked"
    assert seen == ["BEGIN IMMEDIATE", "BEGIN IMMEDIATE"]  # tried once more, then honest
    await store.write(facts.put, "f1", "whole")
    assert await store.read(facts.read, "f1") == "whole"


async def test_a_crash_before_the_commit_leaves_nothing(path: Path, host_key: HostKey) -> None:
    def crash(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql == "COMMIT":
            raise Crash

    async with open_store(path, host_key) as store:
        event.listen(store.writer_engine, "before_cursor_execute", crash)
        with pytest.raises(Crash):
            await store.write(facts.put, "f1", "whole")
    async with open_store(path, host_key) as store:
        assert await store.read(count) == 0
        await store.write(facts.put, "f2", "whole")
        assert await store.read(count) == 1


async def test_a_crash_inside_a_unit_takes_back_the_whole_batch(store: Store) -> None:
    def crash(conn: Connection) -> None:
        facts.put(conn, "f1", "half")
        raise Crash

    told = await asyncio.gather(
        store.write(facts.put, "f0", "whole"), store.write(crash), return_exceptions=True
    )
    assert [type(found) for found in told] == [Crash, Crash]
    await store.write(facts.put, "f2", "whole")
    assert await store.read(count) == 1


async def test_closing_writes_what_still_waits(path: Path, host_key: HostKey) -> None:
    async with open_store(path, host_key) as store:
        waiting = [
            asyncio.create_task(store.write(facts.put, f"f{n}", "whole")) for n in range(500)
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    async with open_store(path, host_key) as store:
        assert await store.read(count) == 500


async def test_a_closed_store_says_so(path: Path, host_key: HostKey) -> None:
    async with open_store(path, host_key) as store:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await store.write(facts.put, "f1", "whole")
    with pytest.raises(RuntimeError, match="closed"):
        await store.read(facts.read, "f1")


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await store.read(facts.put, "f1", "whole")
