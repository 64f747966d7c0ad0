"""SQL for the few facts the store keeps about itself."""

from sqlalchemy import Connection, bindparam, select

from bot.store.tables import facts
from bot.store.upsert import Upsert

_READ = select(facts.c.value).where(facts.c.name == bindparam("name"))
_PUT = Upsert(
    facts,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[facts.c.name], set_={"value": insert.excluded.value}
    ),
)


def read(conn: Connection, name: str) -> str | None:
    """Return a fact, or None where it was never put."""
    return conn.execute(_READ, {"name": name}).scalar_one_or_none()


def put(conn: Connection, name: str, value: str) -> None:
    """Keep a fact in place of what it was."""
    _PUT.run(conn, {"name": name, "value": value})
