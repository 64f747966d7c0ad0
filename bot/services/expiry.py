"""What erases itself: check-ins whose time is over, members and servers that are long gone.

Each sweep does a bounded piece of work and is asked again; whoever is looked for on Discord is
decided here, Discord itself is asked in bot/roll_call.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from bot.clock import Clock
from bot.domain.keeping import (
    AFTER_LEAVING,
    LOOK_EVERY,
    NOT_KEPT,
    forget_at,
    is_long_gone,
    look_again_at,
    too_old,
)
from bot.domain.schedule import closes_at
from bot.store import departures, erasing, members, prompts
from bot.store.instants import to_moment, to_seconds
from bot.store.keys_file import Hashed
from bot.store.members import Kept, Look, Waiting
from bot.store.store import Connection, Store

__all__ = ["Expiry", "Look", "Swept", "count_due", "forget_due"]

BATCH = 100
"""Members handled in one write, so that nobody's answer waits long behind a sweep."""

ASK_AGAIN = timedelta(hours=1)
"""After a look that Discord did not answer."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many check-ins were forgotten, and members and servers erased."""

    check_ins: int = 0
    members: int = 0
    servers: int = 0

    def __bool__(self) -> bool:
        return bool(self.check_ins or self.members or self.servers)


class Expiry:
    """The promises about how long anything is kept."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def sweep(self) -> Swept:
        """Forget and erase a bounded part of what is due, from the files and their logs."""
        await self._store.finish_checkpoint()
        now = self._clock.now()
        if not await self._store.read(_is_any_due, now):
            return Swept()
        swept = await self._store.write(self._sweep, now)
        if swept:
            await self._store.checkpoint()
        return swept

    async def looks_due(self, most: int) -> tuple[Look, ...]:
        """Return of whom Discord is to be asked whether they are still in the server."""
        now = to_seconds(self._clock.now())

        def look(conn: Connection) -> tuple[Look, ...]:
            return tuple(members.looks_due(conn, self._store.vault, now, most))

        return await self._store.read(look)

    async def here(self, look: Look) -> None:
        """Keep that a member is in the server."""
        await self._looked(look, self._clock.now() + LOOK_EVERY, None)

    async def unknown(self, look: Look) -> None:
        """Keep that Discord could not be asked; nothing follows from it."""
        await self._looked(look, self._clock.now() + ASK_AGAIN, look.gone_at)

    async def gone(self, look: Look) -> bool:
        """Keep that a member is not in the server; once long gone, erase them. Return whether."""

        def unit(conn: Connection, now: datetime) -> bool:
            # Read again: they may have come back and said yes while Discord was asked.
            noticed = members.gone_at(conn, look.guild, look.member)
            since = now if noticed is None else to_moment(noticed)
            if is_long_gone(since, now):
                self._erase(conn, [(look.guild, look.member)], now)
                return True
            again = to_seconds(look_again_at(since, now))
            members.looked(conn, look.guild, look.member, again, to_seconds(since))
            return False

        erased = await self._store.write(unit, self._clock.now())
        if erased:
            await self._store.checkpoint()
        return erased

    async def _looked(self, look: Look, again: datetime, gone_at: int | None) -> None:
        moment = to_seconds(again)
        await self._store.write(members.looked, look.guild, look.member, moment, gone_at)

    def _erase(self, conn: Connection, people: list[Hashed], now: datetime) -> None:
        prompts.close_ended(conn, to_seconds(now))
        erasing.erase(conn, self._store.vault, people)

    def _sweep(self, conn: Connection, now: datetime) -> Swept:
        # A day may have ended since the tick began, and what is forgotten cannot be counted.
        prompts.close_ended(conn, to_seconds(now))
        waiting = members.due_to_forget(conn, to_seconds(now), BATCH)
        check_ins = sum(forget_due(conn, each, now) for each in waiting)
        left = departures.noted_before(conn, to_seconds(now - AFTER_LEAVING))
        if left is None:
            return Swept(check_ins)
        people: list[Hashed] = [(left, member) for member in members.of_guild(conn, left, BATCH)]
        if people:
            erasing.erase(conn, self._store.vault, people)
            return Swept(check_ins, members=len(people))
        departures.erase_server(conn, left)
        return Swept(check_ins, servers=1)


def forget_due(conn: Connection, waiting: Waiting, now: datetime) -> int:
    """Forget a member's check-ins whose time is over; return how many.

    The days that are over must have been counted before.
    """
    forget = _forget_closed if waiting.keep_days == NOT_KEPT else _forget_old
    count, following = forget(conn, waiting, now)
    moment = None if following is None else to_seconds(following)
    members.forgot(conn, waiting.guild, waiting.member, count, moment)
    return count


def _forget_old(conn: Connection, waiting: Waiting, now: datetime) -> tuple[int, datetime | None]:
    """Forget what is too old; return how much, and when the next is due."""
    moment = to_seconds(too_old(waiting.keep_days, now))
    count = members.forget_made_by(conn, waiting.member, moment)
    first = members.first_made(conn, waiting.member)
    if first is None:
        return count, None
    made = to_moment(first)
    return count, forget_at(waiting.keep_days, made, closing=made)


def _forget_closed(
    conn: Connection, waiting: Waiting, now: datetime
) -> tuple[int, datetime | None]:
    """Forget what belongs to days that are over; return how much, and when the next is due."""
    ends = {kept: _closing(kept) for kept in members.check_ins_of(conn, waiting.member)}
    over = [kept for kept, end in ends.items() if end <= now]
    for kept in over:
        members.forget(conn, waiting.member, kept)
    return len(over), min((end for end in ends.values() if end > now), default=None)


def count_due(conn: Connection, waiting: Waiting, now: datetime) -> int:
    """Count the check-ins that forget_due would forget; changes nothing."""
    kept = members.check_ins_of(conn, waiting.member)
    if waiting.keep_days == NOT_KEPT:
        return sum(_closing(each) <= now for each in kept)
    moment = to_seconds(too_old(waiting.keep_days, now))
    return sum(each.at <= moment for each in kept)


def _closing(kept: Kept) -> datetime:
    if kept.closes_at is not None:
        return to_moment(kept.closes_at)
    try:
        return closes_at(kept.zone, kept.day)
    except ZoneInfoNotFoundError:
        # The zone is gone: wherever it was, the day is over by then.
        return to_moment(kept.at) + timedelta(days=2)


def _is_any_due(conn: Connection, now: datetime) -> bool:
    if members.due_to_forget(conn, to_seconds(now), 1):
        return True
    return departures.noted_before(conn, to_seconds(now - AFTER_LEAVING)) is not None
