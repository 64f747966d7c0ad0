"""The page's own server: plain HTTP on 127.0.0.1, a page for people, a control door for the bot.

Any web page can reach loopback. So both doors have a random path, and whoever asks must have come
from here: Host and, where a browser says it, Origin. Everything else is not found.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from typing import Final

from aiohttp import web

from sandbox.server import Sandbox
from sandbox.view import Scene
from sandbox.visits import Visits

PAGE: Final = Path(__file__).parent / "page"
_KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_LARGEST: Final = 64 * 1024


class PageServer:
    """Opens the door and closes it."""

    def __init__(self, box: Sandbox, scene: Scene, visits: Visits) -> None:
        self._box = box
        self._scene = scene
        self._visits = visits
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = frozenset()
        self._page_key, self._control_key = token_urlsafe(16), token_urlsafe(16)
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self._page_key}/"

    @property
    def control(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self._control_key}"

    async def open(self, port: int = 0) -> None:
        app = web.Application(middlewares=[self._guard], client_max_size=_LARGEST)
        app.router.add_get("/{key}/", self._page)
        app.router.add_get("/{key}/assets/{name}", self._asset)
        app.router.add_get("/{key}/ws", self._socket)
        app.router.add_get("/{key}/link", self._link)
        app.router.add_post("/{key}/clock", self._clock)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._hosts = frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))

    async def close(self) -> None:
        await self._visits.close()
        if self._runner:
            await self._runner.cleanup()

    # -- the door ------------------------------------------------------------------------------

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[..., object]
    ) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        home = request.host in self._hosts and origin in {None, f"http://{request.host}"}
        key = request.match_info.get("key", "")
        door = request.path.rsplit("/", 1)[-1]
        wanted = self._control_key if door in {"link", "clock"} else self._page_key
        if not home or not compare_digest(key.encode(), wanted.encode()):
            raise web.HTTPNotFound
        return await handler(request)  # type: ignore[no-any-return, misc]  # aiohttp types handlers loosely

    async def _page(self, request: web.Request) -> web.Response:
        del request
        body = (PAGE / "index.html").read_bytes()
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=_HEADERS)

    async def _asset(self, request: web.Request) -> web.Response:
        found = _ASSETS.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        kind = _KINDS[found.suffix]
        body = found.read_bytes()
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=_HEADERS)

    async def _link(self, request: web.Request) -> web.Response:
        del request
        box = self._box
        return web.json_response({"port": box.port, "ca": box.ca_pem, "token": box.token})

    async def _clock(self, request: web.Request) -> web.Response:
        try:
            due = (await request.json()).get("next_due")
            self._scene.next_due = datetime.fromisoformat(due) if due else None
            self._visits.stir()
        except (ValueError, AttributeError, TypeError):
            raise web.HTTPBadRequest(text="next_due is a moment in ISO 8601, or null") from None
        return web.json_response({"now": self._scene.world.clock.now().isoformat()})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin") is None:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(heartbeat=20.0, max_msg_size=_LARGEST)
        await socket.prepare(request)
        await self._visits.serve(socket)
        return socket


_ASSETS: Final = {one.name: one for one in PAGE.iterdir() if one.suffix in _KINDS}
