"""Every command and every button, crossed with every role: what each sees is who_sees_what.md.

A new command or button is a new line there; a command that needs options gets them in
`Scene.options`, a list gets the choice in `CHOSEN`, and a form what is typed in `filled`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import MemberId
from bot.text import load_words
from bot.text.words import forms
from sandbox import slash as offer
from sandbox.forms import Modal
from sandbox.interactions import Answer, Interaction, Kind
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.things import Channel, Json, Message, walk
from tests.dialogue.privacy_card import press, privacy
from tests.dialogue.stage import Stage, say_yes

TABLE = Path(__file__).with_name("who_sees_what.md")
ENGLISH = load_words().catalogues["en"]

PROMPT, DIRECTLY, SUBMIT = "the prompt", "directly", "Submit"
MOOD, LINE, DAYS = "How are you?", "A line for yourself", "Days, from 7 to 365"
COUNTRY = "Country"
MENU = "Show the crisis card"
"""Found in the menu of a person; everything else is found by typing."""
ADDED_LINE = {"name": "Seamark line", "kind": "youth", "source": "The harbour nurse"}
CHOSEN = {
    "For how long": "Do not keep my answers",
    "Another country": "A country that is not in this list",
    "Undo a change": "Seamark line (IE)",
}
"""What is chosen from a list."""

ANAS_LINES = ("a quiet marigold morning", "the ferry was late", "soup and an open window")
BENS_LINES = ("the long road by the harbour wall", "a borrowed umbrella")
ANAS_COUNT = ("3 check-ins**", "check-ins: 3,", "Erased: 3 check-ins")
BENS_COUNT = ("2 check-ins**", "check-ins: 2,", "Erased: 2 check-ins")
ANAS = (*ANAS_LINES, "Mood: 2", "chosen: 2", "3 March", "5 March", "-03-03", "-03-05", *ANAS_COUNT)
BENS = (*BENS_LINES, "Mood: 4", "chosen: 4", "4 March", "-03-04", *BENS_COUNT)
"""What is theirs alone on Friday 6 March: lines, moods, dates in both spellings, and counts."""
OF_THE_GROUP = {"counts.day.few", "counts.day.off", "counts.day.unasked"}
"""Lines that name a day because the group was asked on it, and nobody who answered."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    sends: str
    """The custom_id, as `shape` shortens it; empty for a command."""
    way: tuple[str, ...]
    is_direct: bool
    """The way is gone in a direct message with the bot."""
    cells: Mapping[str, str]
    """The key that each role is to see, in brackets where it is not offered to them."""


def read_table() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    titles, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(
            what,
            sends.strip("`"),
            tuple(step for step in way.split(" > ") if step not in {"", DIRECTLY}),
            way.startswith(DIRECTLY),
            dict(zip(titles[3:], cells, strict=True)),
        )
        for what, sends, way, *cells in rows
    ]


def shape(custom_id: str) -> str:
    """Return a custom_id with "…" for all in it that differs from one card to the next."""
    parts = (
        part if re.fullmatch(r"[a-z]{1,9}(-all)?", part) else "…" for part in custom_id.split(":")
    )
    return re.sub("…(:…)+", "…", ":".join(parts))


ROWS = read_table()
LISTED = {(row.what, row.sends) for row in ROWS}


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody, and the channel they are in."""

    person: Person
    place: Channel
    secrets: tuple[str, ...]
    """What they must never see."""

    def where(self, row: Row) -> "Role":
        """Return the same person in the place that a line of the table is about."""
        return replace(self, place=self.person.dm) if row.is_direct else self


@dataclass(frozen=True, slots=True)
class Sent:
    """What leaves somebody's computer when they press a button or send a form."""

    kind: Kind
    data: Json
    cause: Interaction | None = None


class Scene:
    """A Friday on which two members have checked in before, and the people who look on."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.box = stage.box
        self.prompt: Message
        owner = self.box.person(stage.guild.members[stage.guild.owner_id])
        elsewhere = self.box.world.add_guild("Elsewhere")
        self.there = elsewhere.add_channel("there")
        eve = self.box.person(elsewhere.add_member("Eve", permissions=Permission.MANAGE_GUILD))
        self.box.world.install_bot(elsewhere)
        self._ben_there = self.box.person(elsewhere.add_member(stage.ben.user))
        ana, ben = stage.ana, stage.ben
        anas, bens = (*ANAS, ana.name, str(ana.id)), (*BENS, ben.name, str(ben.id))
        self.roles = {
            "somebody new": Role(stage.cem, stage.hall, anas + bens),
            "a member": Role(ana, stage.hall, bens),
            "another member": Role(ben, stage.hall, anas),
            "a moderator": Role(stage.mod, stage.hall, anas + bens),
            "the owner": Role(owner, stage.hall, anas + bens),
            "a stranger": Role(eve, self.there, anas + bens),
            "in a direct message": Role(eve, eve.dm, anas + bens),
        }

    async def begin(self) -> None:
        """Let the week go by from Tuesday to Friday."""
        ana, ben = self.stage.ana, self.stage.ben
        await self.stage.prompt()
        await self._check_in(ana, "2 · hard", ANAS_LINES[0])
        await self.stage.pass_time(days=1)
        await self._check_in(ben, "4 · good", BENS_LINES[0])
        await self.stage.pass_time(days=1)
        await self._check_in(ana, "2 · hard", ANAS_LINES[1])
        await self.stage.pass_time(days=1)
        await self._check_in(ana, "2 · hard", ANAS_LINES[2])
        await self._check_in(ben, "4 · good", BENS_LINES[1])
        self.prompt = self.stage.last(self.stage.cem)
        card = await privacy(self._ben_there, self.there)
        await press(self._ben_there, card, "My choices", "☐ Sharing", "Save my choices")

    async def _check_in(self, who: Person, mood: str, line: str) -> None:
        opened = await who.slash(self.stage.room, "checkin")
        if opened.shown is not None:
            opened = await say_yes(who, opened.shown)
        saved = await who.submit(opened, {MOOD: mood, LINE: line})
        assert saved.error is None
        await self.box.quiet()

    def options(self, role: Role, command: str) -> dict[str, Any]:
        """Return what is given to a command that needs options."""
        match command:
            case "setup":
                channel = self.there if role.place is self.there else self.stage.room
                return {"channel": channel, "zone": "Europe/Berlin", "at": "09:00"}
            case "crisis-desk share" | "crisis-desk steps":
                return {"country": "ireland"}
            case "crisis-desk add":
                number = f"0800 {role.person.id % 10**6:06}"
                return {**ADDED_LINE, "country": "ireland", "number": number}
            case "crisis-desk correct":
                return {"line": "ie-samaritans", "source": "Their office", "hours": "Mon-Fri"}
            case _:
                return {}

    # -- what is offered -----------------------------------------------------------------------

    async def go(self, role: Role, steps: tuple[str, ...]) -> Answer | None:
        """Do one step after the other; None where one of them is not offered to this role."""
        last: Answer | None = None
        for step in steps:
            if step == PROMPT:
                seen = self.prompt in role.person.sees(self.prompt.channel)
                last = Answer(shown=self.prompt) if seen else None
            elif step.startswith("/"):
                last = await self._command(role, step[1:])
            else:
                last = await self._use(role.person, step, last)
            if last is None:
                return None
        return last

    async def _command(self, role: Role, name: str) -> Answer | None:
        if name not in {command.name for command in role.person.commands(role.place)}:
            return None
        if name == MENU:
            return await role.person.menu(role.place, name, role.person.member)
        return await role.person.slash(role.place, name, **self.options(role, name))

    async def _use(self, person: Person, what: str, before: Answer | None) -> Answer | None:
        if what == SUBMIT:
            form = before and before.modal
            return await person.submit(form, filled(form)) if form else None
        card = card_of(before)
        if card is None or what not in controls(card):
            return None
        if what in CHOSEN:
            return await person.choose(card, what, CHOSEN[what])
        return await person.press(card, controls(card)[what]["custom_id"])

    # -- what is not ---------------------------------------------------------------------------

    async def force(self, role: Role, name: str) -> Answer:
        """Send a command that this role does not find in the list."""
        (command,) = (one for one in commands_of(self.stage) if one.name == name)
        world, options = self.box.world, self.options(role, name)
        data = (
            offer.menu_data(world, role.place, command, role.person.member)
            if name == MENU
            else offer.command_data(world, role.place, command, options)
        )
        asked = await self.box.interactions.ask(Kind.COMMAND, role.person.user, role.place, data)
        return asked.answer

    async def forge(self, role: Role, sent: Sent) -> Answer:
        """Send what somebody else was offered, from a card of one's own."""
        own = await role.person.slash(role.place, "privacy")
        asked = await self.box.interactions.ask(
            sent.kind, role.person.user, role.place, sent.data, message=own.shown, cause=sent.cause
        )
        return asked.answer

    async def sent_by_whoever_can(self, row: Row) -> Sent:
        """Return what leaves when the first role that is offered a button or a form uses it."""
        for each in self.roles.values():
            before = await self.go(each.where(row), row.way)
            form, card = before and before.modal, card_of(before)
            if form and row.what == SUBMIT:
                data = {"custom_id": form.custom_id, "components": form.filled(filled(form))[0]}
                return Sent(Kind.MODAL, data, form.cause)
            if card and row.what in controls(card):
                part = controls(card)[row.what]
                named = {"custom_id": part["custom_id"], "component_type": part["type"]}
                return Sent(Kind.COMPONENT, {"id": 1, **named, **chosen_in(part)})
        raise AssertionError(f"nobody finds {row.what!r}; take its line out of {TABLE.name}")

    async def kept(self, *, but: Person) -> list[object]:
        """Return all that is kept about the two members, except for the one who acts."""
        exports = self.stage.bot.exports
        people = [who for who in (self.stage.ana, self.stage.ben) if who is not but]
        return [await exports.everywhere(MemberId(who.id)) for who in people]


def commands_of(stage: Stage) -> list[offer.Command]:
    """Everything in the command lists, subcommands by their full name."""
    synced = [raw for place in stage.box.world.commands.values() for raw in place]
    commands = [(offer.Command(raw["name"], "", [], raw), raw) for raw in synced]
    return [one for command in commands for one in offer._flattened(*command)]


def card_of(answer: Answer | None) -> Message | None:
    return (answer.updated or answer.shown) if answer else None


def controls(message: Message) -> dict[str, Json]:
    """The buttons and selects of a message, by what is written on them, be they ticked or not."""
    parts = [part for part in walk(message.components) if "custom_id" in part]
    labels = [str(part.get("label") or part.get("placeholder")).lstrip("☐☑ ") for part in parts]
    return {
        label: part for label, part in zip(labels, parts, strict=True) if not part.get("disabled")
    }


def chosen_in(part: Json) -> dict[str, list[str]]:
    """Return what a list sends when somebody chooses from it, nothing for a button."""
    wanted = CHOSEN.get(part.get("placeholder", ""))
    chosen = [one["value"] for one in part.get("options", ()) if one["label"] == wanted]
    return {"values": chosen} if chosen else {}


def filled(form: Modal) -> dict[str, str]:
    if MOOD in form.labels:
        return {MOOD: "5 · very good", LINE: "somebody was here"}
    return {COUNTRY: "ireland"} if COUNTRY in form.labels else {DAYS: "30"}


def messages_of(answer: Answer) -> list[Message]:
    return [one for one in (answer.shown, answer.updated, *answer.followups) if one is not None]


def words_of(answer: Answer) -> str:
    """All that an answer shows: text, files, and what stands in a form already."""
    words = [one.text for one in messages_of(answer)]
    words += [file.body.decode() for one in messages_of(answer) for file in one.attachments]
    if answer.modal is not None:
        words.append(answer.modal.text)
        for part in walk(answer.modal.components):
            words.append(str(part.get("value") or ""))
            chosen = [one["label"] for one in part.get("options", []) if one.get("default")]
            words += [f"chosen: {label}" for label in chosen]
    return "\n".join(words)


def keys_of(line: str) -> list[str]:
    """Return the keys of the sentence that a line is: those that leave least to placeholders."""
    found = {
        key: len(re.sub(r"{\w+}", "", form))
        for key, entry in ENGLISH.items()
        for form in forms(entry)
        if re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(form)), line)
    }
    return [key for key, said in found.items() if said == max(found.values())]


def outcome(answer: Answer, expected: str) -> str:
    """Return the key of what is said first; where several say the same, the expected one."""
    card = card_of(answer)
    if answer.error is not None:
        return answer.error
    first = answer.modal.title if answer.modal else card.text.splitlines()[0] if card else ""
    keys = keys_of(first) or [f"not in en.toml: {first}"]
    return expected if expected in keys else keys[0]


def check_it_is_theirs(role: Role, answer: Answer) -> None:
    """Nobody else sees it, and nothing in it is anybody else's."""
    for message in messages_of(answer):
        assert message.ephemeral_for == role.person.id, message.text
        for name, part in controls(message).items():
            sends = shape(part["custom_id"])
            assert (name, sends) in LISTED, (
                f"{name!r}, which sends {sends!r}, has no line in {TABLE}: add one that says what"
                " each role sees who uses it."
            )
    if answer.modal is not None:
        sends = shape(answer.modal.custom_id)
        assert (SUBMIT, sends) in LISTED, f"The form {sends!r} has no line in {TABLE}: add one."
    lines = words_of(answer).splitlines()
    shown = "\n".join(line for line in lines if OF_THE_GROUP.isdisjoint(keys_of(line)))
    for secret in role.secrets:
        assert not re.search(rf"(?<!\w){re.escape(secret)}", shown), f"{secret!r} in {shown}"


@pytest.fixture
async def scene(stage: Stage) -> Scene:
    made = Scene(stage)
    await made.begin()
    return made


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " > ".join((*row.way, row.what)))
async def test_each_role_sees_what_the_table_says_and_nothing_of_anybody_else(
    scene: Scene, row: Row
) -> None:
    is_command = row.what.startswith("/")
    theirs = None if is_command else await scene.sent_by_whoever_can(row)
    assert theirs is None or shape(theirs.data["custom_id"]) == row.sends
    cells: dict[str, str] = {}
    for name, each in scene.roles.items():
        role = each.where(row)
        kept, expected = await scene.kept(but=role.person), row.cells[name].strip("()")
        # A stranger sends the very buttons of this server, whatever their own server offers them.
        offered = name != "a stranger" or is_command
        answer = await scene.go(role, (*row.way, row.what)) if offered else None
        if answer is not None:
            cells[name] = outcome(answer, expected)
        else:
            answer = await (
                scene.forge(role, theirs) if theirs else scene.force(role, row.what[1:])
            )
            cells[name] = f"({outcome(answer, expected)})"
        await scene.box.quiet()
        check_it_is_theirs(role, answer)
        assert await scene.kept(but=role.person) == kept
    way = " > ".join([DIRECTLY, *row.way] if row.is_direct else row.way)
    line = " | ".join([row.what, f"`{row.sends}`" if row.sends else "", way, *cells.values()])
    assert cells == row.cells, f"{TABLE.name} would say:\n| {line} |"


async def test_every_command_has_a_line(stage: Stage) -> None:
    for command in commands_of(stage):
        assert (f"/{command.name}", "") in LISTED, (
            f"/{command.name} has no line in {TABLE}: add one that says what each role sees."
        )


async def test_the_search_finds_a_members_own_words_in_their_own_answers(scene: Scene) -> None:
    role = scene.roles["a member"]
    ask, erase = ("/privacy", "Erase"), ("/privacy", "Erase", "Erase it now")
    ways = (("/privacy",), ("/privacy", "Export"), ("/checkin",), ask, erase)
    answers = [await scene.go(role, way) for way in ways]
    card, files, form, *counts = (words_of(answer) for answer in answers if answer is not None)
    assert "3 March" in card
    assert all(secret in words for secret, words in zip(ANAS_COUNT, (card, *counts), strict=True))
    assert all(secret in files for secret in (*ANAS_LINES, "Mood: 2", "5 March", "-03-05"))
    assert all(secret in form for secret in (ANAS_LINES[2], "chosen: 2"))
