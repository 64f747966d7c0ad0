"""Words that only one member uses go in by every way there is; she erases herself; none is left.

Real processes: the bot at DEBUG, `handrail backup` and `handrail restore`. Looked at byte by byte,
and once more with the key, which opens whatever can be opened.
"""

import asyncio
import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.host_key import HostKey
from bot.store.keys_file import open_keys
from bot.store.restore import opened
from bot.store.vault import Vault
from sandbox.clock import MovableClock
from sandbox.interactions import Interaction, Kind
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.things import Channel, Json, Message
from tests.app.sandboxed import PROJECT, control_of, end, ended, start_bot, until_ready
from tests.dialogue.stage import say_yes
from tests.public_messages import guarded_sandbox
from tests.services.test_stolen_files import LEARNS, columns, read, sealed, values

START = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
KEY = "5a" * 32
HOST_KEY = HostKey(bytes.fromhex(KEY), os.urandom)

NAME, LINE, SECOND_LINE = "Zaphodina", "tapir-on-the-stairs", "an evening with narwhals"
TYPED = {
    "zone": "axolotl",
    "at": "pangolin",
    "days": "kinkajou",
    "reply": "quokka",
    "edited reply": "wombat",
    "direct message": "dugong",
    "number": "numbat",
    "mood": "okapi",
    "urge": "bilby",
    "custom_id": "aardvark",
}
"""What she types where nothing keeps it."""
DAYS = "Days, from 7 to 365"
BENS_LINE = "a borrowed umbrella"
NOTHING_KEPT = "Nothing is kept about you in any server with this bot."


def check_in_row(row: Mapping[str, Any]) -> str:
    return f"check_ins|{row['group_id']}|{row['day']}|{row['member'].hex()}"


def member_row(row: Mapping[str, Any]) -> str:
    return f"members|{row['guild_id']}|{row['member'].hex()}"


def country_row(row: Mapping[str, Any]) -> str:
    return f"crisis_choices|{row['guild_id']}|{row['member'].hex()}"


ROWS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "check_ins.sealed": check_in_row,
    "crisis_choices.sealed": country_row,
    "members.sealed": member_row,
}
"""What a row is called whose sealed value is opened with the key of its member."""


@dataclass(slots=True)
class Place:
    """Two servers with a member in common, the folder of a bot, and all that was ever logged."""

    box: Sandbox
    clock: MovableClock
    control: str
    folder: Path
    room: Channel
    zaphodina: Person
    room_there: Channel
    zaphodina_there: Person
    ben: Person
    said: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def command(self, *arguments: str) -> str:
        """Run `handrail ...` as a host does."""
        process = await create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=dict(os.environ) | {"PYTHONPATH": str(PROJECT), "HANDRAIL_KEY": KEY},
            stdout=PIPE,
            stderr=PIPE,
        )
        code, said = await ended(process)
        assert code == 0, said
        self.said.append(said)
        return said


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    clock = MovableClock(START, asyncio.get_running_loop().time)
    async with guarded_sandbox(clock) as box, control_of(box, clock) as control:
        guild = box.world.add_guild("Harbour")
        room = guild.add_channel("room")
        box.world.install_bot(guild)
        zaphodina = box.person(guild.add_member(NAME, permissions=1 << 5))
        ben = box.person(guild.add_member("Ben"))
        other = box.world.add_guild("Lighthouse")
        room_there = other.add_channel("room")
        box.world.install_bot(other)
        she_there = box.person(other.add_member(zaphodina.user))
        yield Place(box, clock, control, tmp_path, room, zaphodina, room_there, she_there, ben)


async def test_the_words_of_who_erased_herself_are_nowhere_nor_in_a_backup_put_back(
    place: Place,
) -> None:
    bot = await start_bot(place.folder, place.control, HANDRAIL_LOG_LEVEL="DEBUG")
    await until_ready(place.box)
    await use_every_way(place)
    for place_of_hers in (place.room, place.zaphodina.dm):
        assert_the_export_holds_them(await export(place, place_of_hers))
    found = opened_with(place.data)
    hers = (LINE, SECOND_LINE, str(place.zaphodina.id))
    assert all(words in found for words in (*hers, BENS_LINE))

    await place.command("backup")
    await erase_everywhere(place)
    assert await kept(place) == NOTHING_KEPT
    assert hits(place) == []
    code, said = await end(bot)
    assert code == 0
    assert "DEBUG" in said or "INFO" in said
    place.said.append(said)
    assert hits(place) == []
    assert only_ben_is_left(place, opened_with(place.data))

    database, keys = sorted((place.data / "backups").iterdir())
    for backup in (database, keys):
        with opened(backup, place.folder / "plain.db", HOST_KEY):
            assert hits(place) == []
    await place.command("restore", str(database))
    assert hits(place) == []
    assert only_ben_is_left(place, opened_with(place.data))

    bot = await start_bot(place.folder, place.control, HANDRAIL_LOG_LEVEL="DEBUG")
    await until_ready(place.box)
    assert await kept(place) == NOTHING_KEPT
    assert hits(place) == []
    place.said.append((await end(bot))[1])
    assert hits(place) == []


async def test_only_an_old_copy_of_the_keys_opens_an_old_copy_of_the_answers(place: Place) -> None:
    """The exception that docs/privacy.md names, and the proof that the search above can hit."""
    bot = await start_bot(place.folder, place.control)
    await until_ready(place.box)
    await use_every_way(place)
    await place.command("backup")
    await erase_one_by_one(place)
    assert await kept(place) == NOTHING_KEPT
    await end(bot)
    database, keys = sorted((place.data / "backups").iterdir())
    old = place.folder / "old"
    old.mkdir()
    for backup, name in ((database, "handrail.db"), (keys, "keys.db")):
        with opened(backup, old / name, HOST_KEY) as plain:
            plain.rename(old / name)
    assert LINE in opened_with(old)
    (old / "keys.db").write_bytes((place.data / "keys.db").read_bytes())
    assert only_ben_is_left(place, opened_with(old))


# -- what she does -------------------------------------------------------------------------------


async def use_every_way(place: Place) -> None:
    await set_up(place)
    place.clock.advance(timedelta(hours=1))
    prompt = await prompt_of(place)
    she = place.zaphodina
    reply = await she.reply(prompt, TYPED["reply"])
    await she.edit(reply, TYPED["edited reply"])
    await she.say(place.room, f"{place.box.world.bot.mention} {TYPED['reply']}")
    await she.say(she.dm, TYPED["direct message"])
    await place.box.quiet()
    await check_in(she, prompt, LINE)
    await forge(place, prompt)
    await check_in(place.ben, prompt, BENS_LINE)
    place.clock.advance(timedelta(days=1))
    await check_in(she, await prompt_of(place, after=prompt), SECOND_LINE)
    await choose(place)
    await place.box.quiet()


async def set_up(place: Place) -> None:
    """Type nonsense into every option of /setup and into its proposals, then mean it."""
    she, room = place.zaphodina, place.room
    real = {"zone": "UTC", "at": "08:00", "days": "every day"}
    for option in real:
        nonsense = real | {option: TYPED[option]}
        others = {name: text for name, text in nonsense.items() if name != option}
        await she.complete(room, "setup", option, TYPED[option], channel=room, **others)
        refused = await she.slash(room, "setup", channel=room, **nonsense)
        assert refused.shown is not None
        assert refused.shown.buttons == []
    card = (await she.slash(room, "setup", channel=room, **real)).shown
    assert card is not None
    await she.press(card, "Save")


async def prompt_of(place: Place, after: Message | None = None) -> Message:
    while True:
        for message in place.ben.sees(place.room)[::-1]:
            if message.buttons == ["Check in"] and message is not after:
                return message
        await asyncio.sleep(0.05)


async def check_in(who: Person, prompt: Message, line: str) -> None:
    form = await who.press(prompt, "Check in")
    if form.shown is not None:
        form = await say_yes(who, form.shown)
    saved = await who.submit(
        form,
        {"How are you?": "2 · hard", "Strongest urge, 0 to 10": "7", "A line for yourself": line},
    )
    assert saved.error is None


async def choose(place: Place) -> None:
    """Choose in both servers what may be kept, and say nonsense about for how long."""
    she = place.zaphodina
    for who, room in ((she, place.room), (place.zaphodina_there, place.room_there)):
        card = await card_of(who, room)
        await press(who, card, "My choices", "☐ Sharing", "☐ Pairing", "☑ Pairing")
        await press(who, card, "Save my choices", "Back")
        assert "Sharing" in card.text
    card = await card_of(she, place.room)
    await press(she, card, "Keep less")
    form = await she.press(card, "Another number")
    refused = (await she.submit(form, {DAYS: TYPED["number"]})).shown
    assert refused is not None
    assert TYPED["number"] in refused.text
    await she.submit(await she.press(card, "Another number"), {DAYS: "180"})
    while "180 days" not in card.text:
        await asyncio.sleep(0.05)


async def press(who: Person, card: Message, *labels: str) -> None:
    """Press one button after the other, each once the card shows what the one before led to."""
    for label in labels:
        before = card.text
        await who.press(card, label)
        while card.text == before:
            await asyncio.sleep(0.05)


async def forge(place: Place, prompt: Message) -> None:
    """Send a form and a button such as no real client sends."""
    she, asking = place.zaphodina, place.box.interactions.ask
    form = (await she.press(prompt, "Check in")).modal
    assert form is not None
    fields: list[Json] = [
        {"type": 18, "id": number, "component": {"type": 4, "id": 10 + number} | one}
        for number, one in enumerate(
            {"custom_id": name, "value": TYPED.get(name, LINE)} for name in ("mood", "urge", "line")
        )
    ]
    data: Json = {"custom_id": form.custom_id, "components": fields}
    sent = await asking(Kind.MODAL, she.user, place.room, data, message=prompt, cause=form.cause)
    assert_told(sent, "could not be read")
    data = {"custom_id": TYPED["custom_id"], "component_type": 2, "id": 1}
    pressed = await asking(Kind.COMPONENT, she.user, place.room, data, message=prompt)
    assert_told(pressed, "older version")


def assert_told(sent: Interaction, words: str) -> None:
    assert sent.answer.shown is not None
    assert words in sent.answer.shown.text


async def card_of(who: Person, where: Channel) -> Message:
    card = (await who.slash(where, "privacy")).shown
    assert card is not None
    return card


async def kept(place: Place) -> str:
    return (await card_of(place.zaphodina, place.zaphodina.dm)).text


async def export(place: Place, where: Channel) -> Message:
    answer = await place.zaphodina.press(await card_of(place.zaphodina, where), "Export")
    while answer.shown is None and not answer.followups:
        await asyncio.sleep(0.05)
    return answer.shown or answer.followups[0]


async def erase_everywhere(place: Place) -> None:
    card = await card_of(place.zaphodina, place.zaphodina.dm)
    await press(place.zaphodina, card, "Erase", "Erase everything now")
    assert card.text.startswith("Erased, in 2 servers.")


async def erase_one_by_one(place: Place) -> None:
    she_there, room_there = place.zaphodina_there, place.room_there
    for who, room in ((place.zaphodina, place.room), (she_there, room_there)):
        card = await card_of(who, room)
        await press(who, card, "Erase", "Erase it now")
        assert card.text.startswith("Erased")


# -- what is looked for --------------------------------------------------------------------------


def assert_the_export_holds_them(handed: Message) -> None:
    assert len(handed.attachments) == 2, handed.text
    for file in handed.attachments:
        assert LINE.encode() in file.body
        assert SECOND_LINE.encode() in file.body


def hits(place: Place) -> list[str]:
    """Return which of her words, names and numbers are in which file or line of a log."""
    held = {
        path.relative_to(place.folder).as_posix(): path.read_bytes().lower()
        for path in place.folder.rglob("*")
        if path.is_file()
    }
    held["what was logged"] = "\n".join(place.said).lower().encode()
    assert {"data/handrail.db", "data/keys.db"} <= held.keys()
    return [
        f"{word!r} in {name}"
        for word in spellings(place.zaphodina)
        for name, content in held.items()
        if word in content
    ]


def spellings(who: Person) -> Iterator[bytes]:
    for word in (NAME, LINE, SECOND_LINE, *TYPED.values(), str(who.id)):
        yield word.lower().encode()
        yield word.lower().encode("utf-16-le")
    yield who.id.to_bytes(8, "big").lower()
    yield who.id.to_bytes(8, "little").lower()


def only_ben_is_left(place: Place, found: str) -> bool:
    hers = (NAME, LINE, SECOND_LINE, *TYPED.values(), str(place.zaphodina.id))
    return BENS_LINE in found and not any(word in found for word in hers)


def opened_with(folder: Path) -> str:
    """Return all that the key opens of the two files in a folder."""
    keys, _ = open_keys(folder / "keys.db", HOST_KEY, busy_ms=5000, to_look=True)
    with closing(Vault(keys, HOST_KEY)) as vault:
        return "\n".join(_opened(folder / "handrail.db", vault))


def _opened(path: Path, vault: Vault) -> Iterator[str]:
    for table, column in columns(path):
        name = f"{table}.{column}"
        looks, _ = LEARNS["handrail.db"].get(name, (None, ""))
        if looks is not sealed or not values(path, table, column):
            continue
        assert name in ROWS, f"{name} is sealed: say in ROWS of {__file__} what a row is called"
        titles = [inner for outer, inner in columns(path) if outer == table]
        for row in read(path, f"SELECT * FROM {table}"):  # noqa: S608 - a name from the schema
            told: dict[str, Any] = dict(zip(titles, row, strict=True))
            value = told[column]
            plain = value and vault.open(told["member"], value, row=ROWS[name](told))
            if plain is not None:
                yield plain.decode()
