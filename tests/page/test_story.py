"""Where the story begins, who is in it, and how its people behave. No browser is needed."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.__main__ import Served
from sandbox.residents import Habit, Residents
from sandbox.story import opening, set_up_check_in
from sandbox.things import Message
from sandbox.view import Look, view
from tests.page.tiny_bot import tiny_bot

IN_THE_LOOP_OF_ITS_FIXTURES = pytest.mark.asyncio(loop_scope="module")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone itself


@given(MOMENTS)
def test_it_begins_before_nine_in_berlin_within_a_day_ahead(wall: datetime) -> None:
    begins = opening(wall)
    local = begins.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.hour, local.minute, local.second) == (8, 59, 30)
    # a day has 25 hours once a year
    assert timedelta(0) < begins - wall.astimezone(UTC) <= timedelta(hours=25)


async def no_wait(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0.01)


def said_by(served: Served, name: str) -> list[Message]:
    messages = served.story.start.messages.values()
    return [one for one in messages if one.author.name == name]


async def answered(served: Served, bot_count: int, replies: int) -> tuple[int, int]:
    """Wait until that many have pressed and replied, or until nothing more can come."""
    while True:
        prompts = [one for one in said_by(served, "Handrail") if one.ephemeral_for is None]
        found = [one for one in served.story.start.messages.values() if one.reference_id]
        pressed = int(prompts[0].content.split("-# ")[1].split()[0]) if prompts else 0
        if (pressed, len(found)) == (bot_count, replies):
            return pressed, len(found)
        await asyncio.sleep(0.02)


@IN_THE_LOOP_OF_ITS_FIXTURES
async def test_the_moderator_on_duty_sets_up_and_the_others_answer(served: Served) -> None:
    box, story = served.box, served.story
    assert story.on_duty
    people = [one for one in story.residents if one.habit is not Habit.EITHER]
    residents = Residents(box.world, people, box.person, Random(1), no_wait)
    replying = sum(one.habit is Habit.REPLIES for one in people)
    pressing = sum(one.habit is Habit.PRESSES for one in people)
    async with tiny_bot(box.port, box.ca_pem, box.token) as bot:
        await bot.wait_until_ready()
        duty = box.person(story.on_duty)
        await set_up_check_in(story, box.world, duty, lambda: box.hub.listening, no_wait)
        await answered(served, pressing, replying)
    await residents.close()
    assert said_by(served, "Kaya") == []


@IN_THE_LOOP_OF_ITS_FIXTURES
async def test_somebody_taken_over_at_the_page_no_longer_acts_alone(served: Served) -> None:
    box, story = served.box, served.story
    assert story.on_duty
    people = [one for one in story.residents if one.habit is Habit.REPLIES]
    residents = Residents(box.world, people, box.person, Random(1), no_wait)
    residents.step_back(people[0].member.id)
    async with tiny_bot(box.port, box.ca_pem, box.token) as bot:
        await bot.wait_until_ready()
        duty = box.person(story.on_duty)
        await set_up_check_in(story, box.world, duty, lambda: box.hub.listening, no_wait)
        await answered(served, 0, len(people) - 1)
    await residents.close()
    assert said_by(served, people[0].member.name) == []


def look_as(served: Served, name: str) -> dict[str, object]:
    members = served.story.guild.members.values()
    member = next(one for one in members if one.name == name)
    return view(served.scene, Look(member.user, served.story.start))


def names_of(shown: dict[str, object]) -> list[str]:
    channels = shown["channels"]
    assert isinstance(channels, list)
    return [one["name"] for one in channels]


@IN_THE_LOOP_OF_ITS_FIXTURES
async def test_a_view_holds_only_what_that_person_may_see(served: Served) -> None:
    assert "moderators" in names_of(look_as(served, "Robin"))
    assert "moderators" not in names_of(look_as(served, "Ana"))
    you, start = served.story.you, served.story.start
    await served.box.person(you).say(start, "Hello.")
    hello = next(iter(start.messages.values()))
    assert f"m:{hello.id}" in look_as(served, "Ana")
    hello.ephemeral_for = you.id
    assert f"m:{hello.id}" in look_as(served, "Robin")
    assert f"m:{hello.id}" not in look_as(served, "Ana")
    served.scene.dismissed.add((you.id, hello.id))
    assert f"m:{hello.id}" not in look_as(served, "Robin")
