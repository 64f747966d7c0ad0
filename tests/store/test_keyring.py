"""Keys: one root, one purpose each, and a seal that opens in its own row only."""

import os
from datetime import date

import pytest

from bot.store.errors import SealBroken
from bot.store.keyring import Keyring

DAY = date(2026, 3, 3)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(range(32)), os.urandom)


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
