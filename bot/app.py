"""The discord.py client: what it may see, what it loads, in which order it starts and ends.

It knows features by extension name only, and no rule about check-ins.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.clock import Clock
from bot.daily_backup import DailyBackup
from bot.delivery import Delivery
from bot.domain.crisis import Directory
from bot.logs import incident
from bot.roll_call import RollCall
from bot.scheduler import Heartbeat, Ticker
from bot.services.check_ins import CheckIns
from bot.services.consents import Consents
from bot.services.counts import Counts
from bot.services.crisis import CrisisChoices
from bot.services.crisis_desk import CrisisDesk
from bot.services.crisis_offers import CrisisOffers
from bot.services.expiry import Expiry
from bot.services.export import Exports
from bot.services.groups import Groups
from bot.services.health import Health
from bot.services.privacy import Privacy
from bot.services.prompts import Prompts
from bot.start_up import StartUp, load, sync
from bot.text import Words
from bot.zone_files import zones_version

EXTENSIONS = (
    "cogs.ui",
    "cogs.crisis",
    "cogs.check_in",
    "cogs.setup",
    "cogs.privacy",
    "cogs.doctor",
    "cogs.counts",
    "cogs.crisis_desk",
    "cogs.crisis_offer",
)
"""The shared door for presses, then the features, which register with it: /crisis before all."""

GRACE_SECONDS = 8.0
"""How long sends in flight may take to finish when the bot is told to stop."""

IDENTIFY_SECONDS = 5.0
LONGEST_IDENTIFY_SECONDS = 600.0
"""A refused session is asked for again after 5 s, then ever more slowly: Discord allows 1,000
identifies a day and takes the token away beyond that."""

_log = logging.getLogger("handrail.app")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the client hands on to the features."""

    clock: Clock
    words: Words
    groups: Groups
    check_ins: CheckIns
    prompts: Prompts
    consents: Consents
    privacy: Privacy
    expiry: Expiry
    exports: Exports
    health: Health
    counts: Counts
    crisis: Directory
    crisis_choices: CrisisChoices
    crisis_desk: CrisisDesk
    crisis_offers: CrisisOffers


def intents() -> discord.Intents:
    """Return the three intents the bot has: none of them is privileged."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Handrail(commands.Bot):
    """The bot as Discord sees it."""

    def __init__(
        self,
        parts: Parts,
        delivery: Callable[[discord.Client], Delivery],
        roll_call: Callable[[discord.Client], RollCall],
        tick_seconds: float,
        backup: DailyBackup | None,
        *,
        connector: aiohttp.TCPConnector | None = None,
        guild_ready_timeout: float = 2.0,
    ) -> None:
        # the bot has no voice, so a missing voice library is nothing to warn a host about
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        # the library creates its own connector only where the option is absent
        options: dict[str, Any] = {} if connector is None else {"connector": connector}
        super().__init__(
            command_prefix=commands.when_mentioned,  # never read: see on_message
            help_command=None,
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            # A command works where the bot was invited, unless it says otherwise for itself.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=60.0,
            guild_ready_timeout=guild_ready_timeout,
            **options,
        )
        self.clock = parts.clock
        self.words = parts.words
        self.groups = parts.groups
        self.check_ins = parts.check_ins
        self.prompts = parts.prompts
        self.consents = parts.consents
        self.privacy = parts.privacy
        self.exports = parts.exports
        self.health = parts.health
        self.counts = parts.counts
        self.crisis = parts.crisis
        self.crisis_choices = parts.crisis_choices
        self.crisis_desk = parts.crisis_desk
        self.crisis_offers = parts.crisis_offers
        self.delivery = delivery(self)
        self.roll_call = roll_call(self)
        heartbeat = Heartbeat(parts.prompts, self.delivery, parts.expiry, self.roll_call, backup)
        self.ticker = Ticker(heartbeat, tick_seconds)
        self.start_up = StartUp()
        self._refused_sessions = 0

    async def setup_hook(self) -> None:
        """Start what must start once; READY may come many times."""
        await load(self, EXTENSIONS)
        await self.start_up.begin("the commands", self.register_commands)
        await self.start_up.begin("the timetable", self.start_timetable)

    async def register_commands(self) -> None:
        """Tell Discord which commands there are."""
        await sync(self.tree)

    async def start_timetable(self) -> None:
        """Put in order what the last run left, then begin to tick."""
        await self.prompts.replan_all(zones_version())
        await self.delivery.recover()
        self.ticker.start()

    async def close(self) -> None:
        """Stop ticking, let sends in flight finish, then leave Discord."""
        await self.start_up.close(GRACE_SECONDS)
        await self.ticker.stop()
        # At once: whoever waits for us to end does not wait twice as long.
        await asyncio.gather(
            self.delivery.close(GRACE_SECONDS), self.roll_call.close(GRACE_SECONDS)
        )
        await super().close()

    async def on_ready(self) -> None:
        self._refused_sessions = 0
        _log.info("ready, in %d servers", len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Never read a message as a command; replies are heard by the check-in feature."""

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            incident(error, event_method)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        del shard_id
        if initial:
            return
        delay = min(IDENTIFY_SECONDS * 2**self._refused_sessions, LONGEST_IDENTIFY_SECONDS)
        self._refused_sessions = min(self._refused_sessions + 1, 16)
        await asyncio.sleep(delay)
