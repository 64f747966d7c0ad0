"""The tables, once. Instants are whole seconds since 1970 in UTC; local dates are YYYY-MM-DD."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

groups = Table(
    "groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False, unique=True),
    Column("language", String(12), nullable=False, server_default="en"),
    Column("created_at", BigInteger, nullable=False),
    # Why nothing is asked at present: 'left' (bot removed), 'channel-gone', 'no-permission'.
    Column("resting", String(24)),
)

schedules = Table(
    "schedules",
    metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("zone", String(64), nullable=False),
    Column("at_minute", Integer, nullable=False),
    Column("weekdays", Integer, nullable=False),
    # The local date and the moment of the next prompt; NULL while the group rests.
    Column("next_day", String(10)),
    Column("next_due_at", BigInteger, index=True),
    CheckConstraint("at_minute BETWEEN 0 AND 1439", name="minute_of_day"),
    CheckConstraint("weekdays BETWEEN 1 AND 127", name="some_weekday"),
)

prompts = Table(
    "prompts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    # The 24 hex characters in the button, by which a press finds its prompt.
    Column("marker", String(24), nullable=False, unique=True),
    Column("message_id", BigInteger, index=True),
    # After this moment the day takes no more answers.
    Column("closes_at", BigInteger, nullable=False),
    # The count the channel shows now, when it was last drawn anew, and when it may be again.
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("drawn_at", BigInteger),
    Column("redraw_at", BigInteger, index=True),
    # How many people there were in the end, kept before anything of the day is forgotten.
    Column("people", Integer),
    UniqueConstraint("group_id", "day"),
)
_NOT_COUNTED = prompts.c.people.is_(None)
Index(
    "ix_prompts_not_counted",
    prompts.c.closes_at,
    sqlite_where=_NOT_COUNTED,
    postgresql_where=_NOT_COUNTED,
)

check_ins = Table(
    "check_ins",
    metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("day", String(10), primary_key=True),
    # A keyed hash of server and person; the snowflake itself is not stored.
    Column("member", LargeBinary(16), primary_key=True),
    Column("way", String(8), nullable=False),
    # Mood, urge and line, sealed together; NULL for a bare reply.
    Column("sealed", LargeBinary),
    Column("at", BigInteger, nullable=False),
    Column("edited_at", BigInteger),
    Index("ix_check_ins_member", "member"),
    sqlite_with_rowid=False,
)

# People counted for one day without consent: a keyed hash, forgotten when the day ends.
tallies = Table(
    "tallies",
    metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("hash", LargeBinary(16), primary_key=True),
    Column("forget_at", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)

# What a member said yes to: a row for each purpose, gone when it is taken back.
consents = Table(
    "consents",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("member", LargeBinary(16), primary_key=True),
    Column("purpose", String(12), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# One row for each member who agreed to anything: how long to keep, and whether they are here.
members = Table(
    "members",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("member", LargeBinary(16), primary_key=True),
    # Their Discord id, sealed: Discord is asked by it whether they are still in the server.
    Column("sealed", LargeBinary, nullable=False),
    # For how many days a check-in is kept; 0: only while its day is open.
    Column("keep_days", Integer, nullable=False),
    # When something of theirs is to be forgotten next; NULL while nothing waits for it.
    Column("forget_at", BigInteger, index=True),
    # How many of their check-ins were forgotten so far.
    Column("forgotten", Integer, nullable=False, server_default="0"),
    # When Discord is asked next, and since when it has said that they are gone.
    Column("look_at", BigInteger, nullable=False, index=True),
    Column("gone_at", BigInteger),
    sqlite_with_rowid=False,
)

# Servers the bot was removed from, and when that was noticed.
departures = Table(
    "departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
)

# The country of a member's crisis card, kept because they asked for it: its code, sealed.
crisis_choices = Table(
    "crisis_choices",
    metadata,
    # 0 outside servers.
    Column("guild_id", BigInteger, primary_key=True),
    Column("member", LargeBinary(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What a server has chosen for the crisis card of its members.
crisis_servers = Table(
    "crisis_servers",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("country", String(2)),
    Column("names_use_alone", Boolean(create_constraint=True), nullable=False),
)

# What a server's moderators changed on its crisis card: one row for each line. Nobody's id.
crisis_changes = Table(
    "crisis_changes",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("line", String(80), primary_key=True),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Previews that moderators have not decided about; forgotten after a day.
crisis_drafts = Table(
    "crisis_drafts",
    metadata,
    # The number of the interaction that made it.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False, index=True),
    # The change to be saved; NULL for a card to be posted.
    Column("body", Text),
    # What was saved about the line when the preview was shown; NULL for nothing.
    Column("seen", Text),
    # The country of a card to be posted.
    Column("country", String(2)),
    Column("made_at", BigInteger, nullable=False, index=True),
    # When it was first pressed, and whether it is known to be done.
    Column("tried_at", BigInteger),
    Column("done", Boolean(create_constraint=True), nullable=False, server_default="0"),
)

# Members who let others ask the bot to send them the crisis card, and until when it sends no more.
crisis_offers = Table(
    "crisis_offers",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("member", LargeBinary(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(96), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("group_id", Integer, nullable=False),
    Column("day", String(10), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("state", String(9), nullable=False),
    Column("not_before", BigInteger),
    Column("first_try", BigInteger),
    Column("last_try", BigInteger),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("doubtful", Boolean(create_constraint=True), nullable=False, server_default="0"),
    Column("lease_until", BigInteger),
    Column("owner", String(36)),
    Column("message_id", BigInteger),
    Column("why", String(80)),
    Index("ix_outbox_state_due_at", "state", "due_at"),
)

# A few facts about the store itself, such as the zone data its moments were computed with.
facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
