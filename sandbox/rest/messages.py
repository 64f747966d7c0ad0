"""Messages in channels: send, read, edit, delete, pin."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox import posting, render
from sandbox.permissions import Permission
from sandbox.refusal import invalid, refusal
from sandbox.rest.drafts import apply_edit, draft_of
from sandbox.rest.routing import Call, Reply, flags_of, route, snowflake
from sandbox.things import Channel, ChannelKind, Flag, Json, Message, User

_BODY: Final = (
    "content embeds allowed_mentions sticker_ids components flags attachments poll "
    "shared_client_theme message_reference nonce enforce_nonce tts"
)
_DEDUPE_FOR: Final = timedelta(minutes=5)
_TALKABLE: Final = frozenset(
    {
        ChannelKind.TEXT,
        ChannelKind.DM,
        ChannelKind.VOICE,
        ChannelKind.NEWS,
        ChannelKind.PUBLIC_THREAD,
        ChannelKind.PRIVATE_THREAD,
    }
)


@route("POST /channels/{channel_id}/messages", keys=_BODY)
async def send(call: Call) -> Reply:
    channel, body, world = call.channel, call.body, call.box.world
    _may_send(call, channel, body)
    if body.get("enforce_nonce") and (nonce := body.get("nonce")) is not None:
        earlier = call.box.nonces.get(str(nonce))
        if earlier and world.clock.now() - earlier.sent_at < _DEDUPE_FOR:
            return Reply(render.message(earlier, world.bot.id))
    if flags_of(body) & Flag.EPHEMERAL:
        raise invalid("flags", "MESSAGE_FLAGS_INVALID", "Flags can not be set.")
    draft = draft_of(call, body)
    if (reference := body.get("message_reference")) is not None:
        draft.answers = _answered(call, channel, reference)
    message = posting.post(world, channel, world.bot, draft)
    if message.nonce is not None:
        _remember(call, message)
    return Reply(render.message(message, world.bot.id))


def _remember(call: Call, message: Message) -> None:
    """Keep the nonce, and drop those whose window is over (they lie in the order of time)."""
    nonces, now = call.box.nonces, call.box.world.clock.now()
    nonces.pop(str(message.nonce), None)
    nonces[str(message.nonce)] = message
    while now - nonces[oldest := next(iter(nonces))].sent_at >= _DEDUPE_FOR:
        del nonces[oldest]


def _may_send(call: Call, channel: Channel, body: Json) -> None:
    if channel.recipient:
        _may_write_to(call, channel, channel.recipient)
        return
    if channel.kind not in _TALKABLE:
        call.need(channel, 0)
        raise refusal(50008)
    call.need(channel, channel.send_permission)
    if call.files:
        call.need(channel, Permission.ATTACH_FILES)
    if body.get("embeds"):
        call.need(channel, Permission.EMBED_LINKS)
    if channel.thread and channel.thread.archived:
        if channel.thread.locked:
            raise refusal(160005)
        channel.thread.archived = False
        call.box.world.changed(channel)


def _may_write_to(call: Call, channel: Channel, person: User) -> None:
    world = call.box.world
    if not any(person.id in one.members and one.bot for one in world.guilds.values()):
        raise refusal(50278)
    if not person.dms_open or call.box.faults.take("closed-dms", str(channel.id)):
        raise refusal(50007)


def _answered(call: Call, channel: Channel, reference: Json) -> Message | None:
    call.need(channel, 0)
    if not call.box.world.may(call.box.world.bot, channel, Permission.READ_MESSAGE_HISTORY):
        raise refusal(160002)
    wanted = snowflake(reference.get("message_id"), "message_reference.message_id")
    found = channel.messages.get(wanted)
    if (found is None or found.ephemeral_for is not None) and reference.get(
        "fail_if_not_exists", True
    ):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return found


@route("GET /channels/{channel_id}/messages", queries="limit before after around")
async def history(call: Call) -> Reply:
    """Newest first. Without the right to read history there is nothing to read, and no error."""
    channel = call.channel
    call.need(channel, 0)
    world = call.box.world
    if not world.may(world.bot, channel, Permission.READ_MESSAGE_HISTORY):
        return Reply([])
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    found = [one for one in channel.messages.values() if one.ephemeral_for is None]
    if "around" in call.query:
        middle = snowflake(call.query["around"], "around")
        before = [one for one in found if one.id < middle][-(limit // 2) :]
        found = before + [one for one in found if one.id >= middle][: limit - len(before)]
    elif "after" in call.query:
        after = snowflake(call.query["after"], "after")
        found = [one for one in found if one.id > after][:limit]
    else:
        before_id = snowflake(call.query.get("before", (1 << 63) - 1), "before")
        found = [one for one in found if one.id < before_id][-limit:]
    return Reply([_visible(call, one) for one in reversed(found)])


def _visible(call: Call, message: Message) -> Json:
    return call.box.as_the_bot_sees(message)


@route("GET /channels/{channel_id}/messages/{message_id}")
async def read(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY)
    return Reply(_visible(call, call.message))


@route(
    "PATCH /channels/{channel_id}/messages/{message_id}",
    # discord.py sends `tts` here too, though only new messages have it
    keys="content embeds flags allowed_mentions sticker_ids components attachments tts",
)
async def edit(call: Call) -> Reply:
    call.need(call.channel, 0)
    message, world = call.message, call.box.world
    if message.author is not world.bot:
        if set(call.body) - {"flags"}:
            raise refusal(50005)
        call.need(call.channel, Permission.MANAGE_MESSAGES)
    if call.channel.thread and call.channel.thread.archived:
        raise refusal(50083)
    apply_edit(call, message, call.body)
    posting.changed(world, message)
    return Reply(render.message(message, world.bot.id))


@route("DELETE /channels/{channel_id}/messages/{message_id}")
async def delete(call: Call) -> Reply:
    call.need(call.channel, 0)
    message = call.message
    if message.author is not call.box.world.bot:
        call.need(call.channel, Permission.MANAGE_MESSAGES)
    posting.delete(call.box.world, message)
    return Reply(status=204)


@route("POST /channels/{channel_id}/messages/bulk-delete", required="messages")
async def bulk_delete(call: Call) -> Reply:
    channel, world = call.channel, call.box.world
    call.need(channel, Permission.MANAGE_MESSAGES)
    numbers = [snowflake(one, "messages") for one in call.body["messages"]]
    if not 2 <= len(numbers) <= 100:
        raise invalid("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
    if any(posting.too_old_to_bulk_delete(world, one) for one in numbers):
        raise invalid("messages", "BULK_DELETE_TOO_OLD", "Older than two weeks.")
    found = [channel.messages[one] for one in numbers if one in channel.messages]
    for one in found:
        one.deleted = True
        del channel.messages[one.id]
    gone: Json = {"ids": [str(one.id) for one in found], "channel_id": str(channel.id)}
    if channel.guild:
        gone["guild_id"] = str(channel.guild.id)
    world.tell("MESSAGE_DELETE_BULK", gone, guild=channel.guild, channel=channel)
    return Reply(status=204)


@route("POST /channels/{channel_id}/typing")
async def typing(call: Call) -> Reply:
    call.need(call.channel, call.channel.send_permission)
    return Reply(status=204)


@route("GET /channels/{channel_id}/messages/pins", queries="limit before")
async def pins(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY)
    items = [
        {"pinned_at": render.moment(one.sent_at), "message": _visible(call, one)}
        for one in reversed(call.channel.messages.values())
        if one.pinned
    ]
    return Reply({"items": items[:50], "has_more": len(items) > 50})


@route("PUT /channels/{channel_id}/messages/pins/{message_id}")
async def pin(call: Call) -> Reply:
    return _pin(call, pinned=True)


@route("DELETE /channels/{channel_id}/messages/pins/{message_id}")
async def unpin(call: Call) -> Reply:
    return _pin(call, pinned=False)


def _pin(call: Call, *, pinned: bool) -> Reply:
    channel, world = call.channel, call.box.world
    call.need(channel, Permission.PIN_MESSAGES)
    message = call.message
    message.pinned = pinned
    posting.changed(world, message, edited=False)
    about: Json = {
        "channel_id": str(channel.id),
        "last_pin_timestamp": render.moment(world.clock.now()),
    }
    if channel.guild:
        about["guild_id"] = str(channel.guild.id)
    world.tell("CHANNEL_PINS_UPDATE", about, guild=channel.guild, channel=channel)
    return Reply(status=204)


ROUTES: Final = (
    send,
    history,
    read,
    edit,
    delete,
    bulk_delete,
    typing,
    pins,
    pin,
    unpin,
)
