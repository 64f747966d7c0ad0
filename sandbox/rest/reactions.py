"""Reactions."""

from __future__ import annotations

from typing import Final

from sandbox import posting, render
from sandbox.permissions import Permission
from sandbox.refusal import refusal
from sandbox.rest.routing import Call, Reply, route

_PLACE: Final = "/channels/{channel_id}/messages/{message_id}/reactions"


def _emoji(call: Call) -> str:
    """The emoji of the path: a Unicode one, or name:id."""
    key = call.path["emoji_name"]
    if not looks_like_emoji(key):
        raise refusal(10014)
    return key


def looks_like_emoji(key: str) -> bool:
    """Whether a reaction can be made of this: no letters, or name:id of a server's own."""
    name, colon, number = key.partition(":")
    if colon:
        return bool(name) and number.isdecimal()
    return any(ord(one) > 0xA8 or one in "#*0123456789" for one in key) and not key.isalnum()


@route(f"PUT {_PLACE}/{{emoji_name}}/@me")
async def add(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY)
    message, key = call.message, _emoji(call)
    if key not in message.reactions:
        call.need(call.channel, Permission.ADD_REACTIONS)
    posting.react(call.box.world, message, call.box.world.bot, key)
    return Reply(status=204)


@route(f"DELETE {_PLACE}/{{emoji_name}}/@me")
async def remove_own(call: Call) -> Reply:
    call.need(call.channel, 0)
    posting.unreact(call.box.world, call.message, call.box.world.bot, _emoji(call))
    return Reply(status=204)


@route(f"DELETE {_PLACE}/{{emoji_name}}/{{user_id}}")
async def remove(call: Call) -> Reply:
    call.need(call.channel, Permission.MANAGE_MESSAGES)
    user = call.box.world.users.get(call.number("user_id"))
    if user is None:
        raise refusal(10013)
    posting.unreact(call.box.world, call.message, user, _emoji(call))
    return Reply(status=204)


@route(f"GET {_PLACE}/{{emoji_name}}", queries="limit after type")
async def people(call: Call) -> Reply:
    call.need(call.channel, Permission.READ_MESSAGE_HISTORY)
    after = int(call.query.get("after", 0))
    found = sorted(one for one in call.message.reactions.get(_emoji(call), []) if one > after)
    limit = int(call.query.get("limit", 25))
    return Reply([render.user(call.box.world.users[one]) for one in found[:limit]])


@route(f"DELETE {_PLACE}/{{emoji_name}}")
async def remove_one_kind(call: Call) -> Reply:
    call.need(call.channel, Permission.MANAGE_MESSAGES)
    posting.unreact_all(call.box.world, call.message, _emoji(call))
    return Reply(status=204)


@route(f"DELETE {_PLACE}")
async def remove_all(call: Call) -> Reply:
    call.need(call.channel, Permission.MANAGE_MESSAGES)
    posting.unreact_all(call.box.world, call.message)
    return Reply(status=204)


ROUTES: Final = (add, remove_own, remove, people, remove_one_kind, remove_all)
