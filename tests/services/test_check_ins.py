"""One check-in per person and day, however it arrives; nothing kept before a yes."""

import asyncio
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, update

from bot.domain.answers import BARE, Answer
from bot.domain.consent import CONSENT_VERSION
from bot.domain.ids import ChannelId, GroupId, GuildId, MemberId, MessageId
from bot.services.check_ins import (
    Closed,
    ConsentNeeded,
    Counted,
    Form,
    NoGroupHere,
    NotAPrompt,
    Recorded,
    UnknownPrompt,
    WhichGroup,
)
from bot.store.tables import metadata
from tests.services.conftest import ANA, ANSWER, BEN, CHANNEL, CHECK_INS, HOME, House

TUESDAY = date(2026, 3, 3)
PROMPT = MessageId(5000)


async def test_a_first_press_asks_for_consent_then_opens_an_empty_form(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    assert await house.check_ins.open_by_marker(marker, HOME, ANA) == ConsentNeeded(
        group.id, TUESDAY
    )
    agreed = await house.check_ins.agree(HOME, group.id, TUESDAY, ANA, CHECK_INS)
    assert agreed == Form(group.id, TUESDAY, BARE)
    assert await house.check_ins.open_by_marker(marker, HOME, ANA) == agreed


async def test_a_form_opened_again_shows_what_was_said(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert told == Recorded(TUESDAY, first=True, total=1, language="en")
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == Form(group.id, TUESDAY, ANSWER)


async def test_a_second_answer_edits_the_first(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    house.clock.go(minutes=5)
    later = Answer(mood=5)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, later, "command")
    assert told == Recorded(TUESDAY, first=False, total=1, language="en")
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == Form(group.id, TUESDAY, later)
    (row,) = await house.rows("check_ins")
    assert row["edited_at"] - row["at"] == 300


async def test_two_devices_at_once_are_one_row_and_the_same_answer(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    told = await asyncio.gather(
        *(house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button") for _ in "ab")
    )
    assert sorted(found.first for found in told if isinstance(found, Recorded)) == [False, True]
    assert {found.total for found in told if isinstance(found, Recorded)} == {1}
    assert len(await house.rows("check_ins")) == 1


async def test_a_thousand_people_at_once_are_all_counted(house: House) -> None:
    group = await house.a_group()
    people = [MemberId(1000 + number) for number in range(1000)]
    await asyncio.gather(*(house.agree(group, person) for person in people))
    told = await asyncio.gather(
        *(
            house.check_ins.answer(HOME, group.id, TUESDAY, person, ANSWER, "button")
            for person in people
        )
    )
    totals = sorted(found.total for found in told if isinstance(found, Recorded))
    assert totals == list(range(1, 1001))


async def test_no_answer_is_kept_without_consent(house: House) -> None:
    group = await house.a_group()
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert told == ConsentNeeded(group.id, TUESDAY)
    assert await house.rows("check_ins") == []


async def test_a_consent_to_an_older_card_is_asked_for_again(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    await house.store.write(_agreed_to_an_older_card)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert isinstance(told, ConsentNeeded)
    await house.agree(group, ANA)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert isinstance(told, Recorded)


def _agreed_to_an_older_card(conn: Connection) -> None:
    conn.execute(update(metadata.tables["consents"]).values(version=CONSENT_VERSION - 1))


async def test_consent_in_one_server_says_nothing_about_another(house: House) -> None:
    await house.agree(await house.a_group(), ANA)
    elsewhere = await house.a_group(channel=2, guild=2)
    told = await house.check_ins.answer(GuildId(2), elsewhere.id, TUESDAY, ANA, ANSWER, "button")
    assert isinstance(told, ConsentNeeded)


async def test_nothing_about_a_person_is_written_before_they_agree(
    house: House, tmp_path: Path
) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    await house.check_ins.open_by_marker(marker, HOME, ANA)
    await house.check_ins.open_here(HOME, CHANNEL, ANA)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    traces = [
        house.store.keyring.member(HOME, ANA),
        str(ANA).encode(),
        int(ANA).to_bytes(8, "big"),
        b"a quiet evening",
    ]
    assert found_in_files(tmp_path, traces) == []
    await house.check_ins.agree(HOME, group.id, TUESDAY, ANA, CHECK_INS)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    # The keyed hash is there now; the number of the account and the words never are.
    assert found_in_files(tmp_path, traces) == traces[:1]


def found_in_files(folder: Path, traces: list[bytes]) -> list[bytes]:
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    return [trace for trace in traces if trace in content]


async def test_a_reply_of_a_consenting_member_is_a_bare_check_in(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    await house.agree(group, ANA)
    assert await house.check_ins.reply(CHANNEL, PROMPT, ANA) == Recorded(
        TUESDAY, first=True, total=1, language="en"
    )
    (row,) = await house.rows("check_ins")
    assert (row["way"], row["sealed"]) == ("reply", None)


async def test_a_reply_takes_nothing_away_from_an_answer(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    await house.agree(group, ANA)
    await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert await house.check_ins.reply(CHANNEL, PROMPT, ANA) == Recorded(
        TUESDAY, first=False, total=1, language="en"
    )
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == Form(group.id, TUESDAY, ANSWER)


async def test_a_reply_without_consent_is_counted_once_and_no_more(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.ask(group)
    assert await house.check_ins.reply(CHANNEL, PROMPT, BEN) == Counted(
        TUESDAY, first=True, total=1
    )
    assert await house.check_ins.reply(CHANNEL, PROMPT, BEN) == Counted(
        TUESDAY, first=False, total=1
    )
    assert await house.rows("check_ins") == []
    assert await house.rows("consents") == []
    (row,) = await house.rows("tallies")
    assert row["hash"] == house.store.keyring.tally(group.id, TUESDAY, BEN)


async def test_who_was_counted_and_then_checks_in_counts_once(house: House) -> None:
    group = await house.a_group()
    assert await house.check_ins.count_only(HOME, group.id, TUESDAY, ANA) == Counted(
        TUESDAY, first=True, total=1
    )
    await house.agree(group, ANA)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "command")
    assert told == Recorded(TUESDAY, first=True, total=1, language="en")
    assert await house.rows("tallies") == []
    assert await house.check_ins.count_only(HOME, group.id, TUESDAY, ANA) == Recorded(
        TUESDAY, first=False, total=1, language="en"
    )
    assert await house.rows("tallies") == []


async def test_a_tally_is_forgotten_when_the_day_ends(house: House, tmp_path: Path) -> None:
    group = await house.a_group()
    hashed = house.store.keyring.tally(group.id, TUESDAY, BEN)
    await house.check_ins.count_only(HOME, group.id, TUESDAY, BEN)
    assert found_in_files(tmp_path, [hashed]) == [hashed]
    house.clock.set(4, 1, 59)  # one minute before the group's boundary at 03:00
    assert await house.prompts.forget_ended_days() == 0
    house.clock.set(4, 2)
    assert await house.prompts.forget_ended_days() == 1
    assert await house.rows("tallies") == []
    assert found_in_files(tmp_path, [hashed]) == []


async def test_a_reply_to_anything_else_is_no_check_in(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    await house.prompts.plan_due()
    # Planned, but its message is not known yet.
    assert await house.check_ins.reply(CHANNEL, PROMPT, ANA) == NotAPrompt()
    await house.ask(group)
    assert await house.check_ins.reply(ChannelId(1), PROMPT, ANA) == NotAPrompt()
    assert await house.check_ins.reply(CHANNEL, MessageId(1), ANA) == NotAPrompt()
    assert await house.rows("tallies") == []


async def test_a_day_closes_at_three_the_next_morning(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    await house.agree(group, ANA)
    house.clock.set(4, 1, 59)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, ANSWER, "button")
    assert isinstance(told, Recorded)
    house.clock.set(4, 2)
    closed = Closed(TUESDAY)
    told = await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, Answer(mood=1), "button")
    assert told == closed
    assert await house.check_ins.open_by_marker(marker, HOME, ANA) == closed
    assert await house.check_ins.reply(CHANNEL, PROMPT, ANA) == closed
    assert await house.check_ins.reply(CHANNEL, PROMPT, BEN) == closed
    assert await house.check_ins.count_only(HOME, group.id, TUESDAY, BEN) == closed
    assert await house.check_ins.agree(HOME, group.id, TUESDAY, BEN, CHECK_INS) == closed
    assert len(await house.rows("consents")) == 1
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == Form(
        group.id, date(2026, 3, 4), BARE
    )


async def test_last_weeks_prompt_says_that_it_is_closed(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    house.clock.go(days=7)
    assert await house.check_ins.open_by_marker(marker, HOME, ANA) == Closed(TUESDAY)


async def test_forged_numbers_lead_nowhere(house: House) -> None:
    group = await house.a_group()
    house.clock.go(hours=2)
    marker = await house.ask(group)
    await house.agree(group, ANA)
    stranger = GuildId(66)
    assert await house.check_ins.open_by_marker(marker, stranger, ANA) == UnknownPrompt()
    assert await house.check_ins.open_by_marker("f" * 24, HOME, ANA) == UnknownPrompt()
    for guild, number, day in (
        (stranger, group.id, TUESDAY),
        (HOME, GroupId(99), TUESDAY),
        (HOME, group.id, date(2026, 3, 4)),
    ):
        told = await house.check_ins.answer(guild, number, day, ANA, ANSWER, "button")
        assert told == UnknownPrompt()
        assert await house.check_ins.agree(guild, number, day, BEN, CHECK_INS) == UnknownPrompt()
        assert await house.check_ins.count_only(guild, number, day, BEN) == UnknownPrompt()
    told = await house.check_ins.answer(HOME, group.id, date(2026, 2, 24), ANA, ANSWER, "button")
    assert told == Closed(date(2026, 2, 24))
    assert await house.rows("check_ins") == []


async def test_a_check_in_by_command_finds_the_servers_only_group(house: House) -> None:
    elsewhere = ChannelId(3)
    assert await house.check_ins.open_here(HOME, CHANNEL, ANA) == NoGroupHere()
    first = await house.a_group()
    await house.agree(first, ANA)
    assert isinstance(await house.check_ins.open_here(HOME, elsewhere, ANA), Form)
    second = await house.a_group(channel=CHANNEL + 1)
    assert await house.check_ins.open_here(HOME, elsewhere, ANA) == WhichGroup((first, second))
    assert await house.check_ins.open_here(HOME, second.channel, ANA) == Form(
        second.id, TUESDAY, BARE
    )


async def test_any_text_comes_back_as_it_was_written(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    for line in ("x" * 4000, "\u202eabc\u200b @everyone", "😀\ud83d \x00 ü", "'; DROP TABLE--"):
        told = Answer(line=line)
        await house.check_ins.answer(HOME, group.id, TUESDAY, ANA, told, "button")
        found = await house.check_ins.open_here(HOME, CHANNEL, ANA)
        assert found == Form(group.id, TUESDAY, told)
