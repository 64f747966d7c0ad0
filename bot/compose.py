"""The one place where the parts of a running bot are put together; `run` and the tests use it."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import uuid4

import aiohttp
import discord

from bot.app import Handrail, Parts
from bot.clock import Clock
from bot.crisis_check import summary
from bot.crisis_file import load_crisis
from bot.daily_backup import DailyBackup
from bot.delivery import Delivery
from bot.domain.crisis import Directory
from bot.pacing import Pacer
from bot.roll_call import DiscordRoster, RollCall
from bot.services.backups import Backups
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
from bot.services.outbox import Outbox
from bot.services.privacy import Privacy
from bot.services.prompts import Prompts
from bot.settings import Settings
from bot.store.host_key import HostKey, load_host_key
from bot.store.store import Store, open_store
from bot.text import load_words
from bot.wire import DiscordWire

_log = logging.getLogger("handrail.compose")


@asynccontextmanager
async def handrail(
    settings: Settings,
    clock: Clock,
    *,
    connector: aiohttp.TCPConnector | None = None,
    guild_ready_timeout: float = 2.0,
) -> AsyncIterator[Handrail]:
    """Open the store and build the client. The caller logs in and connects; here all is closed."""
    host_key = load_host_key(settings.key, settings.data, os.urandom)
    backup = daily_backup(settings, host_key, clock)
    async with open_store(settings.database, host_key) as store:
        pacer = Pacer(asyncio.get_running_loop().time, asyncio.sleep)
        bot = Handrail(
            parts(store, clock, settings.unreviewed_languages),
            lambda client: delivery(store, clock, client, pacer),
            lambda client: roll_call(store, clock, client, pacer),
            settings.tick_seconds,
            backup,
            connector=connector,
            guild_ready_timeout=guild_ready_timeout,
        )
        try:
            yield bot
        finally:
            await bot.close()
            if backup is not None:
                # It reads both files, and would keep their logs from being emptied.
                await backup.settle()


def daily_backup(settings: Settings, host_key: HostKey, clock: Clock) -> DailyBackup | None:
    """Build what has the daily backup made, unless the host wants none."""
    if settings.backups is None:
        return None
    backups = Backups(settings.database, settings.keys, settings.backups, host_key)
    return DailyBackup(backups, clock)


def parts(store: Store, clock: Clock, unreviewed: Collection[str] = ()) -> Parts:
    """Build the services, none of which knows that Discord exists."""
    return Parts(
        clock=clock,
        words=load_words(unreviewed=unreviewed),
        groups=Groups(store, clock),
        check_ins=CheckIns(store, clock),
        prompts=Prompts(store, clock),
        consents=Consents(store, clock),
        privacy=Privacy(store, clock),
        expiry=Expiry(store, clock),
        exports=Exports(store, clock),
        health=Health(store, clock),
        counts=Counts(store, clock),
        crisis=crisis_directory(clock),
        crisis_choices=CrisisChoices(store, clock),
        crisis_desk=CrisisDesk(store, clock),
        crisis_offers=CrisisOffers(store, clock),
    )


def roll_call(store: Store, clock: Clock, client: discord.Client, pacer: Pacer) -> RollCall:
    """Build what asks Discord who is still there."""
    return RollCall(Expiry(store, clock), Groups(store, clock), DiscordRoster(client), pacer)


def crisis_directory(clock: Clock) -> Directory:
    """Read the crisis directory; one warning says that some of it is old or cannot be used."""
    parsed = load_crisis()
    said = summary(parsed, clock.now().date())
    if said is not None:
        _log.warning("%s", said)
    return parsed.directory


def delivery(store: Store, clock: Clock, client: discord.Client, pacer: Pacer) -> Delivery:
    """Build the one door for messages nobody asked for just now."""
    outbox = Outbox(store, clock, owner=str(uuid4()))
    return Delivery(outbox, Prompts(store, clock), DiscordWire(client), pacer, clock)
