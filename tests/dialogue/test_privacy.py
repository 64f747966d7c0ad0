"""A member asks what is kept about them in a server, and erases it."""

import asyncio

from bot.domain.ids import GuildId, MemberId
from tests.dialogue.privacy_card import WORDS, check_in, press, privacy
from tests.dialogue.stage import Stage
from tests.dialogue.test_slow_and_locked import locked, store_of, wait_only

OFFER = "Crisis card from others"
ALL = ["Export", "My choices", "Keep less", "Erase", OFFER]
REMAINS = "What remains: in the key file a mark"


async def test_somebody_new_hears_that_nothing_is_kept_and_may_choose(stage: Stage) -> None:
    card = await privacy(stage.ana, stage.hall)
    assert card.text.startswith("Nothing is kept about you in this server.")
    assert card.buttons == ["My choices", OFFER]


async def test_a_member_sees_what_is_kept_and_who_can_see_it(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.hall)
    assert card.text.index("**1 check-in**, from Tuesday 3 March 2026.") < 80
    for said in (
        "Check-ins are kept for 90 days each, then forgotten.",
        "You said yes to: Check-ins.",
        "All of it: only you, in messages like this one.",
        "The channel: your replies there",
        "a day's number from five people on. Never answers, never who.",
        "Discord carries",
        "holds the key",
    ):
        assert said in card.text
    assert card.buttons == ALL
    assert "forgotten so far" not in card.text


async def test_what_was_forgotten_is_counted(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    await stage.pass_time(days=8)
    card = await privacy(stage.ana, stage.hall)
    await press(stage.ana, card, "Keep less")
    await stage.ana.choose(card, "For how long", "7 days")
    await press(stage.ana, card, "Forget them", "Back")
    assert "No check-in." in card.text
    assert "1 was forgotten so far" in card.text
    assert "Check-ins are kept for 7 days each" in card.text


async def test_before_erasing_it_says_what_goes_and_afterwards_what_remains(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase")
    for said in ("Your check-ins: 1,", "said yes to", "Discord id", "cannot be undone"):
        assert said in card.text
    assert card.buttons == ["Erase it now", "Keep it"]
    await press(stage.ana, card, "Erase it now")
    assert card.text.startswith("Erased: 1 check-in")
    assert REMAINS in card.text
    assert "up to seven days" in card.text
    assert card.buttons == []
    assert "Nothing is kept" in (await privacy(stage.ana, stage.hall)).text


async def test_who_thinks_again_keeps_everything(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.hall)
    await press(stage.ana, card, "Erase", "Keep it")
    assert card.text == "Nothing was erased."
    assert "1 check-in" in (await privacy(stage.ana, stage.hall)).text


async def test_erasing_one_member_leaves_another_alone(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    await check_in(stage.ben, prompt)
    await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase", "Erase it now")
    assert "1 check-in" in (await privacy(stage.ben, stage.hall)).text


async def test_who_was_only_counted_is_forgotten_too(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.ana.reply(prompt, "here")
    await check_in(stage.ben, prompt)
    await stage.box.quiet()
    erased = await stage.bot.privacy.erase(GuildId(stage.guild.id), MemberId(stage.ana.id))
    assert erased.check_ins == 0
    form = await stage.ben.slash(stage.room, "checkin")
    counted = await stage.ben.submit(form, {"How are you?": "4"})
    assert counted.error is None
    await stage.pass_time(seconds=31)
    assert "1 of us so far" in prompt.text


async def test_who_is_only_counted_is_not_offered_to_keep_less(stage: Stage) -> None:
    await stage.ana.reply(await stage.prompt(), "here")
    await stage.box.quiet()
    card = await privacy(stage.ana, stage.hall)
    assert card.buttons == ["Export", "My choices", "Erase", OFFER]
    assert "check-in" not in card.text
    await press(stage.ana, card, "Erase")
    assert "That you are counted for a day." in card.text
    assert "Your check-ins" not in card.text


async def test_a_second_press_on_erase_says_the_same_and_breaks_nothing(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase")
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    await press(stage.ana, card, "Erase it now")
    await stage.box.quiet()
    assert "Nothing is kept about you in this server now." in card.text
    assert REMAINS in card.text


async def test_two_cards_at_once_erase_once_and_the_older_one_knows(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    phone, laptop = [await privacy(stage.ana, stage.hall) for _ in range(2)]
    await press(stage.ana, laptop, "Erase", "Erase it now")
    await press(stage.ana, phone, "Erase")
    assert phone.text.startswith("Nothing is kept about you in this server.")
    assert phone.buttons == ["My choices", OFFER]


async def test_buttons_outlive_a_restart(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.hall)
    await stage.restart_bot()
    await press(stage.ana, card, "Erase")
    await stage.restart_bot()
    await press(stage.ana, card, "Erase it now")
    assert card.text.startswith("Erased: 1 check-in")


async def test_when_nothing_can_be_written_it_says_that_nothing_was_erased(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase")
    await store_of(stage).write(wait_only)
    with locked(stage):
        answer = await stage.ana.press(card, "Erase it now")
        for _ in range(300):
            await asyncio.sleep(0.05)
            if answer.followups:
                break
    assert answer.error is None
    [said] = answer.followups
    assert said.text.startswith("It was not erased:")
    assert said.ephemeral_for == stage.ana.id
    assert card.buttons == ["Erase it now", "Keep it"]


async def test_a_form_opened_before_erasing_keeps_nothing_and_gives_the_words_back(
    stage: Stage,
) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    form = await stage.ana.press(prompt, "Check in")
    await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase", "Erase it now")
    answer = await stage.ana.submit(form, {"How are you?": "2", "A line for yourself": WORDS})
    await stage.box.quiet()
    assert answer.shown is not None
    assert answer.shown.buttons[0] == "☐ Check-ins"
    assert WORDS in answer.followups[0].text
    assert "Nothing is kept" in (await privacy(stage.ana, stage.hall)).text


async def test_with_closed_direct_messages_everything_works_in_the_server(stage: Stage) -> None:
    stage.ana.user.dms_open = False
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.hall)
    answer = await stage.ana.press(card, "Export")
    assert answer.shown is not None
    assert len(answer.shown.attachments) == 2
    await press(stage.ana, card, "Erase", "Erase it now")
    assert not any(seen.path.endswith("/users/@me/channels") for seen in stage.box.requests)


async def test_nobody_else_sees_any_of_it(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    others = (stage.mod, stage.ben)
    before = [other.sees(stage.hall) for other in others]
    card = await privacy(stage.ana, stage.hall)
    await press(stage.ana, card, "My choices", "Back", "Keep less", "Back", "Erase", "Keep it")
    assert [other.sees(stage.hall) for other in others] == before


async def test_what_was_written_is_in_no_file_in_plain(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    held = b"".join(path.read_bytes() for path in stage.data.iterdir())
    assert len(held) > 50_000
    assert WORDS.encode() not in held
    assert str(stage.ana.id).encode() not in held
