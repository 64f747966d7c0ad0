"""Members who answer by themselves, so that the group looks alive. They know nothing of the bot.

Whenever an app posts a message with a button where they can see it, each of them waits a while and
then does what a person would: replies, or presses and fills in whatever is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any, Final, Protocol

from sandbox.forms import CannotDo, Entry, Modal
from sandbox.interactions import Answer
from sandbox.permissions import Permission
from sandbox.things import Component, Json, Member, Message, walk
from sandbox.world import Event, World

_REPLIES: Final = (
    "Slept all right. Coffee first, then the day.",
    "Here. A slow morning, and that is fine.",
    "Walked to work instead of taking the bus.",
    "A hard night. I called someone, and it helped.",
    "Day off. The garden is waiting.",
    "Tired, and glad to see you all here.",
    "Made breakfast for the first time this week.",
    "A bit restless. Going for a run later.",
    "Good morning from the other side of the clock.",
)
_LINES: Final = (
    "One thing at a time.",
    "Ask my sister about the weekend.",
    "The walk after dinner helped.",
    "Early night tonight.",
)
_STEPS: Final = 4
"""Private cards in a row that a resident clicks through before giving up."""
_TRIES: Final = 3
_LINK: Final = 5
"""The style of a button that opens an address."""
_SUCCESS: Final = 3
"""The green style, which Discord's own dialogs give to what finishes them."""


class Habit(Enum):
    """How somebody answers."""

    REPLIES = "replies"
    PRESSES = "presses"
    EITHER = "either"
    SILENT = "does not answer today"


class Acting(Protocol):
    """The verbs of a person that a resident uses."""

    async def reply(self, message: Message, text: str, *, ping: bool = True) -> Message: ...

    async def press(self, message: Message, label: str, /) -> Answer: ...

    async def submit(self, form: Modal, values: Mapping[str, Any]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Resident:
    member: Member
    habit: Habit


def likely_button(message: Message) -> Json | None:
    """The button a person would press: the green one, which finishes something, or the first."""
    pressable = [
        part
        for part in walk(message.components)
        if part["type"] == Component.BUTTON
        and part.get("style") != _LINK
        and not part.get("disabled")
    ]
    green = (part for part in pressable if part.get("style") == _SUCCESS)
    return next(green, pressable[0] if pressable else None)


class Residents:
    """Listens to the world and lets everybody act in their own time."""

    def __init__(
        self,
        world: World,
        people: Iterable[Resident],
        acting: Callable[[Member], Acting],
        chance: Random,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._world = world
        self._people = tuple(people)
        self._acting = acting
        self._chance = chance
        self._wait = wait
        self._away: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = world.listen(self._heard)

    def step_back(self, person: int) -> None:
        """Somebody at the page has become this person: from now on they act, not we."""
        self._away.add(person)

    async def close(self) -> None:
        self._stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _heard(self, event: Event) -> None:
        message = event.message
        if event.name != "MESSAGE_CREATE" or message is None:
            return
        if not message.author.bot or message.ephemeral_for is not None:
            return
        if message.channel.guild is None or likely_button(message) is None:
            return
        order = list(self._people)
        self._chance.shuffle(order)
        moment = self._chance.uniform(2.0, 4.0)
        for resident in order:
            if resident.habit is not Habit.SILENT:
                task = asyncio.get_running_loop().create_task(self._live(resident, message, moment))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                moment += self._chance.uniform(0.6, 3.0)

    async def _live(self, resident: Resident, message: Message, moment: float) -> None:
        await self._wait(moment)
        for _ in range(_TRIES):
            member = resident.member
            seen = self._world.may(member.user, message.channel, Permission.VIEW_CHANNEL)
            if member.id in self._away or message.deleted or not seen:
                return
            try:
                if await self._act(resident, message):
                    return
            except CannotDo:
                # the button went, or the channel closed: people shrug, and come back later
                pass
            await self._wait(self._chance.uniform(4.0, 8.0))

    async def _act(self, resident: Resident, message: Message) -> bool:
        person = self._acting(resident.member)
        habit = resident.habit
        if habit is Habit.EITHER:
            habit = self._chance.choice((Habit.REPLIES, Habit.PRESSES))
        if habit is Habit.REPLIES:
            ping = self._chance.random() < 0.7
            await person.reply(message, self._chance.choice(_REPLIES), ping=ping)
            return True
        return await self._press_on(person, message)

    async def _press_on(self, person: Acting, message: Message) -> bool:
        """Press, fill in, go on, until nothing more is asked; False if nobody answered."""
        at: Message | None = message
        for _ in range(_STEPS):
            button = likely_button(at) if at else None
            if at is None or button is None:
                return True
            answer = await person.press(at, button.get("label") or button["custom_id"])
            if answer.modal:
                await self._wait(self._chance.uniform(1.0, 3.0))
                answer = await person.submit(answer.modal, self._fill(answer.modal))
                return answer.error is None
            if answer.error:
                return False
            at = answer.shown or answer.updated
        return True

    def _fill(self, form: Modal) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for entry in form.entries:
            if entry.required or self._chance.random() < 0.6:
                value = self._field(entry)
                if value is not None:
                    given[entry.custom_id] = value
        return given

    def _field(self, entry: Entry) -> Any:
        part = entry.component
        if part["type"] in {Component.SELECT, Component.RADIO_GROUP, Component.CHECKBOX_GROUP}:
            return self._chance.choice(part["options"])["value"]
        if part["type"] == Component.TEXT_INPUT:
            digits = part.get("max_length", 4000) <= 2
            if digits:
                return str(self._chance.randint(2, 5))
            return self._chance.choice(_LINES)[: part.get("max_length", 4000)]
        if part["type"] == Component.CHECKBOX:
            return True
        return None
