"""In a direct message /privacy is about every server, also about those a member has left."""

import asyncio
import json

import pytest

from sandbox.forms import CannotDo
from sandbox.guild import Guild
from sandbox.people import Person
from sandbox.things import Channel
from tests.dialogue.privacy_card import WORDS, check_in, exported, press, privacy
from tests.dialogue.stage import Stage
from tests.dialogue.test_slow_and_locked import locked, store_of, wait_only

ERASE = "Erase everything now"
NOTHING = "Nothing is kept about you in any server with this bot."


async def second_server(stage: Stage) -> tuple[Guild, Channel, Person]:
    """Have Ana in a second server, where only she chose something."""
    other = stage.box.world.add_guild("Lighthouse")
    room = other.add_channel("room")
    ana = stage.box.person(other.add_member(stage.ana.user))
    stage.box.world.install_bot(other)
    await stage.box.quiet()
    card = await press(ana, await privacy(ana, room), "My choices", "☐ Sharing", "Save my choices")
    assert "On now: Sharing." in card.text
    return other, room, ana


async def test_who_has_nothing_anywhere_is_told_so(stage: Stage) -> None:
    card = await privacy(stage.ana, stage.ana.dm)
    assert card.text == NOTHING
    assert card.buttons == []


async def test_servers_and_check_ins_are_counted_together(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    await second_server(stage)
    card = await privacy(stage.ana, stage.ana.dm)
    assert "In 2 servers" in card.text
    assert "**1 check-in**, from Tuesday 3 March 2026." in card.text
    assert "All of it: only you" in card.text
    assert card.buttons == ["Export", "Erase"]


async def test_the_export_is_a_list_of_servers_each_whole(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    await check_in(stage.ben, prompt, "the long road by the harbour wall")
    other, _, _ = await second_server(stage)
    card = await privacy(stage.ana, stage.ana.dm)
    answer = await stage.ana.press(card, "Export")
    told = exported(answer)
    assert told["format"] == "handrail-export-everywhere/1"
    assert [one["server"] for one in told["servers"]] == [str(stage.guild.id), str(other.id)]
    here, there = told["servers"]
    assert here["check_ins"][0]["line"] == WORDS
    assert [one["purpose"] for one in there["consents"]] == ["sharing"]
    alone = exported(await stage.ana.press(await privacy(stage.ana, stage.hall), "Export"))
    assert alone == here
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == stage.ana.id
    page = answer.shown.attachments[1].body.decode()
    assert str(other.id) in page
    assert WORDS in page
    assert "harbour wall" not in json.dumps(told) + page


async def test_erasing_everything_asks_once_and_leaves_nothing_anywhere(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    await check_in(stage.ben, prompt)
    _, room, ana_there = await second_server(stage)
    card = await press(stage.ana, await privacy(stage.ana, stage.ana.dm), "Erase")
    assert "Your check-ins: 1," in card.text
    assert "All that is kept in 2 servers" in card.text
    assert card.buttons == [ERASE, "Keep it"]
    await press(stage.ana, card, ERASE)
    assert card.text.startswith("Erased, in 2 servers.")
    assert "What remains: in the key file a mark" in card.text
    assert (await privacy(stage.ana, stage.ana.dm)).text == NOTHING
    for person, place in ((stage.ana, stage.hall), (ana_there, room)):
        assert (await privacy(person, place)).text.startswith("Nothing is kept about you")
    assert "1 check-in" in (await privacy(stage.ben, stage.hall)).text


async def test_in_a_server_erasing_offers_all_servers_only_where_there_are_others(
    stage: Stage,
) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase")
    assert card.buttons == ["Erase it now", "Keep it"]
    await second_server(stage)
    card = await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase")
    assert card.buttons == ["Erase it now", "Keep it", "All servers"]
    await press(stage.ana, card, "All servers", ERASE)
    assert card.text.startswith("Erased, in 2 servers.")


async def test_erasing_one_server_leaves_the_other(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    await second_server(stage)
    await press(stage.ana, await privacy(stage.ana, stage.hall), "Erase", "Erase it now")
    card = await privacy(stage.ana, stage.ana.dm)
    assert "In 1 server\n" in card.text
    assert "No check-in." in card.text


async def test_who_has_left_the_server_exports_and_erases_by_direct_message(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    await second_server(stage)
    await stage.ana.leave()
    card = await privacy(stage.ana, stage.ana.dm)
    assert "**1 check-in**" in card.text
    told = exported(await stage.ana.press(card, "Export"))
    assert told["servers"][0]["check_ins"][0]["line"] == WORDS
    await press(stage.ana, card, "Erase", ERASE)
    assert card.text.startswith("Erased, in 2 servers.")
    assert (await privacy(stage.ana, stage.ana.dm)).text == NOTHING


async def test_a_card_from_before_leaving_the_only_server_still_erases(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.ana.dm)
    await stage.ana.leave()
    await press(stage.ana, card, "Erase", ERASE)
    assert card.text.startswith("Erased, in 1 server.")


async def test_who_is_only_counted_sees_that_and_can_erase_it(stage: Stage) -> None:
    await stage.ana.reply(await stage.prompt(), "here")
    await stage.box.quiet()
    card = await privacy(stage.ana, stage.ana.dm)
    assert "You are counted for a day" in card.text
    assert "Discord id" not in card.text
    await press(stage.ana, card, "Erase", ERASE)
    assert (await privacy(stage.ana, stage.ana.dm)).text == NOTHING


async def test_who_thinks_again_keeps_everything(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.ana.dm), "Erase", "Keep it")
    assert card.text == "Nothing was erased."
    assert "In 1 server\n" in (await privacy(stage.ana, stage.ana.dm)).text


async def test_buttons_outlive_a_restart_and_a_second_press(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await privacy(stage.ana, stage.ana.dm)
    await stage.restart_bot()
    await press(stage.ana, card, "Erase")
    await stage.restart_bot()
    stage.box.faults.arm("duplicate-events", event="INTERACTION_CREATE")
    await press(stage.ana, card, ERASE)
    await stage.box.quiet()
    assert "Nothing is kept about you in any server" in card.text
    stale = await privacy(stage.ana, stage.ana.dm)
    assert stale.text == NOTHING


async def test_an_old_question_knows_that_everything_is_gone(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    old = await privacy(stage.ana, stage.ana.dm)
    await press(stage.ana, await privacy(stage.ana, stage.ana.dm), "Erase", ERASE)
    await press(stage.ana, old, "Erase")
    assert old.text == NOTHING
    assert old.buttons == []


async def test_when_nothing_can_be_written_it_says_that_nothing_was_erased(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = await press(stage.ana, await privacy(stage.ana, stage.ana.dm), "Erase")
    await store_of(stage).write(wait_only)
    with locked(stage):
        answer = await stage.ana.press(card, ERASE)
        for _ in range(300):
            await asyncio.sleep(0.05)
            if answer.followups:
                break
    assert answer.error is None
    assert answer.followups[0].text.startswith("It was not erased:")
    assert card.buttons == [ERASE, "Keep it"]


async def test_who_shares_no_server_with_the_bot_adds_it_to_their_account_and_erases(
    stage: Stage,
) -> None:
    await check_in(stage.ana, await stage.prompt())
    await stage.ana.leave()
    elsewhere = stage.box.world.add_guild("Elsewhere")
    room = elsewhere.add_channel("talk")
    ana = stage.box.person(elsewhere.add_member(stage.ana.user))
    with pytest.raises(CannotDo, match="finds no command"):
        await ana.slash(ana.dm, "privacy")
    await ana.install()
    for place in (ana.dm, room):
        card = await privacy(ana, place)
        assert card.ephemeral_for == ana.id
        assert "**1 check-in**, from Tuesday 3 March 2026." in card.text
        assert card.buttons == ["Export", "Erase"]
    await press(ana, card, "Erase", ERASE)
    assert card.text.startswith("Erased")
    assert (await privacy(ana, ana.dm)).text == NOTHING
