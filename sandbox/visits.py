"""Open pages: each is told what has changed for the person it acts as, and says what they do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSMsgType, web

from sandbox.actions import Desk, act
from sandbox.controls import Controls
from sandbox.forms import CannotDo
from sandbox.journal import Journal
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.things import Channel, Json, Member
from sandbox.view import DM, Look, Scene, bot_view, clock_view, view
from sandbox.world import Event

_EVERY: Final = 0.05
"""Seconds between two looks at what has changed; pushes are bundled by it."""
_BROKEN: Final = "Something in the sandbox broke. The terminal it runs in says what."
_ANYWAY: Final = 10
"""After this many looks the view is made anew even if nothing was said to have changed."""


@dataclass(slots=True)
class Visitor:
    """One open page: who it acts as, where it looks, and what it has been told."""

    socket: web.WebSocketResponse
    look: Look
    told: dict[str, str] = field(default_factory=dict)
    read: int = 0
    ready: bool = False
    """Whether the page has said who it is; before that it is told nothing."""
    seen: tuple[int, int] = (-1, -1)
    idle: int = 0
    doing: set[asyncio.Task[None]] = field(default_factory=set)


class Visits:
    """All open pages of one sandbox."""

    def __init__(
        self,
        box: Sandbox,
        scene: Scene,
        begin: Look,
        controls: Controls,
        journal: Journal,
        became: Callable[[int], None],
    ) -> None:
        self._box = box
        self._scene = scene
        self._begin = begin
        self._controls = controls
        self._journal = journal
        self._became = became
        self._desk = Desk(scene, box.person)
        self._sockets: set[web.WebSocketResponse] = set()
        self._online = False
        self._changes = 0
        self._stop = box.world.listen(self._heard)

    async def close(self) -> None:
        """Say goodbye to every page."""
        self._stop()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Cut the line to every page; each of them tries again by itself."""
        for socket in tuple(self._sockets):
            await socket.close()

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Talk with one page until it goes."""
        visitor = Visitor(socket, self._begin)
        self._sockets.add(socket)
        pushing = asyncio.create_task(self._push(visitor))
        try:
            async for said in socket:
                if said.type is WSMsgType.TEXT:
                    self._hear(visitor, said.data)
        finally:
            self._sockets.discard(socket)
            pushing.cancel()
            await asyncio.gather(pushing, *visitor.doing, return_exceptions=True)

    def _heard(self, event: Event) -> None:
        if event.name == "PAGE_REQUEST":
            path, at = event.payload["path"], event.payload["at"]
            matching = (
                one for one in reversed(self._box.requests) if (one.path, one.at) == (path, at)
            )
            seen = next(matching, None)
            known = (seen.body, seen.answer) if seen else ()
            self._journal.request(event.payload, *known)
        self._watch_bot()
        self.stir()

    def _watch_bot(self) -> None:
        online = any(one.frames is not None for one in self._box.hub.sessions.values())
        if online is not self._online:
            self._online = online
            self._journal.note("The bot is connected" if online else "The bot is gone")
            self.stir()

    def stir(self) -> None:
        """Something has changed: look again."""
        self._changes += 1

    def _hear(self, visitor: Visitor, text: str) -> None:
        try:
            asked = json.loads(text)
        except ValueError:
            return
        if not isinstance(asked, dict):
            return
        if asked.get("do") == "look":
            self._turn(visitor, asked)
            visitor.ready = True
            self.stir()
            return
        task = asyncio.create_task(self._do(visitor, asked))
        visitor.doing.add(task)
        task.add_done_callback(visitor.doing.discard)

    async def _do(self, visitor: Visitor, asked: Json) -> None:
        answer: Json = {"re": asked.get("id"), "error": _BROKEN}
        try:
            done = {} if self._controls.act(asked) else await act(self._desk, visitor.look, asked)
            answer = {"re": asked.get("id"), "ok": done}
        except CannotDo as error:
            answer["error"] = sentence(str(error))
        finally:
            self.stir()
            if not visitor.socket.closed:
                await self._tell(visitor)
                await visitor.socket.send_str(json.dumps(answer))

    def _turn(self, visitor: Visitor, asked: Json) -> None:
        """Become somebody, go somewhere; what is not there (any more) changes nothing."""
        person = str(asked.get("as", ""))
        member = self._scene.guild.members.get(int(person)) if person.isdecimal() else None
        if member and not member.user.bot and member.user is not visitor.look.viewer:
            self._became(member.id)
            visitor.look = Look(member.user, self._stay(member, visitor.look.channel))
        place = str(asked.get("channel", ""))
        viewer, world = visitor.look.viewer, self._scene.world
        channel = world.channels.get(int(place)) if place.isdecimal() else None
        if place == DM:
            channel = world.dm(viewer)
        if channel and world.may(viewer, channel, Permission.VIEW_CHANNEL):
            visitor.look = Look(viewer, channel)

    def _stay(self, member: Member, channel: Channel) -> Channel:
        world = self._scene.world
        if world.may(member.user, channel, Permission.VIEW_CHANNEL):
            return channel
        return next(world.visible_channels(member), self._begin.channel)

    async def _push(self, visitor: Visitor) -> None:
        while not visitor.socket.closed:
            await self._tell(visitor)
            await asyncio.sleep(_EVERY)

    async def _tell(self, visitor: Visitor) -> None:
        self._watch_bot()
        now = (self._changes, self._journal.count)
        visitor.idle += 1
        if not visitor.ready or (now == visitor.seen and visitor.idle < _ANYWAY):
            return
        visitor.seen, visitor.idle = now, 0
        push = self._news(visitor)
        if push:
            await visitor.socket.send_str(json.dumps(push))

    def _news(self, visitor: Visitor) -> Json | None:
        """What the page does not know yet; from now on it counts as told."""
        shown = self._shown(visitor)
        known = {key: json.dumps(value) for key, value in shown.items()}
        # time goes on by itself at the page: only a jump is news
        known["clock"] = f"{self._scene.jumps} {self._scene.next_due}"
        changed = {key: shown[key] for key in known if visitor.told.get(key) != known[key]}
        gone = [key for key in visitor.told if key not in known]
        lines = self._journal.since(visitor.read)
        if not (changed or gone or lines):
            return None
        fresh = not visitor.told
        visitor.told, visitor.read = known, self._journal.count
        return {"set": changed, "drop": gone, "fresh": fresh, "log": lines}

    def _shown(self, visitor: Visitor) -> dict[str, object]:
        channel = visitor.look.channel
        if channel.id not in self._scene.world.channels:
            visitor.look = Look(visitor.look.viewer, self._begin.channel)
        return {
            **view(self._scene, visitor.look),
            "clock": clock_view(self._scene),
            "faults": self._controls.fault_view(),
            "bot": bot_view(self._scene, online=self._online),
        }


def sentence(words: str) -> str:
    """Begin with a capital, end with a full stop."""
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."
