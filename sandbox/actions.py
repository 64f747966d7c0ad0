"""What somebody does at the page, as JSON, becomes a person's verb; what cannot be, a sentence.

Nothing here is trusted: every id is looked up among what this person can see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.forms import CannotDo, Modal
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.things import Channel, Component, Json, Member, Message, Role, User, walk
from sandbox.view import Look, Scene, commands

_GONE: Final = "That is not there any more."
_KEPT: Final = 200
"""Open forms remembered for the page; older ones have long been closed."""
_ENTITIES: Final = {
    Component.USER_SELECT,
    Component.ROLE_SELECT,
    Component.MENTIONABLE_SELECT,
    Component.CHANNEL_SELECT,
}


@dataclass(slots=True)
class Desk:
    """The page's side of the counter: the scene, how to act as somebody, and the open forms."""

    scene: Scene
    person: Callable[[Member], Person]
    forms: dict[str, tuple[Member, Modal]] = field(default_factory=dict)

    def member(self, look: Look) -> Member:
        member = self.scene.guild.members.get(look.viewer.id)
        if member is None:
            raise CannotDo(_GONE)
        return member

    def channel(self, look: Look, asked: object) -> Channel:
        """The channel with this id, if the person can see it."""
        found = self.scene.world.channels.get(number(asked))
        if not found or not self.scene.world.may(look.viewer, found, Permission.VIEW_CHANNEL):
            raise CannotDo(_GONE)
        return found

    def message(self, look: Look, asked: object) -> Message:
        """The message with this id, if the person can see it where they look."""
        found = look.channel.messages.get(number(asked))
        if found is None or found.ephemeral_for not in {None, look.viewer.id}:
            raise CannotDo(_GONE)
        return found


def number(asked: object) -> int:
    return int(asked) if isinstance(asked, str) and asked.isdecimal() else 0


async def act(desk: Desk, look: Look, asked: Json) -> Json:
    """Do what was asked. Raises CannotDo with the sentence that the page shows."""
    verb = _VERBS.get(str(asked.get("do")))
    if verb is None:
        raise CannotDo("The page asked for something the sandbox does not know. Please reload it.")
    return await verb(desk, look, asked)


async def _say(desk: Desk, look: Look, asked: Json) -> Json:
    person = desk.person(desk.member(look))
    text = str(asked.get("text", ""))
    if asked.get("reply"):
        message = desk.message(look, asked["reply"])
        await person.reply(message, text, ping=bool(asked.get("ping", True)))
    else:
        await person.say(desk.channel(look, asked.get("channel")), text)
    return {}


async def _react(desk: Desk, look: Look, asked: Json) -> Json:
    person = desk.person(desk.member(look))
    message, emoji = desk.message(look, asked.get("message")), str(asked.get("emoji"))
    await (person.react(message, emoji) if asked.get("on") else person.unreact(message, emoji))
    return {}


async def _dismiss(desk: Desk, look: Look, asked: Json) -> Json:
    desk.scene.dismissed.add((look.viewer.id, number(asked.get("message"))))
    return {}


async def _press(desk: Desk, look: Look, asked: Json) -> Json:
    member = desk.member(look)
    message = desk.message(look, asked.get("message"))
    answer = await desk.person(member).press(message, str(asked.get("custom_id")))
    return _answered(desk, member, answer)


async def _choose(desk: Desk, look: Look, asked: Json) -> Json:
    member = desk.member(look)
    message, custom_id = desk.message(look, asked.get("message")), str(asked.get("custom_id"))
    part = next(
        (one for one in walk(message.components) if one.get("custom_id") == custom_id), None
    )
    if part is None:
        raise CannotDo(_GONE)
    values = _things(desk, look, part, asked.get("values") or [])
    return _answered(desk, member, await desk.person(member).choose(message, custom_id, values))


async def _submit(desk: Desk, look: Look, asked: Json) -> Json:
    member, modal = desk.forms.get(str(asked.get("modal")), (None, None))
    if modal is None or member is None or member.id != look.viewer.id:
        raise CannotDo("This form belongs to somebody else. Close it and begin again.")
    given: dict[str, Any] = {}
    for entry in modal.entries:
        value = (asked.get("values") or {}).get(entry.custom_id)
        if value not in (None, "", []):
            given[entry.custom_id] = _things(desk, look, entry.component, value)
    answer = await desk.person(member).submit(modal, given)
    return _answered(desk, member, answer)


async def _slash(desk: Desk, look: Look, asked: Json) -> Json:
    member = desk.member(look)
    command = _command(desk, look, asked)
    options = _options(desk, look, command, asked.get("options") or {})
    person = desk.person(member)
    return _answered(desk, member, await person.slash(look.channel, command["name"], **options))


async def _complete(desk: Desk, look: Look, asked: Json) -> Json:
    command = _command(desk, look, asked)
    others = _options(desk, look, command, asked.get("others") or {})
    choices = await desk.person(desk.member(look)).complete(
        look.channel,
        command["name"],
        option=str(asked.get("option")),
        typed=str(asked.get("typed", "")),
        **others,
    )
    return {"choices": [{"name": one.name, "value": one.value} for one in choices]}


_VERBS: Final[Mapping[str, Callable[[Desk, Look, Json], Awaitable[Json]]]] = {
    "say": _say,
    "react": _react,
    "dismiss": _dismiss,
    "press": _press,
    "choose": _choose,
    "submit": _submit,
    "slash": _slash,
    "complete": _complete,
}


def _command(desk: Desk, look: Look, asked: Json) -> Json:
    for command in commands(desk.scene, look):
        if command["name"] == asked.get("command"):
            return command
    raise CannotDo(f"There is no command /{asked.get('command')} here for you.")


def _options(desk: Desk, look: Look, command: Json, given: Json) -> Json:
    kinds = {one["name"]: one["type"] for one in command["options"]}
    return {name: _option(desk, look, kinds[name], raw) for name, raw in given.items()}


def _option(desk: Desk, look: Look, kind: int, raw: object) -> Any:
    try:
        match kind:
            case 4:
                return int(str(raw))
            case 5:
                return raw == "true"
            case 10:
                return float(str(raw))
            case 6 | 7 | 8 | 9:
                return _thing(desk, look, raw)
            case _:
                return str(raw)
    except ValueError:
        raise CannotDo(f"“{raw}” is not a number.") from None


def _things(desk: Desk, look: Look, part: Json, value: Any) -> Any:
    if part["type"] not in _ENTITIES:
        return value
    return [_thing(desk, look, one) for one in value]


def _thing(desk: Desk, look: Look, raw: object) -> Channel | Role | User:
    """The member, role or channel that an id stands for."""
    guild, wanted = desk.scene.guild, number(raw)
    if member := guild.members.get(wanted):
        return member.user
    return guild.roles.get(wanted) or desk.channel(look, raw)


def _answered(desk: Desk, member: Member, answer: Answer) -> Json:
    if answer.error:
        raise CannotDo(f"{answer.error}.")
    if answer.modal is None:
        return {}
    modal = answer.modal
    key = str(modal.cause.id)
    desk.forms[key] = (member, modal)
    while len(desk.forms) > _KEPT:
        del desk.forms[next(iter(desk.forms))]
    return {"modal": {"id": key, "title": modal.title, "components": modal.components}}
