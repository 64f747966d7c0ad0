"""A member asks what is kept about them, and erases it."""

from bot.domain.ids import GuildId, MemberId
from sandbox.people import Person
from sandbox.things import Message
from tests.dialogue.stage import Stage, say_yes

WORDS = "a quiet marigold morning"


async def check_in(who: Person, prompt: Message) -> None:
    card = await who.press(prompt, "Check in")
    assert card.shown is not None
    form = await say_yes(who, card.shown)
    saved = await who.submit(form, {"How are you?": "4", "A line for yourself": WORDS})
    assert saved.error is None


async def test_somebody_new_hears_that_nothing_is_kept(stage: Stage) -> None:
    answer = await stage.ana.slash(stage.hall, "privacy")
    assert answer.shown is not None
    assert answer.shown.text == "Nothing is kept about you in this server."
    assert answer.shown.ephemeral_for == stage.ana.id


async def test_a_member_sees_what_is_kept_and_erases_it(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert card is not None
    assert "1 check-in" in card.text
    assert "Tuesday 3 March 2026" in card.text
    await stage.ana.press(card, "Erase all of this")
    await stage.box.quiet()
    assert "cannot be undone" in card.text
    await stage.ana.press(card, "Erase it now")
    await stage.box.quiet()
    assert card.text.startswith("Erased: 1 check-in")
    again = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert again is not None
    assert again.text == "Nothing is kept about you in this server."


async def test_who_thinks_again_keeps_everything(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    card = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert card is not None
    await stage.ana.press(card, "Erase all of this")
    await stage.ana.press(card, "Keep it")
    await stage.box.quiet()
    assert card.text == "Nothing was erased."
    again = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert again is not None
    assert "1 check-in" in again.text


async def test_erasing_one_member_leaves_another_alone(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt)
    await check_in(stage.ben, prompt)
    card = (await stage.ana.slash(stage.hall, "privacy")).shown
    assert card is not None
    await stage.ana.press(card, "Erase all of this")
    await stage.ana.press(card, "Erase it now")
    theirs = (await stage.ben.slash(stage.hall, "privacy")).shown
    assert theirs is not None
    assert "1 check-in" in theirs.text


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


async def test_in_a_direct_message_it_says_where_to_ask(stage: Stage) -> None:
    answer = await stage.ana.slash(stage.ana.dm, "privacy")
    assert answer.shown is not None
    assert "in the server of your group" in answer.shown.text


async def test_what_was_written_is_in_no_file_in_plain(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt())
    held = b"".join(path.read_bytes() for path in stage.data.iterdir())
    assert len(held) > 50_000
    assert WORDS.encode() not in held
    assert str(stage.ana.id).encode() not in held
