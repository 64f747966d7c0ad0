"""Kill the bot at every point and start it again: never doubled, never lost in silence."""

import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.delivery import Post
from bot.domain.outbox import Change, Sent
from bot.services.prompts import Prompts
from bot.store import outbox
from bot.store.store import Store
from tests.delivery.crash import MovedClock, Theatre, Trial
from tests.delivery.discord_model import DiscordModel, Trouble
from tests.delivery.shared_statements import SharedStatements

NOW = timedelta()
HALF_A_MINUTE, TWO_MINUTES, TEN_MINUTES = (timedelta(minutes=count) for count in (0.5, 2, 10))
AN_HOUR, ALMOST_LATE, LATE = (timedelta(minutes=count) for count in (60, 170, 240))

ALL = (NOW, HALF_A_MINUTE, TWO_MINUTES, TEN_MINUTES, AN_HOUR, ALMOST_LATE, LATE)
SOME = (NOW, TWO_MINUTES, TEN_MINUTES, ALMOST_LATE)
UNREADABLE = (NOW, TWO_MINUTES, ALMOST_LATE, LATE)

SCRIPTS: dict[tuple[Trouble, ...], tuple[timedelta, ...]] = {
    (): ALL,
    ("answer lost",): ALL,
    ("accepted late",): ALL,
    ("nothing came",): ALL,
    ("forbidden",): ALL,
    ("busy",): SOME,
    ("answer lost", "answer lost"): SOME,
    ("nothing came", "accepted late"): SOME,
    ("accepted late", "forbidden"): SOME,
    ("answer lost", "forbidden"): SOME,
    ("nothing came", "forbidden"): SOME,
    ("nothing came",) * 9: (TWO_MINUTES, AN_HOUR),
}
PAIRS: dict[tuple[Trouble, ...], tuple[tuple[timedelta, timedelta], ...]] = {
    (): ((NOW, TWO_MINUTES), (TWO_MINUTES, TEN_MINUTES)),
    ("answer lost",): ((TWO_MINUTES, NOW),),
    ("accepted late",): ((NOW, TEN_MINUTES),),
}
DEAF = 3
"""How many reads of history fail in one of the sweeps."""

AT_LEAST = 5_000


@pytest.fixture
async def theatre(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Theatre]:
    """A stage in memory where the computer has one: nothing here is about the disk."""
    caplog.set_level(logging.CRITICAL, logger="handrail")
    memory = Path("/dev/shm")  # noqa: S108 - only used where it exists, and through tempfile
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        SharedStatements(),
    ):
        theatre = Theatre(Path(folder))
        await theatre.build()
        yield theatre


async def test_the_harness_counts_points_and_a_quiet_life_posts_once(theatre: Theatre) -> None:
    ending = await theatre.play(Trial())
    assert ending.faults(Trial()) == []
    assert ending.messages == 1
    assert ending.points[0] >= 15


@pytest.mark.timeout(600)
async def test_killed_anywhere_a_prompt_is_never_doubled_and_never_lost_in_silence(
    theatre: Theatre, publish: Callable[[str], None]
) -> None:
    faults: list[str] = []
    once = sum([await run_until_untouched(theatre, sweep, faults) for sweep in one_crash()])
    twice = sum([await run_until_untouched(theatre, sweep, faults) for sweep in two_crashes()])
    total = once + twice
    publish(
        f"delivery: {total} schedules tried ({once} with one crash, {twice} with another in the"
        f" recovery; {len(SCRIPTS)} network scripts, {len(ALL)} downtimes): {len(faults)} faults"
    )
    assert faults == []
    assert total >= AT_LEAST


Sweep = Iterable[Sequence[Trial]]
"""Trials killed at the 1st, 2nd, 3rd... point, each with all that may follow."""


def one_crash() -> Iterator[Sweep]:
    """Kill the first life."""
    for script, downtimes in SCRIPTS.items():
        yield ([Trial(script, (at,), (down,)) for down in downtimes] for at in count(1))
        yield (
            [Trial(script, (at,), (down,), readable=False) for down in UNREADABLE]
            for at in count(1)
        )
    for down in (TWO_MINUTES, ALMOST_LATE):
        yield ([Trial((), (at,), (down,), deaf_searches=DEAF)] for at in count(1))


def two_crashes() -> Iterator[Sweep]:
    """Kill the first life at one point, and the one after it at the 1st, 2nd, 3rd..."""
    for script, downtimes in PAIRS.items():
        for first in range(2, 30, 2):
            for both in downtimes:
                yield ([Trial(script, (first, second), both)] for second in count(1))


async def run_until_untouched(theatre: Theatre, sweep: Sweep, faults: list[str]) -> int:
    """Run a sweep until a life ends before its kill; return how many trials that took."""
    tried = 0
    for trials in sweep:
        untouched = False
        for trial in trials:
            ending = await theatre.play(trial)
            faults += [f"{fault}: {trial} {ending}" for fault in ending.faults(trial)]
            untouched |= ending.points[len(trial.kills) - 1] < trial.kills[-1]
            tried += 1
        if untouched:
            break
    return tried


class SendThenSave:
    """The naive way, as a control: post, and only then write it down."""

    nonce_is_stable = False

    def __init__(self, store: Store, clock: MovedClock, discord: DiscordModel) -> None:
        self._store, self._clock, self._discord = store, clock, discord
        self._prompts = Prompts(store, clock)

    async def recover(self) -> None:
        """There is nothing to recover from: nothing was intended."""

    async def tick(self) -> None:
        await self._prompts.plan_due()
        now = self._clock.now()
        for key, channel in await self._store.read(outbox.waiting, now, 10):
            row = await self._store.read(outbox.find, key)
            nonce = key if self.nonce_is_stable else f"{key} {self._discord.posts}"
            outcome = await self._discord.post(channel, Post("How are you?"), nonce)
            if isinstance(outcome, Sent) and row is not None:
                sent = Change("SENT", message=outcome.message)
                await self._store.write(outbox.change, row, sent, now, "naive")


class SendThenSaveWithANonce(SendThenSave):
    """The same with Discord's few minutes of memory."""

    nonce_is_stable = True


@pytest.mark.parametrize("naive", [SendThenSave, SendThenSaveWithANonce])
async def test_the_same_harness_sees_the_naive_way_double(
    theatre: Theatre, naive: type[SendThenSave], publish: Callable[[str], None]
) -> None:
    doubled = tried = 0
    for at in count(1):
        trial = Trial((), (at,), (TEN_MINUTES,))
        ending = await theatre.play(trial, naive)
        tried += 1
        doubled += "doubled" in ending.faults(trial)
        if ending.points[0] < at:
            break
    publish(f"delivery, control {naive.__name__}: {doubled} of {tried} doubled")
    assert doubled


async def test_a_message_that_a_person_removed_is_not_posted_again(theatre: Theatre) -> None:
    """Killed after the POST, removed by a moderator, started again within Discord's memory."""
    quiet = await theatre.play(Trial())
    for at in range(1, quiet.points[0] + 1):
        trial = Trial((), (at,), (HALF_A_MINUTE,), removed_between=True)
        ending = await theatre.play(trial)
        assert ending.messages == 1, at
        assert ending.row is not None
        assert ending.row.state == "SENT"
