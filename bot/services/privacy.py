"""What is kept about me, keeping less, and erasing it: for the asker alone. Knows no words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.domain.ids import OUTSIDE, GuildId, MemberId
from bot.domain.keeping import NOT_KEPT
from bot.services.expiry import count_due, forget_due
from bot.store import departures, erasing, export, holdings, members, prompts, tallies
from bot.store.holdings import Holdings
from bot.store.instants import to_seconds
from bot.store.keys_file import Hashed
from bot.store.store import Connection, Store

__all__ = ["Erased", "HeldIn", "Holdings", "Keeps", "NothingToKeep", "Privacy", "WouldForget"]


@dataclass(frozen=True, slots=True)
class Erased:
    """Nothing about the member is kept any more: in this server, or in `servers` of them."""

    check_ins: int
    servers: int = 1
    outside: bool = False
    """Whether anything kept outside servers was erased as well."""


@dataclass(frozen=True, slots=True)
class Keeps:
    """From now on check-ins are kept for `days`; `forgotten` were older and are gone."""

    days: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class WouldForget:
    """What keeping for `days` would forget at once.

    `check_ins` would be gone whole; of `answers` only the fact would stay, until their day ends.
    """

    days: int
    check_ins: int
    answers: int = 0

    def __bool__(self) -> bool:
        return bool(self.check_ins or self.answers)


@dataclass(frozen=True, slots=True)
class NothingToKeep:
    """The member agreed to nothing here, so there is nothing to keep less of."""


@dataclass(frozen=True, slots=True)
class HeldIn:
    """What is kept about somebody in one server."""

    guild: GuildId
    held: Holdings


class Privacy:
    """A member's own view of what is held, and their way out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def held(self, guild: GuildId, member: MemberId) -> Holdings:
        """Count what is kept about a member in a server."""
        return await self._store.read(self._held, guild, member)

    async def held_everywhere(self, member: MemberId) -> tuple[HeldIn, ...]:
        """Count what is kept about somebody, for each server that keeps anything."""

        def look(conn: Connection) -> tuple[HeldIn, ...]:
            every = (
                HeldIn(guild, self._held(conn, guild, member))
                for guild in departures.known_guilds(conn)
            )
            return tuple(each for each in every if not each.held.is_empty)

        return await self._store.read(look)

    async def would_forget(
        self, guild: GuildId, member: MemberId, days: int
    ) -> WouldForget | NothingToKeep:
        """Say what `keep_for` would forget at once; changes nothing."""

        def look(conn: Connection, now: datetime) -> WouldForget | NothingToKeep:
            hashed = self._store.keyring.member(guild, member)
            kept_now = members.keep_days(conn, guild, hashed)
            if kept_now is None:
                return NothingToKeep()
            over = count_due(conn, members.Waiting(guild, hashed, days), now)
            if days != NOT_KEPT or kept_now == NOT_KEPT:
                return WouldForget(days, over)
            there = holdings.of_member(conn, guild, hashed).check_ins
            return WouldForget(days, over, answers=there - over)

        return await self._store.read(look, self._clock.now())

    async def keep_for(self, guild: GuildId, member: MemberId, days: int) -> Keeps | NothingToKeep:
        """Keep a member's check-ins for so many days, and forget at once what is older.

        With 0 no answer is kept, not even today's. `days` is one that `may_keep` allows.
        """

        def unit(conn: Connection, now: datetime) -> Keeps | NothingToKeep:
            hashed = self._store.keyring.member(guild, member)
            if members.keep_days(conn, guild, hashed) is None:
                return NothingToKeep()
            members.set_keep_days(conn, guild, hashed, days)
            prompts.close_ended(conn, to_seconds(now))
            if days == NOT_KEPT:
                members.forget_answers(conn, hashed)
            waiting = members.Waiting(guild, hashed, days)
            return Keeps(days, forget_due(conn, waiting, now))

        outcome = await self._store.write(unit, self._clock.now())
        if isinstance(outcome, Keeps):
            await self._store.checkpoint()
        return outcome

    async def erase(self, guild: GuildId, member: MemberId) -> Erased:
        """Destroy their key, then erase all of it, from files and logs; return what there was."""

        def unit(conn: Connection, now: datetime) -> Erased:
            return Erased(self._erase(conn, [guild], member, now))

        outcome = await self._store.write(unit, self._clock.now())
        # What was deleted stays readable in the write-ahead logs until those are emptied.
        await self._store.checkpoint()
        return outcome

    async def erase_everywhere(self, member: MemberId) -> Erased:
        """Erase somebody in every server at once: all of their keys go in one step."""

        def unit(conn: Connection, now: datetime) -> Erased:
            guilds = [
                guild
                for guild in departures.known_guilds(conn)
                if not self._held(conn, guild, member).is_empty
            ]
            servers = sum(guild != OUTSIDE for guild in guilds)
            erased = self._erase(conn, guilds, member, now)
            return Erased(erased, servers=servers, outside=OUTSIDE in guilds)

        outcome = await self._store.write(unit, self._clock.now())
        await self._store.checkpoint()
        return outcome

    def _held(self, conn: Connection, guild: GuildId, member: MemberId) -> Holdings:
        keyring = self._store.keyring
        found = holdings.of_member(conn, guild, keyring.member(guild, member))
        counted = export.tallies_of(conn, keyring, guild, member)
        return replace(found, counted=len(counted))

    def _erase(
        self, conn: Connection, guilds: list[GuildId], member: MemberId, now: datetime
    ) -> int:
        """Erase somebody in `guilds`; return how many check-ins there were."""
        # A day that is over keeps its number of people, whoever is erased from it.
        prompts.close_ended(conn, to_seconds(now))
        hashes = {guild: self._store.keyring.member(guild, member) for guild in guilds}
        erased = sum(holdings.of_member(conn, *each).check_ins for each in hashes.items())
        people: list[Hashed] = list(hashes.items())
        for guild in guilds:
            people += [(guild, tally) for tally in self._tallies(conn, guild, member)]
        erasing.erase(conn, self._store.vault, people)
        return erased

    def _tallies(self, conn: Connection, guild: GuildId, member: MemberId) -> Iterator[bytes]:
        for group, day in holdings.tallied_days(conn, guild):
            tally = self._store.keyring.tally(group, day, member)
            if tallies.counted(conn, group, day.isoformat(), tally):
                yield tally
