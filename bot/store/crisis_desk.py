"""SQL for what a server's moderators change on its crisis card, and for previews. Nobody's id."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.crisis_desk import MOST_CHANGES, Change
from bot.domain.crisis_desk_rows import read, written
from bot.domain.ids import GuildId
from bot.store.tables import crisis_changes, crisis_drafts
from bot.store.upsert import Upsert

_KEEP = Upsert(
    crisis_changes,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[crisis_changes.c.guild_id, crisis_changes.c.line],
        set_={"body": insert.excluded.body},
    ),
)
_OF_SERVER = crisis_changes.c.guild_id == bindparam("guild")
_THIS = _OF_SERVER & (crisis_changes.c.line == bindparam("the_line"))
_ALL = (
    select(crisis_changes.c.body)
    .where(_OF_SERVER)
    .order_by(crisis_changes.c.line)
    .limit(MOST_CHANGES)
)
_LINES = select(crisis_changes.c.line).where(_OF_SERVER)
_BODY = select(crisis_changes.c.body).where(_THIS)
_UNDO = delete(crisis_changes).where(_THIS)

_DRAFT = Upsert(crisis_drafts, lambda insert: insert.on_conflict_do_nothing())
_THIS_DRAFT = (crisis_drafts.c.guild_id == bindparam("guild")) & (
    crisis_drafts.c.id == bindparam("draft")
)
_FIND_DRAFT = select(
    crisis_drafts.c.body,
    crisis_drafts.c.seen,
    crisis_drafts.c.country,
    crisis_drafts.c.tried_at,
    crisis_drafts.c.done,
).where(_THIS_DRAFT)
_SEEN = update(crisis_drafts).where(_THIS_DRAFT).values(seen=bindparam("what"))
_TRIED = update(crisis_drafts).where(_THIS_DRAFT).values(tried_at=bindparam("moment"))
_NOT_TRIED = update(crisis_drafts).where(_THIS_DRAFT).values(tried_at=None)
_DONE = update(crisis_drafts).where(_THIS_DRAFT).values(done=True)
_OLD = delete(crisis_drafts).where(crisis_drafts.c.made_at <= bindparam("moment"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview: of a change that would replace `seen`, or of a card to be posted."""

    change: Change | None
    seen: str | None
    country: str | None
    tried_at: int | None
    done: bool


def changes(conn: Connection, guild: GuildId) -> tuple[Change, ...]:
    """Return what a server has changed; what cannot be read is left out."""
    found = (read(body) for body in conn.execute(_ALL, {"guild": guild}).scalars())
    return tuple(each for each in found if each is not None)


def lines(conn: Connection, guild: GuildId) -> set[str]:
    """Return the ids of the lines a server has changed."""
    return set(conn.execute(_LINES, {"guild": guild}).scalars())


def saved(conn: Connection, guild: GuildId, line: str) -> str | None:
    """Return what is kept about a line, as it was written."""
    row = {"guild": guild, "the_line": line}
    found: str | None = conn.execute(_BODY, row).scalar_one_or_none()
    return found


def keep(conn: Connection, guild: GuildId, change: Change) -> None:
    """Keep a change, in place of an earlier one of the same line."""
    row = {"guild_id": guild, "line": change.line.id, "body": written(change)}
    _KEEP.run(conn, row)


def undo(conn: Connection, guild: GuildId, line: str) -> None:
    """Delete what was changed about a line."""
    conn.execute(_UNDO, {"guild": guild, "the_line": line})


def draft_change(
    conn: Connection, guild: GuildId, draft: int, change: Change, seen: str | None, now: int
) -> None:
    """Keep a change that is not decided yet."""
    row = {"id": draft, "guild_id": guild, "body": written(change), "seen": seen, "made_at": now}
    _DRAFT.run(conn, row)


def draft_card(conn: Connection, guild: GuildId, draft: int, country: str | None, now: int) -> None:
    """Keep a card that is not posted yet."""
    row = {"id": draft, "guild_id": guild, "country": country, "made_at": now}
    _DRAFT.run(conn, row)


def draft(conn: Connection, guild: GuildId, number: int) -> Draft | None:
    """Return a preview of this server."""
    row = conn.execute(_FIND_DRAFT, {"guild": guild, "draft": number}).one_or_none()
    if row is None:
        return None
    change = None if row.body is None else read(row.body)
    return Draft(change, row.seen, row.country, row.tried_at, row.done)


def now_seen(conn: Connection, guild: GuildId, number: int, what: str | None) -> None:
    """Keep what a moderator was shown of a line since."""
    conn.execute(_SEEN, {"guild": guild, "draft": number, "what": what})


def tried(conn: Connection, guild: GuildId, number: int, now: int) -> None:
    """Keep that a card was begun to be posted."""
    conn.execute(_TRIED, {"guild": guild, "draft": number, "moment": now})


def not_tried(conn: Connection, guild: GuildId, number: int) -> None:
    """Keep that nothing was posted."""
    conn.execute(_NOT_TRIED, {"guild": guild, "draft": number})


def done(conn: Connection, guild: GuildId, number: int) -> None:
    """Keep that a preview was carried out."""
    conn.execute(_DONE, {"guild": guild, "draft": number})


def forget_drafts(conn: Connection, moment: int) -> None:
    """Delete the previews made at `moment` or before, of all servers."""
    conn.execute(_OLD, {"moment": moment})
