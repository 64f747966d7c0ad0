"""Application commands: what the bot offers in people's command lists."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.installs import Context
from sandbox.refusal import invalid, refusal
from sandbox.rest.routing import Call, Reply, route
from sandbox.things import Json

_NAME: Final = re.compile(r"^[-_'\w]{1,32}$")
_CHAT, _USER_MENU, _MESSAGE_MENU = 1, 2, 3
_SUBCOMMANDS: Final = frozenset({1, 2})
_GLOBAL: Final = "/applications/{application_id}/commands"
_LOCAL: Final = "/applications/{application_id}/guilds/{guild_id}/commands"
_KEYS: Final = (
    "name name_localizations description description_localizations options "
    "default_member_permissions dm_permission contexts integration_types type nsfw handler id"
)


def _place(call: Call) -> int | None:
    if call.number("application_id") != call.box.world.bot.id:
        raise refusal(50001)
    return call.guild.id if "guild_id" in call.path else None


@route(f"GET {_GLOBAL}", queries="with_localizations")
async def everywhere(call: Call) -> Reply:
    return Reply(call.box.world.commands.get(_place(call), []))


@route(f"GET {_LOCAL}", queries="with_localizations")
async def here(call: Call) -> Reply:
    return Reply(call.box.world.commands.get(_place(call), []))


@route(f"PUT {_GLOBAL}", is_list=True, keys=_KEYS)
async def sync_everywhere(call: Call) -> Reply:
    return _sync(call)


@route(f"PUT {_LOCAL}", is_list=True, keys=_KEYS)
async def sync_here(call: Call) -> Reply:
    return _sync(call)


def _sync(call: Call) -> Reply:
    place, world = _place(call), call.box.world
    known = {(one["type"], one["name"]): one["id"] for one in world.commands.get(place, [])}
    kept: list[Json] = []
    seen: set[tuple[int, str]] = set()
    for index, asked in enumerate(call.body):
        _check(asked, str(index))
        if place is None:
            _check_contexts(asked, str(index), world.installable)
        key = (asked.get("type") or _CHAT, asked["name"])
        if key in seen:
            raise invalid(
                f"{index}.name",
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add(key)
        kept.append(_kept(call, asked, key, place, known.get(key)))
    world.commands[place] = kept
    world.tell("PAGE_COMMANDS_SYNCED", {"count": len(kept)})
    return Reply(kept)


def _kept(
    call: Call, asked: Json, key: tuple[int, str], place: int | None, known: str | None
) -> Json:
    ids, world = call.box.world.ids, call.box.world
    command: Json = {
        "id": known or str(next(ids)),
        "application_id": str(world.bot.id),
        "version": str(next(ids)),
        "default_member_permissions": _digits(asked.get("default_member_permissions")),
        "type": key[0],
        "name": asked["name"],
        "name_localizations": asked.get("name_localizations"),
        "description": asked.get("description") or "",
        "description_localizations": asked.get("description_localizations"),
        "dm_permission": asked.get("dm_permission") is not False,
        # a server's own command is there and nowhere else
        "contexts": asked.get("contexts") if place is None else None,
        "integration_types": _installs(asked, place, world.installable),
        "nsfw": bool(asked.get("nsfw")),
    }
    if key[0] == _CHAT:
        command["options"] = [_option(one) for one in asked.get("options") or []]
    if place is not None:
        command["guild_id"] = str(place)
    return command


def _installs(asked: Json, place: int | None, offered: frozenset[int]) -> list[int]:
    """Through which installations a command is there; a server's own only through the server."""
    if place is not None:
        return [0]
    return asked.get("integration_types") or sorted(offered)


def _check_contexts(asked: Json, path: str, offered: frozenset[int]) -> None:
    supported = _installs(asked, None, offered)
    if set(supported) - offered:
        raise invalid(
            f"{path}.integration_types",
            "APPLICATION_COMMAND_INTEGRATION_TYPE_INVALID",
            "The app cannot be installed like this",
        )
    if Context.PRIVATE_CHANNEL in (asked.get("contexts") or []) and 1 not in supported:
        raise invalid(
            f"{path}.contexts",
            "APPLICATION_COMMAND_CONTEXT_INVALID",
            "Private channels are reached only by apps installed to a user",
        )


def _option(asked: Json) -> Json:
    kept = {key: value for key, value in asked.items() if value is not None}
    if "options" in kept:
        kept["options"] = [_option(one) for one in kept["options"]]
    return kept


def _digits(value: object) -> str | None:
    return None if value is None else str(value)


def _check(asked: Json, path: str) -> None:
    kind, name = asked.get("type") or _CHAT, asked.get("name") or ""
    chat = kind == _CHAT
    if chat and (not _NAME.match(name) or name != name.lower()):
        raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not chat and not 1 <= len(name) <= 32:
        raise invalid(f"{path}.name", "BASE_TYPE_BAD_LENGTH", "Must be 1 to 32 in length.")
    if chat != bool(asked.get("description")):
        raise invalid(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    if len(asked.get("description") or "") > 100:
        raise invalid(f"{path}.description", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer.")
    _check_options(asked.get("options") or [], f"{path}.options")


def _check_options(options: list[Any], path: str) -> None:
    if len(options) > 25:
        raise invalid(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names = [one["name"] for one in options]
    if len(set(names)) < len(names):
        raise invalid(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Names must be unique")
    optional = False
    for index, one in enumerate(options):
        here_ = f"{path}.{index}"
        _check({"name": one["name"], "description": one.get("description")}, here_)
        if one["type"] in _SUBCOMMANDS:
            _check_options(one.get("options") or [], f"{here_}.options")
            continue
        if one.get("required") and optional:
            raise invalid(
                here_,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional = optional or not one.get("required")
        if one.get("choices") and one.get("autocomplete"):
            raise invalid(here_, "APPLICATION_COMMAND_OPTIONS_CHOICES", "Choices or autocomplete.")
        if len(one.get("choices") or []) > 25:
            raise invalid(here_, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")


@route("GET /applications/{application_id}/guilds/{guild_id}/commands/permissions")
async def permissions(call: Call) -> Reply:
    _place(call)
    return Reply([])


ROUTES: Final = (everywhere, here, sync_everywhere, sync_here, permissions)
