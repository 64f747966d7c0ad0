"""What somebody learns who has the files of a group of fifty and no key: listed, and held to it.

docs/privacy.md says the same in the same words. A new column fails here until it stands in LEARNS.
"""

import hashlib
import os
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from bot.crisis_file import load_crisis
from bot.domain.answers import Answer, Way
from bot.domain.consent import Purpose
from bot.domain.crisis import Kind
from bot.domain.crisis_desk import Change
from bot.domain.crisis_desk_typed import Typed, added
from bot.domain.ids import MemberId, MessageId
from bot.services.crisis import CrisisChoices
from bot.services.crisis_desk import CrisisDesk
from bot.services.crisis_offers import CrisisOffers
from bot.services.outcomes import Counted, Recorded
from bot.store.host_key import HostKey
from bot.store.store import open_store
from tests.services.conftest import CHANNEL, HOME, HandClock, House

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
MEMBERS, DAYS, FIRST_DAY = 50, 7, 3
PREVIEW = 1_478_000_000_000_000_000

# -- what a column tells: words that stand in docs/privacy.md ------------------------------------

GROUP = "the groups' settings"
PROMPT = "when each group was asked, and the number under each prompt"
NUMBERS = "the groups' settings and numbers"
PEOPLE = "how many people there are, each as a number that says nothing by itself"
YES = "which purposes they said yes to and when"
WHEN = "on which days and at which seconds they checked in and last changed it"
WAY = "in which way"
LENGTH = "whether they answered the form, and roughly how long that answer was"
KEEPING = "for how long check-ins are kept, when the next is forgotten, how many were forgotten"
LEFT = "when Discord is asked about them next, whether and since when they are gone from the server"
COUNTRY = "whether a country is remembered for the crisis card, but not which"
DESK = "what moderators changed on the crisis card"
OFFER = "who lets others ask for the crisis card, since when, and until when none is sent again"
AWAY = "which servers removed the bot and when"
TODAY = "how many are counted today without a yes"
KEYS = "how many keys there are"
ERASED = "about how many people were erased"
GONE = "how many people were erased in which server"
NOTHING = "nothing about anybody"

# -- what its values look like -------------------------------------------------------------------

Looks = Callable[[object], bool]


def number(value: object) -> bool:
    """Too small for an id of Discord's."""
    return isinstance(value, int) and 0 <= value < 100_000


def place(value: object) -> bool:
    return value in {HOME, CHANNEL, *(message_of(day) for day in range(DAYS))}


def second(value: object) -> bool:
    return isinstance(value, int) and 1_772_000_000 < value < 1_782_000_000


def day(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"2026-03-\d\d", value) is not None


def hashed(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == 16


def marker(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{24}", value) is not None


def sealed(value: object) -> bool:
    return isinstance(value, bytes) and len(value) > 28 and value[0] == 2


def wrapped(value: object) -> bool:
    return isinstance(value, bytes) and len(value) > 32


def key_number(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{8}", value) is not None


def words(*known: str | int) -> Looks:
    return lambda value: value in known


def text(pattern: str) -> Looks:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


LEARNS: dict[str, dict[str, tuple[Looks, str]]] = {
    "handrail.db": {
        "alembic_version.version_num": (text(r"\d{4}"), NOTHING),
        "check_ins.at": (second, WHEN),
        "check_ins.day": (day, WHEN),
        "check_ins.edited_at": (second, WHEN),
        "check_ins.group_id": (number, WHEN),
        "check_ins.member": (hashed, PEOPLE),
        "check_ins.sealed": (sealed, LENGTH),
        "check_ins.way": (words("reply", "button", "command"), WAY),
        "consents.at": (second, YES),
        "consents.guild_id": (place, GROUP),
        "consents.member": (hashed, PEOPLE),
        "consents.purpose": (words(*Purpose), YES),
        "consents.version": (number, YES),
        "crisis_choices.guild_id": (place, COUNTRY),
        "crisis_choices.member": (hashed, COUNTRY),
        "crisis_choices.sealed": (sealed, COUNTRY),
        "crisis_changes.body": (text(r"\{.*\}"), DESK),
        "crisis_changes.guild_id": (place, DESK),
        "crisis_changes.line": (text("own-[0-9a-f]{16}"), DESK),
        "crisis_drafts.body": (text(r"\{.*\}"), DESK),
        "crisis_drafts.country": (words("IE"), DESK),
        "crisis_drafts.done": (number, DESK),
        "crisis_drafts.guild_id": (place, DESK),
        # the number of the interaction, which says when the preview was made and not by whom
        "crisis_drafts.id": (words(PREVIEW, PREVIEW + 1), DESK),
        "crisis_drafts.made_at": (second, DESK),
        "crisis_drafts.seen": (words(), DESK),
        "crisis_drafts.tried_at": (second, DESK),
        "crisis_offers.at": (second, OFFER),
        "crisis_offers.guild_id": (place, OFFER),
        "crisis_offers.member": (hashed, PEOPLE),
        "crisis_offers.not_before": (second, OFFER),
        "crisis_offers.version": (number, OFFER),
        "crisis_servers.country": (words("IE"), GROUP),
        "crisis_servers.guild_id": (place, GROUP),
        "crisis_servers.names_use_alone": (number, GROUP),
        "departures.at": (second, AWAY),
        "departures.guild_id": (place, AWAY),
        "facts.name": (words("key", "tombstones"), NOTHING),
        "facts.value": (text(r"[0-9a-f]{24}|\d{1,5}"), ERASED),
        "groups.channel_id": (place, GROUP),
        "groups.created_at": (second, GROUP),
        "groups.guild_id": (place, GROUP),
        "groups.id": (number, GROUP),
        "groups.language": (words("en"), GROUP),
        "groups.resting": (words(), GROUP),
        "members.forget_at": (second, KEEPING),
        "members.forgotten": (number, KEEPING),
        "members.gone_at": (second, LEFT),
        "members.guild_id": (place, GROUP),
        "members.keep_days": (number, KEEPING),
        "members.look_at": (second, LEFT),
        "members.member": (hashed, PEOPLE),
        "members.sealed": (sealed, NOTHING),
        "outbox.channel_id": (place, PROMPT),
        "outbox.day": (day, PROMPT),
        "outbox.doubtful": (number, PROMPT),
        "outbox.due_at": (second, PROMPT),
        "outbox.expires_at": (second, PROMPT),
        "outbox.first_try": (second, PROMPT),
        "outbox.group_id": (number, PROMPT),
        "outbox.guild_id": (place, PROMPT),
        "outbox.key": (text(rf"{HOME}\|prompt\|2026-03-\d\d\|1"), PROMPT),
        "outbox.kind": (words("prompt"), PROMPT),
        "outbox.last_try": (second, PROMPT),
        "outbox.lease_until": (second, PROMPT),
        "outbox.message_id": (place, PROMPT),
        "outbox.not_before": (second, PROMPT),
        "outbox.owner": (text("[0-9a-f-]{36}"), NOTHING),
        "outbox.state": (words("PLANNED", "SENT"), PROMPT),
        "outbox.tries": (number, PROMPT),
        "outbox.why": (words(), PROMPT),
        "prompts.channel_id": (place, PROMPT),
        "prompts.closes_at": (second, PROMPT),
        "prompts.day": (day, PROMPT),
        "prompts.drawn_at": (second, PROMPT),
        "prompts.group_id": (number, PROMPT),
        "prompts.id": (number, PROMPT),
        "prompts.marker": (marker, PROMPT),
        "prompts.message_id": (place, PROMPT),
        "prompts.people": (number, NUMBERS),
        "prompts.redraw_at": (second, PROMPT),
        "prompts.shown": (number, PROMPT),
        "schedules.at_minute": (number, GROUP),
        "schedules.group_id": (number, GROUP),
        "schedules.next_day": (day, GROUP),
        "schedules.next_due_at": (second, GROUP),
        "schedules.weekdays": (number, GROUP),
        "schedules.zone": (words("Europe/Berlin"), GROUP),
        "tallies.day": (day, TODAY),
        "tallies.forget_at": (second, TODAY),
        "tallies.group_id": (number, TODAY),
        "tallies.hash": (hashed, TODAY),
    },
    "keys.db": {
        "member_keys.kek": (key_number, NOTHING),
        "member_keys.member": (hashed, PEOPLE),
        "member_keys.wrapped": (wrapped, KEYS),
        "root.id": (number, NOTHING),
        "root.kek": (key_number, NOTHING),
        "root.wrapped": (wrapped, NOTHING),
        "tombstones.guild": (place, GONE),
        "tombstones.hash": (hashed, GONE),
        "tombstones.number": (number, GONE),
    },
}
"""Every column of both files: what its values look like, if there are any, and what they tell."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member, and the words that only they use."""

    id: MemberId
    name: str
    word: str


@dataclass(slots=True)
class Week:
    """What really happened, to compare with what the files tell."""

    folder: Path
    people: list[Somebody]
    gone: Somebody
    counted: list[Somebody]
    days: dict[MemberId, list[date]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    replied_at: dict[int, MemberId] = field(default_factory=dict)


def message_of(number_of_day: int) -> MessageId:
    return MessageId(600_000_000_000_000_000 + number_of_day)


def somebody(chance: random.Random) -> Somebody:
    letters = "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=20))
    return Somebody(MemberId(chance.randrange(2**59, 2**60)), letters[:10].title(), letters[10:])


@pytest.fixture
async def week(tmp_path: Path, clock: HandClock) -> Week:
    """Fifty people check in for a week, one erases themselves, three are only counted."""
    chance = random.Random(50)
    people = [somebody(chance) for _ in range(MEMBERS)]
    lived = Week(
        tmp_path / "stopped", people, somebody(chance), [somebody(chance) for _ in range(3)]
    )
    lived.folder.mkdir()
    host_key = HostKey(bytes(range(32)), os.urandom)
    async with open_store(lived.folder / "handrail.db", host_key) as store:
        await live(House.of(store, clock), lived, chance)
        shutil.copytree(lived.folder, tmp_path / "running")
    return lived


async def live(house: House, lived: Week, chance: random.Random) -> None:
    group = await house.a_group()
    members = (*lived.people, lived.gone)
    for who in members:
        house.clock.go(seconds=1)
        await house.agree(group, who.id)
    choices = CrisisChoices(house.store, house.clock)
    await choices.choose_for_server(HOME, "IE", names_use_alone=True)
    await choices.remember(HOME, lived.people[1].id, "NO")
    await change_the_card(house, lived)
    for number_of_day in range(DAYS):
        house.clock.set(FIRST_DAY + number_of_day, 8)
        await house.ask(group, message_of(number_of_day))
        for who in members:
            if number_of_day == 0 or chance.random() < 0.7:
                house.clock.go(seconds=chance.randrange(1, 60))
                await check_in(house, lived, who, chance)
    for who in lived.counted:
        outcome = await house.check_ins.reply(CHANNEL, message_of(DAYS - 1), who.id)
        assert isinstance(outcome, Counted)
    await house.privacy.erase(HOME, lived.gone.id)


async def change_the_card(house: House, lived: Week) -> None:
    desk, offers = CrisisDesk(house.store, house.clock), CrisisOffers(house.store, house.clock)
    directory, today = load_crisis().directory, house.clock.now().date()
    ireland = directory.country("IE")
    assert ireland is not None
    typed = Typed("The harbour nurse", number="0800 246 810")
    change = added(directory, ireland, Kind.YOUTH, "Seamark line", typed, today)
    assert isinstance(change, Change)
    await desk.propose(HOME, PREVIEW, change)
    await desk.save(HOME, PREVIEW)
    await desk.prepare(HOME, PREVIEW + 1, "IE")
    await desk.begin_post(HOME, PREVIEW + 1)
    await offers.allow(HOME, lived.people[2].id)
    assert await offers.take(HOME, lived.people[2].id) is not None


async def check_in(house: House, lived: Week, who: Somebody, chance: random.Random) -> None:
    today, stays = house.clock.now().date(), who is not lived.gone
    if stays:
        lived.days.setdefault(who.id, []).append(today)
    repeats_themselves = who is lived.people[0]
    if chance.random() < 0.3 and not repeats_themselves:
        message = message_of((today - date(2026, 3, FIRST_DAY)).days)
        assert isinstance(await house.check_ins.reply(CHANNEL, message, who.id), Recorded)
        if stays:
            lived.replied_at[int(house.clock.now().timestamp())] = who.id
        return
    mood, urge, more = chance.randint(1, 5), chance.randint(0, 10), chance.randrange(40)
    line = f"I am {who.name}, today is {who.word}" + ", and on" * (
        3 if repeats_themselves else more
    )
    answer = Answer(3, 3, line) if repeats_themselves else Answer(mood, urge, line)
    way: Way = chance.choice(["button", "command"])
    (group,) = await house.groups.of_guild(HOME)
    outcome = await house.check_ins.answer(HOME, group.id, today, who.id, answer, way)
    assert isinstance(outcome, Recorded)
    if stays:
        lived.lengths.append(len(line))


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        return file.execute(sql).fetchall()


def values(path: Path, table: str, column: str) -> list[object]:
    """Return what a column holds, except for nothing."""
    found = read(path, f"SELECT {column} FROM {table}")  # noqa: S608 - names from the schema
    return [value for (value,) in found if value is not None]


def columns(path: Path) -> Iterator[tuple[str, str]]:
    for (table,) in read(path, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for _, column, *_ in read(path, f"PRAGMA table_info({table})"):
            yield str(table), str(column)


@pytest.mark.parametrize("name", LEARNS)
async def test_every_column_is_listed_and_looks_as_the_list_says(week: Week, name: str) -> None:
    path = week.folder / name
    found = {f"{table}.{column}": (table, column) for table, column in columns(path)}
    assert found.keys() == LEARNS[name].keys(), (
        f"A column of {name} came or went: say in LEARNS what its values look like and what they"
        f" tell a thief, and in {PAGE.name} the same."
    )
    for column, (table, inner) in found.items():
        looks, _ = LEARNS[name][column]
        for value in values(path, table, inner):
            assert looks(value), f"{column} holds {value!r}"


def test_the_page_for_members_says_what_the_list_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (`handrail\.db`[^|]*) \| (.*) \|$", page, re.MULTILINE))
    alone = told["`handrail.db` alone"]
    said = {"handrail.db": alone, "keys.db": alone + told["`handrail.db` and `keys.db`"]}
    for name, file in LEARNS.items():
        learnt = {what for _, what in file.values()} - {NOTHING}
        assert {what for what in learnt if what not in said[name]} == set()
    # what the last test of this file shows
    watched = told["`handrail.db`, and they can read the channel"]
    assert "compare these seconds with the times of the replies" in watched


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_no_id_no_name_and_no_word_is_in_any_byte_of_any_file(week: Week, when: str) -> None:
    files = {path.name: path.read_bytes() for path in (week.folder.parent / when).iterdir()}
    assert {"handrail.db", "keys.db"} <= files.keys()
    assert ("handrail.db-wal" in files) is (when == "running")
    held = b"\0".join(files.values())
    # the search finds what is there: the server, the channel and the zone
    for there in (HOME.to_bytes(8, "big"), CHANNEL.to_bytes(8, "big"), b"Europe/Berlin"):
        assert there in held
    for who in (*week.people, week.gone, *week.counted):
        for spelling in spellings(who):
            assert spelling not in held, spelling
    for part in (b"mood", b"urge", b'"line"'):
        assert part not in held.lower()


def spellings(who: Somebody) -> Iterator[bytes]:
    for said in (who.name, who.name.lower(), who.word, str(who.id)[-12:], f"{who.id:x}"):
        yield said.encode()
        yield said.encode("utf-16-le")
    yield who.id.to_bytes(8, "big")
    yield who.id.to_bytes(8, "little")
    for plain in (f"{who.id}", f"{HOME}|{who.id}", f"{who.id}|{HOME}", f"{HOME}{who.id}"):
        # a hash without a key is as good as the id: there are few enough ids to try them all
        for method in ("md5", "sha1", "sha256", "blake2b"):
            yield hashlib.new(method, plain.encode()).digest()[:16]


async def test_a_thief_learns_how_many_there_are_and_their_days_but_not_who(week: Week) -> None:
    rows = read(week.folder / "handrail.db", "SELECT member, day FROM check_ins ORDER BY day")
    seen: dict[object, list[date]] = {}
    for member, told in rows:
        seen.setdefault(member, []).append(date.fromisoformat(str(told)))
    assert len(seen) == MEMBERS
    assert sorted(seen.values()) == sorted(week.days.values())
    ((keys,), *_) = read(week.folder / "keys.db", "SELECT count(*) FROM member_keys")
    ((gone,), *_) = read(week.folder / "keys.db", "SELECT count(*) FROM tombstones")
    ((today,), *_) = read(week.folder / "handrail.db", "SELECT count(*) FROM tallies")
    assert (keys, gone, today) == (MEMBERS, 1, len(week.counted))


async def test_a_thief_learns_how_long_an_answer_is_and_nothing_else_of_it(week: Week) -> None:
    found = read(week.folder / "handrail.db", "SELECT sealed FROM check_ins WHERE sealed NOT NULL")
    sealed_answers = [value for (value,) in found if isinstance(value, bytes)]
    longest, shortest = max(map(len, sealed_answers)), min(map(len, sealed_answers))
    assert longest - shortest == pytest.approx(max(week.lengths) - min(week.lengths), abs=3)
    assert len(sealed_answers) == len(week.lengths)
    # the same words twice look different, so that equal answers cannot be told; the last 16 bytes
    # depend on the row as well and are left out
    assert len({value[20:-16] for value in sealed_answers}) == len(sealed_answers)


async def test_who_reads_the_channel_as_well_can_put_a_name_to_a_number(week: Week) -> None:
    """Not a promise but a warning, which the page for members gives as well."""
    found = read(week.folder / "handrail.db", "SELECT at, member, way FROM check_ins")
    guessed = {
        (member, week.replied_at[at])
        for at, member, way in found
        if way == "reply" and isinstance(at, int)
    }
    assert len(guessed) == len({member for member, _ in guessed})
    assert len(guessed) > MEMBERS // 2
