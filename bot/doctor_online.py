"""The part of `doctor --online` that asks Discord: token, switches, clock, and every channel.

By REST alone: no gateway session is begun, nothing is posted, and the running bot goes on. Groups
are numbers here as in the rest of the report; no server or channel is named, no secret printed.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import aiohttp
import discord

from bot.clock import Clock
from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.findings import EXIT_DISCORD, EXIT_HERE, EXIT_SETTINGS, Finding, Level
from bot.permissions import NEEDED_TO_POST, missing_permissions
from bot.sandbox_link import fetch_link, sandbox_connector
from bot.settings import Settings

NOTED_SKEW_SECONDS, WRONG_SKEW_SECONDS = 5.0, 60.0

SWITCHES = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
"""The privileged intents as the developer portal calls them, and their flags."""

OUTAGES = (OSError, aiohttp.ClientError, discord.DiscordServerError, discord.RateLimited)


class Place(NamedTuple):
    """Where a group is asked."""

    group: GroupId
    guild: GuildId
    channel: ChannelId
    resting: str | None


async def look_online(settings: Settings, clock: Clock) -> list[Finding]:
    """Ask Discord everything that a start and the next prompts depend on."""
    try:
        places = places_in(settings.database)
    except sqlite3.Error:
        places = []  # said with the database
    try:
        async with logged_in(settings, clock) as (client, skew):
            return [
                Finding("ok", "Discord takes the token"),
                *of_switches(client.application_flags),
                *of_clock(skew),
                *[found async for found in of_places(client, places)],
            ]
    except discord.LoginFailure:
        sentence = "Discord does not know this DISCORD_TOKEN. Copy it once more."
        return [Finding("WRONG", sentence, EXIT_SETTINGS)]
    except OUTAGES as error:
        sentence = f"Discord cannot be reached from here ({type(error).__name__}); nothing is known"
        return [Finding("WRONG", sentence, EXIT_HERE)]
    except discord.HTTPException as error:
        sentence = f"Discord answers with an error ({error.status}/{error.code})"
        return [Finding("WRONG", sentence, EXIT_DISCORD)]


@asynccontextmanager
async def logged_in(
    settings: Settings, clock: Clock
) -> AsyncIterator[tuple[discord.Client, list[float]]]:
    """Log in by REST; yield the client, and by how much our clock is ahead of each answer's."""
    skew: list[float] = []

    async def compare(_: object, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
        if "Date" in end.response.headers:
            theirs = parsedate_to_datetime(end.response.headers["Date"])
            skew.append((clock.now() - theirs).total_seconds())

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(compare)
    options: dict[str, Any] = {"http_trace": trace, "max_ratelimit_timeout": 60.0}
    token = settings.token
    async with AsyncExitStack() as stack:
        if settings.sandbox_url is not None:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            link = await fetch_link(http, settings.sandbox_url)
            options["connector"] = sandbox_connector(link.port, link.ca)
            token = token or link.token
        client = discord.Client(intents=discord.Intents.none(), **options)
        stack.push_async_callback(client.close)
        await client.login(token)
        yield client, skew


def places_in(database: Path) -> list[Place]:
    """Read where every group is asked, also while the bot is running."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as sql:
        rows = sql.execute("SELECT id, guild_id, channel_id, resting FROM groups ORDER BY id")
        return [
            Place(GroupId(group), GuildId(guild), ChannelId(channel), resting)
            for group, guild, channel, resting in rows
        ]


def of_switches(flags: discord.ApplicationFlags) -> Iterator[Finding]:
    """Look whether the application may see more than the bot ever asks for."""
    on = [name for name, (full, some) in SWITCHES.items() if _is_on(flags, full, some)]
    if on:
        yield Finding(
            "note",
            f"the developer portal has these intents switched on: {', '.join(on)}."
            " The bot asks for none of them; switch them off.",
        )
    else:
        yield Finding("ok", "no privileged intent is switched on")


def of_clock(skew: Iterable[float]) -> Iterator[Finding]:
    """Compare our clock with Discord's, by the answer that agrees best: others were on the way."""
    ahead = min(skew, key=abs, default=None)
    if ahead is None:
        yield Finding("note", "Discord's answers did not say what time it is")
    elif abs(ahead) <= NOTED_SKEW_SECONDS:
        yield Finding("ok", "this computer's clock agrees with Discord's")
    else:
        wrong = abs(ahead) > WRONG_SKEW_SECONDS
        side = "fast" if ahead > 0 else "slow"
        sentence = f"this computer's clock is {abs(ahead):.0f} seconds {side}, says Discord's"
        yield Finding("WRONG" if wrong else "note", sentence, EXIT_HERE if wrong else 0)


async def of_places(client: discord.Client, places: Iterable[Place]) -> AsyncIterator[Finding]:
    """Look at the channel of every group, and at each permission the bot uses there."""
    guilds: dict[GuildId, discord.Guild | None] = {}
    for place in places:
        if place.guild not in guilds:
            guilds[place.guild] = await _guild(client, place.guild)
        yield await _of_place(client, guilds[place.guild], place)


async def _guild(client: discord.Client, number: GuildId) -> discord.Guild | None:
    try:
        return await client.fetch_guild(number, with_counts=False)
    except (discord.Forbidden, discord.NotFound):
        return None


async def _of_place(client: discord.Client, guild: discord.Guild | None, place: Place) -> Finding:
    name = f"group {place.group}"
    if place.resting is not None:
        name += f" (rests: {place.resting})"
    if guild is None:
        # The host can do nothing about a server that sent the bot away, and need not.
        level: Level = "note" if place.resting is not None else "WRONG"
        return _finding(level, f"{name}: the bot is not in its server")
    assert client.user is not None
    missing = await missing_permissions(guild, client.user.id, place.channel, picked_here=True)
    if missing is None:
        level = "note" if place.resting is not None else "WRONG"
        return _finding(level, f"{name}: its channel is gone; a moderator can choose another")
    if missing:
        listed = ", ".join(each.replace("_", " ").title() for each in missing)
        level = "note" if NEEDED_TO_POST.isdisjoint(missing) else "WRONG"
        return _finding(level, f"{name}: a moderator has to allow {listed} in its channel")
    return _finding("ok", f"{name}: its channel and every permission are there")


def _finding(level: Level, sentence: str) -> Finding:
    return Finding(level, sentence, EXIT_DISCORD if level == "WRONG" else 0)


def _is_on(flags: discord.ApplicationFlags, *names: str) -> bool:
    return any(getattr(flags, name) for name in names)
