"""Runs the changes a file still lacks. The one importer of Alembic; imported when needed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, StaticPool, create_engine

from bot.store.errors import StoreRefused
from bot.store.revisions import APPLICATION_ID, KNOWN
from bot.store.rollback import roll_back
from bot.store.thread import handle_of


def migrate(
    path: Path, since: str | None, watch: Callable[[Engine], None] = lambda _engine: None
) -> None:
    """Bring the file at `path` from revision `since` (None: an empty file) to the newest.

    Each change is one transaction that includes the version table and the application id, so a
    crash leaves the file at one version or the other. `watch` is handed the engine first.
    """
    todo = KNOWN if since is None else KNOWN[KNOWN.index(since) + 1 :]
    handle = sqlite3.connect(path, isolation_level=None)
    with closing(handle):
        # foreign_keys stays off: a change may rebuild a table; the check below replaces it.
        handle.execute("PRAGMA synchronous = FULL")
        handle.execute("PRAGMA secure_delete = ON")
        engine = create_engine(
            "sqlite://", creator=lambda: handle, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        watch(engine)
        with engine.connect() as sql:
            for revision in todo:
                _apply(sql, revision)


def _apply(sql: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = sql
    handle = handle_of(sql)
    sql.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config, revision)
        sql.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        _check_references(sql)
        sql.exec_driver_sql("COMMIT")
    except BaseException:
        roll_back(handle)
        raise


def _check_references(sql: Connection) -> None:
    if sql.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StoreRefused("The upgrade does not fit this database; nothing was changed.")
