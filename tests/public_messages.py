"""Nothing that the bot shows to more than one person may be about a person: held in every test.

It reads the sandbox's journal of requests, so that what was edited or deleted later counts as well.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from bot.crisis_file import load_crisis
from bot.domain.crisis_card import card_for
from bot.text import load_words
from bot.text.words import forms
from cogs.crisis_desk.sharing import POSTED_ROOM
from cogs.crisis_general import general_text
from sandbox.clock import Clock
from sandbox.door import Seen
from sandbox.rest.interactions import CHOICES, DEFER_UPDATE, FORM, UPDATE
from sandbox.server import Sandbox
from sandbox.things import Flag, Json

DESCRIPTION = Path(__file__).resolve().parents[2] / "shared" / "discord" / "openapi.json"
"""Discord's official description; where it is absent the sandbox's own rules must do."""

COUNT = r"\d{1,6}"


class MayBePublic(NamedTuple):
    """Sentences that everybody may read."""

    key: str
    """A key of the catalogues; with a dot at its end, all keys below it."""
    values: Mapping[str, str] = {}
    """What may stand for each of its placeholders, as a pattern."""


# What is public only because a member shares it gets a column here that names the share's flag.
ALLOWED = (
    MayBePublic("question."),
    MayBePublic("prompt.how"),
    MayBePublic("prompt.button"),
    MayBePublic("prompt.count", {"count": COUNT}),
    MayBePublic("crisis.urgent"),
)

MARKS = {"custom_id": re.compile("p:[0-9a-f]{24}|k:open"), "nonce": re.compile("[0-9a-f]{24}")}
"""Strings for programs, which curious people can read all the same."""

PLAIN_NUMBERS = frozenset({"type", "style", "flags", "id"})

_CHANNEL = "/channels/{channel_id}/messages"
_FOLLOWING = "/webhooks/{webhook_id}/{webhook_token}"
_CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
_POSTED = frozenset({f"POST {_CHANNEL}", f"PATCH {_CHANNEL}/{{message_id}}"})
_FOLLOWED = frozenset(
    {
        f"POST {_FOLLOWING}",
        f"PATCH {_FOLLOWING}/messages/@original",
        f"PATCH {_FOLLOWING}/messages/{{message_id}}",
    }
)
_SAYS_NOTHING = frozenset(
    {"PUT /applications/{application_id}/commands", "POST /users/@me/channels"}
)


@asynccontextmanager
async def guarded_sandbox(clock: Clock, description: Path | None = None) -> AsyncIterator[Sandbox]:
    """Open a sandbox for the real bot; at the end nothing private may have been public."""
    async with Sandbox.open(clock, openapi=description) as box:
        yield box
        assert slips(box) == []


def slips(box: Sandbox) -> list[str]:
    """Return what is wrong with all that the bot has shown to more than one person."""
    found = [f"{fault}, in {_told(seen)}" for seen in box.requests for fault in _faults(box, seen)]
    if len(box.requests) == box.requests.maxlen:
        found.append("the journal is full, and its first requests are no longer in it")
    return found


def shown_to_all(box: Sandbox) -> list[Json]:
    """Return the body of every message, and of every later state of it, that several could see."""
    return [body for seen in box.requests if (body := _public(box, seen)) is not None]


def _faults(box: Sandbox, seen: Seen) -> Iterator[str]:
    if seen.body is not None and not _is_known(seen):
        yield "this guard does not know who sees that"
    body = _public(box, seen)
    if body is None:
        return
    if _answers_one_person(seen):
        yield "an answer to one person is shown to everybody"
    if not _pings_nobody(body.get("allowed_mentions")):
        yield "allowed_mentions is not empty"
    for key, value in _leaves({**body, "allowed_mentions": None}):
        if not _is_harmless(key, value):
            yield f"{key} {value!r} may not be public"


def _is_known(seen: Seen) -> bool:
    return _line(seen) in {*_POSTED, *_FOLLOWED, *_SAYS_NOTHING, _CALLBACK}


def _public(box: Sandbox, seen: Seen) -> Json | None:
    """Return what a request shows to more than one person; None where it shows them nothing."""
    line, body = _line(seen), seen.body
    if body is None or seen.status >= 400:
        return None
    if line in _POSTED:
        channel = int(seen.path.split("/")[2])
        return None if _is_direct(box, channel) else body
    if line in _FOLLOWED:
        answer = seen.answer
        private = answer["flags"] & Flag.EPHEMERAL or _is_direct(box, int(answer["channel_id"]))
        return None if private else body
    if line == _CALLBACK:
        return _answered(box, seen)
    return None


def _answered(box: Sandbox, seen: Seen) -> Json | None:
    """Return what the first answer to a press or a command shows to more than one person."""
    data: Json = seen.body.get("data") or {}
    asked = box.interactions.open[int(seen.path.split("/")[2])]
    kind = seen.body["type"]
    # A form and proposals are seen by one person; what follows a promised edit is looked at itself.
    if kind in {CHOICES, FORM, DEFER_UPDATE} or asked.channel.recipient:
        return None
    if kind == UPDATE:
        assert asked.message is not None
        return data if asked.message.ephemeral_for is None else None
    return None if int(data.get("flags") or 0) & Flag.EPHEMERAL else data


def _answers_one_person(seen: Seen) -> bool:
    """Tell whether the message says who asked: "Ana used /checkin" stands above it."""
    line = _line(seen)
    return line == f"POST {_FOLLOWING}" or (line == _CALLBACK and seen.body["type"] != UPDATE)


def _is_direct(box: Sandbox, channel: int) -> bool:
    """Tell whether a channel is between one person and the bot. Two people's own is not."""
    found = box.world.channels.get(channel)
    return found is not None and found.recipient is not None


def _pings_nobody(allowed: Any) -> bool:
    return isinstance(allowed, dict) and allowed.get("parse") == [] and not any(allowed.values())


def _leaves(part: object, key: str = "") -> Iterator[tuple[str, str | float]]:
    """Yield every string and every number of a body, with the key it stands under."""
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from _leaves(inner, name)
    elif isinstance(part, list):
        for inner in part:
            yield from _leaves(inner, key)
    elif isinstance(part, str | int | float) and not isinstance(part, bool):
        yield key, part


def _is_harmless(key: str, value: str | float) -> bool:
    if not isinstance(value, str):
        return key in PLAIN_NUMBERS
    if key in MARKS:
        return MARKS[key].fullmatch(value) is not None
    return value in _CRISIS_CARDS or _TEXT.fullmatch(value) is not None


def _crisis_cards() -> Iterator[str]:
    """Yield the card that moderators can post, for every country: data that anybody may read."""
    say, directory = load_words().in_language("en"), load_crisis().directory
    for country in (None, *directory.countries):
        yield general_text(say, card_for(directory, country, date.min), POSTED_ROOM)


def _sentences() -> Iterator[str]:
    """Yield a pattern for every sentence that may be public, in every language."""
    for catalogue in load_words().catalogues.values():
        for key, entry in catalogue.items():
            for allowed in ALLOWED:
                if key == allowed.key or (allowed.key[-1] == "." and key.startswith(allowed.key)):
                    yield from (_pattern(form, allowed.values) for form in forms(entry))


def _pattern(sentence: str, values: Mapping[str, str]) -> str:
    parts = Formatter().parse(sentence)
    return "".join(re.escape(said) + (values[name] if name else "") for said, name, _, _ in parts)


def _told(seen: Seen) -> str:
    return f"{seen.method} {seen.path}: {json.dumps(seen.body, ensure_ascii=False)}"


def _line(seen: Seen) -> str:
    return f"{seen.method} {seen.route}"


_ANY = "|".join(_sentences())
_TEXT = re.compile(rf"(?:(?:\*\*(?:{_ANY})\*\*|{_ANY})(?:\n|$))*")
"""Lines, each one such a sentence, in bold or not."""
_CRISIS_CARDS = frozenset(_crisis_cards())
