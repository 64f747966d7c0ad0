"""The bot's answer to an interaction, and what follows it (edits and follow-ups by token)."""

from __future__ import annotations

from typing import Final

from sandbox import bodies, installs, posting, render
from sandbox.forms import Modal
from sandbox.interactions import Choice, Interaction, Kind, Stage
from sandbox.posting import Draft
from sandbox.refusal import invalid, refusal
from sandbox.rest.drafts import apply_edit, draft_of
from sandbox.rest.routing import Call, Reply, flags_of, route
from sandbox.things import Flag, Json, Message

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
_COMMAND_MESSAGE: Final = 20
_BODY: Final = "content embeds allowed_mentions components attachments poll tts flags thread_name"


@route(
    "POST /interactions/{interaction_id}/{interaction_token}/callback",
    keys="data",
    required="type",
    queries="with_response",
    by_token=True,
)
async def answer(call: Call) -> Reply:
    found = call.box.interactions.to_answer(
        call.number("interaction_id"), call.path["interaction_token"]
    )
    kind = call.body["type"]
    if kind not in _allowed(found):
        raise invalid(
            "type",
            "BASE_TYPE_CHOICES",
            f"Callback type {kind} is not allowed for this interaction.",
        )
    data = call.body.get("data") or {}
    message = _first_answer(call, found, kind, data)
    told: Json = {"interaction_id": str(found.id), "type": kind, "user_id": str(found.user.id)}
    call.box.world.tell("PAGE_INTERACTION_ANSWERED", told, channel=found.channel)
    if call.query.get("with_response", "").lower() not in {"1", "true"}:
        return Reply(status=204)
    return Reply(_response(call, found, kind, message))


def _allowed(found: Interaction) -> set[int]:
    match found.kind:
        case Kind.AUTOCOMPLETE:
            return {CHOICES}
        case Kind.COMMAND:
            return {MESSAGE, DEFER, FORM}
        case Kind.COMPONENT:
            return {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, FORM}
        case Kind.MODAL:
            return {MESSAGE, DEFER} | ({DEFER_UPDATE, UPDATE} if found.message else set())


def _first_answer(call: Call, found: Interaction, kind: int, data: Json) -> Message | None:
    if kind == CHOICES:
        found.answer.choices = _choices(data)
        found.acknowledge(Stage.ANSWERED)
        return None
    if kind == FORM:
        bodies.check_form(data)
        posting.number_components(data["components"])
        found.answer.modal = Modal(data["title"], data["custom_id"], data["components"], found)
        found.acknowledge(Stage.ANSWERED)
        return None
    if kind in {DEFER_UPDATE, UPDATE}:
        return _update(call, found, data if kind == UPDATE else None)
    if kind == DEFER:
        if flags_of(data) & ~Flag.EPHEMERAL:
            raise invalid("data.flags", "MESSAGE_FLAGS_INVALID", "Flags can not be set.")
        draft = Draft(flags=_flags(call, found, data) | Flag.LOADING)
    else:
        draft = _draft(call, found, data)
    message = _say(call, found, draft)
    found.original = found.answer.shown = message
    found.acknowledge(Stage.DEFERRED if kind == DEFER else Stage.ANSWERED)
    return message


def _update(call: Call, found: Interaction, data: Json | None) -> Message:
    message = found.message
    assert message
    if message.deleted:
        raise refusal(10008)
    if data is not None:
        apply_edit(call, message, data)
        posting.changed(call.box.world, message)
        found.answer.updated = message
    found.original = message
    found.acknowledge(Stage.UPDATE_DEFERRED if data is None else Stage.ANSWERED)
    return message


def _choices(data: Json) -> list[Choice]:
    choices = data.get("choices")
    if choices is None or len(choices) > 25:
        raise invalid("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length.")
    for one in choices:
        if not 1 <= len(one["name"]) <= 100:
            raise invalid("data.choices.name", "BASE_TYPE_BAD_LENGTH", "1 to 100 in length.")
        if isinstance(one["value"], str):
            bodies.too_long("data.choices.value", one["value"], 100)
    return [Choice(one["name"], one["value"]) for one in choices]


def _flags(call: Call, found: Interaction, body: Json) -> int:
    """The flags asked for; where the app may not speak aloud, for the asker alone besides."""
    alone = installs.answers_alone(call.box.world, found.user, found.channel, found.owners)
    return flags_of(body) | (Flag.EPHEMERAL if alone else 0)


def _draft(call: Call, found: Interaction, body: Json) -> Draft:
    flags = _flags(call, found, body)
    draft = draft_of(call, body, ephemeral=bool(flags & Flag.EPHEMERAL))
    draft.flags = flags
    return draft


def _say(call: Call, found: Interaction, draft: Draft) -> Message:
    world = call.box.world
    return posting.post(
        world,
        found.channel,
        world.bot,
        draft,
        kind=_COMMAND_MESSAGE if found.kind is Kind.COMMAND else 0,
        only_for=found.user if posting.is_ephemeral(draft) else None,
        metadata=found.metadata,
    )


def _response(call: Call, found: Interaction, kind: int, message: Message | None) -> Json:
    about: Json = {"id": str(found.id), "type": int(found.kind)}
    response: Json = {"interaction": about}
    if message:
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral_for is not None,
            "channel_id": str(found.channel.id),
        }
        if found.channel.guild:
            about["guild_id"] = str(found.channel.guild.id)
        if kind in {MESSAGE, UPDATE}:
            rendered = render.message(message, call.box.world.bot.id)
            response["resource"] = {"type": kind, "message": rendered}
    return response


# -- by token ----------------------------------------------------------------------------------

_FOLLOWING: Final = "/webhooks/{webhook_id}/{webhook_token}"


def _following(call: Call) -> Interaction:
    return call.box.interactions.to_follow(call.number("webhook_id"), call.path["webhook_token"])


@route(f"POST {_FOLLOWING}", keys=_BODY, queries="wait thread_id with_components", by_token=True)
async def follow_up(call: Call) -> Reply:
    """A further message; the first one after a deferred answer takes its place."""
    found, world = _following(call), call.box.world
    if found.stage is Stage.DEFERRED and found.original:
        return _edited(call, found, found.original)
    if installs.SERVER not in found.owners and len(found.answer.followups) >= installs.FOLLOW_UPS:
        raise refusal(40094)
    message = _say(call, found, _draft(call, found, call.body))
    found.answer.followups.append(message)
    return Reply(render.message(message, world.bot.id))


def _original(found: Interaction) -> Message:
    if found.original is None:
        raise refusal(10015)
    if found.original.deleted:
        raise refusal(10008)
    return found.original


def _mine(call: Call, found: Interaction) -> Message:
    """A message that this interaction made."""
    number = call.number("message_id")
    for one in (found.original, *found.answer.followups):
        if one and one.id == number and not one.deleted:
            return one
    raise refusal(10008)


def _edited(call: Call, found: Interaction, message: Message) -> Reply:
    if message.loading:
        # whether it is ephemeral was chosen by the deferral
        body = call.body | {"flags": flags_of(call.body) & ~Flag.EPHEMERAL}
    else:
        body = call.body
    apply_edit(call, message, body)
    if message is found.original:
        if found.stage is Stage.UPDATE_DEFERRED:
            found.answer.updated = message
        found.stage = Stage.ANSWERED
    posting.changed(call.box.world, message)
    return Reply(render.message(message, call.box.world.bot.id))


@route(f"GET {_FOLLOWING}/messages/@original", queries="thread_id", by_token=True)
async def read_original(call: Call) -> Reply:
    return Reply(render.message(_original(_following(call)), call.box.world.bot.id))


@route(f"GET {_FOLLOWING}/messages/{{message_id}}", queries="thread_id", by_token=True)
async def read(call: Call) -> Reply:
    return Reply(render.message(_mine(call, _following(call)), call.box.world.bot.id))


@route(
    f"PATCH {_FOLLOWING}/messages/@original",
    keys=_BODY,
    queries="thread_id with_components",
    by_token=True,
)
async def edit_original(call: Call) -> Reply:
    found = _following(call)
    return _edited(call, found, _original(found))


@route(
    f"PATCH {_FOLLOWING}/messages/{{message_id}}",
    keys=_BODY,
    queries="thread_id with_components",
    by_token=True,
)
async def edit(call: Call) -> Reply:
    found = _following(call)
    return _edited(call, found, _mine(call, found))


@route(f"DELETE {_FOLLOWING}/messages/@original", queries="thread_id", by_token=True)
async def delete_original(call: Call) -> Reply:
    posting.delete(call.box.world, _original(_following(call)))
    return Reply(status=204)


@route(f"DELETE {_FOLLOWING}/messages/{{message_id}}", queries="thread_id", by_token=True)
async def delete(call: Call) -> Reply:
    found = _following(call)
    posting.delete(call.box.world, _mine(call, found))
    return Reply(status=204)


ROUTES: Final = (
    answer,
    follow_up,
    read_original,
    read,
    edit_original,
    edit,
    delete_original,
    delete,
)
