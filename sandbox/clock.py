"""Sandbox time: a clock that is moved, never read from the computer. Its limit: it only goes on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is in the sandbox."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


def _standing_still() -> float:
    return 0.0


class MovableClock:
    """A start, the seconds elapsed since (none, unless told how to count them), and jumps."""

    def __init__(self, start: datetime, elapsed: Callable[[], float] = _standing_still) -> None:
        if start.tzinfo is None:
            raise ValueError("the sandbox clock needs a moment with a time zone")
        self._start = start.astimezone(UTC)
        self._elapsed = elapsed
        self._zero = elapsed()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed() - self._zero)

    def advance(self, step: timedelta) -> None:
        """Jump by `step`; a negative one goes back, which snowflakes survive and bots must too."""
        self._start += step

    def set(self, moment: datetime) -> None:
        """Jump to `moment`."""
        self.advance(moment - self.now())
