"""Channels and their overwrites."""

from __future__ import annotations

from typing import Final

from sandbox import render
from sandbox.permissions import Overwrite, Permission
from sandbox.refusal import invalid, refusal
from sandbox.rest import threads
from sandbox.rest.routing import Call, Reply, route, snowflake
from sandbox.things import Channel, ChannelKind, Json
from sandbox.world import Guild

_SETTINGS: Final = (
    "name type position topic nsfw rate_limit_per_user parent_id permission_overwrites bitrate "
    "user_limit rtc_region video_quality_mode default_auto_archive_duration "
    "default_reaction_emoji default_thread_rate_limit_per_user default_sort_order "
    "default_forum_layout available_tags flags"
)


@route("GET /channels/{channel_id}")
async def read(call: Call) -> Reply:
    call.need(call.channel, 0)
    return Reply(render.channel(call.channel))


@route(
    "PATCH /channels/{channel_id}",
    keys=f"{_SETTINGS} archived locked invitable auto_archive_duration applied_tags",
)
async def edit(call: Call) -> Reply:
    channel, body = call.channel, call.body
    if channel.thread:
        return threads.edit_thread(call, channel, channel.thread)
    call.need(channel, Permission.MANAGE_CHANNELS)
    if "permission_overwrites" in body:
        call.need(channel, Permission.MANAGE_ROLES)
        channel.overwrites = _overwrites(body["permission_overwrites"] or [])
    if "parent_id" in body:
        channel.parent = _category(call, body["parent_id"])
    channel.name = body.get("name") or channel.name
    channel.position = body.get("position") or channel.position
    channel.nsfw = bool(body.get("nsfw", channel.nsfw))
    channel.slow_mode = body.get("rate_limit_per_user") or channel.slow_mode
    if "topic" in body:
        channel.topic = body["topic"]
    call.box.world.changed(channel)
    return Reply(render.channel(channel))


@route("DELETE /channels/{channel_id}")
async def delete(call: Call) -> Reply:
    channel = call.channel
    if channel.guild is None:
        call.need(channel, 0)
        return Reply(render.channel(channel))
    call.need(
        channel, Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
    )
    call.box.world.delete_channel(channel)
    return Reply(render.channel(channel))


@route("POST /guilds/{guild_id}/channels", keys=_SETTINGS, required="name")
async def create(call: Call) -> Reply:
    guild, body = call.guild, call.body
    need_in_guild(call, guild, Permission.MANAGE_CHANNELS)
    kind = ChannelKind(body.get("type") or 0)
    made = guild.add_channel(
        body["name"],
        kind,
        category=_category(call, body.get("parent_id")),
        topic=body.get("topic"),
        given=_overwrites(body.get("permission_overwrites") or []),
    )
    return Reply(render.channel(made), 201)


@route("GET /guilds/{guild_id}/channels")
async def of_guild(call: Call) -> Reply:
    found = [one for one in call.guild.channels.values() if not one.is_thread]
    return Reply([render.channel(one) for one in found])


@route(
    "PUT /channels/{channel_id}/permissions/{overwrite_id}", keys="id allow deny", required="type"
)
async def put_overwrite(call: Call) -> Reply:
    channel, number = call.channel, call.number("overwrite_id")
    call.need(channel, Permission.MANAGE_ROLES)
    made = _overwrites([{"id": number, **call.body}])[number]
    held = call.box.world.permissions(call.box.world.bot, channel)
    if (made.allow | made.deny) & ~held:
        raise refusal(50013)
    channel.overwrites[number] = made
    call.box.world.changed(channel)
    return Reply(status=204)


@route("DELETE /channels/{channel_id}/permissions/{overwrite_id}")
async def delete_overwrite(call: Call) -> Reply:
    call.need(call.channel, Permission.MANAGE_ROLES)
    call.channel.overwrites.pop(call.number("overwrite_id"), None)
    call.box.world.changed(call.channel)
    return Reply(status=204)


def need_in_guild(call: Call, guild: Guild, permission: int) -> None:
    """Refuse unless the bot holds `permission` in the server at large."""
    assert guild.bot
    if call.box.world.guild_permissions(guild.bot) & permission != permission:
        raise refusal(50013)


def _overwrites(asked: list[Json]) -> dict[int, Overwrite]:
    made = {}
    for one in asked:
        number = snowflake(one["id"], "permission_overwrites.id")
        kind = one.get("type", 0)
        if kind not in {0, 1}:
            raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 1}.")
        bits = (int(one.get("allow") or 0), int(one.get("deny") or 0))
        made[number] = Overwrite(number, "member" if kind else "role", *bits)
    return made


def _category(call: Call, number: object) -> Channel | None:
    if number is None:
        return None
    found = call.box.world.channels.get(snowflake(number, "parent_id"))
    if found is None or found.kind is not ChannelKind.CATEGORY:
        raise invalid("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
    return found


ROUTES: Final = (read, edit, delete, create, of_guild, put_overwrite, delete_overwrite)
