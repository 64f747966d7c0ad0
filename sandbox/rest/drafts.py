"""From a request's body to a message: files, flags, mentions. Shared by channels and webhooks."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from sandbox import bodies
from sandbox.posting import Draft
from sandbox.refusal import invalid
from sandbox.rest.routing import Call, flags_of
from sandbox.things import Attachment, Component, Flag, Json, Message, walk

CDN: Final = "https://cdn.discordapp.com"
_ONE: Final[Json] = {"min_values": 1, "max_values": 1}
_DEFAULTS: Final[dict[int, Json]] = {
    Component.SELECT: _ONE,
    Component.USER_SELECT: _ONE,
    Component.ROLE_SELECT: _ONE,
    Component.MENTIONABLE_SELECT: _ONE,
    Component.CHANNEL_SELECT: _ONE,
    Component.THUMBNAIL: {"description": None, "spoiler": False},
    Component.FILE: {"spoiler": False, "name": None, "size": None},
    Component.SEPARATOR: {"spacing": 1, "divider": True},
    Component.CONTAINER: {"accent_color": None, "spoiler": False},
}


def draft_of(call: Call, body: Json, *, ephemeral: bool = False) -> Draft:
    """Check a new message and make a draft of it."""
    flags = flags_of(body)
    files = attachments_of(call, body, kept=[], ephemeral=ephemeral)
    bodies.check_message(body, flags=flags, attached=len(files))
    components = body.get("components") or []
    bodies.check_not_empty(
        body.get("content") or "", body.get("embeds"), components, files, body.get("poll")
    )
    return Draft(
        body.get("content") or "",
        embeds_of(body),
        shown(components, files),
        files,
        flags,
        nonce=body.get("nonce"),
        allowed_mentions=body.get("allowed_mentions"),
    )


def apply_edit(call: Call, message: Message, body: Json) -> None:
    """Check an edit against what stays, and make it."""
    flags = message.flags & (Flag.EPHEMERAL | Flag.V2) | flags_of(body)
    if message.flags & Flag.V2 and not flags & Flag.V2:
        raise invalid("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "Cannot be removed.")
    files = message.attachments
    if "attachments" in body or call.files:
        files = attachments_of(
            call, body, kept=message.attachments, ephemeral=bool(flags & Flag.EPHEMERAL)
        )
    bodies.check_message(body, flags=flags, attached=len(files))
    content = body["content"] or "" if "content" in body else message.content
    embeds = embeds_of(body) if "embeds" in body else message.embeds
    if flags & Flag.V2 and not message.flags & Flag.V2:
        content, embeds = "", []
    components = message.components
    if "components" in body:
        components = shown(body["components"] or [], files)
    bodies.check_not_empty(content, embeds, components, files)
    message.content, message.embeds, message.components = content, embeds, components
    message.attachments, message.flags = files, flags


def embeds_of(body: Json) -> list[Json]:
    return [{"type": "rich"} | one for one in body.get("embeds") or []]


def attachments_of(
    call: Call, body: Json, *, kept: list[Attachment], ephemeral: bool
) -> list[Attachment]:
    """Return the files a message will have: named ones of `kept`, and the new uploads."""
    listed = {str(one["id"]): one for one in body.get("attachments") or []}
    files = [one for one in kept if str(one.id) in listed or "attachments" not in body]
    world = call.box.world
    for name, upload in call.files.items():
        number = name.removeprefix("files[").removesuffix("]")
        about = listed.get(number, {})
        identifier = next(world.ids)
        folder = "ephemeral-attachments" if ephemeral else "attachments"
        filename = about.get("filename") or upload.filename
        expires = int(world.clock.now().timestamp()) + 86_400
        path = f"{folder}/{world.bot.id}/{identifier}/{filename}"
        made = Attachment(
            identifier,
            filename,
            upload.body,
            upload.content_type,
            f"{CDN}/{path}?ex={expires:x}&is=0&hm=0",
            world.clock.now(),
            about.get("description"),
            ephemeral,
        )
        call.box.files[identifier] = made
        files.append(made)
    return files


def shown(components: list[Json], files: list[Attachment]) -> list[Json]:
    """Components as they come back: defaults filled in, files resolved."""
    components = deepcopy(components)  # the request is kept as it was
    by_name = {f"attachment://{one.filename}": one for one in files}
    for part in walk(components):
        for key in [key for key, value in part.items() if value is None]:
            del part[key]
        for key, value in _DEFAULTS.get(part["type"], {}).items():
            part.setdefault(key, value)
        if part["type"] == Component.GALLERY:
            for item in part["items"]:
                item |= {
                    "description": item.get("description"),
                    "spoiler": bool(item.get("spoiler")),
                }
                item["media"] = _media(item["media"], by_name)
                item["media"].pop("from", None)
        elif part["type"] == Component.THUMBNAIL:
            part["media"] = _media(part["media"], by_name)
            part["media"].pop("from", None)
        elif part["type"] == Component.FILE:
            part["file"] = _media(part["file"], by_name)
            if attached := by_name.get(part["file"].pop("from", "")):
                part |= {"name": attached.filename, "size": len(attached.body)}
    return components


def _media(asked: Json, by_name: dict[str, Attachment]) -> Json:
    url = asked["url"]
    attached = by_name.get(url)
    if attached is None:
        if url.startswith("attachment://"):
            raise invalid("components", "UNFURLED_MEDIA_ITEM_REFERENCE", f"No file named {url}")
        return {"id": "0", "url": url, "proxy_url": url, "content_type": "image/png"}
    return {
        "id": str(attached.id),
        "url": attached.url,
        "proxy_url": attached.url,
        "content_type": attached.content_type,
        "attachment_id": str(attached.id),
        "from": url,
    }
