"""The one writer: takes what waits, commits it together, and only then answers. Knows no table.

A unit is a plain function of a connection. Each has a savepoint, so that one which raises takes
nothing of its neighbours with it.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.store.errors import NotSaved, Why, outage
from bot.store.rollback import roll_back
from bot.store.thread import ConnectionThread, handle_of

BATCH = 128
"""Enough to share one commit well; few enough that answering them never holds the loop up."""

Unit = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class _Returned:
    value: object


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


@dataclass(frozen=True, slots=True)
class _NothingSaved:
    why: Why


@dataclass(frozen=True, slots=True)
class _Waiting:
    unit: Unit
    answer: asyncio.Future[object]


class Writer:
    """A queue in front of the writing connection. Start it inside a running loop."""

    def __init__(self, thread: ConnectionThread) -> None:
        self._thread = thread
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._work(), name="store-writer")

    def submit(self, unit: Unit) -> asyncio.Future[object]:
        """Queue a unit. It happens whole or not at all, whether or not anybody still waits."""
        if self._closing:
            raise RuntimeError("the store is closed")
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(unit, answer))
        self._wake.set()
        return answer

    async def close(self) -> None:
        """Write what still waits, then stop."""
        self._closing = True
        self._wake.set()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    await self._write_together()
                if self._closing:
                    return
        finally:
            # Reached with units waiting only when the whole loop is being torn down.
            for waiting in self._waiting:
                waiting.answer.cancel()

    async def _write_together(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            outcome = await self._thread.run(write_batch, [waiting.unit for waiting in batch])
        except asyncio.CancelledError:
            for waiting in batch:
                waiting.answer.cancel()
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to the callers, not to this task
            for waiting in batch:
                _answer(waiting.answer, error)
            return
        match outcome:
            case _NothingSaved(why):
                for waiting in batch:
                    _answer(waiting.answer, NotSaved(why))
            case _:
                for waiting, result in zip(batch, outcome, strict=True):
                    _answer(waiting.answer, result)


def _answer(future: asyncio.Future[object], result: _Returned | _Raised | BaseException) -> None:
    if future.done():  # its caller was cancelled
        return
    match result:
        case _Returned(value):
            future.set_result(value)
        case _Raised(error):
            future.set_exception(error)
        case _:
            future.set_exception(result)


def write_batch(
    sql: Connection, units: Sequence[Unit]
) -> list[_Returned | _Raised] | _NothingSaved:
    """Run all units in one transaction, each in a savepoint of its own."""
    handle = handle_of(sql)
    try:
        _begin(sql)
        results = [_run_alone(sql, handle, unit) for unit in units]
        sql.exec_driver_sql("COMMIT")
    except BaseException as error:
        roll_back(handle)
        why = outage(error)
        if why is None:
            raise
        return _NothingSaved(why)
    return results


def _begin(sql: Connection) -> None:
    try:
        sql.exec_driver_sql("BEGIN IMMEDIATE")
    except Exception as error:
        if outage(error) != "locked":
            raise
        # The busy timeout has passed once already; a second try is all a member can wait for.
        sql.exec_driver_sql("BEGIN IMMEDIATE")


def _run_alone(sql: Connection, handle: sqlite3.Connection, unit: Unit) -> _Returned | _Raised:
    # Straight to the driver: a savepoint leaves no trace in the file, and each hop costs a member.
    handle.execute("SAVEPOINT unit")
    try:
        value = unit(sql)
    except Exception as error:
        if outage(error) is not None:
            raise  # SQLite may have ended the whole transaction: nobody's unit is safe
        handle.execute("ROLLBACK TO unit")
        handle.execute("RELEASE unit")
        return _Raised(error)
    handle.execute("RELEASE unit")
    return _Returned(value)
