"""A steady rhythm: never a burst, and no time saved up."""

from itertools import pairwise

import pytest

from bot.pacing import Pacer


class Stopwatch:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def moments(pacer: Pacer, watch: Stopwatch, number: int) -> list[float]:
    taken = []
    for _ in range(number):
        await pacer.slot()
        taken.append(watch.now)
    return taken


async def test_slots_are_evenly_spaced_below_fifty_a_second() -> None:
    watch = Stopwatch()
    taken = await moments(Pacer(watch.time, watch.sleep), watch, 500)
    gaps = [later - earlier for earlier, later in pairwise(taken)]
    assert min(gaps) == pytest.approx(max(gaps))
    for start in taken[:-60]:
        assert sum(start <= moment < start + 1 for moment in taken) < 50
    assert 499 / (taken[-1] - taken[0]) > 47


async def test_a_quiet_hour_buys_no_burst() -> None:
    watch = Stopwatch()
    pacer = Pacer(watch.time, watch.sleep, per_second=10)
    await pacer.slot()
    watch.now += 3600
    taken = await moments(pacer, watch, 3)
    assert [round(moment - taken[0], 6) for moment in taken] == [0, 0.1, 0.2]


async def test_the_first_slot_is_free() -> None:
    watch = Stopwatch()
    assert await moments(Pacer(watch.time, watch.sleep), watch, 1) == [100.0]
