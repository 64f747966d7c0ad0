"""Records as Discord's JSON. One function for each kind of thing; no rule is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sandbox.things import Attachment, Channel, ChannelKind, Json, Member, Message, Role, User

if TYPE_CHECKING:
    from sandbox.guild import Guild


def moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def user(one: User) -> Json:
    rendered: Json = {
        "id": str(one.id),
        "username": one.name,
        "discriminator": "0000" if one.bot else "0",
        "global_name": None if one.bot else one.name,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if one.bot:
        rendered["bot"] = True
    return rendered


def member(one: Member, *, with_user: bool = True) -> Json:
    rendered: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": moment(one.timed_out_until),
        "flags": 0,
        "joined_at": moment(one.joined_at),
        "nick": one.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in one.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        rendered["user"] = user(one.user)
    return rendered


def role(one: Role) -> Json:
    colour = one.colour
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": colour,
        "colors": {"primary_color": colour, "secondary_color": None, "tertiary_color": None},
        "hoist": one.hoist,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel) -> Json:
    last = str(next(reversed(one.messages))) if one.messages else None
    shared: Json = {"id": str(one.id), "type": int(one.kind), "flags": 0, "last_message_id": last}
    if one.guild is None:
        return shared | _conversation(one)
    shared |= {
        "guild_id": str(one.guild.id),
        "name": one.name,
        "parent_id": str(one.parent.id) if one.parent else None,
        "rate_limit_per_user": one.slow_mode,
    }
    if one.thread is not None:
        return shared | _thread(one)
    overwrites = [
        {
            "id": str(each.target),
            "type": 0 if each.kind == "role" else 1,
            "allow": str(each.allow),
            "deny": str(each.deny),
        }
        for each in one.overwrites.values()
    ]
    shared |= {"position": one.position, "permission_overwrites": overwrites}
    if one.kind is ChannelKind.CATEGORY:
        return shared
    shared |= {"topic": one.topic, "nsfw": one.nsfw}
    if one.kind is ChannelKind.VOICE:
        shared |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return shared


def _conversation(one: Channel) -> Json:
    people = [one.recipient] if one.recipient else one.people
    rendered: Json = {"recipients": [user(each) for each in people]}
    if one.kind is ChannelKind.GROUP_DM:
        rendered |= {"name": one.name or None, "icon": None, "owner_id": str(people[0].id)}
    return rendered


def _thread(one: Channel) -> Json:
    thread = one.thread
    assert thread
    metadata: Json = {
        "archived": thread.archived,
        "archive_timestamp": moment(thread.archived_at or thread.made_at),
        "auto_archive_duration": thread.auto_archive,
        "locked": thread.locked,
        "create_timestamp": moment(thread.made_at),
    }
    if one.kind is ChannelKind.PRIVATE_THREAD:
        metadata["invitable"] = thread.invitable
    return {
        "owner_id": str(thread.owner_id),
        "thread_metadata": metadata,
        "message_count": thread.sent,
        "member_count": len(thread.members),
        "total_message_sent": thread.sent,
    }


def thread_member(one: Channel, user_id: int) -> Json:
    assert one.thread
    return {
        "id": str(one.id),
        "user_id": str(user_id),
        "join_timestamp": moment(one.thread.members[user_id]),
        "flags": 0,
    }


def attachment(one: Attachment) -> Json:
    rendered: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.body),
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
    }
    if one.description is not None:
        rendered["description"] = one.description
    if one.ephemeral:
        rendered["ephemeral"] = True
    return rendered


def emoji(key: str) -> Json:
    """`key` is a Unicode emoji or name:id of a server's own."""
    name, _, identifier = key.partition(":")
    return {"id": identifier or None, "name": name}


def _reactions(one: Message, viewer: int) -> list[Json]:
    return [
        {
            "emoji": emoji(key),
            "count": len(people),
            "count_details": {"burst": 0, "normal": len(people)},
            "burst_colors": [],
            "me_burst": False,
            "me": viewer in people,
        }
        for key, people in one.reactions.items()
    ]


def message(one: Message, viewer: int, *, nested: bool = True) -> Json:
    """A message as `viewer` gets it; `nested` includes the message it answers."""
    rendered: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": one.kind,
        "content": one.content,
        "author": user(one.author),
        "timestamp": moment(one.sent_at),
        "edited_timestamp": moment(one.edited_at),
        "tts": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(each) for each in one.mentions],
        "mention_roles": [str(each) for each in one.mention_roles],
        "attachments": [attachment(each) for each in one.attachments],
        "embeds": one.embeds,
        "components": one.components,
        "flags": one.flags,
        "pinned": one.pinned,
    }
    if one.reactions:
        rendered["reactions"] = _reactions(one, viewer)
    if one.nonce is not None:
        rendered["nonce"] = one.nonce
    if one.metadata is not None:
        rendered |= {
            "interaction_metadata": one.metadata,
            "application_id": str(one.author.id),
            "webhook_id": str(one.author.id),
        }
    if one.reference_id is not None:
        rendered["message_reference"] = _reference(one)
        if nested:
            answered = one.reference if one.reference and not one.reference.deleted else None
            rendered["referenced_message"] = (
                message(answered, viewer, nested=False) if answered else None
            )
    return rendered


def _reference(one: Message) -> Json:
    reference: Json = {
        "type": 0,
        "channel_id": str(one.channel.id),
        "message_id": str(one.reference_id),
    }
    if one.channel.guild:
        reference["guild_id"] = str(one.channel.guild.id)
    return reference


def roles_in_order(guild: Guild) -> Iterable[Role]:
    return sorted(guild.roles.values(), key=lambda one: one.position)


def guild(one: Guild) -> Json:
    """A server as REST tells of it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "preferred_locale": one.locale,
        "roles": [role(each) for each in roles_in_order(one)],
        **_UNUSED_IN_GUILDS,
    }


def _open_thread(one: Channel) -> bool:
    """Whether the gateway lists this thread from the start."""
    return bool(one.thread and not one.thread.archived and one.kind is ChannelKind.PUBLIC_THREAD)


def guild_create(one: Guild, *, members: bool = False) -> Json:
    """A server as the gateway tells of it; only the bot is listed unless `members` is asked for."""
    listed = [each for each in one.members.values() if members or each.user.bot]
    return guild(one) | {
        "joined_at": moment(one.bot.joined_at if one.bot else None),
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(each) for each in listed],
        "channels": [channel(each) for each in one.channels.values() if not each.is_thread],
        "threads": [channel(each) for each in one.channels.values() if _open_thread(each)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


_EMPTY_IN_GUILDS: Final = (
    "icon description home_header splash discovery_splash banner application_id afk_channel_id "
    "system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id "
    "safety_alerts_channel_id public_updates_channel_id incidents_data"
)
_UNUSED_IN_GUILDS: Final[Json] = dict.fromkeys(_EMPTY_IN_GUILDS.split(), None) | {
    "features": [],
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 1,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_members": 500000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
}
