"""What erases itself: check-ins whose time is over, members and servers that are long gone.

Each sweep does a bounded piece of work and is asked again; whoever is looked for on Discord is
decided here, Discord itself is asked in bot/roll_call.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from bot.clock import Clock
from bot.domain.keeping import AFTER_LEAVING, LOOK_EVERY, forget_at, is_long_gone
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
        await self._looked(look, LOOK_EVERY, gone=False)

    async def unknown(self, look: Look) -> None:
        """Keep that Discord could not be asked; nothing follows from it."""
        await self._looked(look, ASK_AGAIN, gone=look.gone_at is not None)

    async def gone(self, look: Look) -> bool:
        """Keep that a member is not in the server; once long gone, erase them. Return whether."""
        now = self._clock.now()
        if look.gone_at is None or not is_long_gone(to_moment(look.gone_at), now):
            await self._looked(look, LOOK_EVERY, gone=True)
            return False
        await self._store.write(self._erase, [(look.guild, look.member)], now)
        await self._store.checkpoint()
        return True

    async def _looked(self, look: Look, after: timedelta, *, gone: bool) -> None:
        now = self._clock.now()
        since = (look.gone_at or to_seconds(now)) if gone else None
        again = to_seconds(now + after)
        await self._store.write(members.looked, look.guild, look.member, again, since)

    def _erase(self, conn: Connection, people: list[Hashed], now: datetime) -> None:
        prompts.close_ended(conn, to_seconds(now))
        erasing.erase(conn, self._store.vault, people)

    def _sweep(self, conn: Connection, now: datetime) -> Swept:
        # first: what is forgotten cannot be counted any more
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
    """Forget a member's check-ins whose time is over; return how many."""
    ends = _ends(conn, waiting)
    over = [kept for kept, end in ends.items() if end <= now]
    for kept in over:
        members.forget(conn, waiting.member, kept)
    following = min((end for end in ends.values() if end > now), default=None)
    moment = None if following is None else to_seconds(following)
    members.forgot(conn, waiting.guild, waiting.member, len(over), moment)
    return len(over)


def count_due(conn: Connection, waiting: Waiting, now: datetime) -> int:
    """Count the check-ins that forget_due would forget; changes nothing."""
    return sum(end <= now for end in _ends(conn, waiting).values())


def _ends(conn: Connection, waiting: Waiting) -> dict[Kept, datetime]:
    return {kept: _forget_at(waiting, kept) for kept in members.check_ins_of(conn, waiting.member)}


def _forget_at(waiting: Waiting, kept: Kept) -> datetime:
    made = to_moment(kept.at)
    return forget_at(waiting.keep_days, made, _closing(kept, made))


def _closing(kept: Kept, made: datetime) -> datetime:
    if kept.closes_at is not None:
        return to_moment(kept.closes_at)
    try:
        return closes_at(kept.zone, kept.day)
    except ZoneInfoNotFoundError:
        return made + timedelta(days=2)  # a zone that is gone: every day is over by then


def _is_any_due(conn: Connection, now: datetime) -> bool:
    if members.due_to_forget(conn, to_seconds(now), 1):
        return True
    return departures.noted_before(conn, to_seconds(now - AFTER_LEAVING)) is not None
