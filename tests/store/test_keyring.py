"""Keys: one file, one purpose each, and a seal that opens in its own row only."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.store.errors import SealBroken, StoreRefused
from bot.store.keyring import Keyring, load_or_make_keyring

DAY = date(2026, 3, 3)


def test_the_key_file_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    first = load_or_make_keyring(path, os.urandom)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    assert load_or_make_keyring(path, os.urandom).nonce("key") == first.nonce("key")
    assert [found.name for found in path.parent.iterdir()] == ["secret.key"]


def test_two_first_starts_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    nonces = []

    def other_is_faster(count: int) -> bytes:
        if count == 32 and not path.exists():
            nonces.append(load_or_make_keyring(path, os.urandom).nonce("key"))
        return os.urandom(count)

    nonces.append(load_or_make_keyring(path, other_is_faster).nonce("key"))
    assert len(nonces) == 2
    assert len({*nonces, load_or_make_keyring(path, os.urandom).nonce("key")}) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["secret.key"]


def test_a_damaged_key_file_is_kept_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"short")
    with pytest.raises(StoreRefused, match="damaged"):
        load_or_make_keyring(path, os.urandom)
    assert path.read_bytes() == b"short"


def test_a_key_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="cannot be read"):
        load_or_make_keyring(tmp_path, os.urandom)


def test_hashes_differ_by_person_server_group_and_day(keyring: Keyring) -> None:
    members = {keyring.member(guild, person) for guild in (1, 2) for person in (1, 11, 12)}
    tallies = {
        keyring.tally(group, day, person)
        for group in (1, 2)
        for day in (DAY, date(2026, 3, 4))
        for person in (1, 11)
    }
    assert len(members) == 6
    assert len(tallies) == 8
    assert {len(found) for found in members | tallies} == {16}
    assert keyring.member(1, 112) != keyring.member(11, 12)


def test_a_nonce_is_24_hex_characters_and_stable(keyring: Keyring) -> None:
    nonce = keyring.nonce("1|prompt|2026-03-03|1")
    assert nonce == keyring.nonce("1|prompt|2026-03-03|1")
    assert len(nonce) == 24
    assert int(nonce, 16)


def test_another_root_gives_other_keys(keyring: Keyring) -> None:
    other = Keyring(bytes(32), os.urandom)
    assert other.member(1, 2) != keyring.member(1, 2)
    with pytest.raises(SealBroken):
        other.unseal(keyring.seal(b"words", "a|1"), "a|1")


def test_a_seal_opens_in_its_own_row_only(keyring: Keyring) -> None:
    sealed = keyring.seal(b"words", "check_ins|1")
    assert keyring.unseal(sealed, "check_ins|1") == b"words"
    assert b"words" not in sealed
    assert keyring.seal(b"words", "check_ins|1") != sealed
    with pytest.raises(SealBroken):
        keyring.unseal(sealed, "check_ins|2")
    for broken in (b"", sealed[:-1], sealed[:5], b"\x02" + sealed[1:], sealed + b"x"):
        with pytest.raises(SealBroken):
            keyring.unseal(broken, "check_ins|1")
