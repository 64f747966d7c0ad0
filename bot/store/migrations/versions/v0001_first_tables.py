"""The first tables: groups, their prompts and answers, the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _facts()
    _groups()
    _prompts()
    _answers()
    _members()
    _crisis()
    _crisis_desk()
    _outbox()


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("channel_id", sa.BigInteger, nullable=False, unique=True),
        sa.Column("language", sa.String(12), nullable=False, server_default="en"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("resting", sa.String(24)),
    )
    op.create_table(
        "schedules",
        _of_group(primary_key=True),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("at_minute", sa.Integer, nullable=False),
        sa.Column("weekdays", sa.Integer, nullable=False),
        sa.Column("next_day", sa.String(10)),
        sa.Column("next_due_at", sa.BigInteger, index=True),
        sa.CheckConstraint("at_minute BETWEEN 0 AND 1439", name="minute_of_day"),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name="some_weekday"),
    )


def _prompts() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_group(primary_key=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("marker", sa.String(24), nullable=False, unique=True),
        sa.Column("message_id", sa.BigInteger, index=True),
        sa.Column("closes_at", sa.BigInteger, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("drawn_at", sa.BigInteger),
        sa.Column("redraw_at", sa.BigInteger, index=True),
        sa.Column("people", sa.Integer),
        sa.UniqueConstraint("group_id", "day"),
    )
    op.create_index(
        "ix_prompts_not_counted",
        "prompts",
        ["closes_at"],
        sqlite_where=sa.text("people IS NULL"),
        postgresql_where=sa.text("people IS NULL"),
    )


def _answers() -> None:
    op.create_table(
        "check_ins",
        _of_group(primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("member", sa.LargeBinary(16), primary_key=True),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("edited_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_check_ins_member", "check_ins", ["member"])
    op.create_table(
        "tallies",
        _of_group(primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("hash", sa.LargeBinary(16), primary_key=True),
        sa.Column("forget_at", sa.BigInteger, nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consents",
        sa.Column("guild_id", sa.BigInteger, primary_key=True),
        sa.Column("member", sa.LargeBinary(16), primary_key=True),
        sa.Column("purpose", sa.String(12), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("guild_id", sa.BigInteger, primary_key=True),
        sa.Column("member", sa.LargeBinary(16), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("forget_at", sa.BigInteger, index=True),
        sa.Column("forgotten", sa.Integer, nullable=False, server_default="0"),
        sa.Column("look_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("gone_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "departures",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )


def _crisis() -> None:
    op.create_table(
        "crisis_choices",
        sa.Column("guild_id", sa.BigInteger, primary_key=True),
        sa.Column("member", sa.LargeBinary(16), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "crisis_servers",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("country", sa.String(2)),
        sa.Column("names_use_alone", sa.Boolean(create_constraint=True), nullable=False),
    )


def _crisis_desk() -> None:
    op.create_table(
        "crisis_changes",
        sa.Column("guild_id", sa.BigInteger, primary_key=True),
        sa.Column("line", sa.String(80), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "crisis_drafts",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("body", sa.Text),
        sa.Column("seen", sa.Text),
        sa.Column("country", sa.String(2)),
        sa.Column("made_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("tried_at", sa.BigInteger),
        sa.Column("done", sa.Boolean(create_constraint=True), nullable=False, server_default="0"),
    )
    op.create_table(
        "crisis_offers",
        sa.Column("guild_id", sa.BigInteger, primary_key=True),
        sa.Column("member", sa.LargeBinary(16), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(96), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("first_try", sa.BigInteger),
        sa.Column("last_try", sa.BigInteger),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column(
            "doubtful", sa.Boolean(create_constraint=True), nullable=False, server_default="0"
        ),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("owner", sa.String(36)),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("why", sa.String(80)),
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])


def _of_group(*, primary_key: bool) -> sa.Column[int]:
    return sa.Column(
        "group_id",
        sa.Integer,
        sa.ForeignKey("groups.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )
