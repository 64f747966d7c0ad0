"""Somebody asks the bot to send a member the crisis card: with that member's yes, once a day."""

import pytest

from bot.domain.ids import GuildId, MemberId
from sandbox.forms import CannotDo
from sandbox.people import Person
from sandbox.things import Message
from tests.dialogue.privacy_card import exported, press, privacy
from tests.dialogue.stage import Stage
from tests.dialogue.test_crisis import crisis

MENU = "Show the crisis card"
PAGE, ON, OFF, STOP = (
    "Crisis card from others",
    "Let others ask",
    "Switch it off",
    "Never send this again",
)


async def ask(stage: Stage, asker: Person, about: Person) -> Message:
    """Use the menu entry on somebody, and wait until the bot has done all that follows."""
    answer = await asker.menu(stage.hall, MENU, about.member)
    assert answer.error is None
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == asker.id
    await stage.box.quiet()
    assert answer.followups == []
    return answer.shown


async def allow(stage: Stage, who: Person) -> None:
    page = await press(who, await privacy(who, stage.hall), PAGE, ON)
    assert "Now: **on**." in page.text


def got(who: Person) -> list[Message]:
    """The direct messages that came unasked."""
    return [one for one in who.sees(who.dm) if one.ephemeral_for is None]


async def test_without_a_yes_nothing_is_sent_and_nothing_is_written(stage: Stage) -> None:
    page = await press(stage.ana, await privacy(stage.ana, stage.hall), PAGE)
    assert "Now: **off**." in page.text
    await stage.box.quiet()
    before = {file.name: file.read_bytes() for file in stage.data.iterdir() if file.is_file()}
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == []
    after = {file.name: file.read_bytes() for file in stage.data.iterdir() if file.is_file()}
    assert after == before


async def test_with_a_yes_the_card_comes_directly_and_names_nobody(stage: Stage) -> None:
    await allow(stage, stage.ana)
    await stage.bot.crisis_choices.choose_for_server(
        GuildId(stage.guild.id), "IE", names_use_alone=False
    )
    await ask(stage, stage.ben, stage.ana)
    (card,) = got(stage.ana)
    assert card.text.startswith("Somebody asked the bot to send you this card, because you allowed")
    assert "If life is in danger now, call **112** (Ireland" in card.text
    assert "switches it off everywhere" in card.text
    assert len(card.content) <= 2000
    assert stage.ben.name not in card.text
    assert str(stage.ben.id) not in card.text
    assert stage.guild.name not in card.text
    assert (card.mentions, card.mention_everyone) == ([], False)
    assert [one for one in stage.hall.messages.values() if one.ephemeral_for is None] == []
    opened = await stage.ana.press(card, "Urgent help")
    assert opened.shown is not None


async def test_it_shows_the_members_own_country_and_the_servers_own_lines(stage: Stage) -> None:
    await allow(stage, stage.ana)
    mine = await crisis(stage.ana, stage.hall, "GB")
    await stage.ana.press(mine, "Remember this country")
    added = await stage.mod.slash(
        stage.hall,
        "crisis-desk add",
        name="Seamark line",
        kind="suicide-and-crisis",
        source="The harbour nurse",
        country="GB",
        number="0800 246 810",
    )
    assert added.shown is not None
    await stage.mod.press(added.shown, "Save")
    await ask(stage, stage.ben, stage.ana)
    assert "**Seamark line** (United Kingdom)" in got(stage.ana)[0].text


async def test_whoever_asks_always_reads_the_same(stage: Stage) -> None:
    helper = stage.box.person(stage.guild.add_member("Robot"))
    first = await ask(stage, stage.ben, stage.ana)
    await allow(stage, stage.ana)
    await allow(stage, stage.cem)
    stage.cem.user.dms_open = False
    asked = [
        first,
        await ask(stage, stage.ben, stage.ana),
        await ask(stage, stage.ben, stage.ana),
        await ask(stage, stage.ben, stage.cem),
        await ask(stage, stage.mod, stage.cem),
        await ask(stage, stage.mod, helper),
        await ask(stage, stage.ana, stage.ana),
    ]
    assert len({each.text for each in asked}) == 1
    assert [each.buttons for each in asked] == [[]] * len(asked)
    assert len(got(stage.ana)) == 1
    assert got(stage.cem) == []


async def test_it_comes_at_most_once_in_a_day_whoever_asks(stage: Stage) -> None:
    await allow(stage, stage.ana)
    for asker in (stage.ben, stage.cem, stage.mod, stage.ben):
        await ask(stage, asker, stage.ana)
    assert len(got(stage.ana)) == 1
    await stage.restart_bot()
    await stage.pass_time(hours=23, minutes=59)
    await ask(stage, stage.cem, stage.ana)
    assert len(got(stage.ana)) == 1
    await stage.pass_time(minutes=2)
    await ask(stage, stage.cem, stage.ana)
    assert len(got(stage.ana)) == 2


async def test_two_who_ask_at_once_send_one_card(stage: Stage) -> None:
    await allow(stage, stage.ana)
    first = stage.bot.crisis_offers.take(GuildId(stage.guild.id), MemberId(stage.ana.id))
    assert await first is not None
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == []


async def test_two_servers_together_send_one_card_a_day(stage: Stage) -> None:
    elsewhere = stage.box.world.add_guild("Elsewhere")
    stage.box.world.install_bot(elsewhere)
    channel = elsewhere.add_channel("talk")
    ana_there = stage.box.person(elsewhere.add_member(stage.ana.user))
    dee = stage.box.person(elsewhere.add_member("Dee"))
    await stage.box.quiet()
    await dee.menu(channel, MENU, ana_there.member)
    await allow(stage, stage.ana)
    await stage.box.quiet()
    await dee.menu(channel, MENU, ana_there.member)
    await stage.box.quiet()
    assert got(stage.ana) == [], "a yes in one server is none in another"
    await ask(stage, stage.ben, stage.ana)
    await press(ana_there, await privacy(ana_there, channel), PAGE, ON)
    await dee.menu(channel, MENU, ana_there.member)
    await stage.box.quiet()
    assert len(got(stage.ana)) == 1
    await stage.pass_time(hours=25)
    await ask(stage, stage.ben, stage.ana)
    await dee.menu(channel, MENU, ana_there.member)
    await stage.box.quiet()
    assert len(got(stage.ana)) == 2
    await stage.ana.press(got(stage.ana)[0], STOP)
    await stage.pass_time(hours=25)
    await dee.menu(channel, MENU, ana_there.member)
    await ask(stage, stage.ben, stage.ana)
    assert len(got(stage.ana)) == 2


async def test_closed_direct_messages_switch_it_off_and_nothing_is_public(stage: Stage) -> None:
    await allow(stage, stage.ana)
    stage.ana.user.dms_open = False
    await ask(stage, stage.ben, stage.ana)
    assert [one for one in stage.hall.messages.values() if one.ephemeral_for is None] == []
    page = await press(stage.ana, await privacy(stage.ana, stage.hall), PAGE)
    assert "Now: **off**." in page.text
    stage.ana.user.dms_open = True
    await stage.pass_time(hours=25)
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == []


async def test_the_card_itself_switches_it_off_also_after_a_restart(stage: Stage) -> None:
    await allow(stage, stage.ana)
    await ask(stage, stage.ben, stage.ana)
    (card,) = got(stage.ana)
    await stage.restart_bot()
    told = await stage.ana.press(card, STOP)
    assert told.shown is not None
    assert told.shown.text.startswith("Switched off in every server.")
    held = await stage.bot.privacy.held(GuildId(stage.guild.id), MemberId(stage.ana.id))
    assert held.is_empty
    await stage.pass_time(hours=25)
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == [card]


async def test_a_card_whose_sending_fails_is_not_sent_again_that_day(stage: Stage) -> None:
    await allow(stage, stage.ana)
    stage.box.faults.arm("lost-answer", times=9, route="POST /channels/{channel_id}/messages")
    await ask(stage, stage.ben, stage.ana)
    stage.box.faults.clear()
    await ask(stage, stage.cem, stage.ana)
    assert len(got(stage.ana)) == 1
    page = await press(stage.ana, await privacy(stage.ana, stage.hall), PAGE)
    assert "Now: **on**." in page.text


async def test_privacy_shows_exports_and_erases_it(stage: Stage) -> None:
    await allow(stage, stage.ana)
    card = await privacy(stage.ana, stage.hall)
    assert "That others may ask the bot to send you the crisis card" in card.text
    (kept,) = exported(await stage.ana.press(card, "Export"))["crisis_offers"]
    assert kept == {
        "version": 1,
        "agreed_at": "2026-03-03T07:00:00+00:00",
        "none_sent_before": "2026-03-03T07:00:00+00:00",
    }
    everywhere = await privacy(stage.ana, stage.ana.dm)
    assert "In at least one server: that others may ask" in everywhere.text
    await stage.ana.press(card, "Erase")
    assert "- That others may ask the bot to send you the crisis card." in card.text
    await stage.ana.press(card, "Erase it now")
    await stage.box.quiet()
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == []


async def test_switching_off_leaves_what_else_is_kept(stage: Stage) -> None:
    mine = await crisis(stage.ana, stage.hall, "NZ")
    await stage.ana.press(mine, "Remember this country")
    await allow(stage, stage.ana)
    await press(stage.ana, await privacy(stage.ana, stage.hall), PAGE, OFF)
    assert "(New Zealand)" in (await crisis(stage.ana, stage.hall)).text
    await allow(stage, stage.ana)
    again = await crisis(stage.ana, stage.hall, "NZ")
    await stage.ana.press(again, "Forget this country")
    page = await press(stage.ana, await privacy(stage.ana, stage.hall), PAGE)
    assert "Now: **on**." in page.text


async def test_there_is_no_such_entry_in_a_direct_message(stage: Stage) -> None:
    with pytest.raises(CannotDo):
        await stage.ben.menu(stage.ben.dm, MENU, stage.ana.member)


async def test_a_yes_whose_key_is_gone_counts_for_nothing(stage: Stage) -> None:
    await allow(stage, stage.ana)
    offers, whom = stage.bot.crisis_offers, (GuildId(stage.guild.id), MemberId(stage.ana.id))
    store = offers._store
    store.vault.shred([(whom[0], store.keyring.member(*whom))], after=0)
    assert not await offers.are_taken(*whom)
    await ask(stage, stage.ben, stage.ana)
    assert got(stage.ana) == []
