"""One server: its roles, channels and members, and the verbs that build it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import render
from sandbox.permissions import Overwrite
from sandbox.things import Channel, ChannelKind, Member, Role, User

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(slots=True, eq=False)
class Guild:
    """A server. Its verbs are the world's, with the server filled in."""

    world: World = field(repr=False)
    id: int
    name: str
    owner_id: int
    made_at: datetime
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    """Channels and threads."""
    members: dict[int, Member] = field(default_factory=dict)
    locale: str = "en-US"

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    @property
    def bot(self) -> Member | None:
        """The bot as a member here, if it was invited."""
        return self.members.get(self.world.bot.id)

    def add_role(self, name: str, permissions: int = 0) -> Role:
        role = Role(next(self.world.ids), name, int(permissions), position=len(self.roles))
        self.roles[role.id] = role
        self.tell("GUILD_ROLE_CREATE", role=render.role(role))
        return role

    def add_member(
        self,
        name: str | User,
        roles: list[Role] | None = None,
        permissions: int = 0,
        *,
        dms_open: bool = True,
    ) -> Member:
        """Let a person in; `permissions` are given by a role of their own."""
        user = self.world.add_user(name) if isinstance(name, str) else name
        user.dms_open = dms_open
        held = list(roles or [])
        if permissions:
            held.append(self.add_role(f"what {user.name} may do", permissions))
        member = Member(self, user, self.world.clock.now(), [role.id for role in held])
        self.members[user.id] = member
        self.tell("GUILD_MEMBER_ADD", **render.member(member))
        return member

    def add_channel(
        self,
        name: str,
        kind: str | ChannelKind = ChannelKind.TEXT,
        *,
        category: Channel | None = None,
        topic: str | None = None,
        overwrites: Mapping[Role | Member, tuple[int, int]] | None = None,
        given: Mapping[int, Overwrite] | None = None,
    ) -> Channel:
        """Open a channel; overwrites are pairs (allow, deny). A category's are copied, as there."""
        kind = ChannelKind[kind.upper()] if isinstance(kind, str) else kind
        channel = Channel(
            next(self.world.ids), kind, name, self, category, len(self.channels), topic
        )
        if category:
            channel.overwrites = dict(category.overwrites)
        for target, (allow, deny) in (overwrites or {}).items():
            channel.overwrites[target.id] = overwrite_for(target, allow, deny)
        channel.overwrites |= given or {}
        self.channels[channel.id] = self.world.channels[channel.id] = channel
        self.world.tell("CHANNEL_CREATE", render.channel(channel), guild=self, channel=channel)
        return channel

    def remove_member(self, member: Member) -> None:
        self.members.pop(member.id, None)
        for channel in self.channels.values():
            if channel.thread:
                channel.thread.members.pop(member.id, None)
        self.tell("GUILD_MEMBER_REMOVE", user=render.user(member.user))

    def tell(self, name: str, **payload: object) -> None:
        """Tell of a change that concerns the server as a whole."""
        self.world.tell(name, {"guild_id": str(self.id), **payload}, guild=self)


def overwrite_for(target: Role | Member, allow: int, deny: int) -> Overwrite:
    """An exception for a role or a member."""
    return Overwrite(
        target.id, "role" if isinstance(target, Role) else "member", int(allow), int(deny)
    )
