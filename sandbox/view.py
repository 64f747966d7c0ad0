"""What one person sees on the page, as plain JSON by key. Pure: it only reads.

Keys are small on purpose: the page is told only of keys whose value has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sandbox import render
from sandbox.permissions import INVITED_BOT, Permission
from sandbox.slash import CHAT, commands_for
from sandbox.things import Channel, ChannelKind, Json, Member, Message, User
from sandbox.world import Guild, World

DM: Final = "dm"
"""What the page calls direct messages that nobody has opened yet."""
SHOWN: Final = 200
"""How many of a channel's messages the page is given."""
_PLAIN: Final = {ChannelKind.TEXT, ChannelKind.NEWS, ChannelKind.PUBLIC_THREAD}
_PLACES: Final = _PLAIN | {ChannelKind.PRIVATE_THREAD}
_COMMAND: Final = 2
"""The type of an interaction that began with a slash command."""


@dataclass(slots=True)
class Scene:
    """The world, and what only the page knows about it."""

    world: World
    guild: Guild
    zones: Mapping[int, str]
    moderators: frozenset[int] = frozenset()
    next_due: datetime | None = None
    jumps: int = 0
    hints: Mapping[int, str] = field(default_factory=dict)
    """A few words at the beginning of a channel, for somebody new to the page."""
    dismissed: set[tuple[int, int]] = field(default_factory=set)
    """Pairs of a person and a message that this person has put away."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, and where."""

    viewer: User
    channel: Channel


def view(scene: Scene, look: Look) -> dict[str, object]:
    """Return everything the page shows to this person at this place."""
    world, viewer = scene.world, look.viewer
    channels = list(_visible(scene, viewer))
    there = list(_seen(scene, look))
    messages = there[-SHOWN:]
    seen: dict[str, object] = {
        "me": {"id": str(viewer.id), "name": viewer.name, "zone": _zone(scene, viewer.id)},
        "people": [_person(scene, one) for one in scene.guild.members.values()],
        "roles": [
            {"id": str(one.id), "name": one.name.removeprefix("@")}
            for one in scene.guild.roles.values()
        ],
        "channels": [_named(one) for one in channels],
        "guilds": [{"name": scene.guild.name, "channels": [_place(one) for one in channels]}],
        "dms": _direct(world, viewer),
        "here": _here(scene, look),
        "commands": list(commands(scene, look)),
        "more": len(there) > SHOWN,
        "order": [str(one.id) for one in messages],
    }
    for one in messages:
        seen[f"m:{one.id}"] = message(one, viewer)
    return seen


def _visible(scene: Scene, viewer: User) -> Iterator[Channel]:
    member = scene.guild.members.get(viewer.id)
    if member is None:
        return
    for channel in scene.world.visible_channels(member):
        if channel.kind in _PLACES and not (channel.thread and channel.thread.archived):
            yield channel


def _zone(scene: Scene, person: int) -> str:
    return scene.zones.get(person, "UTC")


def _person(scene: Scene, one: Member) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "bot": one.user.bot,
        "moderator": one.id in scene.moderators,
        "zone": None if one.user.bot else _zone(scene, one.id),
    }


def _named(one: Channel) -> Json:
    return {"id": str(one.id), "name": one.name, "kind": int(one.kind)}


def _place(one: Channel) -> Json:
    everyone = one.overwrites.get(one.guild.id) if one.guild else None
    hidden = everyone is not None and bool(everyone.deny & Permission.VIEW_CHANNEL)
    return {
        **_named(one),
        "private": hidden or one.kind is ChannelKind.PRIVATE_THREAD,
        "last": _last(one),
    }


def _last(one: Channel) -> str | None:
    public = [each for each in one.messages.values() if each.ephemeral_for is None]
    return str(public[-1].id) if public else None


def _direct(world: World, viewer: User) -> list[Json]:
    channel = world.dms.get(viewer.id)
    here = {"id": str(channel.id), "last": _last(channel)} if channel else {"id": DM, "last": None}
    return [{**here, "name": world.bot.name}]


def _here(scene: Scene, look: Look) -> Json:
    world, channel = scene.world, look.channel
    return {
        "id": str(channel.id),
        "label": f"#{channel.name}" if channel.guild else world.bot.name,
        "topic": channel.topic if channel.guild else "Direct messages with the bot",
        "hint": scene.hints.get(channel.id),
        "can_send": world.may(look.viewer, channel, channel.send_permission),
    }


def _seen(scene: Scene, look: Look) -> Iterator[Message]:
    history = scene.world.may(look.viewer, look.channel, Permission.READ_MESSAGE_HISTORY)
    viewer = look.viewer.id
    for one in look.channel.messages.values():
        if one.ephemeral_for is None:
            if history:
                yield one
        elif one.ephemeral_for == viewer and (viewer, one.id) not in scene.dismissed:
            yield one


def message(one: Message, viewer: User) -> Json:
    """Return one message as this person sees it."""
    return {
        "id": str(one.id),
        "author": {"id": str(one.author.id), "name": one.author.name, "bot": one.author.bot},
        "at": one.sent_at.isoformat(),
        "edited": one.edited_at is not None,
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "attachments": [
            {"name": each.filename, "size": len(each.body)} for each in one.attachments
        ],
        "ephemeral": one.ephemeral_for is not None,
        "thinking": one.loading,
        "reply": _reply(one),
        "used": _used(one),
        "reactions": [
            {"emoji": key, "count": len(people), "me": viewer.id in people}
            for key, people in one.reactions.items()
        ],
    }


def _reply(one: Message) -> Json | None:
    if one.reference_id is None:
        return None
    answered = one.reference
    if answered is None or answered.deleted:
        return {"author": "a message", "text": "It has been deleted.", "ping": True}
    return {
        "author": answered.author.name,
        "text": _first_line(answered),
        "ping": answered.author in one.mentions,
    }


def _first_line(one: Message) -> str:
    """The first words of a message, without the marks of its markdown."""
    lines = [line.strip("*_~`#> ") for line in (one.content or one.text).splitlines()]
    return next((line for line in lines if line), "")[:120]


def _used(one: Message) -> Json | None:
    cause = one.metadata or {}
    if cause.get("type") != _COMMAND:
        return None
    return {"person": cause["user"]["username"], "command": cause.get("name")}


def commands(scene: Scene, look: Look) -> Iterator[Json]:
    """The slash commands this person could pick here, subcommands by their full name."""
    for one in commands_for(scene.world, look.viewer, look.channel):
        if one.kind == CHAT:
            yield {"name": one.name, "description": one.description, "options": one.options}


def taken_away(channel: Channel, bot: Member) -> int:
    """What this channel denies the bot by name."""
    overwrite = channel.overwrites.get(bot.id)
    return overwrite.deny if overwrite else 0


def bot_view(scene: Scene, *, online: bool) -> Json:
    """The bot's place in the world: connected or not, invited or not, and what it may do."""
    member = scene.guild.bot
    taken = 0
    if member:
        for channel in scene.guild.channels.values():
            taken |= taken_away(channel, member)
    asked = [one for one in Permission if one & INVITED_BOT]
    return {
        "name": scene.world.bot.name,
        "online": online,
        "here": member is not None,
        "permissions": [
            {
                "key": one.name,
                "label": (one.name or "").replace("_", " ").capitalize(),
                "has": not taken & one,
            }
            for one in asked
        ],
    }


def clock_view(scene: Scene) -> Json:
    return {
        "now": scene.world.clock.now().isoformat(),
        "next_due": render.moment(scene.next_due),
    }
