"""People: what a person can do, held to what Discord's own window lets a person do.

Every verb raises CannotDo where a real person would find no button, no command or no room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import posting
from sandbox import slash as offer
from sandbox.forms import ENTITIES, CannotDo, Entry, Modal, values_of
from sandbox.installs import Owners
from sandbox.interactions import Answer, Choice, Interaction, Kind
from sandbox.permissions import Permission
from sandbox.posting import Draft
from sandbox.things import Attachment, Channel, Component, Json, Member, Message, walk

if TYPE_CHECKING:
    from sandbox.server import Sandbox

_SELECTS = frozenset({Component.SELECT, *ENTITIES})


class Person:
    """One member of one server, with both hands on the keyboard."""

    def __init__(self, box: Sandbox, member: Member) -> None:
        self._box = box
        self._world = box.world
        self.member = member
        self.user = member.user
        self.modal: Modal | None = None
        """The form open before this person."""

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def dm(self) -> Channel:
        """The direct messages between this person and the bot."""
        return self._world.dm(self.user)

    # -- looking -------------------------------------------------------------------------------

    def channels(self) -> list[Channel]:
        """The channels and threads this person sees in the server."""
        return list(self._world.visible_channels(self.member))

    def sees(self, channel: Channel) -> list[Message]:
        """The messages here, oldest first, with the ephemeral ones for this person."""
        if not self._reads(channel):
            return []
        return [
            one for one in channel.messages.values() if one.ephemeral_for in {None, self.user.id}
        ]

    def commands(self, channel: Channel) -> list[offer.Command]:
        """The commands this person can pick here, subcommands by their full name."""
        return offer.commands_for(self._world, self.user, channel)

    def _look_at(self, message: Message) -> None:
        seen = message.ephemeral_for in {None, self.user.id}
        if message.deleted or not seen or not self._reads(message.channel):
            raise CannotDo(f"{self.name} does not see this message")

    def _reads(self, channel: Channel) -> bool:
        return channel.id in self._world.channels and self._world.may(
            self.user, channel, Permission.READ_MESSAGE_HISTORY
        )

    # -- talking -------------------------------------------------------------------------------

    async def say(
        self, channel: Channel, text: str, files: list[Attachment] | None = None
    ) -> Message:
        """Write a message."""
        return await self._post(channel, Draft(text, attachments=files or []))

    async def reply(self, message: Message, text: str, *, ping: bool = True) -> Message:
        """Answer a message, with or without its author being pinged."""
        self._look_at(message)
        if message.ephemeral_for is not None:
            raise CannotDo("an ephemeral message cannot be replied to")
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        draft = Draft(text, answers=message, allowed_mentions=allowed)
        return await self._post(message.channel, draft)

    async def _post(self, channel: Channel, draft: Draft) -> Message:
        needed = Permission.VIEW_CHANNEL | channel.send_permission
        there = channel.id in self._world.channels
        if not there or not self._world.may(self.user, channel, needed):
            raise CannotDo(f"{self.name} cannot write in #{channel.name}")
        if not draft.content.strip() and not draft.attachments:
            raise CannotDo("an empty message cannot be sent")
        if len(draft.content) > 2000:
            raise CannotDo("a message has at most 2000 characters")
        allowed = draft.allowed_mentions or {"parse": ["users", "roles", "everyone"]}
        if not self._world.may(self.user, channel, Permission.MENTION_EVERYONE):
            allowed = allowed | {"parse": ["users"]}
        draft.allowed_mentions = allowed
        message = posting.post(self._world, channel, self.user, draft)
        await asyncio.sleep(0)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        self._look_at(message)
        if message.author is not self.user:
            raise CannotDo("only one's own messages can be edited")
        message.content = text
        posting.changed(self._world, message)
        await asyncio.sleep(0)

    async def delete(self, message: Message) -> None:
        """Delete a message: one's own, or any with the right to."""
        self._look_at(message)
        mine = message.author is self.user or message.ephemeral_for == self.user.id
        if not mine and not self._world.may(self.user, message.channel, Permission.MANAGE_MESSAGES):
            raise CannotDo(f"{self.name} cannot delete this message")
        posting.delete(self._world, message)
        await asyncio.sleep(0)

    async def react(self, message: Message, emoji: str) -> None:
        """Put a reaction under a message."""
        self._look_at(message)
        new = emoji not in message.reactions
        if message.ephemeral_for is not None or (
            new and not self._world.may(self.user, message.channel, Permission.ADD_REACTIONS)
        ):
            raise CannotDo(f"{self.name} cannot react here")
        posting.react(self._world, message, self.user, emoji)
        await asyncio.sleep(0)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Take one's own reaction back."""
        self._look_at(message)
        posting.unreact(self._world, message, self.user, emoji)
        await asyncio.sleep(0)

    async def leave(self) -> None:
        """Leave the server."""
        self.member.guild.remove_member(self.member)
        await asyncio.sleep(0)

    async def install(self) -> None:
        """Add the app to one's own account: its commands come along to wherever one goes."""
        if 1 not in self._world.installable:
            raise CannotDo("this app cannot be added to an account")
        self._world.install_for(self.user)
        await asyncio.sleep(0)

    async def uninstall(self) -> None:
        """Take the app out of one's own account."""
        if self.user.id not in self._world.installed:
            raise CannotDo(f"{self.name} has not added this app")
        self._world.uninstall_for(self.user)
        await asyncio.sleep(0)

    # -- commands ------------------------------------------------------------------------------

    async def slash(self, channel: Channel, command: str, /, **options: Any) -> Answer:
        """Send a command; subcommands by full name ("crisis share")."""
        picked = self._pick(channel, command, offer.CHAT)
        data = offer.command_data(self._world, channel, picked, options)
        return await self._ask(Kind.COMMAND, channel, data, owners=picked.owners)

    async def menu(self, channel: Channel, command: str, target: Member | Message) -> Answer:
        """Use a context menu entry on a person or a message."""
        kind = offer.MESSAGE_MENU if isinstance(target, Message) else offer.USER_MENU
        picked = self._pick(channel, command, kind)
        data = offer.menu_data(self._world, channel, picked, target)
        return await self._ask(Kind.COMMAND, channel, data, owners=picked.owners)

    async def complete(
        self, channel: Channel, command: str, /, option: str, typed: str, **others: Any
    ) -> list[Choice]:
        """Type into an option and read the proposals."""
        picked = self._pick(channel, command, offer.CHAT)
        if not picked.option(option).get("autocomplete"):
            raise CannotDo(f"{option!r} makes no proposals")
        given = {**others, option: typed}
        data = offer.command_data(self._world, channel, picked, given, typing=option)
        asked = await self._ask(Kind.AUTOCOMPLETE, channel, data, owners=picked.owners)
        return asked.choices

    def _pick(self, channel: Channel, name: str, kind: int) -> offer.Command:
        offered = self.commands(channel)
        for one in offered:
            if one.name == name and one.kind == kind:
                return one
        names = sorted(one.name for one in offered)
        raise CannotDo(f"{self.name} finds no command {name!r} in #{channel.name}, only {names}")

    # -- components ----------------------------------------------------------------------------

    async def press(self, message: Message, label: str) -> Answer:
        """Press a button, found by its label, emoji or custom_id."""
        self._look_at(message)
        for part in walk(message.components):
            names = {
                part.get("label"),
                (part.get("emoji") or {}).get("name"),
                part.get("custom_id"),
            }
            if part["type"] == Component.BUTTON and label in names:
                if part.get("disabled"):
                    raise CannotDo(f"the button {label!r} is disabled")
                if "custom_id" not in part:
                    raise CannotDo(f"the button {label!r} is a link")
                return await self._use(message, part, {})
        raise CannotDo(f"there is no button {label!r}, only {message.buttons}")

    async def choose(self, message: Message, select: str, values: Any) -> Answer:
        """Choose in a select, found by its placeholder or custom_id; values by label or object."""
        self._look_at(message)
        for part in walk(message.components):
            if part["type"] not in _SELECTS:
                continue
            if select not in {part.get("placeholder"), part["custom_id"]}:
                continue
            if part.get("disabled"):
                raise CannotDo(f"the select {select!r} is disabled")
            entities: list[Any] = []
            # in messages a select may be emptied only where min_values says so
            entry = Entry(select, part | {"required": True})
            chosen: Json = {"values": values_of(entry, values, entities)}
            if entities:
                chosen["resolved"] = offer.resolved(self._world, message.channel, entities)
            return await self._use(message, part, chosen)
        raise CannotDo(f"there is no select {select!r}")

    async def _use(self, message: Message, part: Json, chosen: Json) -> Answer:
        data = {
            "id": part["id"],
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            **chosen,
        }
        return await self._ask(Kind.COMPONENT, message.channel, data, message=message)

    async def submit(self, form: Answer | Modal, values: Mapping[str, Any]) -> Answer:
        """Fill in a form by the labels of its fields and send it."""
        modal = form.modal if isinstance(form, Answer) else form
        if modal is None:
            raise CannotDo("no form was opened")
        if modal.sent:
            raise CannotDo("this form was sent already")
        if not self._reads(modal.cause.channel):
            raise CannotDo("the place where this form was opened is gone")
        components, entities = modal.filled(values)
        data: Json = {"custom_id": modal.custom_id, "components": components}
        channel = modal.cause.channel
        if entities:
            data["resolved"] = offer.resolved(self._world, channel, entities)
        cause = modal.cause
        answer = await self._ask(Kind.MODAL, channel, data, message=cause.message, cause=cause)
        # a form that got no answer stays open, with what was typed
        if answer.error is None:
            modal.sent = True
            if self.modal is modal:
                self.modal = None
        return answer

    def dismiss(self) -> None:
        """Close the open form unsent."""
        self.modal = None

    async def _ask(
        self,
        kind: Kind,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        cause: Interaction | None = None,
        owners: Owners | None = None,
    ) -> Answer:
        made = await self._box.interactions.ask(
            kind, self.user, channel, data, message=message, cause=cause, owners=owners
        )
        if made.answer.modal:
            self.modal = made.answer.modal
        return made.answer
