"""Threads: public ones under a message, private ones, their members, and the archive."""

from __future__ import annotations

from typing import Final

from sandbox import render
from sandbox.permissions import Permission
from sandbox.refusal import refusal
from sandbox.rest.routing import Call, Reply, route
from sandbox.things import Channel, ChannelKind, Json, Message, Thread, User

_BODY: Final = "auto_archive_duration rate_limit_per_user"


@route("POST /channels/{channel_id}/threads", keys=f"{_BODY} type invitable", required="name")
async def open_thread(call: Call) -> Reply:
    kind = ChannelKind(call.body.get("type") or ChannelKind.PRIVATE_THREAD)
    return Reply(_opened(call, kind), 201)


@route("POST /channels/{channel_id}/messages/{message_id}/threads", keys=_BODY, required="name")
async def open_under_message(call: Call) -> Reply:
    message = call.message
    if message.id in call.box.world.channels:
        raise refusal(160004)
    return Reply(_opened(call, ChannelKind.PUBLIC_THREAD, message), 201)


def _opened(call: Call, kind: ChannelKind, message: Message | None = None) -> Json:
    parent, world = call.channel, call.box.world
    private = kind is ChannelKind.PRIVATE_THREAD
    call.need(
        parent,
        Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS,
    )
    if parent.kind not in {ChannelKind.TEXT, ChannelKind.NEWS}:
        raise refusal(50024)
    made = world.open_thread(
        parent, call.body["name"], world.bot, kind, number=message.id if message else None
    )
    assert made.thread
    made.thread.auto_archive = call.body.get("auto_archive_duration") or 1440
    made.thread.invitable = bool(call.body.get("invitable", True))
    return render.channel(made) | {"member": render.thread_member(made, world.bot.id)}


def edit_thread(call: Call, channel: Channel, thread: Thread) -> Reply:
    """Rename, lock, archive or bring back. Its opener may, except for locking."""
    body, world = call.body, call.box.world
    own = thread.owner_id == world.bot.id and "locked" not in body
    call.need(channel, 0 if own else Permission.MANAGE_THREADS)
    if thread.archived and body.get("archived") is not False:
        raise refusal(50083)
    archived = bool(body.get("archived", thread.archived))
    if archived != thread.archived:
        thread.archived, thread.archived_at = archived, world.clock.now()
    thread.locked = bool(body.get("locked", thread.locked))
    thread.invitable = bool(body.get("invitable", thread.invitable))
    thread.auto_archive = body.get("auto_archive_duration") or thread.auto_archive
    channel.name = body.get("name") or channel.name
    world.changed(channel)
    return Reply(render.channel(channel))


def _thread(call: Call) -> tuple[Channel, Thread]:
    channel = call.channel
    call.need(channel, 0)
    if channel.thread is None:
        raise refusal(50024)
    return channel, channel.thread


def _person(call: Call) -> User:
    name = call.path.get("user_id", "@me")
    found = (
        call.box.world.bot if name == "@me" else call.box.world.users.get(call.number("user_id"))
    )
    if found is None:
        raise refusal(10013)
    return found


@route("PUT /channels/{channel_id}/thread-members/{user_id}")
async def add(call: Call) -> Reply:
    channel, thread = _thread(call)
    person = _person(call)
    if thread.archived:
        raise refusal(50083)
    if person is not call.box.world.bot:
        call.need(channel, Permission.SEND_MESSAGES_IN_THREADS)
    assert channel.guild
    if person.id not in channel.guild.members:
        raise refusal(10007)
    call.box.world.join_thread(channel, person)
    return Reply(status=204)


@route("DELETE /channels/{channel_id}/thread-members/{user_id}")
async def remove(call: Call) -> Reply:
    channel, thread = _thread(call)
    person = _person(call)
    if thread.archived:
        raise refusal(50083)
    own = thread.owner_id == call.box.world.bot.id and channel.kind is ChannelKind.PRIVATE_THREAD
    if person is not call.box.world.bot and not own:
        call.need(channel, Permission.MANAGE_THREADS)
    if person.id not in thread.members:
        raise refusal(10007)
    call.box.world.leave_thread(channel, person)
    return Reply(status=204)


@route("GET /channels/{channel_id}/thread-members/{user_id}", queries="with_member")
async def member(call: Call) -> Reply:
    channel, thread = _thread(call)
    person = _person(call)
    if person.id not in thread.members:
        raise refusal(10007)
    return Reply(render.thread_member(channel, person.id))


@route("GET /channels/{channel_id}/thread-members", queries="with_member after limit")
async def members(call: Call) -> Reply:
    channel, thread = _thread(call)
    return Reply([render.thread_member(channel, one) for one in thread.members])


@route("GET /channels/{channel_id}/threads/archived/public", queries="before limit")
async def archived_public(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY)
    return _listed(call, call.channel, {ChannelKind.PUBLIC_THREAD}, archived=True)


@route("GET /channels/{channel_id}/threads/archived/private", queries="before limit")
async def archived_private(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY | Permission.MANAGE_THREADS)
    return _listed(call, call.channel, {ChannelKind.PRIVATE_THREAD}, archived=True)


@route("GET /guilds/{guild_id}/threads/active")
async def active(call: Call) -> Reply:
    kinds = {ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD}
    reply = _listed(call, None, kinds, archived=False)
    del reply.body["has_more"]
    return reply


def _listed(
    call: Call, parent: Channel | None, kinds: set[ChannelKind], *, archived: bool
) -> Reply:
    world = call.box.world
    guild = parent.guild if parent else call.guild
    assert guild
    found = [
        one
        for one in guild.channels.values()
        if one.thread
        and one.kind in kinds
        and one.thread.archived is archived
        and (parent is None or one.parent is parent)
        and world.may(world.bot, one, Permission.VIEW_CHANNEL)
    ]
    joined = [
        render.thread_member(one, world.bot.id)
        for one in found
        if one.thread and world.bot.id in one.thread.members
    ]
    threads = [render.channel(one) for one in found]
    return Reply({"threads": threads, "members": joined, "has_more": False})


ROUTES: Final = (
    open_thread,
    open_under_message,
    add,
    remove,
    member,
    members,
    archived_public,
    archived_private,
    active,
)
