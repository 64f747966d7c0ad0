"""Files by address: attachments and pictures of people, as the content network serves them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from sandbox.server import Sandbox

_LIVES: Final = timedelta(hours=24)
_ATTACHMENTS: Final = frozenset({"attachments", "ephemeral-attachments"})
_PICTURES: Final = frozenset({"avatars", "embed", "icons"})
# the smallest transparent PNG
_PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def fetch(box: Sandbox, request: web.BaseRequest) -> web.Response:
    """Answer with a file; addresses of attachments end after a day of sandbox time."""
    parts = request.path.strip("/").split("/")
    if parts[0] in _ATTACHMENTS and len(parts) == 4 and parts[2].isdecimal():
        found = box.files.get(int(parts[2]))
        if found and box.world.clock.now() - found.made_at < _LIVES and "ex" in request.query:
            return web.Response(body=found.body, content_type=_plain(found.content_type))
        return web.Response(status=404, text="This content is no longer available.")
    if parts[0] in _PICTURES:
        return web.Response(body=_PICTURE, content_type="image/png")
    box.problems.append(f"unknown address {request.method} {request.host}{request.path}")
    return web.Response(status=404)


def _plain(content_type: str) -> str:
    return content_type.split(";", maxsplit=1)[0]
