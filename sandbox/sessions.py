"""Gateway sessions: who is told what, what has been told, and telling it again after a break."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from sandbox.faults import Faults
from sandbox.intents import MESSAGE_CONTENT, as_read, wanted
from sandbox.permissions import Permission
from sandbox.things import Json
from sandbox.world import Event, World

_KEPT: Final = 2000
_RESUMABLE_FOR: Final = 180.0
"""Real seconds for which an absent session is kept."""


@dataclass(slots=True, eq=False)
class Session:
    """One identified connection, also while it is away."""

    intents: int
    shard: int
    shards: int
    id: str = field(default_factory=lambda: token_hex(16))
    seq: int = 0
    told: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    frames: asyncio.Queue[str] | None = None
    """Where the connection takes its frames from; None while it is away."""
    away_since: float = 0.0

    def tell(self, name: str, payload: Any) -> None:
        self.seq += 1
        frame = json.dumps({"op": 0, "t": name, "s": self.seq, "d": payload})
        self.told.append((self.seq, frame))
        if self.frames is not None:
            self.frames.put_nowait(frame)

    def replay(self, after: int) -> bool:
        """Queue what was told after `after`; False if that is no longer known."""
        assert self.frames is not None
        if self.told and self.told[0][0] > after + 1:
            return False
        for seq, frame in self.told:
            if seq > after:
                self.frames.put_nowait(frame)
        return True


class Hub:
    """Carries the world's changes to the sessions that may hear of them."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.sessions: dict[str, Session] = {}
        self.late = 0
        """Events held back by a fault."""
        self.connections: set[Callable[[int | None], None]] = set()
        """Calls that close a connection, with a code or without a word."""
        world.listen(self.deliver)
        faults.on_arm.append(self.break_connections)

    @property
    def listening(self) -> bool:
        """Whether any bot is there or may come back."""
        self._forget_the_lost()
        return bool(self.sessions)

    def begin(self, session: Session) -> None:
        """Take a new session in."""
        self._forget_the_lost()
        self.sessions[session.id] = session

    def _forget_the_lost(self) -> None:
        oldest = asyncio.get_running_loop().time() - _RESUMABLE_FOR
        for one in list(self.sessions.values()):
            if one.frames is None and one.away_since < oldest:
                del self.sessions[one.id]

    @property
    def idle(self) -> bool:
        waiting = any(
            one.frames is not None and one.frames.qsize() for one in self.sessions.values()
        )
        return not waiting and not self.late

    def break_connections(self) -> None:
        """Let an armed gateway fault happen to whoever is connected."""
        if not self.connections:
            return
        if fault := self._faults.take("gateway-drop"):
            for close in tuple(self.connections):
                close(fault.code)
        if self._faults.take("gateway-abort"):
            for close in tuple(self.connections):
                close(None)
        if self._faults.take("reconnect"):
            for one in self.sessions.values():
                if one.frames is not None:
                    one.frames.put_nowait('{"op":7,"d":null,"s":null,"t":null}')

    def deliver(self, event: Event) -> None:
        """Tell every session that may hear of this."""
        if not self.sessions or event.name.startswith("PAGE_") or not self._audible(event):
            return
        if fault := self._faults.take("delayed-events", event.name):
            self.late += 1
            asyncio.get_running_loop().call_later(fault.seconds, self._deliver_late, event)
            return
        self._tell(event)
        if self._faults.take("duplicate-events", event.name):
            self._tell(event)

    def _deliver_late(self, event: Event) -> None:
        self.late -= 1
        self._tell(event)

    def _audible(self, event: Event) -> bool:
        if event.forced:
            return True
        if event.guild is not None and event.guild.bot is None:
            return False
        if event.channel is None or event.name in {"CHANNEL_DELETE", "THREAD_DELETE"}:
            return True
        return self._world.may(self._world.bot, event.channel, Permission.VIEW_CHANNEL)

    def _tell(self, event: Event) -> None:
        for one in self.sessions.values():
            shard = (event.guild.id >> 22) % one.shards if event.guild else 0
            if shard != one.shard or not wanted(event, one.intents):
                continue
            payload: Json = as_read(
                event.payload,
                event.message,
                self._world.bot,
                content=bool(one.intents & MESSAGE_CONTENT),
            )
            one.tell(event.name, payload)
