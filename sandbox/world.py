"""The world: servers, channels, people and the bot's place among them. It changes and says so.

Limit: it checks no permission and knows no protocol. Rules live in rest/ (for the bot) and
people.py (for persons); here anything that is asked for happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sandbox import permissions as rules
from sandbox import render
from sandbox.clock import Clock
from sandbox.guild import Guild, overwrite_for
from sandbox.ids import Snowflakes
from sandbox.permissions import EVERYONE, INVITED_BOT, Permission
from sandbox.things import Channel, ChannelKind, Json, Member, Message, Role, Thread, User

DEFAULT_BOT_PERMISSIONS = INVITED_BOT
_GROUP = 10
__all__ = ["DEFAULT_BOT_PERMISSIONS", "Event", "Guild", "World"]


@dataclass(frozen=True, slots=True)
class Event:
    """One change, in Discord's words. `channel` limits who hears of it, `forced` lifts that."""

    name: str
    payload: Json
    guild: Guild | None = None
    channel: Channel | None = None
    message: Message | None = None
    forced: bool = False


class World:
    """Everything there is, and who is told when it changes."""

    def __init__(self, clock: Clock, bot_name: str = "Handrail") -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dms: dict[int, Channel] = {}
        self.commands: dict[int | None, list[Json]] = {}
        """Synced by the bot, by server; None are those for everywhere."""
        self.installable: frozenset[int] = frozenset({0, 1})
        """What the app's own page offers: 0 to servers, 1 to people's accounts."""
        self.installed: set[int] = set()
        """The people who have the app in their account."""
        self.bot = self.add_user(bot_name, bot=True)
        self.bot_owner = self.add_user("host")
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tell `listener` of every change from now on; call the result to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(
        self,
        name: str,
        payload: Json,
        *,
        guild: Guild | None = None,
        channel: Channel | None = None,
        message: Message | None = None,
        forced: bool = False,
    ) -> None:
        event = Event(name, payload, guild, channel, message, forced)
        for listener in tuple(self._listeners):
            listener(event)

    # -- building ------------------------------------------------------------------------------

    def add_user(self, name: str, *, bot: bool = False) -> User:
        user = User(next(self.ids), name, bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: str | User = "owner") -> Guild:
        """Found a server with its owner and one role, without channels and without the bot."""
        person = self.add_user(owner) if isinstance(owner, str) else owner
        guild = Guild(self, next(self.ids), name, person.id, self.clock.now())
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        self.guilds[guild.id] = guild
        guild.add_member(person)
        return guild

    def install_bot(self, guild: Guild, permissions: int = DEFAULT_BOT_PERMISSIONS) -> Member:
        """Accept the invite: a managed role with exactly these permissions."""
        role = Role(next(self.ids), self.bot.name, int(permissions), len(guild.roles), managed=True)
        guild.roles[role.id] = role
        member = Member(guild, self.bot, self.clock.now(), [role.id])
        guild.members[self.bot.id] = member
        # only servers named in READY come with `unavailable`; without it the bot has just joined
        joined = render.guild_create(guild)
        del joined["unavailable"]
        self.tell("GUILD_CREATE", joined, guild=guild)
        return member

    def remove_bot(self, guild: Guild) -> None:
        """Kick the bot: its membership and its role go, the server forgets its commands."""
        member = guild.members.pop(self.bot.id)
        for role in member.roles:
            if guild.roles[role].managed:
                del guild.roles[role]
        self.commands.pop(guild.id, None)
        self.tell("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, forced=True)

    def install_for(self, user: User) -> None:
        """Put the app into a person's account. No app hears of it over the gateway."""
        self.installed.add(user.id)
        self.tell("PAGE_APP_INSTALLED", {"user_id": str(user.id)})

    def uninstall_for(self, user: User) -> None:
        self.installed.discard(user.id)
        self.tell("PAGE_APP_UNINSTALLED", {"user_id": str(user.id)})

    def set_overwrite(
        self, channel: Channel, target: Role | Member, allow: int = 0, deny: int = 0
    ) -> None:
        """Say what a role or a member may (not) do in this channel."""
        channel.overwrites[target.id] = overwrite_for(target, allow, deny)
        self.changed(channel)

    def clear_overwrite(self, channel: Channel, target: Role | Member) -> None:
        channel.overwrites.pop(target.id, None)
        self.changed(channel)

    def changed(self, channel: Channel) -> None:
        """Tell of a channel's new state."""
        name = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self.tell(name, render.channel(channel), guild=channel.guild, channel=channel)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads."""
        assert channel.guild
        for thread in [one for one in channel.guild.channels.values() if one.parent is channel]:
            if thread.is_thread:
                self.delete_channel(thread)
        name = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        self.tell(name, render.channel(channel), guild=channel.guild, channel=channel)
        del channel.guild.channels[channel.id], self.channels[channel.id]

    def dm(self, user: User) -> Channel:
        """Return the direct messages between the bot and a person; the first call opens them."""
        if user.id not in self.dms:
            channel = Channel(next(self.ids), ChannelKind.DM, "", recipient=user)
            self.dms[user.id] = self.channels[channel.id] = channel
        return self.dms[user.id]

    def conversation(self, *people: User, name: str = "") -> Channel:
        """Return the direct messages between two people, or open a group of three to ten.

        The bot is in neither.
        """
        if not 2 <= len(set(people)) <= _GROUP or self.bot in people:
            raise ValueError(f"a conversation has two to {_GROUP} people, and not the bot")
        kind = ChannelKind.DM if len(people) == 2 else ChannelKind.GROUP_DM
        if kind is ChannelKind.DM:
            for known in self.channels.values():
                if known.kind is kind and set(known.people) == set(people):
                    return known
        channel = Channel(next(self.ids), kind, name, people=list(people))
        self.channels[channel.id] = channel
        return channel

    def open_thread(
        self,
        parent: Channel,
        name: str,
        owner: User,
        kind: ChannelKind,
        *,
        number: int | None = None,
    ) -> Channel:
        """Open a thread; one under a message bears the message's `number`."""
        assert parent.guild
        now = self.clock.now()
        thread = Thread(owner.id, now, {owner.id: now})
        identifier = number or next(self.ids)
        channel = Channel(identifier, kind, name, parent.guild, parent, thread=thread)
        parent.guild.channels[channel.id] = self.channels[channel.id] = channel
        made = {**render.channel(channel), "newly_created": True}
        self.tell("THREAD_CREATE", made, guild=parent.guild, channel=channel)
        return channel

    def join_thread(self, channel: Channel, user: User) -> None:
        """Put a person into a thread; for a private one this is how it becomes visible."""
        assert channel.thread
        if user.id not in channel.thread.members:
            channel.thread.members[user.id] = self.clock.now()
            self._tell_thread_members(channel, added=[user.id])

    def leave_thread(self, channel: Channel, user: User) -> None:
        assert channel.thread
        if channel.thread.members.pop(user.id, None):
            self._tell_thread_members(channel, removed=[user.id])

    def _tell_thread_members(
        self, channel: Channel, added: Sequence[int] = (), removed: Sequence[int] = ()
    ) -> None:
        guild, thread = channel.guild, channel.thread
        assert guild
        assert thread
        if self.bot.id in added:
            self.tell("THREAD_CREATE", render.channel(channel), guild=guild, channel=channel)
        changed: Json = {
            "id": str(channel.id),
            "guild_id": str(guild.id),
            "member_count": len(thread.members),
            "added_members": [render.thread_member(channel, one) for one in added],
            "removed_member_ids": [str(one) for one in removed],
        }
        self.tell("THREAD_MEMBERS_UPDATE", changed, guild=guild, channel=channel)

    # -- asking --------------------------------------------------------------------------------

    def guild_permissions(self, member: Member) -> int:
        guild: Guild = member.guild
        return rules.in_guild(
            owner=guild.owner_id == member.id,
            everyone=guild.everyone.permissions,
            roles=[guild.roles[role].permissions for role in member.roles if role in guild.roles],
        )

    def permissions(self, user: User, channel: Channel) -> int:
        """What a user may do in a channel; 0 for one who is not there."""
        if channel.guild is None:
            there = channel.people or (channel.recipient, self.bot)
            return rules.DIRECT_MESSAGE if user in there else 0
        member = channel.guild.members.get(user.id)
        if member is None:
            return 0
        place = channel.parent if channel.is_thread and channel.parent else channel
        granted = rules.in_channel(
            self.guild_permissions(member),
            place.overwrites,
            guild=channel.guild.id,
            roles=member.roles,
            member=user.id,
            thread=channel.is_thread,
            timed_out=self.timed_out(member),
        )
        if channel.kind is ChannelKind.PRIVATE_THREAD and channel.thread:
            inside = user.id in channel.thread.members
            return granted if inside or granted & Permission.MANAGE_THREADS else 0
        return granted

    def timed_out(self, member: Member) -> bool:
        until = member.timed_out_until
        return until is not None and until > self.clock.now()

    def may(self, user: User, channel: Channel, permission: int) -> bool:
        return self.permissions(user, channel) & permission == permission

    def visible_channels(self, member: Member) -> Iterator[Channel]:
        """Channels and threads of the member's server that the member can see, in order."""
        for channel in sorted(member.guild.channels.values(), key=lambda one: one.position):
            if self.may(member.user, channel, Permission.VIEW_CHANNEL):
                yield channel
