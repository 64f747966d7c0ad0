"""Messages come, change and go. What is asked for happens; who may ask is decided elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sandbox import installs, render
from sandbox.ids import snowflake_at
from sandbox.things import Attachment, Channel, Flag, Json, Message, User
from sandbox.world import World

_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
REPLY: Final = 19


@dataclass(slots=True)
class Draft:
    """What someone wants to say."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    answers: Message | None = None
    nonce: str | int | None = None
    allowed_mentions: Json | None = None
    """Discord's object; None lets everything ping, as there."""


def post(
    world: World,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    kind: int = 0,
    only_for: User | None = None,
    metadata: Json | None = None,
) -> Message:
    """Put a message into a channel and tell of it."""
    now = world.clock.now()
    message = Message(
        next(world.ids),
        channel,
        author,
        draft.content,
        now,
        embeds=draft.embeds,
        components=draft.components,
        attachments=draft.attachments,
        flags=draft.flags,
        kind=REPLY if draft.answers else kind,
        reference=draft.answers,
        reference_id=draft.answers.id if draft.answers else None,
        nonce=draft.nonce,
        ephemeral_for=only_for.id if only_for else None,
        metadata=metadata,
    )
    if draft.components:
        number_components(message.components)
    _mention(world, message, draft.allowed_mentions)
    channel.messages[message.id] = message
    if channel.thread:
        channel.thread.sent += 1
    tell_of(world, "MESSAGE_CREATE", message)
    return message


def _mention(world: World, message: Message, allowed: Json | None) -> None:
    parse = set(allowed.get("parse", [])) if allowed is not None else {"users", "roles", "everyone"}
    named = {int(one) for one in (allowed or {}).get("users", [])}
    for found in _USER.findall(message.content):
        user = world.users.get(int(found))
        if user and ("users" in parse or user.id in named) and user not in message.mentions:
            message.mentions.append(user)
    guild = message.channel.guild
    if guild:
        found_roles = {int(found) for found in _ROLE.findall(message.content)} & set(guild.roles)
        named_roles = {int(one) for one in (allowed or {}).get("roles", [])}
        message.mention_roles = sorted(
            found_roles if "roles" in parse else found_roles & named_roles
        )
        pings = "@everyone" in message.content or "@here" in message.content
        message.mention_everyone = pings and "everyone" in parse
    answered = message.reference
    pinged = (allowed or {}).get("replied_user", allowed is None)
    if answered and pinged and answered.author not in message.mentions:
        message.mentions.append(answered.author)


def number_components(components: list[Json], first: int = 1) -> int:
    """Give every component the id that Discord gives it, in reading order."""
    for component in components:
        component.setdefault("id", first)
        first += 1
        first = number_components(component.get("components", []), first)
        for key in ("accessory", "component"):
            if isinstance(child := component.get(key), dict):
                first = number_components([child], first)
    return first


def tell_of(world: World, name: str, message: Message) -> None:
    """Send the event. An ephemeral one goes to the bot as if it were a direct message, unless
    the bot is not in the place itself.
    """
    payload = render.message(message, world.bot.id)
    guild = message.channel.guild
    if message.ephemeral_for is not None and installs.bot_is_in(message.channel):
        world.tell(name, payload, message=message, forced=True)
        return
    if guild:
        payload["guild_id"] = str(guild.id)
        if member := guild.members.get(message.author.id):
            payload["member"] = render.member(member, with_user=False)
    payload["channel_type"] = int(message.channel.kind)
    world.tell(name, payload, guild=guild, channel=message.channel, message=message)


def changed(world: World, message: Message, *, edited: bool = True) -> None:
    """Mark a message as edited and tell of it."""
    if edited:
        message.edited_at = world.clock.now()
    number_components(message.components)
    tell_of(world, "MESSAGE_UPDATE", message)


def delete(world: World, message: Message) -> None:
    message.deleted = True
    message.channel.messages.pop(message.id, None)
    payload = {"id": str(message.id), "channel_id": str(message.channel.id)}
    guild = message.channel.guild
    if message.ephemeral_for is not None and installs.bot_is_in(message.channel):
        world.tell("MESSAGE_DELETE", payload, message=message, forced=True)
        return
    if guild:
        payload["guild_id"] = str(guild.id)
    world.tell("MESSAGE_DELETE", payload, guild=guild, channel=message.channel, message=message)


def react(world: World, message: Message, user: User, key: str) -> None:
    people = message.reactions.setdefault(key, [])
    if user.id not in people:
        people.append(user.id)
        payload = _reaction(message, user, key)
        guild = message.channel.guild
        payload["message_author_id"] = str(message.author.id)
        if guild and (member := guild.members.get(user.id)):
            payload["member"] = render.member(member)
        world.tell("MESSAGE_REACTION_ADD", payload, guild=guild, channel=message.channel)


def unreact(world: World, message: Message, user: User, key: str) -> None:
    people = message.reactions.get(key, [])
    if user.id in people:
        people.remove(user.id)
        if not people:
            del message.reactions[key]
        payload = _reaction(message, user, key)
        guild = message.channel.guild
        world.tell("MESSAGE_REACTION_REMOVE", payload, guild=guild, channel=message.channel)


def unreact_all(world: World, message: Message, key: str | None = None) -> None:
    """Take all reactions off, or all with one emoji."""
    payload: Json = {"channel_id": str(message.channel.id), "message_id": str(message.id)}
    guild = message.channel.guild
    if guild:
        payload["guild_id"] = str(guild.id)
    if key is None:
        message.reactions.clear()
        name = "MESSAGE_REACTION_REMOVE_ALL"
    else:
        message.reactions.pop(key, None)
        payload["emoji"] = render.emoji(key)
        name = "MESSAGE_REACTION_REMOVE_EMOJI"
    world.tell(name, payload, guild=guild, channel=message.channel)


def _reaction(message: Message, user: User, key: str) -> Json:
    payload: Json = {
        "user_id": str(user.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": render.emoji(key),
        "burst": False,
        "type": 0,
    }
    if message.channel.guild:
        payload["guild_id"] = str(message.channel.guild.id)
    return payload


def too_old_to_bulk_delete(world: World, message_id: int) -> bool:
    """Whether a message is older than the two weeks that bulk deletion reaches."""
    return message_id < snowflake_at(world.clock.now()) - (1_209_600_000 << 22)


def is_ephemeral(draft: Draft) -> bool:
    return bool(draft.flags & Flag.EPHEMERAL)
