"""Commands as a person meets them: which can be picked, and what leaves with the options given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sandbox import installs, render
from sandbox.forms import CannotDo
from sandbox.installs import Owners
from sandbox.permissions import Permission
from sandbox.things import Attachment, Channel, Json, Member, Message, Role, User

if TYPE_CHECKING:
    from sandbox.world import World

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(3, 12)
_TEXT_LIMIT: Final = 6000
_ENTITIES: Final[dict[int, tuple[type, ...]]] = {
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    FILE: (Attachment,),
}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to pick in the list: a command, or one of its subcommands by its full name."""

    name: str
    description: str
    options: list[Json]
    """With name, description, type, required, choices, autocomplete, min_*/max_*."""
    raw: Json
    path: tuple[Json, ...] = ()
    """The group and subcommand chosen, outermost first."""
    owners: Owners = field(default_factory=dict)
    """Who let the app in through which this person has it here."""

    @property
    def kind(self) -> int:
        return int(self.raw["type"])

    def option(self, name: str) -> Json:
        for one in self.options:
            if one["name"] == name:
                return one
        raise CannotDo(f"/{self.name} has no option {name!r}")


def commands_for(world: World, user: User, channel: Channel) -> list[Command]:
    """The commands a person can pick in a channel."""
    guild = channel.guild
    synced = list(world.commands.get(None, []))
    if guild:
        synced += world.commands.get(guild.id, [])
    return [
        one
        for raw in synced
        if (owners := _offered(world, user, channel, raw))
        for one in _flattened(Command(raw["name"], "", [], raw, owners=owners), raw)
    ]


def _offered(world: World, user: User, channel: Channel, raw: Json) -> Owners:
    """Through which installations; a server's rules hold for each of them."""
    owners = installs.owners_of_command(world, user, channel, raw)
    needed = int(Permission.VIEW_CHANNEL)
    if channel.guild:
        needed |= Permission.USE_APPLICATION_COMMANDS
    if not owners or not world.may(user, channel, needed):
        return {}
    return owners if channel.guild is None or _allowed(world, user, channel, raw) else {}


def _allowed(world: World, user: User, channel: Channel, raw: Json) -> bool:
    default = raw["default_member_permissions"]
    if default is None:
        return True
    held = world.permissions(user, channel)
    if held & Permission.ADMINISTRATOR:
        return True
    # zero hides a command from everybody but administrators
    return int(default) != 0 and held & int(default) == int(default)


def _flattened(above: Command, node: Json) -> Iterator[Command]:
    nested = [one for one in node.get("options", []) if one["type"] in {SUBCOMMAND, GROUP}]
    if not nested:
        words, options = node.get("description", ""), node.get("options", [])
        yield replace(above, description=words, options=options)
    for one in nested:
        below = replace(above, name=f"{above.name} {one['name']}", path=(*above.path, one))
        yield from _flattened(below, one)


def command_data(
    world: World,
    channel: Channel,
    command: Command,
    given: Mapping[str, Any],
    *,
    typing: str | None = None,
) -> Json:
    """The `data` of the interaction; `typing` names the option in hand for an autocomplete."""
    unknown = set(given) - {one["name"] for one in command.options}
    if unknown:
        raise CannotDo(f"/{command.name} has no option {sorted(unknown)}")
    entities: list[Any] = []
    options: list[Json] = []
    for option in command.options:
        name = option["name"]
        if name not in given or given[name] is None:
            if option.get("required") and typing is None:
                raise CannotDo(f"/{command.name} needs its option {name!r}")
            continue
        if name == typing:
            sent = {"name": name, "type": option["type"], "value": given[name], "focused": True}
        else:
            value = _value(option, given[name], entities)
            sent = {"name": name, "type": option["type"], "value": value}
        options.append(sent)
    for part in reversed(command.path):
        options = [{"name": part["name"], "type": part["type"], "options": options}]
    data: Json = {"id": command.raw["id"], "name": command.raw["name"], "type": command.kind}
    data["options"] = options
    if entities:
        data["resolved"] = resolved(world, channel, entities)
    if "guild_id" in command.raw:
        data["guild_id"] = command.raw["guild_id"]
    return data


def menu_data(world: World, channel: Channel, command: Command, target: Member | Message) -> Json:
    """The `data` of a context menu on a person or a message."""
    one = target if isinstance(target, Message) else target.user
    return {
        "id": command.raw["id"],
        "name": command.raw["name"],
        "type": command.kind,
        "target_id": str(one.id),
        "resolved": resolved(world, channel, [one]),
    }


def _value(option: Json, given: Any, entities: list[Any]) -> Any:
    name, kind = option["name"], option["type"]
    if choices := option.get("choices"):
        for choice in choices:
            if given in {choice["name"], choice["value"]}:
                return choice["value"]
        raise CannotDo(f"{name!r} offers {[one['name'] for one in choices]}, not {given!r}")
    if kind == STRING:
        return _text(option, given)
    if kind in {INTEGER, NUMBER}:
        return _number(option, given)
    if kind == BOOLEAN:
        if not isinstance(given, bool):
            raise CannotDo(f"{name!r} is yes or no")
        return given
    entity = given.user if isinstance(given, Member) else given
    if not isinstance(entity, _ENTITIES[kind]):
        raise CannotDo(f"{name!r} cannot be {given!r}")
    kinds = option.get("channel_types")
    if kinds and isinstance(entity, Channel) and entity.kind not in kinds:
        raise CannotDo(f"{name!r} does not list #{entity.name}")
    entities.append(entity)
    return str(given.id)


def _text(option: Json, given: Any) -> str:
    text, name = str(given), option["name"]
    if len(text) > option.get("max_length", _TEXT_LIMIT):
        raise CannotDo(f"{name!r} takes at most {option.get('max_length', _TEXT_LIMIT)} characters")
    if len(text) < max(1, option.get("min_length", 0)):
        raise CannotDo(f"{name!r} is too short")
    return text


def _number(option: Json, given: Any) -> int | float:
    name = option["name"]
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise CannotDo(f"{name!r} is a number")
    if option["type"] == INTEGER and not isinstance(given, int):
        raise CannotDo(f"{name!r} is a whole number")
    if given < option.get("min_value", given) or given > option.get("max_value", given):
        raise CannotDo(f"{name!r} is out of bounds")
    return given


def resolved(world: World, channel: Channel, entities: list[Any]) -> Json:
    """The objects behind the numbers in an interaction's data."""
    found: dict[str, Json] = {}
    guild = channel.guild
    for one in entities:
        key = str(one.id)
        match one:
            case User():
                found.setdefault("users", {})[key] = render.user(one)
                if guild and (member := guild.members.get(one.id)):
                    held = {"permissions": str(world.permissions(one, channel))}
                    rendered = render.member(member, with_user=False)
                    found.setdefault("members", {})[key] = rendered | held
            case Role():
                found.setdefault("roles", {})[key] = render.role(one)
            case Channel():
                partial = render.channel(one)
                partial.pop("permission_overwrites", None)
                partial["permissions"] = str(world.permissions(world.bot, one))
                found.setdefault("channels", {})[key] = partial
            case Attachment():
                found.setdefault("attachments", {})[key] = render.attachment(one)
            case Message():
                found.setdefault("messages", {})[key] = render.message(one, world.bot.id)
            case _:
                raise TypeError(f"{one!r} is nothing an interaction can hold")
    return dict(found)
