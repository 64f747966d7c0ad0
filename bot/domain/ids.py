"""Names for the whole numbers that come from Discord (snowflakes) and from the store."""

from typing import NewType

GuildId = NewType("GuildId", int)
OUTSIDE = GuildId(0)
"""In place of a server where there is none; no server has this id."""

ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
MemberId = NewType("MemberId", int)
"""A person's user snowflake. Tables hold a keyed hash of it, and one sealed with their own key."""

GroupId = NewType("GroupId", int)
"""One check-in channel; a server may have several."""
