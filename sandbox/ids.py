"""Snowflakes: identifiers that carry the sandbox's time and never go backwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sandbox.clock import Clock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def snowflake_at(moment: datetime) -> int:
    """Return the smallest identifier of that millisecond."""
    return max(0, (moment - EPOCH) // _MILLISECOND) << 22


def moment_of(snowflake: int) -> datetime:
    return EPOCH + (snowflake >> 22) * _MILLISECOND


class Snowflakes(Iterator[int]):
    """An endless supply. After a jump back the last identifier is counted on from."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def __next__(self) -> int:
        self._last = max(self._last + 1, snowflake_at(self._clock.now()))
        return self._last
