"""Migrations lead to exactly the tables of the code, and are there whole or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event

import bot.store.migrations
from bot.store.file import make_ready, read_revision
from bot.store.migrations.run import migrate
from bot.store.revisions import HEAD, KNOWN
from bot.store.tables import metadata


class Killed(BaseException):
    """Stands for kill -9."""


def schema(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as sql:
        found = sql.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {"".join(text.split()) for (text,) in found if "alembic_version" not in text}


def test_the_migrated_schema_is_the_one_in_the_code(tmp_path: Path) -> None:
    make_ready(tmp_path / "migrated.db", None)
    engine = create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(tmp_path / "migrated.db") == schema(tmp_path / "created.db")


def test_the_named_versions_are_the_ones_on_the_shelf() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.migrations.__path__[0])))
    shelf = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(found.revision for found in shelf)[::-1] == KNOWN


class KillAt:
    """Counts statements, and at the n-th keeps the files as they lie on the disk."""

    def __init__(self, path: Path, nth: int) -> None:
        self.path = path
        self.nth = nth
        self.seen = 0

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self.tick)

    def tick(self, *_about: Any) -> None:
        self.seen += 1
        if self.seen == self.nth:
            for file in self.path.parent.glob(self.path.name + "*"):
                shutil.copy(file, file.parent / "wreck" / file.name)
            raise Killed


def test_a_migration_killed_at_any_statement_is_whole_or_absent(tmp_path: Path) -> None:
    nth = 0
    while True:
        nth += 1
        folder = tmp_path / str(nth)
        (folder / "wreck").mkdir(parents=True)
        path = folder / "handrail.db"
        path.touch()
        killer = KillAt(path, nth)
        try:
            migrate(path, since=None, watch=killer.watch)
        except Killed:
            wreck = folder / "wreck" / "handrail.db"
            assert schema(wreck) == set()
            with closing(sqlite3.connect(wreck)) as sql:
                assert sql.execute("PRAGMA application_id").fetchone() == (0,)
            assert schema(path) == set()
            migrate(path, since=None)
        assert read_revision(path) == HEAD
        if killer.seen < nth:
            break
    assert nth > 15  # every statement had its turn


def test_a_first_start_killed_on_the_way_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object, **_named: object) -> None:
        raise Killed

    path = tmp_path / "handrail.db"
    with monkeypatch.context() as patch:
        patch.setattr("bot.store.migrations.run._apply", killed)
        with pytest.raises(Killed):
            make_ready(path, read_revision(path) if path.exists() else None)
    assert not path.exists()
    make_ready(path, read_revision(path) if path.exists() else None)
    assert read_revision(path) == HEAD
