"""The host's key and keys.db: who may read them, what a wrong one does, and changing the key."""

import os
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from bot.store.errors import StoreRefused
from bot.store.host_key import HostKey, key_in, load_host_key, make_key_file
from bot.store.keys_file import open_keys, rotate
from bot.store.store import open_store
from bot.store.vault import Vault

ROW = "check_ins|1"
OTHER = HostKey(bytes(32), os.urandom)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of its own, so that a key file can lie outside."""
    return tmp_path / "data"


async def sealed_words(data: Path, host_key: HostKey) -> bytes:
    """Make a store, seal something for a member, and close it."""
    async with open_store(data / "handrail.db", host_key) as store:
        store.vault.make(b"ana", b"ben")
        return store.vault.seal(b"ana", b"words", ROW)


async def refusal(data: Path, host_key: HostKey) -> str:
    """Return the sentence with which the store refuses, and see that it changed nothing."""
    before = contents(data)
    with pytest.raises(StoreRefused) as refused:
        async with open_store(data / "handrail.db", host_key):
            pass
    assert contents(data) == before
    return str(refused.value)


def contents(data: Path) -> dict[str, bytes]:
    """Return what each file holds; who only looks into a database leaves an empty log and index."""
    files = {path.name: path.read_bytes() for path in data.iterdir()}
    return {name: held for name, held in files.items() if held and not name.endswith("-shm")}


def test_a_key_file_is_made_for_its_owner_alone_and_read_again(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "host.key"
    make_key_file(path, data, os.urandom)
    assert path.stat().st_mode & 0o777 == 0o400
    spelled = key_in(path.read_text())
    assert spelled is not None
    assert load_host_key(path, data, os.urandom).number == HostKey(spelled, os.urandom).number
    assert spelled.hex()[:8] != load_host_key(path, data, os.urandom).number


def test_a_key_file_replaces_nothing(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "host.key"
    path.write_text("mine")
    with pytest.raises(StoreRefused, match="exists already"):
        make_key_file(path, data, os.urandom)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o644])
def test_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, data: Path, mode: int) -> None:
    path = tmp_path / "host.key"
    make_key_file(path, data, os.urandom)
    path.chmod(mode)
    with pytest.raises(StoreRefused, match="chmod 400"):
        load_host_key(path, data, os.urandom)


@pytest.mark.parametrize("text", ["", "short", "0" * 63, "0" * 65, "g" * 64, "\xff" * 64])
def test_a_key_file_without_a_key_in_it_is_refused(tmp_path: Path, data: Path, text: str) -> None:
    path = tmp_path / "host.key"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o400)
    with pytest.raises(StoreRefused, match="64 hexadecimal digits") as refused:
        load_host_key(path, data, os.urandom)
    assert not text or text not in str(refused.value)


def test_a_key_file_that_is_not_there_is_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(StoreRefused, match="cannot be read"):
        load_host_key(tmp_path / "host.key", data, os.urandom)


def test_a_key_inside_the_data_folder_is_neither_made_nor_read(tmp_path: Path, data: Path) -> None:
    data.mkdir()
    for inside in (data / "host.key", tmp_path / "elsewhere" / ".." / "data" / "host.key"):
        with pytest.raises(StoreRefused, match="Move it out"):
            make_key_file(inside, data, os.urandom)
    make_key_file(tmp_path / "host.key", data, os.urandom)
    (tmp_path / "host.key").rename(data / "host.key")
    (tmp_path / "link.key").symlink_to(data / "host.key")
    for path in (data / "host.key", tmp_path / "link.key"):
        with pytest.raises(StoreRefused, match="Move it out"):
            load_host_key(path, data, os.urandom)


async def test_the_key_itself_is_in_no_file_and_no_wrapped_key_opens_with_another(
    data: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    assert bytes(range(32)) not in b"".join(contents(data).values())
    assert (data / "keys.db").stat().st_mode & 0o777 == 0o600


async def test_the_wrong_key_is_one_sentence_and_changes_nothing(
    data: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    said = await refusal(data, OTHER)
    assert "This is not the key" in said
    assert host_key.number in said
    assert OTHER.number in said


async def test_a_lost_keys_file_is_refused_and_no_new_one_made(
    data: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    (data / "keys.db").unlink()
    assert "keys.db is missing" in await refusal(data, host_key)


async def test_the_keys_of_another_database_are_refused(
    data: Path, tmp_path: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    await sealed_words(tmp_path / "other", host_key)
    shutil.copy(tmp_path / "other" / "keys.db", data / "keys.db")
    assert "does not belong" in await refusal(data, host_key)


async def test_broken_and_foreign_keys_files_are_refused(data: Path, host_key: HostKey) -> None:
    await sealed_words(data, host_key)
    whole = (data / "keys.db").read_bytes()
    for content, said in (
        (b"", "is empty"),
        (whole[:4096], "damaged"),
        (b"notes" * 400, "damaged"),
        ((data / "handrail.db").read_bytes(), "another program"),
    ):
        (data / "keys.db").write_bytes(content)
        assert said in await refusal(data, host_key)
    (data / "keys.db").write_bytes(whole)
    with closing(sqlite3.connect(data / "keys.db")) as keys:
        keys.execute("PRAGMA user_version = 2")
    assert "newer Handrail" in await refusal(data, host_key)
    with closing(sqlite3.connect(data / "keys.db")) as keys, keys:
        keys.execute("PRAGMA user_version = 1")
        keys.execute("UPDATE root SET wrapped = zeroblob(60)")
    assert "damaged" in await refusal(data, host_key)


async def test_a_changed_key_opens_everything_and_the_old_one_nothing(
    data: Path, host_key: HostKey
) -> None:
    sealed = await sealed_words(data, host_key)
    async with open_store(data / "handrail.db", host_key) as store:
        hashed = store.keyring.member(1, 2)
        marker = store.keyring.nonce("a prompt")
        wrapped = [store.vault.keys.root()[0], store.vault.keys.key_of(b"ana")]
    assert rotate(data / "keys.db", host_key, OTHER) == 2
    assert "This is not the key" in await refusal(data, host_key)
    # What the old key could open is in no file any more.
    content = b"".join(contents(data).values())
    assert [each in content for each in wrapped if each is not None] == [False, False]
    async with open_store(data / "handrail.db", OTHER) as store:
        assert store.vault.open(b"ana", sealed, ROW) == b"words"
        assert store.keyring.member(1, 2) == hashed
        assert store.keyring.nonce("a prompt") == marker


async def test_a_key_changed_half_way_is_not_changed(data: Path, host_key: HostKey) -> None:
    sealed = await sealed_words(data, host_key)
    with closing(sqlite3.connect(data / "keys.db")) as keys, keys:
        keys.execute("UPDATE member_keys SET wrapped = zeroblob(60) WHERE member = ?", (b"ben",))
    with pytest.raises(StoreRefused, match="damaged"):
        rotate(data / "keys.db", host_key, OTHER)
    async with open_store(data / "handrail.db", host_key) as store:
        assert store.vault.open(b"ana", sealed, ROW) == b"words"


def test_there_must_be_keys_to_wrap_anew(data: Path, host_key: HostKey) -> None:
    with pytest.raises(StoreRefused, match="There is no"):
        rotate(data / "keys.db", host_key, OTHER)


async def test_a_start_cut_short_between_the_two_files_begins_again(
    data: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    (data / "handrail.db").unlink()  # keys.db is made first
    (data / "keys.db.new").write_bytes(b"half")
    async with open_store(data / "handrail.db", host_key) as store:
        assert store.vault.holds(b"ana")


async def test_a_change_of_key_killed_anywhere_is_whole_or_did_not_happen(
    data: Path, host_key: HostKey
) -> None:
    await sealed_words(data, host_key)
    before = (data / "keys.db").read_bytes()
    changed = []
    for kill_at in count(1):
        (data / "keys.db").write_bytes(before)
        keys, root = open_keys(data / "keys.db", host_key, busy_ms=0)
        points: list[str] = []
        keys.watch = partial(kill, points, kill_at)
        try:
            keys.rewrap(host_key, OTHER)
        except InterruptedError:
            pass
        else:
            break
        finally:
            keys.close()
        number = keys_number(data)
        changed.append(number == OTHER.number)
        fitting = OTHER if changed[-1] else host_key
        again, found = open_keys(data / "keys.db", fitting, busy_ms=0)
        vault = Vault(again, fitting)
        assert (found, vault.holds(b"ana"), vault.holds(b"ben")) == (root, True, True)
        vault.close()
    assert changed == sorted(changed)
    assert (changed[0], changed[-1]) == (False, True)
    assert len(changed) >= 6


def kill(points: list[str], kill_at: int, sql: str) -> None:
    points.append(sql)
    if len(points) >= kill_at:
        raise InterruptedError


def keys_number(data: Path) -> str:
    with closing(sqlite3.connect(data / "keys.db")) as keys:
        ((number,),) = keys.execute("SELECT kek FROM root")
    return str(number)
