"""A steady rhythm just under Discord's limit of 50 requests a second for the whole bot."""

from collections.abc import Awaitable, Callable

SLOTS_PER_SECOND = 48.0


class Pacer:
    """Hands out slots, evenly spaced and in the order they were asked for.

    `time` is a clock that only goes forward, such as the event loop's; `sleep` waits that long.
    """

    def __init__(
        self,
        time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        per_second: float = SLOTS_PER_SECOND,
    ) -> None:
        self._time = time
        self._sleep = sleep
        self._gap = 1 / per_second
        self._next = float("-inf")

    async def slot(self) -> None:
        """Wait for the next slot. Time that nobody used is not saved up."""
        now = self._time()
        mine = max(self._next, now)
        self._next = mine + self._gap
        if mine > now:
            await self._sleep(mine - now)
