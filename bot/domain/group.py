"""A recovery group as the bot knows it: one check-in channel with its rhythm. Pure."""

from dataclasses import dataclass

from bot.domain.ids import ChannelId, GroupId, GuildId
from bot.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Group:
    """One check-in channel. `resting` says why nothing is asked at present, None while it is."""

    id: GroupId
    guild: GuildId
    channel: ChannelId
    schedule: Schedule
    language: str
    resting: str | None
