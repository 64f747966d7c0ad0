"""The Tuesday Group: one server with people in it, and what the moderator on duty does first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.clock import MovableClock
from sandbox.forms import CannotDo
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.posting import Draft, post
from sandbox.residents import Habit, Resident, likely_button
from sandbox.things import Channel, Json, Member, Role
from sandbox.world import Guild, World

ZONE: Final = "Europe/Berlin"
OPENS: Final = time(8, 59, 30)
"""Half a minute before the first prompt."""

_PEOPLE: Final = (
    ("Ana", "Europe/Lisbon", Habit.REPLIES),
    ("Bea", "Europe/Berlin", Habit.PRESSES),
    ("Chidi", "Africa/Lagos", Habit.PRESSES),
    ("Dorota", "Europe/Warsaw", Habit.EITHER),
    ("Esra", "Europe/Istanbul", Habit.PRESSES),
    ("Finn", "Europe/Dublin", Habit.REPLIES),
    ("Grace", "America/New_York", Habit.EITHER),
    ("Hiro", "Asia/Tokyo", Habit.PRESSES),
    ("Imke", "Europe/Amsterdam", Habit.EITHER),
    ("Jamal", "America/Chicago", Habit.PRESSES),
    ("Kaya", "Europe/Berlin", Habit.SILENT),
    ("Lou", "Pacific/Auckland", Habit.EITHER),
)
_CHAT: Final = (
    ("welcome", "Juno", "Welcome to the Tuesday Group. We meet on Tuesday evenings."),
    (
        "welcome",
        "Juno",
        (
            "**How it works**\n- answer the prompt in {check-in} in your own time\n"
            "- come as you are, leave when you like"
        ),
    ),
    ("chat", "Grace", "The new place by the river has a very decent ginger tea."),
    ("chat", "Bea", "Noted for Tuesday."),
    ("chat", "Chidi", "I will bring the biscuits."),
    ("moderators", "Juno", "I will set up the check-in for nine tomorrow morning."),
    ("moderators", "Juno", "Robin, could you look after the evening one?"),
)


_HINTS: Final = {
    "check-in": "Juno sets up the daily question as soon as the bot is here. The first comes "
    "at nine in Berlin; then people answer by themselves. You can be any of them: see “You are”.",
    "evening": "Nothing is set up here yet. You are a moderator: type /setup below, choose this "
    "channel and an hour, and then move the clock to the next prompt.",
}


@dataclass(frozen=True, slots=True)
class Story:
    """A world with its people: who can be what, and where to begin."""

    guild: Guild
    you: Member
    start: Channel
    zones: Mapping[int, str]
    moderators: frozenset[int]
    residents: tuple[Resident, ...] = ()
    on_duty: Member | None = None
    hints: Mapping[int, str] = field(default_factory=dict)


def opening(wall: datetime) -> datetime:
    """The next 08:59:30 in Berlin: ahead of the computer's clock, by less than a day."""
    local = wall.astimezone(ZoneInfo(ZONE))
    morning = datetime.combine(local.date(), OPENS, local.tzinfo)
    if morning <= local:
        morning = datetime.combine(local.date() + timedelta(days=1), OPENS, local.tzinfo)
    return morning


def tuesday(world: World, clock: MovableClock) -> Story:
    """Found the group. What has been said there is an afternoon old."""
    begins = clock.now()
    clock.set(begins - timedelta(hours=16))
    guild = world.add_guild("Tuesday Group", "Juno")
    moderator = guild.add_role(
        "Moderator",
        Permission.MANAGE_GUILD
        | Permission.MANAGE_CHANNELS
        | Permission.MANAGE_MESSAGES
        | Permission.MANAGE_THREADS,
    )
    juno = guild.members[guild.owner_id]
    juno.roles.append(moderator.id)
    robin = guild.add_member("Robin", [moderator])
    zones = {juno.id: ZONE, robin.id: ZONE}
    residents = []
    for name, zone, habit in _PEOPLE:
        member = guild.add_member(name)
        zones[member.id] = zone
        residents.append(Resident(member, habit))
    channels = _channels(guild, moderator.id)
    world.install_bot(guild)
    _talk(world, guild, channels, clock)
    clock.set(begins)
    moderators = frozenset({juno.id, robin.id})
    return Story(
        guild,
        robin,
        channels["check-in"],
        zones,
        moderators,
        tuple(residents),
        on_duty=juno,
        hints={channels[name].id: words for name, words in _HINTS.items()},
    )


def empty(world: World) -> Story:
    """A server with one moderator, one member and one channel, and nothing set up."""
    guild = world.add_guild("Empty server", "Robin")
    robin = guild.members[guild.owner_id]
    guild.add_member("Ana")
    channel = guild.add_channel("general")
    world.install_bot(guild)
    return Story(guild, robin, channel, {}, frozenset({robin.id}))


def _channels(guild: Guild, moderator: int) -> dict[str, Channel]:
    topics = {
        "welcome": "Start here",
        "check-in": "Good morning: the daily check-in",
        "evening": "How was the day?",
        "chat": "Everything else",
    }
    made = {name: guild.add_channel(name, topic=topic) for name, topic in topics.items()}
    hidden: dict[Role | Member, tuple[int, int]] = {
        guild.everyone: (0, int(Permission.VIEW_CHANNEL)),
        guild.roles[moderator]: (int(Permission.VIEW_CHANNEL), 0),
    }
    made["moderators"] = guild.add_channel(
        "moderators", topic="Only moderators see this", overwrites=hidden
    )
    return made


def _talk(world: World, guild: Guild, channels: dict[str, Channel], clock: MovableClock) -> None:
    names = {member.name: member.user for member in guild.members.values()}
    for place, who, words in _CHAT:
        said = words.replace("{check-in}", channels["check-in"].mention)
        post(world, channels[place], names[who], Draft(said))
        clock.advance(timedelta(minutes=7))


def command_named(world: World, name: str) -> Json | None:
    for commands in world.commands.values():
        for command in commands:
            if command["name"] == name:
                return command
    return None


async def set_up_check_in(
    story: Story,
    world: World,
    person: Person,
    online: Callable[[], bool],
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Once the bot offers `setup`, let the moderator on duty ask for 09:00 Berlin every day."""
    while True:
        command = command_named(world, "setup")
        if online() and command and await _try(story, person, command):
            return
        await wait(0.25)


async def _try(story: Story, person: Person, command: Json) -> bool:
    channel = story.start
    try:
        answer = await person.slash(channel, "setup", **_options(command, channel))
        card = answer.shown
        button = likely_button(card) if card else None
        if card is None or button is None:
            return False
        return (await person.press(card, button["label"])).error is None
    except CannotDo:
        return False


def _options(command: Json, channel: Channel) -> dict[str, Any]:
    """Fill a command in by what its options look like: a channel, a zone, an hour, the days."""
    wishes: dict[str, Any] = {}
    for option in command.get("options") or []:
        name, choices = option["name"], option.get("choices") or []
        if option["type"] == 7:
            wishes[name] = channel
        elif "zone" in name:
            wishes[name] = ZONE
        elif name in {"hour", "time", "at"}:
            wishes[name] = 9 if option["type"] == 4 else "09:00"
        elif choices and option.get("required"):
            wishes[name] = choices[0]["value"]
    return wishes
