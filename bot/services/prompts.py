"""What is to be asked, and which counts are to be shown: plans prompts, posts nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfoNotFoundError

from bot.clock import Clock
from bot.domain.outbox import OutboxRow, prompt_key
from bot.domain.schedule import Occurrence, closes_at, occurrences
from bot.services.check_ins import REDRAW_SECONDS
from bot.store import facts, groups, outbox, prompts, schedules, tallies
from bot.store.instants import maybe_moment, to_seconds
from bot.store.keyring import Keyring
from bot.store.prompts import Redraw
from bot.store.schedules import Turn
from bot.store.store import Connection, Store

__all__ = ["Planned", "Prompts", "Redraw"]

BATCH = 500
"""Prompts planned in one write: after an outage of weeks no member waits behind all of them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """How many prompts were planned, and how many skipped because they were late."""

    planned: int
    skipped: int

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(self.planned + other.planned, self.skipped + other.skipped)


_NOTHING = Planned(0, 0)


class Prompts:
    """The timetable, brought up to the present moment when it is asked."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def plan_due(self) -> Planned:
        """Write an outbox row for every prompt that is due, in as many writes as it takes."""
        now = self._clock.now()
        planned = _NOTHING
        # The look before each write keeps a tick without work free of any write.
        while await self._is_any_due(now):
            planned += await self._store.write(_plan_batch, self._store.keyring, now)
        return planned

    async def redraws_due(self, limit: int) -> tuple[Redraw, ...]:
        """Return the posted prompts whose count may be drawn anew now."""
        return await self._store.read(prompts.redraws_due, to_seconds(self._clock.now()), limit)

    async def drawn(self, marker: str, shown: int) -> None:
        """Keep that a prompt shows `shown` now."""
        now = to_seconds(self._clock.now())
        await self._store.write(_drawn, marker, shown, now)

    async def undrawable(self, marker: str) -> None:
        """Keep that a prompt's message is gone or out of reach, so that it is drawn no more."""
        await self._store.write(prompts.give_up, marker)

    async def forget_ended_days(self) -> int:
        """Forget who was only counted on the days that are over; return how many they were."""
        now = to_seconds(self._clock.now())
        if not await self._store.read(_has_ended, now):
            return 0
        forgotten = await self._store.write(_forget, now)
        if forgotten:
            await self._store.checkpoint()  # the log would keep what the file no longer holds
        return forgotten

    async def replan_all(self, zones_version: str) -> int:
        """Compute every next moment anew if the zone data is not what it was computed with."""
        if await self._store.read(facts.read, "zones") == zones_version:
            return 0
        done, last = 0, 0
        while True:
            turns = await self._store.read(schedules.after, last, BATCH)
            if not turns:
                break
            await self._store.write(_replan, turns)
            done, last = done + len(turns), turns[-1].group
        await self._store.write(facts.put, "zones", zones_version)
        return done

    async def next_due(self) -> datetime | None:
        """Return when the next prompt of all is due."""
        return maybe_moment(await self._store.read(schedules.earliest))

    async def _is_any_due(self, now: datetime) -> bool:
        earliest = await self._store.read(schedules.earliest)
        return earliest is not None and earliest <= to_seconds(now)


def plan_again(conn: Connection, keyring: Keyring, now: datetime) -> None:
    """Plan all that became due in a copy put back, late or not while its day is open.

    The bot may have posted it since the copy was made: history has to be read first.
    """
    while True:
        earliest = schedules.earliest(conn)
        if earliest is None or earliest > to_seconds(now):
            return
        _plan_batch(conn, keyring, now, while_open=True)


def _plan_batch(
    conn: Connection, keyring: Keyring, now: datetime, *, while_open: bool = False
) -> Planned:
    planned, room = _NOTHING, BATCH
    for turn in schedules.due(conn, to_seconds(now), BATCH):
        if room <= 0:
            break
        done = _plan_turn(conn, keyring, turn, now, room, while_open=while_open)
        room -= max(1, done.planned + done.skipped)
        planned += done
    return planned


def _plan_turn(
    conn: Connection,
    keyring: Keyring,
    turn: Turn,
    now: datetime,
    room: int,
    *,
    while_open: bool,
) -> Planned:
    """Plan what a group has due, the late ones as skipped, and enter its next turn."""
    planned = skipped = 0
    coming = _from(conn, turn)
    for found in coming:
        if found.due_at > now or planned + skipped >= room:
            schedules.set_next(conn, turn.group, found)
            break
        ends = closes_at(turn.schedule.zone, found.day) if while_open else found.expires_at
        late = now >= ends
        if outbox.insert_row(conn, _row(turn, found, late=late)):
            planned, skipped = planned + (not late), skipped + late
            if not late:
                _add_prompt(conn, keyring, turn, found.day)
    else:
        schedules.set_next(conn, turn.group, None)
    return Planned(planned, skipped)


def _from(conn: Connection, turn: Turn) -> Iterator[Occurrence]:
    """Yield a group's prompts from its next day on; a zone that is gone lets the group rest."""
    try:
        yield from occurrences(turn.schedule, turn.next_day)
    except ZoneInfoNotFoundError:
        groups.set_resting(conn, turn.group, "unknown-zone")


def _row(turn: Turn, found: Occurrence, *, late: bool) -> OutboxRow:
    return OutboxRow(
        key=prompt_key(turn.guild, turn.group, found.day),
        kind="prompt",
        guild=turn.guild,
        channel=turn.channel,
        group=turn.group,
        day=found.day,
        due_at=found.due_at,
        expires_at=found.expires_at,
        state="SKIPPED" if late else "PLANNED",
        why="late" if late else None,
    )


def _add_prompt(conn: Connection, keyring: Keyring, turn: Turn, day: date) -> None:
    marker = keyring.nonce(prompt_key(turn.guild, turn.group, day))
    closing = to_seconds(closes_at(turn.schedule.zone, day))
    prompts.add(conn, turn.group, turn.channel, day, marker, closing)


def _replan(conn: Connection, turns: list[Turn]) -> None:
    for turn in turns:
        schedules.set_next(conn, turn.group, next(_from(conn, turn), None))


def _drawn(conn: Connection, marker: str, shown: int, now: int) -> None:
    # Who was counted while the message was on its way is shown after the usual pause.
    is_true = prompts.total(conn, marker) == shown
    prompts.drawn(conn, marker, shown, now, again=None if is_true else now + REDRAW_SECONDS)


def _has_ended(conn: Connection, now: int) -> bool:
    return tallies.has_ended(conn, now) or prompts.has_ended(conn, now)


def _forget(conn: Connection, now: int) -> int:
    # first: what is forgotten cannot be counted any more
    prompts.close_ended(conn, now)
    return tallies.forget_ended(conn, now)
