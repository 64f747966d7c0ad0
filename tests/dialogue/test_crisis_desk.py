"""Moderators look after their server's crisis card: they post it, correct it, read the steps."""

import re
from typing import Any

import pytest

from bot.domain.ids import GuildId
from sandbox.forms import CannotDo
from sandbox.interactions import Answer
from sandbox.people import Person
from sandbox.permissions import Overwrite, Permission
from sandbox.things import Message
from tests.dialogue.stage import Stage
from tests.dialogue.test_crisis import crisis

SHARE, ADD, CORRECT = "crisis-desk share", "crisis-desk add", "crisis-desk correct"
CHANGES, STEPS = "crisis-desk changes", "crisis-desk steps"
ALL = (SHARE, ADD, CORRECT, CHANGES, STEPS)
POST, SAVE, CANCEL, UNDO = "Post it here", "Save", "Cancel", "Undo a change"
SEAMARK = {
    "name": "Seamark line",
    "kind": "suicide-and-crisis",
    "number": "0800 246 810",
    "source": "https://seamark.example/line",
}


def told(answer: Answer, who: Person) -> Message:
    """The one private answer to a command."""
    assert answer.error is None
    assert answer.shown is not None
    assert answer.shown.ephemeral_for == who.id
    assert len(answer.shown.content) <= 2000
    return answer.shown


async def desk(stage: Stage, command: str, who: Person | None = None, **options: Any) -> Message:
    asker = who or stage.mod
    return told(await asker.slash(stage.hall, command, **options), asker)


async def add(stage: Stage, **changed: Any) -> Message:
    return await desk(stage, ADD, **(SEAMARK | {"country": "GB"} | changed))


async def choose_country(stage: Stage, code: str) -> None:
    await stage.bot.crisis_choices.choose_for_server(
        GuildId(stage.guild.id), code, names_use_alone=False
    )


def public(stage: Stage) -> list[Message]:
    return [one for one in stage.hall.messages.values() if one.ephemeral_for is None]


async def test_the_general_card_is_previewed_alone_and_posted_with_one_press(stage: Stage) -> None:
    await choose_country(stage, "GB")
    preview = await desk(stage, SHARE)
    assert "Only you see this so far" in preview.text
    assert public(stage) == []
    await stage.mod.press(preview, POST)
    (card,) = public(stage)
    assert card.content.startswith("If life is in danger now, call **999** (United Kingdom).")
    assert "**Samaritans** (United Kingdom)" in card.content
    assert "/crisis shows more, only to you" in card.content
    assert "No one is watching this channel for emergencies." in card.content
    assert len(card.content) <= 2000
    assert card.content in preview.content or POST not in preview.buttons
    assert preview.text == (
        "**Posted.** The card is in this channel. You can pin it, or delete it like any message."
    )
    assert (card.mentions, card.mention_roles, card.mention_everyone) == ([], [], False)
    opened = told(await stage.ana.press(card, "Urgent help"), stage.ana)
    assert "(United Kingdom)" in opened.text
    assert len(public(stage)) == 1


async def test_a_country_can_be_picked_for_the_card_and_none_is_guessed(stage: Stage) -> None:
    picked = await desk(stage, SHARE, country="norge")
    await stage.mod.press(picked, POST)
    assert "call **113** (Norway, ambulance)" in public(stage)[0].content
    without = await desk(stage, SHARE)
    assert "call the emergency number of the country you are in" in without.text
    assert not re.search(r"Call \*\*", without.content)
    missed = await desk(stage, SHARE, country="Atlantis")
    assert missed.text.startswith("No country here goes by that name")
    assert missed.buttons == []


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_second_press_posts_nothing_more(stage: Stage, *, restarts: bool) -> None:
    preview = await desk(stage, SHARE, country="IE")
    button = preview.components
    if restarts:
        await stage.restart_bot()
    await stage.mod.press(preview, POST)
    for minutes in (0, 10):
        preview.components = button
        await stage.pass_time(minutes=minutes)
        await stage.mod.press(preview, POST)
        assert preview.text.startswith("**Posted.**")
    assert len(public(stage)) == 1


async def test_a_lost_answer_of_discord_never_doubles_the_card(stage: Stage) -> None:
    preview = await desk(stage, SHARE, country="IE")
    stage.box.faults.arm("lost-answer", times=9, route="POST /channels/{channel_id}/messages")
    answer = await stage.mod.press(preview, POST)
    assert "Discord gave no clear answer" in told(answer, stage.mod).text
    stage.box.faults.clear()
    await stage.mod.press(preview, POST)
    assert preview.text.startswith("**Posted.**")
    assert len(public(stage)) == 1


async def test_a_doubtful_card_is_not_begun_again_after_a_minute(stage: Stage) -> None:
    preview = await desk(stage, SHARE, country="IE")
    stage.box.faults.arm("lost-answer", times=9, route="POST /channels/{channel_id}/messages")
    await stage.mod.press(preview, POST)
    stage.box.faults.clear()
    await stage.pass_time(minutes=6)
    await stage.mod.press(preview, POST)
    assert "This was pressed before" in preview.text
    assert len(public(stage)) == 1


async def test_where_the_bot_may_not_write_it_says_so_kindly_and_posts_later(stage: Stage) -> None:
    preview = await desk(stage, SHARE, country="IE")
    everyone = stage.guild.id
    stage.hall.overwrites[everyone] = Overwrite(
        everyone, "role", deny=int(Permission.SEND_MESSAGES)
    )
    stage.box.world.changed(stage.hall)
    refused = told(await stage.mod.press(preview, POST), stage.mod)
    assert refused.text.startswith("The bot may not write in this channel.")
    before = await desk(stage, SHARE, country="IE")
    assert before.text == refused.text
    del stage.hall.overwrites[everyone]
    stage.box.world.changed(stage.hall)
    await stage.pass_time(minutes=5)
    await stage.mod.press(preview, POST)
    assert len(public(stage)) == 1


async def test_an_added_line_stands_before_the_others_of_its_kind_for_this_server(
    stage: Stage,
) -> None:
    preview = await add(stage, hours="24/7", text="HELLO to 85258")
    assert "**Seamark line** (United Kingdom)" in preview.text
    assert "Nothing is saved yet" in preview.text
    assert "Seamark" not in (await crisis(stage.ana, stage.hall, "GB")).text
    await stage.mod.press(preview, SAVE)
    assert preview.text.startswith("**Saved.**")
    card = await crisis(stage.ana, stage.hall, "GB")
    assert card.text.index("Seamark line") < card.text.index("Samaritans")
    assert "Call **0800 246 810**" in card.text
    assert (
        "Added by this server, checked by its moderators on 2026-03-03. Source: "
        "[seamark.example](<https://seamark.example/line>)" in card.text
    )
    assert "Seamark" not in (await crisis(stage.ana, stage.ana.dm, "GB")).text
    elsewhere = stage.box.world.add_guild("Elsewhere")
    stage.box.world.install_bot(elsewhere)
    channel = elsewhere.add_channel("talk")
    dee = stage.box.person(elsewhere.add_member("Dee"))
    await stage.box.quiet()
    assert "Seamark" not in (await crisis(dee, channel, "GB")).text


async def test_the_source_may_be_a_name_and_all_pages_hold_the_changes(stage: Stage) -> None:
    preview = await add(
        stage, kind="addiction", source="The harbour nurse", chat="https://a.example/c"
    )
    await stage.mod.press(preview, SAVE)
    card = await crisis(stage.ana, stage.hall, "GB")
    pages = [card.text]
    while "More lines" in card.buttons:
        await stage.ana.press(card, "More lines")
        pages.append(card.text)
    assert "Source: The harbour nurse" in "\n".join(pages)
    await stage.ana.press(card, "I'm worried about someone")
    assert "(United Kingdom)" in card.text


async def test_a_corrected_line_is_shown_instead_and_can_be_undone(stage: Stage) -> None:
    offered = await stage.mod.complete(stage.hall, CORRECT, "line", "samarit", source="x")
    (line,) = [each.value for each in offered if each.name == "GB: Samaritans"]
    preview = await desk(
        stage, CORRECT, line=line, number="0800 135 791", source="Their press office"
    )
    await stage.mod.press(preview, SAVE)
    card = await crisis(stage.ana, stage.hall, "GB")
    assert "Call **0800 135 791**" in card.text
    assert "**116 123**" not in card.text
    assert card.text.count("**Samaritans**") == 1
    listed = await desk(stage, CHANGES)
    assert "Samaritans (GB): corrected on 2026-03-03. Source: Their press office" in listed.text
    await stage.mod.choose(listed, UNDO, ["Samaritans (GB)"])
    assert listed.text == "**Undone.** /crisis shows what the directory has, from now on."
    assert "**116 123**" in (await crisis(stage.ana, stage.hall, "GB")).text
    assert (await desk(stage, CHANGES)).text == (
        "This server has changed nothing on its /crisis card."
    )


async def test_a_hidden_line_is_gone_and_the_emergency_number_never_is(stage: Stage) -> None:
    there = stage.bot.crisis.country("NO")
    assert there is not None
    for line in stage.bot.crisis.lines_in(there):
        preview = await desk(
            stage, CORRECT, line=line.id, hide=True, source="Closed, says the operator"
        )
        await stage.mod.press(preview, SAVE)
    card = await crisis(stage.ana, stage.hall, "NO")
    assert card.text.startswith("If life is in danger now, call **113** (Norway, ambulance).")
    assert "Call **" not in card.text
    assert "findahelpline.com" in card.text
    for name in ("113", "112", "999", "emergency", "NO", "Norway"):
        refused = await desk(stage, CORRECT, line=name, hide=True, source="Somebody")
        assert "Emergency numbers are not among them" in refused.text
        assert refused.buttons == []


async def test_the_second_moderator_sees_what_the_first_has_saved(stage: Stage) -> None:
    deb = stage.box.person(stage.guild.add_member("Deb", permissions=1 << 5))
    first = await desk(
        stage, CORRECT, line="gb-samaritans", number="0800 111 222", source="Mo asked"
    )
    second = await desk(
        stage, CORRECT, deb, line="gb-samaritans", number="0800 333 444", source="Deb asked"
    )
    await stage.mod.press(first, SAVE)
    await deb.press(second, SAVE)
    assert second.text.startswith("**Not saved yet.** Another moderator has changed this line")
    assert "Source: Mo asked" in second.text
    assert "0800 333 444" in second.text
    assert "0800 111 222" in (await crisis(stage.ana, stage.hall, "GB")).text
    await deb.press(second, SAVE)
    assert second.text.startswith("**Saved.**")
    assert "0800 333 444" in (await crisis(stage.ana, stage.hall, "GB")).text


async def test_the_second_moderator_hears_that_the_first_has_undone_it(stage: Stage) -> None:
    first = await add(stage)
    await stage.mod.press(first, SAVE)
    second = await desk(stage, CORRECT, line="Seamark line", hours="Mon-Fri", source="Mo asked")
    listed = await desk(stage, CHANGES)
    await stage.mod.choose(listed, UNDO, ["Seamark line (GB)"])
    await stage.mod.press(second, SAVE)
    assert "has undone a change of this line" in second.text
    await stage.mod.press(second, SAVE)
    assert "Mon-Fri" in (await crisis(stage.ana, stage.hall, "GB")).text


async def test_a_preview_outlives_a_restart_and_a_second_press_changes_nothing(
    stage: Stage,
) -> None:
    preview = await add(stage)
    button = preview.components
    await stage.restart_bot()
    for _ in range(2):
        preview.components = button
        await stage.mod.press(preview, SAVE)
        assert preview.text.startswith("**Saved.**")
    assert (await desk(stage, CHANGES)).text.count("Seamark line (GB): added") == 1
    again = await add(stage, name="Another name")
    assert again.text.startswith("That number or chat is on this server's card already.")


async def test_a_cancelled_and_an_old_preview_save_nothing(stage: Stage) -> None:
    cancelled = await add(stage)
    await stage.mod.press(cancelled, CANCEL)
    assert cancelled.text == "Nothing was saved."
    old = await add(stage)
    await stage.pass_time(hours=25)
    await add(stage, number="0800 999 000")
    await stage.mod.press(old, SAVE)
    assert old.text.startswith("This preview is too old")
    assert "Seamark" not in (await crisis(stage.ana, stage.hall, "GB")).text


EMERGENCY = "That is an emergency number."
BAD_NUMBER = "A number to call has digits"
BAD_NAME = "A name is one plain line"
BAD_SOURCE = "A source is an address"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "0800 CALLME"}, BAD_NUMBER),
        ({"number": "٠٨٠٠١١١"}, BAD_NUMBER),
        ({"number": "12"}, BAD_NUMBER),
        ({"number": "1" * 3000}, BAD_NUMBER),
        ({"number": "999"}, EMERGENCY),
        ({"number": "1-1-2"}, EMERGENCY),
        ({"number": None, "text": "911"}, EMERGENCY),
        ({"number": None}, "A line needs a way to reach it"),
        ({"text": "send something"}, "A number to text is written in digits"),
        ({"chat": "http://seamark.example"}, "A chat is an address"),
        ({"chat": "https://localhost/chat"}, "A chat is an address"),
        ({"hours": "call 0800 999 888"}, "Hours are one plain line"),
        ({"name": "**Free** [help](https://x.example)"}, BAD_NAME),
        ({"name": "@everyone"}, BAD_NAME),
        ({"name": "<@123456789012345678>"}, BAD_NAME),
        ({"name": "Ask for 0800 999 888"}, BAD_NAME),
        ({"name": "n" * 3000}, BAD_NAME),
        ({"name": "one\nIf life is in danger now, call 1"}, BAD_NAME),
        ({"name": " "}, BAD_NAME),
        ({"source": "http://seamark.example"}, BAD_SOURCE),
        ({"source": "?"}, BAD_SOURCE),
        ({"source": "**me**"}, BAD_SOURCE),
        ({"number": "116 123"}, "That number or chat is on this server's card already."),
    ],
)
async def test_bad_input_gets_one_kind_sentence_and_is_given_back(
    stage: Stage, typed: dict[str, str | None], sentence: str
) -> None:
    given = {k: v for k, v in (SEAMARK | typed).items() if v is not None}
    answer = await stage.mod.slash(stage.hall, ADD, country="GB", **given)
    first = told(answer, stage.mod)
    assert first.text.startswith(sentence)
    assert first.buttons == []
    await stage.box.quiet()
    every = [first, *answer.followups]
    assert {each.ephemeral_for for each in every} == {stage.mod.id}
    assert [each.mentions for each in every if each.mentions or each.mention_everyone] == []
    back = re.sub(r"[^\w]", "", "".join(each.content for each in every))
    for value in filter(None, typed.values()):
        assert re.sub(r"[^\w]", "", value) in back
    assert "changed nothing" in (await desk(stage, CHANGES)).text


async def test_an_unknown_line_and_a_correction_without_anything_are_answered(stage: Stage) -> None:
    unknown = await desk(stage, CORRECT, line="No such line", number="0800 1", source="Mo asked")
    assert unknown.text.startswith("There is no such line")
    empty = await desk(stage, CORRECT, line="gb-samaritans", source="Mo asked")
    assert empty.text.startswith("To correct a line, please give")
    nowhere = await desk(stage, ADD, None, **SEAMARK)
    assert nowhere.text.startswith("A line is always shown with its country.")


async def test_a_server_can_change_twenty_five_lines_and_then_hears_so(stage: Stage) -> None:
    for number in range(25):
        preview = await add(stage, number=f"0800 5000 {number:02}", name="n" * 80)
        await stage.mod.press(preview, SAVE)
    full = await add(stage)
    assert full.text.startswith("This server has changed as many lines as it can")
    listed = await desk(stage, CHANGES)
    assert UNDO in listed.text
    card = await crisis(stage.ana, stage.hall, "GB")
    assert card.text.startswith("If life is in danger now, call **999** (United Kingdom).")


async def test_the_steps_come_with_the_servers_number_and_lines(stage: Stage) -> None:
    bare = await desk(stage, STEPS)
    assert "/crisis-server chooses this server's country" in bare.text
    await choose_country(stage, "IE")
    steps = await desk(stage, STEPS)
    assert steps.text.startswith("If life is in danger now, call **112** (Ireland")
    for words in (
        "Stay with them in words",
        "/crisis shows it to them alone",
        "Ask a second moderator",
        "Do not press for a name or a place",
        "Report Message",
        "Afterwards",
        "(Ireland)",
    ):
        assert words in steps.text
    assert "(Norway" in (await desk(stage, STEPS, country="norway")).text


@pytest.mark.parametrize("command", ALL)
async def test_a_member_finds_none_of_it(stage: Stage, command: str) -> None:
    with pytest.raises(CannotDo):
        await stage.ana.slash(stage.hall, command)
    with pytest.raises(CannotDo):
        await stage.mod.slash(stage.mod.dm, command)


NEEDED: dict[str, dict[str, Any]] = {
    ADD: SEAMARK | {"country": "GB"},
    CORRECT: {"line": "gb-samaritans", "number": "0800 1111", "source": "Ana says"},
}


@pytest.mark.parametrize("command", ALL)
async def test_a_member_whom_discord_lets_through_is_refused_in_the_bot(
    stage: Stage, command: str
) -> None:
    (raw,) = [one for one in stage.box.world.commands[None] if one["name"] == "crisis-desk"]
    raw["default_member_permissions"] = None
    refused = await desk(stage, command, stage.ana, **NEEDED.get(command, {}))
    assert refused.text.startswith("/crisis-desk is for people with the permission Manage Server.")
    assert refused.buttons == []
    if command == CORRECT:
        assert await stage.ana.complete(stage.hall, CORRECT, "line", "sam", source="x") == []


async def test_a_preview_in_a_members_hands_does_nothing(stage: Stage) -> None:
    """Only a moderator sees the previews; should anybody else press, Discord's word counts."""
    for preview, label in (
        (await desk(stage, SHARE, country="IE"), POST),
        (await add(stage), SAVE),
    ):
        preview.ephemeral_for = stage.ana.id
        refused = told(await stage.ana.press(preview, label), stage.ana)
        assert refused.text.startswith("/crisis-desk is for people with the permission")
    assert public(stage) == []
    assert "changed nothing" in (await desk(stage, CHANGES)).text


async def test_a_preview_of_another_server_is_none_here(stage: Stage) -> None:
    elsewhere = stage.box.world.add_guild("Elsewhere")
    stage.box.world.install_bot(elsewhere)
    channel = elsewhere.add_channel("talk")
    dee = stage.box.person(elsewhere.add_member("Dee", permissions=1 << 5))
    await stage.box.quiet()
    theirs = told(await dee.slash(channel, SHARE, country="NO"), dee)
    ours = await desk(stage, SHARE, country="IE")
    ours.components = theirs.components
    await stage.mod.press(ours, POST)
    assert ours.text.startswith("This preview is too old")
    assert public(stage) == []


async def test_nothing_about_the_moderator_is_kept_and_all_goes_with_the_server(
    stage: Stage,
) -> None:
    preview = await add(stage)
    await stage.mod.press(preview, SAVE)
    await desk(stage, SHARE, country="IE")
    await stage.box.quiet()
    kept = b"".join(file.read_bytes() for file in stage.data.iterdir() if file.is_file())
    assert b"Seamark line" in kept
    assert str(stage.mod.id).encode() not in kept
    assert stage.mod.id.to_bytes(8, "big") not in kept
    stage.box.world.remove_bot(stage.guild)
    await stage.box.quiet()
    for _ in range(4):
        await stage.pass_time(days=31)
    await stage.stop_bot()
    kept = b"".join(file.read_bytes() for file in stage.data.iterdir() if file.is_file())
    assert b"Seamark line" not in kept
    await stage.start_bot()
