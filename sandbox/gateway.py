"""Gateway v10: one connection's life, from HELLO to its close."""

from __future__ import annotations

import asyncio
import json
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from sandbox import render
from sandbox.intents import GUILD_MEMBERS, KNOWN, PRESENCES, PRIVILEGED
from sandbox.sessions import Session
from sandbox.things import Json

if TYPE_CHECKING:
    from sandbox.server import Sandbox

HEARTBEAT_MS: Final = 41_250
_FRAMES_A_MINUTE: Final = 120
_LARGEST: Final = 4096
_IDENTIFY_EVERY: Final = 5.0
_MEMBERS_A_CHUNK: Final = 1000


class _Closed(Exception):  # noqa: N818 - the end of a connection is not a defect
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class Connection:
    """One websocket."""

    def __init__(self, box: Sandbox, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self._box = box
        self._socket = socket
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._session: Session | None = None
        self._deflate = zlib.compressobj() if compress else None
        self._window = (0.0, 0)
        self._ended = asyncio.Event()
        self._close_code: int | None = 1000

    async def run(self, request: web.BaseRequest) -> None:
        """Serve until either side ends it."""
        self._request = request
        self._box.hub.connections.add(self.close)
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        ended = asyncio.create_task(self._ended.wait())
        self._send(10, {"heartbeat_interval": HEARTBEAT_MS, "_trace": []})
        try:
            await asyncio.wait({writer, reader, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._box.hub.connections.discard(self.close)
            self._leave()
            for task in (writer, reader, ended):
                task.cancel()
            await asyncio.gather(writer, reader, ended, return_exceptions=True)
            await self._finish()

    def _leave(self) -> None:
        """Keep the session for a return, unless the client took its leave (1000 or 1001)."""
        session, hub = self._session, self._box.hub
        if session is None or session.frames is not self._frames:
            return
        session.frames = None
        session.away_since = asyncio.get_running_loop().time()
        if self._socket.close_code in {1000, 1001} and not self._ended.is_set():
            hub.sessions.pop(session.id, None)

    def close(self, code: int | None) -> None:
        """End the connection: with a close code, or (None) without a word."""
        self._close_code = code
        self._ended.set()

    async def _finish(self) -> None:
        if self._close_code is None:
            if self._request.transport:
                self._request.transport.abort()
            return
        with suppress(ConnectionError):
            await self._socket.close(code=self._close_code)

    async def _write(self) -> None:
        while True:
            frame = await self._frames.get()
            with suppress(ConnectionError):
                if self._deflate:
                    packed = self._deflate.compress(frame.encode())
                    await self._socket.send_bytes(packed + self._deflate.flush(zlib.Z_SYNC_FLUSH))
                else:
                    await self._socket.send_str(frame)
            self._box.stir()

    def _send(self, op: int, data: Any) -> None:
        self._frames.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                if frame.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    self._take(frame.data)
        except _Closed as closed:
            self._box.problems.append(f"gateway closed with {closed.code}: {closed.words}")
            self.close(closed.code)

    def _take(self, raw: str | bytes) -> None:
        self._box.stir()
        self._count()
        if len(raw) > _LARGEST:
            raise _Closed(4002, "a frame above 4096 bytes")
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError):
            raise _Closed(4002, "a frame that is not JSON") from None
        if op == 1:
            if not self._box.faults.take("lost-heartbeat-ack"):
                self._send(11, None)
        elif op == 2:
            self._identify(data)
        elif op == 6:
            self._resume(data)
        elif self._session is None:
            raise _Closed(4003, "not identified")
        elif op == 8:
            self._list_members(data)
        elif op not in {3, 4}:
            raise _Closed(4001, f"unknown op {op}")

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        ends, used = self._window
        self._window = (now + 60.0, 1) if now >= ends else (ends, used + 1)
        if self._window[1] > _FRAMES_A_MINUTE:
            raise _Closed(4008, "more than 120 frames in a minute")

    def _identify(self, data: Json) -> None:
        box = self._box
        if self._session:
            raise _Closed(4005, "identified twice")
        if data.get("token") != box.token:
            raise _Closed(4004, "a wrong token")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            raise _Closed(4013, "invalid intents")
        if intents & PRIVILEGED & ~box.privileged:
            raise _Closed(4014, "privileged intents that are not enabled")
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            raise _Closed(4010, "an invalid shard")
        if box.faults.take("invalid-session") or self._too_soon(shard):
            self._send(9, False)  # noqa: FBT003 - it is the payload
            return
        self._session = session = Session(intents, shard, shards)
        session.frames = self._frames
        box.hub.begin(session)
        self._greet(session)

    def _too_soon(self, shard: int) -> bool:
        """In the real profile a session may be begun every 5 seconds."""
        now = asyncio.get_running_loop().time()
        last = self._box.identified.get(shard)
        if self._box.profile == "real" and last is not None and now - last < _IDENTIFY_EVERY:
            return True
        self._box.identified[shard] = now
        return False

    def _greet(self, session: Session) -> None:
        world = self._box.world
        guilds = [
            one
            for one in world.guilds.values()
            if one.bot and (one.id >> 22) % session.shards == session.shard
        ]
        ready = {
            "v": 10,
            "user": render.user(world.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._box.resume_url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.bot.id), "flags": 0},
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }
        session.tell("READY", ready)
        everybody = bool(session.intents & PRESENCES and session.intents & GUILD_MEMBERS)
        for one in guilds:
            session.tell("GUILD_CREATE", render.guild_create(one, members=everybody))
        self._box.hub.break_connections()

    def _resume(self, data: Json) -> None:
        box = self._box
        if data.get("token") != box.token:
            raise _Closed(4004, "a wrong token")
        known = box.hub.sessions.get(str(data.get("session_id")))
        if known is None or box.faults.take("refused-resume"):
            if known:
                del box.hub.sessions[known.id]
            self._send(9, False)  # noqa: FBT003 - it is the payload
            return
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > known.seq:
            raise _Closed(4007, "a sequence number that was never sent")
        known.frames = self._frames
        if not known.replay(seq):
            del box.hub.sessions[known.id]
            known.frames = None
            self._send(9, False)  # noqa: FBT003 - it is the payload
            return
        self._session = known
        known.tell("RESUMED", {"_trace": []})
        box.hub.break_connections()

    def _list_members(self, data: Json) -> None:
        session, world = self._session, self._box.world
        assert session
        guild = world.guilds.get(int(data["guild_id"]))
        if guild is None or guild.bot is None:
            return
        everybody = not data.get("user_ids") and not data.get("query")
        if everybody and not session.intents & GUILD_MEMBERS:
            raise _Closed(4014, "a list of all members without the members intent")
        wanted = {int(one) for one in data.get("user_ids") or []}
        start = (data.get("query") or "").lower()
        found = [
            one
            for one in guild.members.values()
            if (one.id in wanted if wanted else one.name.lower().startswith(start))
        ][: data.get("limit") or None]
        chunks = [
            found[at : at + _MEMBERS_A_CHUNK] for at in range(0, len(found), _MEMBERS_A_CHUNK)
        ] or [[]]
        missing = [str(one) for one in wanted if one not in guild.members]
        for index, chunk in enumerate(chunks):
            payload = {
                "guild_id": str(guild.id),
                "members": [render.member(one) for one in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
                "not_found": missing,
                "nonce": data.get("nonce"),
            }
            session.tell("GUILD_MEMBERS_CHUNK", payload)


async def serve(box: Sandbox, request: web.BaseRequest) -> web.WebSocketResponse:
    """Answer an upgrade request and serve the connection until it ends."""
    socket = web.WebSocketResponse(max_msg_size=1 << 20, autoping=True)
    await socket.prepare(request)
    compress = box.compress and request.query.get("compress") == "zlib-stream"
    await Connection(box, socket, compress=compress).run(request)
    return socket
