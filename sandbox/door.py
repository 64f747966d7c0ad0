"""The HTTP door: from a request to an answer, through faults, limits, checks and a route."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiohttp import BodyPartReader, web

from sandbox.limits import Verdict
from sandbox.refusal import Refusal, invalid, refusal
from sandbox.rest import table
from sandbox.rest.routing import Call, Reply, Route, Upload
from sandbox.things import Json

if TYPE_CHECKING:
    from sandbox.server import Sandbox

_API: Final = "/api/v10"
_LARGEST: Final = 25 * 1024 * 1024
_PAGE: Final = "<!DOCTYPE html><html><body><h1>error code: 1015</h1></body></html>"
_VIA: Final = {"Via": "1.1 google"}
_MAJOR: Final = ("channel_id", "guild_id", "webhook_id")


_PLAIN_FAULTS: Final[dict[str, tuple[int, Json | None]]] = {
    "cloudflare": (429, None),
    "status-500": (500, None),
    "status-502": (502, None),
    "status-503": (503, None),
    "unauthorized": (401, {"message": "401: Unauthorized", "code": 0}),
    "missing-permission": (403, {"message": "Missing Permissions", "code": 50013}),
}


@dataclass(slots=True)
class Seen:
    """One request of the bot, for tests and for the page."""

    method: str
    route: str
    path: str
    body: Any
    status: int
    at: str
    answer: Any = None
    fault: str | None = None


class Door:
    """Answers everything below /api/v10."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._table = table()
        self.in_flight = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request and record it."""
        self.in_flight += 1
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1
            self._box.stir()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        box = self._box
        path = request.path.removeprefix(_API)
        raw = request.rel_url.raw_path.removeprefix(_API)
        found = self._table.find(request.method, raw)
        if not request.path.startswith(_API) or found is None:
            box.problems.append(f"unknown route {request.method} {request.path}")
            self._record(request.method, path, path, None, 404)
            return _json(404, {"message": "404: Not Found", "code": 0})
        route, names = found
        seen = self._record(request.method, route.template, path, None, 0)
        places = (f"{route.method} {route.template}", f"{route.method} {path}")
        verdict = self._limit(route, names)
        headers = verdict.headers
        if early := await self._before(route, verdict, places, seen):
            await request.read()
            seen.status = early.status
            self._tell(seen)
            return early
        if not route.open_to_all and request.headers.get("Authorization") != f"Bot {box.token}":
            reply = Reply({"message": "401: Unauthorized", "code": 0}, 401)
        else:
            reply = await self._work(request, route, names, seen)
        seen.status, seen.answer = reply.status, reply.body
        self._check_answer(route, reply)
        self._tell(seen)
        return await self._after(request, places, reply, headers, seen)

    def _record(self, method: str, route: str, path: str, body: Any, status: int) -> Seen:
        seen = Seen(method, route, path, body, status, self._box.world.clock.now().isoformat())
        self._box.requests.append(seen)
        return seen

    def _tell(self, seen: Seen) -> None:
        told = {"method": seen.method, "route": seen.route, "path": seen.path, "at": seen.at}
        self._box.world.tell("PAGE_REQUEST", told | {"status": seen.status, "fault": seen.fault})

    # -- before the work -----------------------------------------------------------------------

    def _limit(self, route: Route, names: dict[str, str]) -> Verdict:
        major = next((names[key] for key in _MAJOR if key in names), "0")
        number = int(major) if major.isdecimal() else 0
        return self._box.limits.take(route.method, route.template, number, counted=route.counted)

    async def _before(
        self, route: Route, verdict: Verdict, places: tuple[str, ...], seen: Seen
    ) -> web.Response | None:
        """Faults and limits that answer instead of the work."""
        faults = self._box.faults
        if faults.armed:
            if fault := faults.take("slow", *places):
                seen.fault = "slow"
                await asyncio.sleep(fault.seconds)
            if early := self._faulty(route, places, verdict.headers, seen):
                return early
        if verdict.retry_after is not None:
            scope = "global" if verdict.everywhere else "user"
            return _limited(verdict.retry_after, scope, verdict.headers)
        return None

    def _faulty(
        self, route: Route, places: tuple[str, ...], headers: dict[str, str], seen: Seen
    ) -> web.Response | None:
        faults = self._box.faults
        if fault := faults.take("rate-limit", *places):
            seen.fault = fault.name
            return _limited(fault.retry_after, fault.scope, headers)
        if route.counted and (fault := faults.take("global-rate-limit", *places)):
            seen.fault = fault.name
            return _limited(fault.retry_after, "global", {"X-RateLimit-Global": "true"})
        for name, (status, body) in _PLAIN_FAULTS.items():
            if faults.take(name, *places):
                seen.fault = name
                return _json(status, body) if body else _page(status)
        return None

    # -- the work ------------------------------------------------------------------------------

    async def _work(
        self, request: web.BaseRequest, route: Route, names: dict[str, str], seen: Seen
    ) -> Reply:
        box = self._box
        try:
            body, files = await _taken_apart(request)
            seen.body = body
            query = dict(request.query)
            self._check(route, body, query)
            call = Call(box, names, query, {} if body is None else body, files)
            return await route.handler(call)
        except Refusal as refused:
            return Reply(refused.body, refused.status)

    def _check(self, route: Route, body: Any, query: dict[str, str]) -> None:
        """Refuse and write down what a real Discord might have let pass."""
        faults = list(self._form_faults(route, body, query))
        if faults:
            place, words = faults[0]
            told = "; ".join(f"{where or 'body'}: {what}" for where, what in faults[:3])
            self._box.problems.append(f"{route.method} {route.template}: {told}")
            raise invalid(place, "BASE_TYPE_INVALID", words)

    def _form_faults(self, route: Route, body: Any, query: dict[str, str]) -> list[tuple[str, str]]:
        strict = self._box.strict
        faults = [(key, "unknown query key") for key in query.keys() - route.queries if strict]
        if body is None:
            return faults + [(key, "This field is required") for key in route.required]
        if isinstance(body, list) is not route.is_list:
            return [("", "a list" if route.is_list else "an object")]
        for one in body if isinstance(body, list) else [body]:
            if not isinstance(one, dict):
                return [("", "must be an object")]
            faults += [(key, "This field is required") for key in route.required - one.keys()]
            if strict:
                faults += [(key, "unknown key") for key in one.keys() - route.keys]
        if not faults and self._box.description:
            faults += self._box.description.request_faults(route.method, route.template, body)
        return faults

    def _check_answer(self, route: Route, reply: Reply) -> None:
        if self._box.description is None or reply.status == 401:
            return
        method, template = route.method, route.template
        for where, what in self._box.description.answer_faults(
            method, template, reply.status, reply.body
        ):
            self._box.problems.append(f"our answer to {method} {template}: {where}: {what}")

    # -- after the work ------------------------------------------------------------------------

    async def _after(
        self,
        request: web.BaseRequest,
        places: tuple[str, ...],
        reply: Reply,
        headers: dict[str, str],
        seen: Seen,
    ) -> web.StreamResponse:
        faults = self._box.faults
        if faults.armed:
            if faults.take("lost-answer", *places):
                seen.fault = "lost-answer"
                assert request.transport
                request.transport.abort()
                return web.Response()
            if faults.take("torn-body", *places):
                seen.fault = "torn-body"
                half = json.dumps(reply.body).encode()
                return _bytes(reply.status, half[: len(half) // 2], headers)
            if faults.take("html-200", *places):
                seen.fault = "html-200"
                return _page(200)
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        return _bytes(reply.status, json.dumps(reply.body).encode(), headers)


async def _taken_apart(request: web.BaseRequest) -> tuple[Any, dict[str, Upload]]:
    if (request.content_length or 0) > _LARGEST:
        raise refusal(40005)
    if request.content_type == "multipart/form-data":
        return await _parts(request)
    raw = await request.read()
    if not raw:
        return None, {}
    try:
        return json.loads(raw), {}
    except ValueError:
        raise refusal(50109) from None


async def _parts(request: web.BaseRequest) -> tuple[Any, dict[str, Upload]]:
    body: Any = {}
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise refusal(50109)
        raw = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            body = json.loads(raw)
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name or ""] = Upload(part.filename or "file", raw, kind)
    if sum(len(one.body) for one in files.values()) > _LARGEST:
        raise refusal(40005)
    return body, files


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    return _bytes(status, json.dumps(body).encode(), headers or {})


def _bytes(status: int, body: bytes, headers: dict[str, str]) -> web.Response:
    # exactly "application/json": a charset after it makes discord.py return text
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")


def _page(status: int) -> web.Response:
    return web.Response(status=status, text=_PAGE, content_type="text/html")


def _limited(retry_after: float, scope: str, headers: dict[str, str]) -> web.Response:
    everywhere = scope == "global"
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after, 3),
        "global": everywhere,
    }
    told = headers | _VIA | {"Retry-After": str(int(retry_after) + 1), "X-RateLimit-Scope": scope}
    return _json(429, body, told)
