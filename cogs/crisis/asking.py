"""Asking the store without leaning on it: no answer in time is an answer, and so is any error.

The card comes with what is known by then. What was asked is never cancelled.
"""

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.2
"""How long the card waits for what is remembered."""

WRITE_SECONDS = 1.5
"""How long a press waits for a country to be kept or forgotten."""

MOST_WAITING = 64
"""So many questions without an answer, and no more are put: the store is not well."""


class Silence(Enum):
    """Why there is no answer."""

    SLOW = "not yet"
    BROKEN = "an error"


class Asking:
    """Puts questions to the store, and remembers which are still without an answer.

    `look` and `write` are how many seconds it waits for what is remembered, and for a country to
    be kept or forgotten.
    """

    def __init__(self, look: float = LOOK_SECONDS, write: float = WRITE_SECONDS) -> None:
        self.look = look
        self.write = write
        self._waiting: set[asyncio.Task[Any]] = set()

    async def ask(
        self, question: Callable[[], Coroutine[Any, Any, T]], seconds: float
    ) -> T | Silence:
        """Return the answer, or why there is none within `seconds`."""
        if len(self._waiting) >= MOST_WAITING:
            return Silence.SLOW
        try:
            task = asyncio.create_task(question())
        except Exception:  # noqa: BLE001 - the card has to come, whatever is broken behind it
            return Silence.BROKEN
        self._waiting.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            return Silence.SLOW
        if task.cancelled() or task.exception() is not None:
            return Silence.BROKEN
        return task.result()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._waiting.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nothing is logged about whoever asked
