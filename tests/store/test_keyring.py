"""Keys: one root, one purpose each."""

from datetime import date

import pytest

from bot.store.keyring import Keyring

DAY = date(2026, 3, 3)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(range(32)))


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
    other = Keyring(bytes(32))
    assert other.member(1, 2) != keyring.member(1, 2)
