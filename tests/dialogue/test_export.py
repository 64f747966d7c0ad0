"""A member takes away what is kept about them: two files that nobody else is shown."""

import asyncio
import io
import json
import time
import zipfile
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.answers import LINE_LIMIT, Answer
from bot.domain.ids import GroupId, GuildId, MemberId
from bot.store import check_ins
from bot.store.store import Store
from sandbox.people import Person
from sandbox.things import Message
from tests.dialogue.stage import Stage, say_yes

ANAS_WORDS = "a quiet <b>marigold</b> & an open window"
BENS_WORDS = "the long road by the harbour wall"


async def check_in(who: Person, prompt: Message, words: str) -> None:
    card = await who.press(prompt, "Check in")
    assert card.shown is not None
    form = await say_yes(who, card.shown)
    saved = await who.submit(form, {"How are you?": "4", "A line for yourself": words})
    assert saved.error is None


async def card_of(stage: Stage, who: Person) -> Message:
    card = (await who.slash(stage.hall, "privacy")).shown
    assert card is not None
    return card


async def export(who: Person, card: Message) -> Message:
    """Press and return the message with the files: on a busy computer it is a follow-up."""
    answer = await who.press(card, "Export")
    assert answer.error is None
    for _ in range(300):
        if answer.shown or answer.followups:
            break
        await asyncio.sleep(0.05)
    return answer.shown or answer.followups[0]


def files_of(answer: Message) -> tuple[dict[str, Any], str]:
    read_by_programs, read_by_people = answer.attachments
    assert read_by_programs.filename.endswith(".json")
    assert read_by_people.filename.endswith(".html")
    told: dict[str, Any] = json.loads(read_by_programs.body)
    return told, read_by_people.body.decode()


async def test_ana_finds_her_own_words_and_not_bens(stage: Stage) -> None:
    prompt = await stage.prompt()
    await check_in(stage.ana, prompt, ANAS_WORDS)
    await check_in(stage.ben, prompt, BENS_WORDS)
    answer = await export(stage.ana, await card_of(stage, stage.ana))
    assert answer.ephemeral_for == stage.ana.id
    assert answer not in stage.ben.sees(stage.hall)
    told, page = files_of(answer)
    [kept] = told["check_ins"]
    assert (kept["date"], kept["channel"]) == ("2026-03-03", str(stage.room.id))
    assert (kept["mood"], kept["urge"], kept["line"]) == (4, None, ANAS_WORDS)
    assert kept["way"] == "button"
    assert [consent["version"] for consent in told["consents"]] == [1]
    assert "a quiet &lt;b&gt;marigold&lt;/b&gt; &amp; an open window" in page
    assert "Tuesday 3 March 2026" in page
    for file in answer.attachments:
        assert BENS_WORDS.encode() not in file.body
        assert str(stage.ben.id).encode() not in file.body


async def test_the_button_of_an_old_card_works_after_a_restart(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt(), ANAS_WORDS)
    card = await card_of(stage, stage.ana)
    await stage.restart_bot()
    told, _ = files_of(await export(stage.ana, card))
    assert told["check_ins"][0]["line"] == ANAS_WORDS


async def test_who_is_only_counted_finds_that_too(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.ana.reply(prompt, "here")
    await stage.ben.reply(prompt, "here too")
    await stage.box.quiet()
    card = await card_of(stage, stage.ana)
    assert "counted for a day" in card.text
    told, page = files_of(await export(stage.ana, card))
    assert told["tallies"] == [
        {
            "date": "2026-03-03",
            "channel": str(stage.room.id),
            "forgotten_at": "2026-03-04T02:00:00+00:00",
        }
    ]
    assert told["check_ins"] == told["consents"] == []
    assert "Counted for a day only" in page


async def test_after_erasing_an_old_card_hands_out_nothing(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt(), ANAS_WORDS)
    old = await card_of(stage, stage.ana)
    card = await card_of(stage, stage.ana)
    await stage.ana.press(card, "Erase")
    await stage.ana.press(card, "Erase it now")
    answer = await export(stage.ana, old)
    told, _ = files_of(answer)
    assert told["check_ins"] == told["consents"] == told["tallies"] == []
    assert ANAS_WORDS not in json.dumps(told)


async def test_when_reading_takes_long_the_files_come_later_and_still_for_her_alone(
    stage: Stage,
) -> None:
    await check_in(stage.ana, await stage.prompt(), ANAS_WORDS)
    card = await card_of(stage, stage.ana)

    def hold_up(_: Connection) -> None:
        time.sleep(2)

    busy = asyncio.create_task(stage.bot.exports._store.read(hold_up))
    answer = await stage.ana.press(card, "Export")
    assert answer.error is None
    assert answer.followups == []
    await busy
    for _ in range(300):
        if answer.followups:
            break
        await asyncio.sleep(0.05)
    [late] = answer.followups
    assert late.ephemeral_for == stage.ana.id
    told, _ = files_of(late)
    assert told["check_ins"][0]["line"] == ANAS_WORDS
    assert "What is kept about you" in card.text


async def test_where_no_file_may_be_handed_over_it_says_where_else(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt(), ANAS_WORDS)
    card = await card_of(stage, stage.ana)
    stage.box.faults.arm("missing-permission", route="callback")
    answer = await export(stage.ana, card)
    assert "another channel" in answer.text
    assert answer.attachments == []
    assert answer.ephemeral_for == stage.ana.id


async def test_who_is_only_counted_can_erase_that(stage: Stage) -> None:
    prompt = await stage.prompt()
    await stage.ana.reply(prompt, "here")
    await stage.box.quiet()
    card = await card_of(stage, stage.ana)
    await stage.ana.press(card, "Erase")
    await stage.ana.press(card, "Erase it now")
    assert card.text.startswith("Erased. Nothing is kept about you in this server now.")
    assert "Nothing is kept" in (await card_of(stage, stage.ana)).text


async def test_what_is_too_large_for_discord_comes_as_one_packed_file(stage: Stage) -> None:
    await check_in(stage.ana, await stage.prompt(), ANAS_WORDS)
    store = stage.bot.exports._store
    await store.write(_fill_years, store, GuildId(stage.guild.id), MemberId(stage.ana.id))
    answer = await export(stage.ana, await card_of(stage, stage.ana))
    assert answer.ephemeral_for == stage.ana.id
    [file] = answer.attachments
    with zipfile.ZipFile(io.BytesIO(file.body)) as opened:
        told, page = (opened.read(name) for name in opened.namelist())
    assert len(json.loads(told)["check_ins"]) == 801
    assert ANAS_WORDS in told.decode()
    assert page.count(b"<article>") == 801


def _fill_years(conn: Connection, store: Store, guild: GuildId, member: MemberId) -> None:
    answer = Answer(line="\N{HERB}" * LINE_LIMIT)
    for number in range(800):
        day = date(2023, 1, 1) + timedelta(days=number)
        who = check_ins.person(store.keyring, guild, GroupId(1), day, member)
        check_ins.keep(conn, store.vault, who, answer, "command", 1_700_000_000)
