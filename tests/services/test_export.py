"""An export and an erase leave no table out: both are held against the tables themselves."""

import json
from datetime import date
from typing import Any, get_args

from sqlalchemy import Connection, LargeBinary, Table, func, or_, select

from bot.domain.answers import Answer, Way
from bot.domain.ids import MemberId
from bot.services.crisis import CrisisChoices
from bot.services.crisis_offers import CrisisOffers
from bot.services.export import Exports
from bot.services.privacy import Privacy
from bot.store.store import Store
from bot.store.tables import metadata
from bot.text.export_files import to_json
from bot.text.export_page import WAYS
from tests.services.conftest import ANA, ANSWER, BEN, HOME, House

MEMBER_KEYS = {"member", "hash"}
"""The columns that stand for a person."""

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)


def tables_about_people() -> dict[str, Table]:
    return {
        name: table for name, table in metadata.tables.items() if MEMBER_KEYS & set(table.c.keys())
    }


async def live_a_day(house: House, member: MemberId, answer: Answer = ANSWER) -> None:
    """Leave a row in every table that can hold one about a member."""
    group = await house.groups.at((await house.groups.of_guild(HOME))[0].channel)
    assert group is not None
    await house.agree(group, member)
    await house.check_ins.answer(HOME, group.id, TUESDAY, member, answer, "button", redraws=False)
    await CrisisChoices(house.store, house.clock).remember(HOME, member, "NO")
    await CrisisOffers(house.store, house.clock).allow(HOME, member)
    # counted under yesterday's name: as by a press that came before they agreed
    await house.store.write(_tally, house.store, group.id, member)


def _tally(conn: Connection, store: Store, group: int, member: MemberId) -> None:
    hashed = store.keyring.tally(group, WEDNESDAY, member)
    row = {"group_id": group, "day": WEDNESDAY.isoformat(), "hash": hashed, "forget_at": 2**33}
    conn.execute(metadata.tables["tallies"].insert(), row)


async def rows_about(house: House, member: MemberId) -> dict[str, int]:
    """Count the rows about a person in every table with a column that stands for one."""

    def look(conn: Connection) -> dict[str, int]:
        keyring = house.store.keyring
        groups = [row.id for row in conn.execute(select(metadata.tables["groups"].c.id))]
        hashes = [keyring.member(HOME, member)]
        hashes += [
            keyring.tally(group, day, member) for group in groups for day in (TUESDAY, WEDNESDAY)
        ]
        return {
            name: conn.execute(
                select(func.count()).select_from(table).where(_about(table, hashes))
            ).scalar_one()
            for name, table in tables_about_people().items()
        }

    return await house.store.read(look)


def _about(table: Table, hashes: list[bytes]) -> Any:
    return or_(*(table.c[name].in_(hashes) for name in MEMBER_KEYS & set(table.c.keys())))


async def told(house: House, member: MemberId) -> dict[str, Any]:
    export = await Exports(house.store, house.clock).of_member(HOME, member)
    read: dict[str, Any] = json.loads(to_json(export))
    return read


async def a_house_with_ana_and_ben(house: House) -> None:
    group = await house.a_group()
    house.clock.set(3, 8)
    await house.ask(group)
    await live_a_day(house, ANA)
    await live_a_day(house, BEN, Answer(mood=1, line="not for Ana"))


async def test_every_column_that_stands_for_a_person_has_a_name_we_know() -> None:
    """A keyed hash under another name would slip past the tests below."""
    of_bytes = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.name not in MEMBER_KEYS
    }
    assert of_bytes == {
        ("check_ins", "sealed"),
        ("crisis_choices", "sealed"),
        ("members", "sealed"),
    }


async def test_no_table_about_a_member_is_missing_from_the_export(house: House) -> None:
    await a_house_with_ana_and_ben(house)
    there = await rows_about(house, ANA)
    assert all(count == 1 for count in there.values()), there
    found = await told(house, ANA)
    assert {name: len(found.get(name, ())) for name in there} == there
    assert "not for Ana" not in json.dumps(found)


async def test_no_table_about_a_member_is_missing_from_the_erase(house: House) -> None:
    await a_house_with_ana_and_ben(house)
    await Privacy(house.store, house.clock).erase(HOME, ANA)
    assert set((await rows_about(house, ANA)).values()) == {0}
    assert set((await rows_about(house, BEN)).values()) == {1}
    found = await told(house, ANA)
    assert found["consents"] == found["check_ins"] == found["tallies"] == []


async def test_no_column_of_a_check_in_is_left_out(house: House) -> None:
    await a_house_with_ana_and_ben(house)
    [kept] = (await told(house, ANA))["check_ins"]
    assert kept == {
        "date": "2026-03-03",
        "channel": str((await house.groups.of_guild(HOME))[0].channel),
        "way": "button",
        "can_be_opened": True,
        "mood": ANSWER.mood,
        "urge": ANSWER.urge,
        "line": ANSWER.line,
        "at": "2026-03-03T08:00:00+00:00",
        "edited_at": None,
    }
    # Their key and the sealed bytes stand for these; a new column has to be told as well.
    assert metadata.tables["check_ins"].c.keys() == [
        "group_id",
        "day",
        "member",
        "way",
        "sealed",
        "at",
        "edited_at",
    ]


async def test_an_answer_whose_key_is_gone_is_told_as_such(house: House) -> None:
    await a_house_with_ana_and_ben(house)
    member = house.store.keyring.member(HOME, ANA)
    house.store.vault.shred([(HOME, member)], after=0)
    [kept] = (await told(house, ANA))["check_ins"]
    assert (kept["can_be_opened"], kept["line"]) == (False, None)


async def test_every_way_to_answer_has_its_words() -> None:

    assert WAYS.keys() == set(get_args(Way))
