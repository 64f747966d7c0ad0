"""Asks Discord, a few at a time, whether members are still in their servers, and we in ours.

Leaving is an event only bots with a privileged intent hear of, and this one has none. It decides
nothing: bot/services/expiry.py says whom to ask, and what follows from the answer.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Literal, Protocol

import discord

from bot.domain.ids import GuildId, MemberId
from bot.logs import incident
from bot.pacing import Pacer
from bot.services import NotSaved
from bot.services.expiry import Expiry, Look
from bot.services.groups import Groups

AT_A_TIME = 10
"""Asked in one round; at a tick every five seconds that is 170,000 members a day."""

NO_SUCH_PERSON = frozenset({10007, 10013})
"""Discord's codes for "not a member of this server" and "no such user at all"."""

Presence = Literal["here", "gone", "unknown", "no answer"]
"""`unknown` is true of one member or server; with `no answer` nobody else need be asked now."""

_log = logging.getLogger("handrail.roll_call")


class Roster(Protocol):
    """Whoever can say who is in a server."""

    def servers(self) -> frozenset[GuildId] | None:
        """Say which servers the bot is in, None while that is not known."""
        ...

    async def presence(self, guild: GuildId, person: MemberId) -> Presence:
        """Say whether somebody is in a server, as far as that can be found out."""
        ...


class DiscordRoster:
    """The real thing, over a logged-in client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def servers(self) -> frozenset[GuildId] | None:
        if not self._client.is_ready():
            return None
        return frozenset(GuildId(guild.id) for guild in self._client.guilds)

    async def presence(self, guild: GuildId, person: MemberId) -> Presence:
        place = self._client.get_guild(guild)
        if place is None or place.unavailable:
            return "unknown"
        try:
            await place.fetch_member(person)
        except discord.NotFound as error:
            return "gone" if error.code in NO_SUCH_PERSON else "unknown"
        except discord.Forbidden:
            return "unknown"
        except Exception:  # noqa: BLE001 - an answer that makes no sense is none
            return "no answer"
        return "here"


class RollCall:
    """One round at a time, in the pacer's rhythm; prompts never wait for it."""

    def __init__(self, expiry: Expiry, groups: Groups, roster: Roster, pacer: Pacer) -> None:
        self._expiry = expiry
        self._groups = groups
        self._roster = roster
        self._pacer = pacer
        self._round: asyncio.Task[None] | None = None
        self._closing = False
        self._noted: frozenset[GuildId] | None = None

    async def start_due(self) -> int:
        """Start a round with those who are due, and return how many they are."""
        if self._closing or self._round is not None:
            return 0
        await self._note_servers()
        looks = await self._expiry.looks_due(AT_A_TIME)
        if looks:
            self._round = asyncio.create_task(self._ask_all(looks))
        return len(looks)

    async def settle(self) -> None:
        """Wait until the round has ended."""
        if self._round is not None:
            await asyncio.wait({self._round})

    async def close(self, grace: float) -> None:
        """Ask nobody else, and let the question in flight be answered for at most `grace` s."""
        self._closing = True
        if self._round is not None:
            await asyncio.wait({self._round}, timeout=grace)

    async def _note_servers(self) -> None:
        """Keep which servers we are in, wherever an event went by that could not be kept.

        What is noted of a server decides whether it is erased.
        """
        servers = self._roster.servers()
        if servers is not None and servers != self._noted:
            await self._groups.present(servers)
            self._noted = servers

    async def _ask_all(self, looks: Sequence[Look]) -> None:
        try:
            for look in looks:
                if self._closing or not await self._ask(look):
                    break
        except NotSaved as error:
            _log.error("not saved (%s) in a roll call; it is asked again", error.why)
        except Exception as error:  # noqa: BLE001 - a round that failed must not be the last
            incident(error, "calling the roll")
        finally:
            self._round = None

    async def _ask(self, look: Look) -> bool:
        """Ask about one member, and return whether to go on with the next."""
        if look.person is None:  # whose key is gone can be asked of nobody
            await self._expiry.unknown(look)
            return True
        await self._pacer.slot()
        match await self._roster.presence(look.guild, look.person):
            case "here":
                await self._expiry.here(look)
            case "gone":
                if await self._expiry.gone(look):
                    _log.info("a member who left long ago was erased")
            case "unknown":
                await self._expiry.unknown(look)
            case "no answer":
                await self._expiry.unknown(look)
                return False
        return True
