"""What a member says yes to, and takes back. Knows neither Discord nor words."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.consent import CONSENT_VERSION, NOTHING, Purpose, Purposes
from bot.domain.ids import GuildId, MemberId
from bot.store import consents, crisis_offers, erasing, members
from bot.store.instants import to_seconds
from bot.store.store import Connection, Store

__all__ = ["Chosen", "Consents", "Purpose", "Purposes", "give", "see_to_key"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a member says yes to from now on, and what of it they took back just now."""

    given: Purposes
    withdrawn: Purposes


class Consents:
    """A member's choices in one server."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_member(self, guild: GuildId, member: MemberId) -> Purposes:
        """Return what a member said yes to.

        A yes to older words of the card does not count, nor one whose key is gone.
        """

        def look(conn: Connection) -> Purposes:
            hashed = self._store.keyring.member(guild, member)
            if not self._store.vault.holds(hashed):
                return NOTHING
            return consents.given(conn, guild, hashed, CONSENT_VERSION)

        return await self._store.read(look)

    async def choose(self, guild: GuildId, member: MemberId, purposes: Purposes) -> Chosen:
        """Keep exactly `purposes`: what is not among them stops at once, and nothing is deleted."""

        def unit(conn: Connection, now: datetime) -> Chosen:
            erasing.obey(conn, self._store.vault)
            hashed = self._store.keyring.member(guild, member)
            before = consents.given(conn, guild, hashed, version=0)
            consents.withdraw(conn, guild, hashed, before - purposes)
            give(conn, self._store, guild, member, purposes, now)
            return Chosen(purposes, before - purposes)

        return await self._store.write(unit, self._clock.now())


def give(
    conn: Connection,
    store: Store,
    guild: GuildId,
    member: MemberId,
    purposes: Purposes,
    now: datetime,
) -> None:
    """Keep a yes to each of `purposes`: with the first, the member gets a key and a row."""
    if not purposes:
        return
    hashed = store.keyring.member(guild, member)
    see_to_key(conn, store, guild, hashed)
    members.join(conn, store.vault, guild, hashed, member, to_seconds(now))
    consents.give(conn, guild, hashed, purposes, CONSENT_VERSION, to_seconds(now))


def see_to_key(conn: Connection, store: Store, guild: GuildId, hashed: bytes) -> None:
    """Make a member's key where there is none.

    A yes whose key is gone counts for nothing: a new key must not bring it back.
    """
    if not store.vault.holds(hashed):
        consents.withdraw(conn, guild, hashed, Purpose)
        crisis_offers.stop(conn, guild, hashed)
        store.vault.make(hashed)
