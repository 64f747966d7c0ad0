"""What is due is planned once; what is late is skipped and said so; a day is asked once."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, update

from bot.domain.schedule import Schedule
from bot.domain.weekdays import EVERY_DAY, MONDAY_TO_FRIDAY
from bot.services import prompts as prompts_service
from bot.services.prompts import Planned
from bot.store.store import Store
from bot.store.tables import schedules
from tests.services.conftest import CHANNEL, HOME, NINE, House


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


async def test_a_due_prompt_is_planned_once(house: House) -> None:
    group = await house.a_group()
    assert await house.prompts.next_due() == at(3, 8)
    house.clock.set(3, 7, 59)
    assert await house.prompts.plan_due() == Planned(0, 0)
    house.clock.set(3, 8)
    assert await house.prompts.plan_due() == Planned(1, 0)
    assert await house.prompts.plan_due() == Planned(0, 0)
    assert await house.prompts.next_due() == at(4, 8)

    (row,) = await house.rows("outbox")
    key = f"{HOME}|prompt|2026-03-03|{group.id}"
    assert row["key"] == key
    assert (row["state"], row["kind"], row["channel_id"]) == ("PLANNED", "prompt", CHANNEL)
    assert row["due_at"] == int(at(3, 8).timestamp())
    assert row["expires_at"] == int(at(3, 11).timestamp())
    (prompt,) = await house.rows("prompts")
    assert prompt["marker"] == house.store.keyring.nonce(key)
    assert prompt["closes_at"] == int(at(4, 2).timestamp())


async def test_a_tick_without_work_writes_nothing(house: House) -> None:
    await house.a_group()
    seen = statements(house.store)
    await house.prompts.plan_due()
    await house.prompts.forget_ended_days()
    assert seen == []


def statements(store: Store) -> list[str]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(store.writer_engine, "before_cursor_execute", note)
    return seen


async def test_a_prompt_up_to_three_hours_late_is_still_planned(house: House) -> None:
    await house.a_group()
    house.clock.set(3, 10, 59)
    assert await house.prompts.plan_due() == Planned(1, 0)


async def test_a_prompt_three_hours_late_is_skipped_and_said_so(house: House) -> None:
    await house.a_group()
    house.clock.set(3, 11)
    assert await house.prompts.plan_due() == Planned(0, 1)
    assert await house.states() == [("2026-03-03", "SKIPPED", "late")]
    assert await house.rows("prompts") == []


async def test_a_prompt_past_its_own_date_is_skipped(house: House) -> None:
    await house.a_group(schedule=Schedule("Europe/Berlin", time(23), EVERY_DAY))
    house.clock.set(3, 23)  # midnight in Berlin
    assert await house.prompts.plan_due() == Planned(0, 1)


async def test_weeks_of_outage_end_in_one_prompt_and_a_list_of_skipped_days(house: House) -> None:
    await house.a_group()
    house.clock.set(24, 9)
    assert await house.prompts.plan_due() == Planned(1, 21)
    states = await house.states()
    assert states[0] == ("2026-03-03", "SKIPPED", "late")
    assert states[-2:] == [("2026-03-23", "SKIPPED", "late"), ("2026-03-24", "PLANNED", None)]
    assert await house.prompts.next_due() == at(25, 8)


async def test_days_off_are_neither_planned_nor_skipped(house: House) -> None:
    await house.a_group(schedule=Schedule("Europe/Berlin", time(9), MONDAY_TO_FRIDAY))
    house.clock.set(9, 8)  # the Monday after
    assert await house.prompts.plan_due() == Planned(1, 4)
    days = [day for day, _, _ in await house.states()]
    assert days == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09"]


async def test_a_long_outage_of_many_groups_is_worked_off_in_small_writes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts_service, "BATCH", 10)
    for number in range(12):
        await house.a_group(channel=100 + number)
    house.clock.set(24, 9)
    seen = statements(house.store)
    assert await house.prompts.plan_due() == Planned(12, 12 * 21)
    per_write = [part.count("INSERT INTO outbox") for part in "\n".join(seen).split("COMMIT")]
    assert max(per_write) <= 10
    assert len(await house.rows("outbox")) == 12 * 22


async def test_many_groups_due_at_once_are_all_planned(house: House) -> None:
    for number in range(30):
        await house.a_group(channel=100 + number)
    house.clock.set(3, 8)
    assert await house.prompts.plan_due() == Planned(30, 0)
    assert len({row["marker"] for row in await house.rows("prompts")}) == 30


async def test_a_clock_that_goes_back_asks_nothing_twice(house: House) -> None:
    group = await house.a_group()
    house.clock.set(3, 8)
    await house.ask(group)
    house.clock.set(3, 7)
    await house.groups.set_up(HOME, CHANNEL, NINE)
    house.clock.set(3, 8)
    assert await house.prompts.plan_due() == Planned(0, 0)
    assert await house.states() == [("2026-03-03", "SENT", None)]


async def test_a_zone_that_is_gone_lets_its_group_rest_and_holds_nobody_up(house: House) -> None:
    lost = await house.a_group()
    await house.a_group(channel=2)
    await house.store.write(set_zone, lost.id, "Atlantis/Capital")
    house.clock.set(3, 8)
    assert await house.prompts.plan_due() == Planned(1, 0)
    resting = {row["id"]: row["resting"] for row in await house.rows("groups")}
    assert resting[lost.id] == "unknown-zone"


def set_zone(conn: Connection, group: int, zone: str) -> None:
    conn.execute(update(schedules).where(schedules.c.group_id == group).values(zone=zone))


async def test_new_zone_data_moves_what_is_still_to_come(house: House) -> None:
    group = await house.a_group()
    assert await house.prompts.replan_all("2026a") == 1
    assert await house.prompts.next_due() == at(3, 8)
    # Stands for zone data in which Berlin keeps another offset.
    await house.store.write(set_zone, group.id, "Europe/London")
    assert await house.prompts.replan_all("2026a") == 0
    assert await house.prompts.next_due() == at(3, 8)
    assert await house.prompts.replan_all("2026b") == 1
    assert await house.prompts.next_due() == at(3, 9)


async def test_the_next_prompt_of_all_is_known(house: House) -> None:
    assert await house.prompts.next_due() is None
    await house.a_group()
    await house.a_group(channel=2, schedule=Schedule("Asia/Tokyo", time(17, 30), EVERY_DAY))
    assert await house.prompts.next_due() == at(3, 8)
    house.clock.set(3, 8)
    await house.prompts.plan_due()
    assert await house.prompts.next_due() == at(3, 8) + timedelta(minutes=30)
