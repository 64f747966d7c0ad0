"""Routes and calls: which function answers which request, and which keys it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sandbox.permissions import Permission
from sandbox.refusal import invalid, refusal
from sandbox.things import Channel, Json, Member, Message, Role

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.world import Guild


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    body: bytes
    content_type: str


@dataclass(slots=True)
class Call:
    """One request, taken apart."""

    box: Sandbox
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    files: dict[str, Upload] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A snowflake from the path."""
        value = self.path[name]
        if not value.isdecimal():
            raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return int(value)

    @property
    def channel(self) -> Channel:
        found = self.box.world.channels.get(self.number("channel_id"))
        if found is None:
            raise refusal(10003)
        return found

    @property
    def message(self) -> Message:
        """The message of the path; an ephemeral one does not exist for channel routes."""
        found = self.channel.messages.get(self.number("message_id"))
        if found is None or found.ephemeral_for is not None:
            raise refusal(10008)
        return found

    @property
    def guild(self) -> Guild:
        found = self.box.world.guilds.get(self.number("guild_id"))
        if found is None or found.bot is None:
            raise refusal(10004)
        return found

    @property
    def member(self) -> Member:
        name = self.path["user_id"]
        number = self.box.world.bot.id if name == "@me" else self.number("user_id")
        found = self.guild.members.get(number)
        if found is None:
            raise refusal(10007 if number in self.box.world.users else 10013)
        return found

    @property
    def role(self) -> Role:
        found = self.guild.roles.get(self.number("role_id"))
        if found is None:
            raise refusal(10011)
        return found

    def need(self, channel: Channel, permission: int) -> None:
        """Refuse unless the bot sees the channel and has all of `permission` there."""
        held = self.box.world.permissions(self.box.world.bot, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise refusal(50001)
        if held & permission != permission:
            raise refusal(50013)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `body` None is 204."""

    body: Any = None
    status: int = 200


Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    handler: Handler
    keys: frozenset[str]
    """The top-level keys its body may have."""
    required: frozenset[str]
    queries: frozenset[str]
    is_list: bool
    counted: bool
    """Whether the limit of 50 a second counts it."""
    open_to_all: bool
    """Whether it is reached by a token in its path, without the bot's."""


def route(
    line: str,
    *,
    keys: str = "",
    required: str = "",
    queries: str = "",
    is_list: bool = False,
    by_token: bool = False,
) -> Callable[[Handler], Route]:
    """Make a Route of the handler of `METHOD /path/{with}/{names}`."""
    method, template = line.split(" ")
    words = frozenset(required.split())

    def made(handler: Handler) -> Route:
        return Route(
            method,
            template,
            handler,
            frozenset(keys.split()) | words,
            words,
            frozenset(queries.split()),
            is_list,
            counted=not by_token,
            open_to_all=by_token,
        )

    return made


class Table:
    """All routes, found by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._found: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for one in self.routes:
            parts = tuple(one.template.strip("/").split("/"))
            known = self._found.setdefault((one.method, len(parts)), [])
            known.append((parts, one))
            # a literal part is preferred to a name: @me before {user_id}
            known.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path below /api/v10, and the values of its names."""
        parts = path.strip("/").split("/")
        for template, found in self._found.get((method, len(parts)), ()):
            names: dict[str, str] = {}
            for wanted, part in zip(template, parts, strict=True):
                if wanted.startswith("{"):
                    names[wanted[1:-1]] = unquote(part)
                elif wanted != part:
                    break
            else:
                return found, names
        return None


def snowflake(value: object, path: str) -> int:
    """A snowflake from a body, written as text or as a number."""
    if isinstance(value, bool) or not str(value).isdecimal():
        raise invalid(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return int(str(value))


def flags_of(body: Json) -> int:
    return int(body.get("flags") or 0)
