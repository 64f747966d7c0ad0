"""A member checks in, in the three ways there are, and nothing about it is anybody else's."""

import pytest

from bot.domain.answers import LINE_LIMIT
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.things import Message
from tests.dialogue.stage import Stage, say_yes

CHECK_IN = "Check in"
NO = "No, only count me today"
CARD = [
    "☐ Check-ins",
    "☐ Recovery dates",
    "☐ Sharing",
    "☐ Pairing",
    "☐ Reminders",
    "Save my choices",
    NO,
]
MOOD = "How are you?"
URGE = "Strongest urge, 0 to 10"
LINE = "A line for yourself"
GOOD = {MOOD: "4 · good"}


async def consent(stage: Stage, who: Person, prompt: Message, form: dict[str, str]) -> Answer:
    """Press the button for the first time ever, agree, and send the form."""
    card = (await who.press(prompt, CHECK_IN)).shown
    assert card is not None
    answer = await who.submit(await say_yes(who, card), form)
    await stage.box.quiet()
    return answer


async def again(stage: Stage, who: Person, prompt: Message, form: dict[str, str]) -> Answer:
    """Press the button with consent on file, and send the form."""
    answer = await who.submit(await who.press(prompt, CHECK_IN), form)
    await stage.box.quiet()
    return answer


def words_on_disk(stage: Stage) -> bytes:
    return b"".join(path.read_bytes() for path in stage.data.iterdir())


async def test_the_prompt_comes_at_the_groups_own_hour(stage: Stage) -> None:
    await stage.set_up()
    await stage.pass_time(minutes=59)
    assert stage.ana.sees(stage.room) == []
    await stage.pass_time(minutes=1)
    prompt = stage.last()
    assert prompt.buttons == [CHECK_IN]
    assert "Reply to this message" in prompt.text
    assert "of us" not in prompt.text


async def test_a_first_answer_is_kept_only_after_the_card_is_agreed_to(stage: Stage) -> None:
    prompt = await stage.prompt()
    card = (await stage.ana.press(prompt, CHECK_IN)).shown
    assert card is not None
    assert card.ephemeral_for == stage.ana.id
    assert card.buttons == CARD
    for said in ("90 days", "Who can see it", "erase", "Nothing is ticked"):
        assert said in card.text
    opened = await say_yes(stage.ana, card)
    assert opened.modal is not None
    assert opened.modal.title == "Check-in for Tuesday 3 March"
    done = await stage.ana.submit(opened, {MOOD: "3 · in between", URGE: "4", LINE: "slept well"})
    assert done.updated is card
    assert card.text.startswith("**Saved for Tuesday 3 March.** Only you can see this.")
    assert "Strongest urge: 4 of 10" in card.text
    assert "slept well" in card.text
    assert card.buttons == []


async def test_the_count_follows_a_first_answer_within_half_a_minute(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    await stage.pass_time(seconds=31)
    assert "1 of us so far" in prompt.text
    assert prompt.buttons == [CHECK_IN]


async def test_a_press_refreshes_the_count_through_its_own_answer(stage: Stage) -> None:
    first = await stage.prompt()
    await consent(stage, stage.ana, first, GOOD)
    await stage.pass_time(days=1)
    prompt = stage.last()
    sent = len([seen for seen in stage.box.requests if seen.method == "PATCH"])
    done = await again(stage, stage.ana, prompt, GOOD)
    assert done.updated is prompt
    assert "1 of us so far" in prompt.text
    assert prompt.buttons == [CHECK_IN]
    (saved,) = done.followups
    assert saved.ephemeral_for == stage.ana.id
    assert saved.text.startswith("**Saved for Wednesday 4 March.**")
    await stage.pass_time(seconds=31)
    assert len([seen for seen in stage.box.requests if seen.method == "PATCH"]) == sent


@pytest.mark.parametrize("ping", [True, False])
async def test_a_reply_counts_with_its_ping_on_or_off(stage: Stage, *, ping: bool) -> None:
    prompt = await stage.prompt()
    mine = await stage.ana.reply(prompt, "Rather_unusual_words_of_mine", ping=ping)
    await stage.box.quiet()
    assert list(mine.reactions) == ["✅"]
    await stage.pass_time(seconds=31)
    assert "1 of us so far" in prompt.text
    assert stage.ana.sees(stage.room) == [prompt, mine]
    assert b"Rather_unusual_words" not in words_on_disk(stage)


async def test_replies_never_make_more_than_two_redraws_a_minute(stage: Stage) -> None:
    prompt = await stage.prompt()
    for who in (stage.ana, stage.ben, stage.cem):
        await stage.ana.say(stage.room, "something else")
        await who.reply(prompt, "here")
        await stage.box.quiet()
        await stage.pass_time(seconds=10)
    await stage.pass_time(seconds=30)
    assert "3 of us so far" in prompt.text
    drawn = [
        seen
        for seen in stage.box.requests
        if seen.method == "PATCH" and seen.path.endswith(str(prompt.id))
    ]
    assert len(drawn) <= 2


async def test_a_reply_to_something_else_is_left_alone(stage: Stage) -> None:
    await stage.prompt()
    other = await stage.ben.say(stage.room, "good morning")
    mine = await stage.ana.reply(other, "morning")
    await stage.box.quiet()
    assert mine.reactions == {}


async def test_the_command_answers_privately(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    opened = await stage.ana.slash(stage.hall, "checkin")
    done = await stage.ana.submit(opened, {MOOD: "5 · very good"})
    assert done.shown is not None
    assert done.shown.ephemeral_for == stage.ana.id
    assert "Saved for Tuesday 3 March" in done.shown.text


async def test_three_ways_are_one_check_in(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.ana.reply(prompt, "here")
    await stage.box.quiet()
    await consent(stage, stage.ana, prompt, GOOD)
    await stage.ana.submit(await stage.ana.slash(stage.room, "checkin"), GOOD)
    await stage.ana.reply(prompt, "still here")
    await stage.box.quiet()
    await stage.pass_time(seconds=60)
    assert "1 of us so far" in prompt.text


async def test_a_bare_reply_takes_nothing_from_an_earlier_answer(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, {MOOD: "2 · hard", LINE: "kept"})
    await stage.ana.reply(prompt, "a word")
    await stage.box.quiet()
    opened = await stage.ana.press(prompt, CHECK_IN)
    assert opened.modal is not None
    mood, _, line = opened.modal.entries
    assert [part["value"] for part in mood.component["options"] if part.get("default")] == ["2"]
    assert line.component["value"] == "kept"


async def test_who_declines_is_counted_and_nothing_is_kept(stage: Stage) -> None:
    prompt = await stage.prompt()
    card = (await stage.ben.press(prompt, CHECK_IN)).shown
    assert card is not None
    await stage.ben.press(card, NO)
    assert card.text == "You are counted for Tuesday 3 March. Nothing else is kept."
    assert card.buttons == []
    await stage.pass_time(seconds=31)
    assert "1 of us so far" in prompt.text
    await stage.pass_time(days=1)
    card = (await stage.ben.press(stage.last(), CHECK_IN)).shown
    assert card is not None
    assert card.buttons == CARD


async def test_nobody_else_sees_an_answer(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, {MOOD: "1 · very hard", LINE: "only mine"})
    await again(stage, stage.ana, prompt, {MOOD: "1 · very hard", LINE: "only mine"})
    for other in (stage.ben, stage.mod):
        assert other.sees(stage.room) == [prompt]
        assert "only mine" not in prompt.text
    assert b"only mine" not in words_on_disk(stage)


async def test_a_hard_answer_is_met_calmly(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, {MOOD: "2 · hard", URGE: "8"})
    card = stage.last(stage.ana)
    assert card.text.startswith("That sounds heavy. Thank you for saying it.")
    assert "!" not in card.text


async def test_a_button_outlives_a_restart(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.restart_bot()
    await consent(stage, stage.ana, prompt, GOOD)
    await stage.restart_bot()
    done = await again(stage, stage.ana, prompt, {MOOD: "3 · in between"})
    assert "1 of us so far" in prompt.text
    assert "3 · in between" in done.followups[0].text


async def test_a_form_opened_before_a_restart_can_still_be_sent(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    opened = await stage.ana.press(prompt, CHECK_IN)
    await stage.restart_bot()
    done = await stage.ana.submit(opened, {MOOD: "5 · very good", LINE: "typed before"})
    await stage.box.quiet()
    assert done.error is None
    assert "typed before" in done.followups[0].text


async def test_two_devices_make_one_check_in_with_the_same_words(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    phone, laptop = [await stage.ana.press(prompt, CHECK_IN) for _ in range(2)]
    told = [await stage.ana.submit(form, GOOD) for form in (phone, laptop)]
    await stage.box.quiet()
    assert told[0].followups[0].text == told[1].followups[0].text
    assert "1 of us so far" in prompt.text


async def test_a_long_line_with_mentions_comes_back_whole(stage: Stage) -> None:
    line = ("@everyone \u202eabc\u202c **x** " * 400)[:LINE_LIMIT]
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD | {LINE: line})
    card = stage.last(stage.ana)
    assert "Saved for Tuesday" in card.text
    assert "\u202e" not in card.text
    opened = await stage.ana.press(prompt, CHECK_IN)
    assert opened.modal is not None
    kept = opened.modal.entries[2].component["value"]
    assert kept == line.replace("\u202e", "").replace("\u202c", "").strip()


async def test_yesterdays_prompt_says_where_today_is(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.pass_time(days=7)
    for who in (stage.ana, stage.ben):
        told = (await who.press(prompt, CHECK_IN)).shown
        assert told is not None
        assert told.text == "Tuesday 3 March is closed; today's check-in is open: /checkin"
    late = await stage.ana.reply(prompt, "late")
    await stage.box.quiet()
    assert late.reactions == {}


async def test_a_form_that_comes_after_the_day_has_ended_is_given_back(stage: Stage) -> None:
    prompt = await stage.prompt()
    await consent(stage, stage.ana, prompt, GOOD)
    opened = await stage.ana.press(prompt, CHECK_IN)
    await stage.pass_time(days=1)
    done = await stage.ana.submit(opened, GOOD | {LINE: "written late"})
    await stage.box.quiet()
    assert done.shown is not None
    assert "Tuesday 3 March is closed" in done.shown.text
    assert "written late" in done.followups[0].text


async def test_check_in_in_a_direct_message_is_told_where_to_go(stage: Stage) -> None:
    told = (await stage.ana.slash(stage.ana.dm, "checkin")).shown
    assert told is not None
    assert "Check-ins live in a server" in told.text


async def test_check_in_in_a_server_without_groups_is_told_so(stage: Stage) -> None:
    told = (await stage.ana.slash(stage.room, "checkin")).shown
    assert told is not None
    assert "no check-in yet" in told.text


async def test_check_in_among_several_groups_is_told_where_they_are(stage: Stage) -> None:
    await stage.set_up()
    await stage.set_up(stage.guild.add_channel("evening"), at="20:00")
    told = (await stage.ana.slash(stage.hall, "checkin")).shown
    assert told is not None
    assert stage.room.mention in told.text
