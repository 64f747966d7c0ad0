"""A member asks for urgent help: one private answer, in the right country, page by page."""

import logging
from pathlib import Path

import pytest

from bot.domain.ids import OUTSIDE, GuildId, MemberId
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.things import Channel, Message
from tests.dialogue.stage import Stage, say_yes

MORE, BACK, SILENT = "More lines", "Back", "Text or chat"
OVERDOSE, WORRIED = "Overdose or withdrawal", "I'm worried about someone"
REMEMBER, FORGET = "Remember this country", "Forget this country"
ANOTHER, ELSEWHERE = "Another country", "A country that is not in this list"


async def crisis(who: Person, where: Channel, country: str | None = None) -> Message:
    """What somebody sees after /crisis: one answer, for them alone, at once."""
    given = {} if country is None else {"country": country}
    answer = await who.slash(where, "crisis", **given)
    assert answer.error is None
    assert answer.followups == []
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == who.id
    return answer.shown


def chosen(answer: Answer) -> None:
    assert answer.error is None


async def test_the_card_opens_with_the_emergency_number_and_its_country(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "uk")
    lines = card.text.splitlines()
    assert lines[0] == "If life is in danger now, call **999** (United Kingdom)."
    assert lines[1] == "Also: **112** (United Kingdom)."
    assert "**Samaritans** (United Kingdom)" in card.text
    assert "Call **116 123**" in card.text
    assert "checked on 2026-11-22" in card.text
    assert "findahelpline.com" in card.text


async def test_without_an_option_the_country_is_a_guess_and_is_offered_as_one(
    stage: Stage,
) -> None:
    card = await crisis(stage.ana, stage.hall)
    assert "Is this your country? United States is only a guess" in card.text
    assert "**911** (United States)" in card.text


@pytest.mark.parametrize(
    ("typed", "number"), [("deutschland", "112"), ("usa", "911"), ("GB", "999"), ("Norge", "113")]
)
async def test_a_country_is_found_by_the_name_people_type(
    stage: Stage, typed: str, number: str
) -> None:
    card = await crisis(stage.ana, stage.hall, typed)
    assert f"call **{number}** (" in card.text
    assert "guess" not in card.text


async def test_a_name_that_is_no_country_says_so_and_offers_what_is_near(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "Irlande du Sud")
    assert "No country here goes by that name" in card.text
    assert "**911** (United States)" in card.text
    await stage.ana.choose(card, ANOTHER, ["Ireland"])
    assert "(Ireland)" in card.text


async def test_the_option_proposes_by_name_code_and_short_form(stage: Stage) -> None:
    for typed, name in (("uk", "United Kingdom"), ("deutsch", "Germany"), ("jp", "Japan")):
        offered = await stage.ana.complete(stage.hall, "crisis", "country", typed)
        assert offered[0].name == name
    assert len(await stage.ana.complete(stage.hall, "crisis", "country", "")) == 25
    assert await stage.ana.complete(stage.hall, "crisis", "country", "§§§ 9999") != []


async def test_every_page_is_reached_and_every_line_is_on_one(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "US")
    pages = [card.text]
    while MORE in card.buttons:
        await stage.ana.press(card, MORE)
        pages.append(card.text)
    whole = "\n".join(pages)
    directory = stage.bot.crisis
    there = directory.country("US")
    assert there is not None
    for line in directory.lines_in(there):
        assert (line.name in whole) == (line.kind != "use-alone")
    for page in pages:
        assert page.startswith("If life is in danger now, call **911** (United States).")
    for number in range(len(pages) - 2, -1, -1):
        await stage.ana.press(card, BACK)
        assert card.text.splitlines()[-1] == pages[number].splitlines()[-1]
    assert BACK not in card.buttons


async def test_who_cannot_speak_aloud_is_led_to_text_and_chat_at_once(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    await stage.ana.press(card, SILENT)
    assert "By text or chat, without speaking" in card.text
    assert "Text **SHOUT** to **85258**" in card.text


async def test_a_country_is_one_select_away(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall)
    await stage.ana.choose(card, ANOTHER, ["Norway"])
    assert card.text.startswith("If life is in danger now, call **113** (Norway, ambulance).")
    assert "**112** (Norway, police)" in card.text
    assert "guess" not in card.text


async def test_a_country_that_is_not_in_the_list_is_typed_into_a_form(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall)
    form = await stage.ana.choose(card, ANOTHER, [ELSEWHERE])
    chosen(await stage.ana.submit(form, {"Country": "slovensko"}))
    assert "(Slovakia)" in card.text
    again = await stage.ana.choose(card, ANOTHER, [ELSEWHERE])
    chosen(await stage.ana.submit(again, {"Country": "Atlantis"}))
    assert "No country here goes by that name" in card.text


async def test_overdose_and_withdrawal_come_with_the_emergency_number_first(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "CA")
    await stage.ana.press(card, OVERDOSE)
    assert card.text.startswith("If life is in danger now, call **911** (Canada).")
    for words in ("naloxone", "30 to 90 minutes", "seizures", "Not breathing: rescue breaths"):
        assert words in card.text
    await stage.ana.press(card, WORRIED)
    assert "Are you thinking about suicide?" in card.text
    assert "(Canada)" in card.text.split("for you, too")[1]
    await stage.ana.press(card, BACK)
    assert MORE in card.buttons


async def test_lines_for_who_uses_alone_are_named_where_the_server_has_said_so(
    stage: Stage,
) -> None:
    card = await crisis(stage.ana, stage.hall, "CA")
    await stage.ana.press(card, OVERDOSE)
    assert "1-888-688-6677" not in card.text
    guild = GuildId(stage.guild.id)
    await stage.bot.crisis_choices.choose_for_server(guild, None, names_use_alone=True)
    again = await crisis(stage.ana, stage.hall, "CA")
    await stage.ana.press(again, OVERDOSE)
    assert "Call **1-888-688-6677**" in again.text
    assert "(Canada)" in again.text.split("uses alone")[1]


async def test_the_servers_country_comes_before_a_guess_and_after_the_members_own(
    stage: Stage,
) -> None:
    guild = GuildId(stage.guild.id)
    await stage.bot.crisis_choices.choose_for_server(guild, "IE", names_use_alone=False)
    card = await crisis(stage.ana, stage.hall)
    assert "(Ireland)" in card.text
    assert "guess" not in card.text
    await stage.ana.choose(card, ANOTHER, ["Poland"])
    await stage.ana.press(card, REMEMBER)
    assert "(Poland)" in (await crisis(stage.ana, stage.hall)).text
    assert "(Ireland)" in (await crisis(stage.ben, stage.hall)).text


async def test_a_country_is_remembered_only_when_told_and_forgotten_with_one_press(
    stage: Stage,
) -> None:
    card = await crisis(stage.ana, stage.hall, "NZ")
    assert "keeps its name for you" in card.text
    assert "(New Zealand)" not in (await crisis(stage.ana, stage.hall)).text
    await stage.ana.press(card, REMEMBER)
    assert "New Zealand is remembered for you" in card.text
    assert "(New Zealand)" in (await crisis(stage.ana, stage.hall)).text
    await stage.ana.press(card, FORGET)
    assert "Forgotten. No country is kept for you here." in card.text
    assert "(New Zealand)" in card.text
    assert "(New Zealand)" not in (await crisis(stage.ana, stage.hall)).text
    held = await stage.bot.privacy.held(GuildId(stage.guild.id), MemberId(stage.ana.id))
    assert held.is_empty


async def test_what_is_remembered_in_a_direct_message_belongs_to_no_server(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.ana.dm, "Japan")
    await stage.ana.press(card, REMEMBER)
    assert "(Japan)" in (await crisis(stage.ana, stage.ana.dm)).text
    assert "(Japan)" not in (await crisis(stage.ana, stage.hall)).text
    whom = MemberId(stage.ana.id)
    assert (await stage.bot.crisis_choices.standing(OUTSIDE, whom)).remembered == "JP"


async def test_privacy_names_the_country_that_is_remembered(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "NZ")
    await stage.ana.press(card, REMEMBER)
    told = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert told is not None
    assert "The country for your crisis card" in told.text
    await stage.ana.press(told, "Erase")
    await stage.ana.press(told, "Erase it now")
    await stage.box.quiet()
    assert "(New Zealand)" not in (await crisis(stage.ana, stage.hall)).text


async def test_the_cards_buttons_outlive_a_restart(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    await stage.restart_bot()
    await stage.ana.press(card, MORE)
    assert "Page 2" in card.text
    await stage.ana.press(card, OVERDOSE)
    assert "naloxone" in card.text
    await stage.ana.press(card, BACK)
    await stage.ana.choose(card, ANOTHER, ["Ireland"])
    assert "(Ireland)" in card.text


@pytest.mark.parametrize(
    ("mood", "urge", "is_hard"),
    [("2", None, True), ("1", "0", True), ("5", "7", True), ("3", "6", False), ("3", None, False)],
)
async def test_a_hard_answer_comes_with_a_quiet_way_to_the_card(
    stage: Stage, mood: str, urge: str | None, *, is_hard: bool
) -> None:
    prompt = await stage.prompt()
    asked = (await stage.ana.press(prompt, "Check in")).shown
    assert asked is not None
    form = await say_yes(stage.ana, asked)
    given = {"How are you?": mood} | ({} if urge is None else {"Strongest urge, 0 to 10": urge})
    await stage.ana.submit(form, given)
    await stage.box.quiet()
    saved = stage.last()
    assert saved.ephemeral_for == stage.ana.id
    assert ("Urgent help" in saved.buttons) == is_hard
    assert ("That sounds heavy" in saved.text) == is_hard
    if is_hard:
        before = saved.text
        opened = (await stage.ana.press(saved, "Urgent help")).shown
        assert opened is not None
        assert opened.ephemeral_for == stage.ana.id
        assert "If life is in danger now" in opened.text
        assert saved.text == before


async def test_a_hard_answer_that_is_not_kept_comes_with_it_too(stage: Stage) -> None:
    prompt = await stage.prompt()
    asked = (await stage.ana.press(prompt, "Check in")).shown
    assert asked is not None
    form = await say_yes(stage.ana, asked)
    whom = GuildId(stage.guild.id), MemberId(stage.ana.id)
    await stage.bot.privacy.keep_for(*whom, 0)
    await stage.ana.submit(form, {"How are you?": "1"})
    await stage.box.quiet()
    assert "was not kept" in stage.last().text
    assert stage.last().buttons == ["Urgent help"]


async def test_a_forged_button_shows_the_card_and_nothing_else(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    for forged in ("k:lines:ZZ:0:1", "k:lines:GB:99:9", "k:remember:00:0:0", "k:forget:ZZ:7:2"):
        card.components[0]["components"][0]["custom_id"] = forged
        answer = await stage.ana.press(card, forged)
        assert answer.error is None
        assert "danger now" in card.text


async def test_on_a_message_that_all_can_see_a_page_is_answered_in_private(stage: Stage) -> None:
    prompt = await stage.prompt()
    before = prompt.content
    prompt.components[0]["components"][0]["custom_id"] = "k:lines:GB:0:1"
    answer = await stage.ana.press(prompt, "k:lines:GB:0:1")
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == stage.ana.id
    assert "(United Kingdom)" in answer.shown.content
    assert prompt.content == before


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


async def test_opening_the_card_writes_nothing_and_logs_nobody(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.box.quiet()
    before = bytes_in(stage.data)
    with caplog.at_level(logging.DEBUG, logger="handrail"):
        for place in (stage.hall, stage.ana.dm):
            card = await crisis(stage.ana, place)
            for label in (MORE, BACK, OVERDOSE, WORRIED, BACK):
                await stage.ana.press(card, label)
            await stage.ana.choose(card, ANOTHER, ["Norway"])
        await stage.box.quiet()
    assert bytes_in(stage.data) == before
    assert [line.getMessage() for line in caplog.records if "handrail" in line.name] == []


async def test_no_message_is_ever_looked_at_for_what_it_says(stage: Stage) -> None:
    said = len(stage.ben.sees(stage.hall))
    await stage.ana.say(stage.hall, "I do not want to wake up tomorrow")
    await stage.box.quiet()
    assert len(stage.ben.sees(stage.hall)) == said + 1
    assert stage.ana.sees(stage.ana.dm) == []


async def test_a_moderator_chooses_the_country_and_nobody_else_does(stage: Stage) -> None:
    told = await stage.mod.slash(stage.hall, "crisis-server", country="ireland", use_alone=True)
    assert told.shown is not None
    assert "/crisis shows Ireland first" in told.shown.text
    assert told.shown.ephemeral_for == stage.mod.id
    assert "(Ireland)" in (await crisis(stage.ana, stage.hall)).text
    assert "crisis-server" not in [one.name for one in stage.ana.commands(stage.hall)]
    missed = await stage.mod.slash(stage.hall, "crisis-server", country="Atlantis")
    assert missed.shown is not None
    assert "nothing was changed" in missed.shown.text
    assert "(Ireland)" in (await crisis(stage.ana, stage.hall)).text
    offered = await stage.mod.complete(stage.hall, "crisis-server", "country", "uk")
    assert offered[0].name == "United Kingdom"
    none = await stage.mod.slash(stage.hall, "crisis-server")
    assert none.shown is not None
    assert "No country is shown first" in none.shown.text
    assert "(Ireland)" not in (await crisis(stage.ana, stage.hall)).text


async def test_a_member_whom_discord_lets_through_is_refused_in_the_bot(stage: Stage) -> None:
    (command,) = [raw for raw in stage.box.world.commands[None] if raw["name"] == "crisis-server"]
    command["default_member_permissions"] = None
    told = await stage.ana.slash(stage.hall, "crisis-server", country="IE")
    assert told.shown is not None
    assert "permission Manage Server" in told.shown.text
    assert "(Ireland)" not in (await crisis(stage.ana, stage.hall)).text


async def test_privacy_in_a_direct_message_reaches_what_is_kept_outside_servers(
    stage: Stage,
) -> None:
    card = await crisis(stage.ana, stage.ana.dm, "Japan")
    await stage.ana.press(card, REMEMBER)
    told = (await stage.ana.slash(stage.ana.dm, "privacy")).shown
    assert told is not None
    assert "The country for your crisis card" in told.text
    assert "In 1 server" not in told.text
    await stage.ana.press(told, "Erase")
    assert "- The country for your crisis card." in told.text
    await stage.ana.press(told, "Erase everything now")
    await stage.box.quiet()
    assert "Erased." in told.text
    assert "(Japan)" not in (await crisis(stage.ana, stage.ana.dm)).text
