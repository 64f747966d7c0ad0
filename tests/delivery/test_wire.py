"""What an error of discord.py says about a message. Only a definite refusal means "not posted"."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest

from bot.domain.outbox import (
    AskLater,
    HistoryOutcome,
    PostOutcome,
    Refused,
    RemovedByAPerson,
    Unknown,
    Unreadable,
)
from bot.wire import (
    CLOUDFLARE_PAUSE,
    DiscordWire,
    Touched,
    carries,
    history_outcome,
    post_outcome,
    touched,
)


@dataclass
class Answered:
    """What discord.py's errors read of an aiohttp response."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = "because"


def http(status: int, body: dict[str, Any] | str, **headers: str) -> discord.HTTPException:
    kinds: dict[int, type[discord.HTTPException]] = {403: discord.Forbidden, 404: discord.NotFound}
    kind = discord.DiscordServerError if status >= 500 else kinds.get(status, discord.HTTPException)
    return kind(cast("Any", Answered(status, headers)), body)


def refused(status: int, code: int) -> discord.HTTPException:
    return http(status, {"code": code, "message": "no"}, Via="1.1 google")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (refused(404, 10008), RemovedByAPerson()),
        (refused(403, 50001), Refused(403, 50001)),
        (refused(403, 50013), Refused(403, 50013)),
        (refused(404, 10003), Refused(404, 10003)),
        (refused(400, 50035), Refused(400, 50035)),
        (refused(400, 200000), Refused(400, 200000)),
        (refused(413, 40005), Refused(413, 40005)),
        (refused(401, 0), Refused(401, 0)),
        (refused(429, 0), Refused(429, 0)),
        (http(429, "<html>1015</html>"), Refused(429, 0, CLOUDFLARE_PAUSE, everywhere=True)),
        (discord.RateLimited(61.5), Refused(429, 0, timedelta(seconds=61.5))),
        (http(500, ""), Unknown("DiscordServerError 500")),
        (http(502, "<html>"), Unknown("DiscordServerError 502")),
        (http(503, {"code": 50001}), Unknown("DiscordServerError 503")),
        (http(409, {}), Unknown("HTTPException 409")),
        (http(408, {}), Unknown("HTTPException 408")),
        (aiohttp.ClientOSError(104, "reset"), Unknown("ClientOSError")),
        (aiohttp.ServerDisconnectedError(), Unknown("ServerDisconnectedError")),
        (TimeoutError(), Unknown("TimeoutError")),
        (json.JSONDecodeError("torn", "{", 1), Unknown("JSONDecodeError")),
        (TypeError("html with 200"), Unknown("TypeError")),
        (KeyError("id"), Unknown("KeyError")),
    ],
    ids=repr,
)
def test_what_an_error_says_about_a_post(error: Exception, outcome: PostOutcome) -> None:
    assert post_outcome(error) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (refused(403, 50001), Unreadable("no-permission")),
        (refused(403, 50013), Unreadable("no-permission")),
        (refused(404, 10003), Unreadable("channel-gone")),
        (http(404, "<html>"), AskLater("NotFound 404")),
        (refused(401, 0), AskLater("HTTPException 401")),
        (http(500, ""), AskLater("DiscordServerError 500")),
        (discord.RateLimited(90), AskLater("RateLimited")),
        (TimeoutError(), AskLater("TimeoutError")),
        (discord.ClientException("no parent"), AskLater("ClientException")),
    ],
    ids=repr,
)
def test_what_an_error_says_about_history(error: Exception, outcome: HistoryOutcome) -> None:
    """An error is never taken for an empty channel."""
    assert history_outcome(error) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (refused(404, 10008), "gone"),
        (refused(403, 50001), "gone"),
        (refused(400, 50035), "gone"),
        (refused(429, 0), "failed"),
        (http(500, ""), "failed"),
        (TimeoutError(), "failed"),
    ],
    ids=repr,
)
def test_what_an_error_says_about_a_change(error: Exception, outcome: Touched) -> None:
    assert touched(error) == outcome


def test_no_outcome_holds_the_text_of_an_error() -> None:
    error = http(500, {"message": "a member's own words"})
    assert "words" not in repr(post_outcome(error))
    assert "words" not in repr(history_outcome(error))


def test_the_marker_is_found_wherever_a_button_can_be() -> None:
    def part(**fields: Any) -> SimpleNamespace:
        return SimpleNamespace(**fields)

    button = part(custom_id="p:abc")
    row = part(children=[part(custom_id="other"), button])
    assert carries([row], "p:abc")
    assert carries([part(children=[part(children=[row])])], "p:abc")
    assert carries([part(children=[], accessory=button)], "p:abc")
    assert not carries([part(children=[part(custom_id="p:abcd")])], "p:abc")
    assert not carries([], "p:abc")


async def test_a_cancelled_request_is_not_an_outcome() -> None:
    """The process is ending: nothing may be written down as if it were known."""

    class Ending:
        def get_partial_messageable(self, _channel: int) -> "Ending":
            return self

        async def send(self, *_: Any, **__: Any) -> None:
            raise asyncio.CancelledError

    wire = DiscordWire(cast("Any", Ending()))
    with pytest.raises(asyncio.CancelledError):
        await wire.post(cast("Any", 1), cast("Any", SimpleNamespace(content="", view=None)), "n")
