"""`run`: be the bot until told to stop. Ends every resource; says in one line why it stopped."""

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack

import aiohttp
import discord

from bot.app import GRACE_SECONDS, Handrail
from bot.clock import Clock, SystemClock
from bot.compose import handrail
from bot.endings import EXIT_CRASHED, EXIT_OK, refuse
from bot.logs import places
from bot.sandbox_link import SandboxClock, fetch_link, following, sandbox_connector
from bot.settings import Settings
from bot.store.errors import StoreRefused

TOO_MANY_REQUESTS = 429

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 300.0
PATIENCE_SECONDS = GRACE_SECONDS + 6.0

LEAVING_SECONDS = 1.0

BAD_TOKEN_CLOSE, BAD_INTENTS_CLOSES = 4004, (4013, 4014)

SHUT_OUT = "Discord no longer takes this DISCORD_TOKEN. Make a new one in the developer portal."

_log = logging.getLogger("handrail.run")


class LockedOutError(Exception):
    """Discord took our token until now, and takes it no longer."""


class UnreachableError(Exception):
    """Discord did not answer before the first connection stood."""


async def run(settings: Settings) -> int:
    """Run until a signal; return the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    body = asyncio.create_task(until_stopped(settings, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({body, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not body.done():
        await asyncio.wait({body}, timeout=PATIENCE_SECONDS)
    if not body.done():
        _log.warning("something did not end in time and is dropped")
        body.cancel()
        await asyncio.wait({body})
    if body.cancelled():
        return EXIT_OK
    error = body.exception()
    return EXIT_OK if error is None else explain(error)


async def until_stopped(settings: Settings, stop: asyncio.Event) -> None:
    """Hold a session; while Discord cannot be reached at all, try anew, ever more slowly."""
    wait = FIRST_WAIT_SECONDS
    while not stop.is_set():
        try:
            await session(settings, stop)
        except UnreachableError as error:
            _log.warning("Discord cannot be reached (%s); next try in %.0f s", error, wait)
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({stopping}, timeout=wait)
            stopping.cancel()
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            return


async def session(settings: Settings, stop: asyncio.Event) -> None:
    """Open everything, be connected until `stop`, close everything."""
    async with AsyncExitStack() as stack:
        clock: Clock = SystemClock()
        connector, token = None, settings.token
        if settings.sandbox_url is not None:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            sandbox_clock = SandboxClock(http, settings.sandbox_url)
            try:
                link = await fetch_link(http, settings.sandbox_url)
                await sandbox_clock.ask(None)
            except (OSError, aiohttp.ClientError) as error:
                raise UnreachableError(type(error).__name__) from error
            connector, token = sandbox_connector(link.port, link.ca), token or link.token
            clock = sandbox_clock
        bot = await stack.enter_async_context(handrail(settings, clock, connector=connector))
        await log_in(bot, token)
        # What is loaded by now stays. Walking it again and again would stop every member's answer
        # for some 50 ms each time (benchmarks/check_ins.py).
        gc.collect()
        gc.freeze()
        if isinstance(clock, SandboxClock):
            await stack.enter_async_context(following(clock, bot.prompts.next_due, stop))
        await stay_connected(bot, stop)


async def log_in(bot: Handrail, token: str) -> None:
    """Log in, which also starts the tick. A wall of errors here is an outage, not a fault."""
    try:
        await bot.login(token)
    except (
        OSError,
        aiohttp.ClientError,
        discord.DiscordServerError,
        discord.RateLimited,
    ) as error:
        raise UnreachableError(type(error).__name__) from error
    except discord.HTTPException as error:
        if error.status != TOO_MANY_REQUESTS:
            raise
        raise UnreachableError("too many requests") from error


async def stay_connected(bot: Handrail, stop: asyncio.Event) -> None:
    """Listen until `stop`, or until Discord shuts us out, then leave in good order."""
    connection = asyncio.create_task(bot.connect())
    endings = {asyncio.create_task(each.wait()) for each in (stop, bot.delivery.locked_out)}
    await asyncio.wait({connection, *endings}, return_when=asyncio.FIRST_COMPLETED)
    for ending in endings:
        ending.cancel()
    await bot.close()
    await asyncio.wait({connection}, timeout=LEAVING_SECONDS)
    connection.cancel()  # it may be asleep between two tries; no request hangs on it
    await asyncio.wait({connection})
    if bot.delivery.locked_out.is_set():
        raise LockedOutError
    error = None if connection.cancelled() else connection.exception()
    if isinstance(error, AttributeError) and bot.ws is None:
        # discord.py 2.7 trips over its own feet when the very first connection is refused
        raise UnreachableError("the gateway is closed") from error
    if error is not None and not stop.is_set():
        raise error


def explain(error: BaseException) -> int:
    """Say in one line why the bot stopped, and return the exit code that fits."""
    match error:
        case StoreRefused():
            sentence = str(error)
        case discord.LoginFailure():
            sentence = "Discord does not know this DISCORD_TOKEN. Copy it once more."
        case discord.PrivilegedIntentsRequired():
            sentence = "Discord wants an intent switched on that the bot does not use."
        case LockedOutError():
            sentence = SHUT_OUT
        case discord.ConnectionClosed(code=code) if code == BAD_TOKEN_CLOSE:
            sentence = SHUT_OUT
        case discord.ConnectionClosed(code=code) if code in BAD_INTENTS_CLOSES:
            sentence = "Discord does not take the bot's intents. Is this the newest version?"
        case _:
            _log.error("the bot stopped unexpectedly\n%s", places(error))
            return EXIT_CRASHED
    return refuse(sentence)
