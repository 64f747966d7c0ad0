"""Servers, their roles and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sandbox import render
from sandbox.permissions import Permission
from sandbox.refusal import invalid, refusal
from sandbox.rest.channels import need_in_guild
from sandbox.rest.routing import Call, Reply, route, snowflake
from sandbox.things import Member, Role
from sandbox.world import Guild

_ROLE: Final = "name permissions color colors hoist mentionable icon unicode_emoji"


@route("GET /guilds/{guild_id}", queries="with_counts")
async def read(call: Call) -> Reply:
    guild = call.guild
    rendered = render.guild(guild)
    if call.query.get("with_counts", "").lower() in {"1", "true"}:
        count = len(guild.members)
        rendered |= {"approximate_member_count": count, "approximate_presence_count": count}
    return Reply(rendered)


# -- roles -------------------------------------------------------------------------------------


@route("GET /guilds/{guild_id}/roles")
async def roles(call: Call) -> Reply:
    return Reply([render.role(one) for one in render.roles_in_order(call.guild)])


def _top(guild: Guild, member: Member) -> int:
    return max([guild.roles[one].position for one in member.roles if one in guild.roles] or [0])


def _below_the_bot(call: Call, guild: Guild, role: Role) -> None:
    """Refuse for a role the bot's own highest role does not stand above."""
    assert guild.bot
    need_in_guild(call, guild, Permission.MANAGE_ROLES)
    if role.managed or role.id == guild.id or role.position >= _top(guild, guild.bot):
        raise refusal(50013)


def _own_bits(call: Call, guild: Guild, permissions: int) -> int:
    assert guild.bot
    if permissions & ~call.box.world.guild_permissions(guild.bot):
        raise refusal(50013)
    return permissions


@route("POST /guilds/{guild_id}/roles", keys=_ROLE)
async def create_role(call: Call) -> Reply:
    guild, body = call.guild, call.body
    need_in_guild(call, guild, Permission.MANAGE_ROLES)
    permissions = _own_bits(call, guild, int(body.get("permissions") or 0))
    for one in guild.roles.values():
        one.position += one.id != guild.id
    made = guild.add_role(body.get("name") or "new role", permissions)
    made.position = 1
    _dress(made, call)
    return Reply(render.role(made))


def _dress(role: Role, call: Call) -> None:
    body = call.body
    colours = body.get("colors") or {}
    role.name = body.get("name") or role.name
    role.colour = body.get("color") or colours.get("primary_color") or role.colour
    role.hoist = bool(body.get("hoist", role.hoist))
    role.mentionable = bool(body.get("mentionable", role.mentionable))


@route("PATCH /guilds/{guild_id}/roles/{role_id}", keys=_ROLE)
async def edit_role(call: Call) -> Reply:
    guild, role = call.guild, call.role
    _below_the_bot(call, guild, role)
    if call.body.get("permissions") is not None:
        role.permissions = _own_bits(call, guild, int(call.body["permissions"]))
    _dress(role, call)
    guild.tell("GUILD_ROLE_UPDATE", role=render.role(role))
    return Reply(render.role(role))


@route("DELETE /guilds/{guild_id}/roles/{role_id}")
async def delete_role(call: Call) -> Reply:
    guild, role = call.guild, call.role
    _below_the_bot(call, guild, role)
    del guild.roles[role.id]
    for member in guild.members.values():
        if role.id in member.roles:
            member.roles.remove(role.id)
    guild.tell("GUILD_ROLE_DELETE", role_id=str(role.id))
    return Reply(status=204)


@route("PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def give_role(call: Call) -> Reply:
    guild, member, role = call.guild, call.member, call.role
    _below_the_bot(call, guild, role)
    if role.id not in member.roles:
        member.roles.append(role.id)
        guild.tell("GUILD_MEMBER_UPDATE", **render.member(member))
    return Reply(status=204)


@route("DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def take_role(call: Call) -> Reply:
    guild, member, role = call.guild, call.member, call.role
    _below_the_bot(call, guild, role)
    if role.id in member.roles:
        member.roles.remove(role.id)
        guild.tell("GUILD_MEMBER_UPDATE", **render.member(member))
    return Reply(status=204)


# -- members -----------------------------------------------------------------------------------


@route("GET /guilds/{guild_id}/members", queries="limit after")
async def members(call: Call) -> Reply:
    if not call.box.privileged & 1 << 1:
        raise refusal(50001)
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    found = sorted((one for one in call.guild.members.values() if one.id > after), key=_number)
    return Reply([render.member(one) for one in found[:limit]])


def _number(member: Member) -> int:
    return member.id


@route("GET /guilds/{guild_id}/members/{user_id}")
async def member(call: Call) -> Reply:
    return Reply(render.member(call.member))


@route(
    "PATCH /guilds/{guild_id}/members/{user_id}",
    keys="nick roles mute deaf channel_id communication_disabled_until flags",
)
async def edit_member(call: Call) -> Reply:
    guild, found, body = call.guild, call.member, call.body
    own = found is guild.bot
    if "nick" in body:
        right = Permission.CHANGE_NICKNAME if own else Permission.MANAGE_NICKNAMES
        _over(call, guild, found, right)
        found.nick = body["nick"] or None
    if "communication_disabled_until" in body:
        _over(call, guild, found, Permission.MODERATE_MEMBERS)
        until = body["communication_disabled_until"]
        found.timed_out_until = datetime.fromisoformat(until) if until else None
    if body.get("roles") is not None:
        wanted = [snowflake(one, "roles") for one in body["roles"]]
        for one in set(wanted) ^ set(found.roles):
            if one not in guild.roles:
                raise invalid("roles", "NUMBER_TYPE_COERCE", "Unknown role")
            _below_the_bot(call, guild, guild.roles[one])
        found.roles = wanted
    guild.tell("GUILD_MEMBER_UPDATE", **render.member(found))
    return Reply(render.member(found))


def _over(call: Call, guild: Guild, found: Member, right: int) -> None:
    """Refuse unless the bot holds the right and stands above the member."""
    need_in_guild(call, guild, right)
    assert guild.bot
    if found is guild.bot:
        return
    if found.id == guild.owner_id or _top(guild, found) >= _top(guild, guild.bot):
        raise refusal(50013)


@route("DELETE /guilds/{guild_id}/members/{user_id}")
async def kick(call: Call) -> Reply:
    _over(call, call.guild, call.member, Permission.KICK_MEMBERS)
    call.guild.remove_member(call.member)
    return Reply(status=204)


ROUTES: Final = (
    read,
    roles,
    create_role,
    edit_role,
    delete_role,
    give_role,
    take_role,
    members,
    member,
    edit_member,
    kick,
)
