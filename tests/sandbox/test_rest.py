"""The routes, by the real library; both sides are checked against the official description."""

import io
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.permissions import Permission
from sandbox.rest import table
from sandbox.validation import description
from tests.sandbox.resolver import connector_to
from tests.sandbox.scene import Scene, TinyBot, channel_of, eventually


async def test_a_message_is_sent_read_edited_and_deleted(scene: Scene, bot: TinyBot) -> None:
    channel = await channel_of(scene, bot)
    sent = await channel.send(
        "hello",
        embed=discord.Embed(title="A title", description="Words").add_field(name="a", value="b"),
    )
    assert [one.id async for one in channel.history()] == [sent.id]
    assert (await channel.fetch_message(sent.id)).embeds[0].title == "A title"
    edited = await sent.edit(content="hello again")
    assert edited.edited_at == scene.clock.now()
    await sent.reply("yes?")
    assert [one.content async for one in channel.history(oldest_first=True)] == [
        "hello again",
        "yes?",
    ]
    await sent.delete()
    assert scene.said() == ["yes?"]
    with pytest.raises(discord.NotFound) as gone:
        await channel.fetch_message(sent.id)
    assert gone.value.code == 10008


async def test_history_pages_in_every_direction(scene: Scene, bot: TinyBot) -> None:
    channel = await channel_of(scene, bot)
    sent = [await scene.ana.say(scene.channel, str(one)) for one in range(7)]
    numbers = [one.id for one in sent]

    async def ids(**wanted: Any) -> list[int]:
        return [one.id async for one in channel.history(**wanted)]

    assert await ids(limit=3) == numbers[:3:-1]
    assert await ids(before=discord.Object(numbers[2])) == [numbers[1], numbers[0]]
    assert await ids(after=discord.Object(numbers[4])) == numbers[5:]
    around = await ids(around=discord.Object(numbers[3]), limit=3)
    assert sorted(around) == numbers[2:5]


async def test_history_needs_its_permission_and_is_empty_without(
    scene: Scene, bot: TinyBot
) -> None:
    channel = await channel_of(scene, bot)
    sent = await channel.send("hello")
    scene.box.world.set_overwrite(
        scene.channel, scene.guild.everyone, deny=Permission.READ_MESSAGE_HISTORY
    )
    assert scene.guild.bot
    for role in scene.guild.bot.roles:
        scene.guild.roles[role].permissions &= ~int(Permission.READ_MESSAGE_HISTORY)
    assert [one async for one in channel.history()] == []
    with pytest.raises(discord.HTTPException) as refused:
        await sent.reply("yes?")
    assert refused.value.code == 160002


async def test_words_the_bot_may_not_read_are_withheld_in_history_too(
    scene: Scene, bot: TinyBot
) -> None:
    await scene.ana.say(scene.channel, "a private thought")
    channel = await channel_of(scene, bot)
    assert [one.content async for one in channel.history()] == [""]


async def test_reactions_come_and_go(scene: Scene, bot: TinyBot) -> None:
    channel = await channel_of(scene, bot)
    spoken = await scene.ana.say(scene.channel, "done")
    await eventually(lambda: bot.heard)
    message = channel.get_partial_message(spoken.id)
    await message.add_reaction("✅")
    assert spoken.reactions == {"✅": [scene.box.world.bot.id]}
    await scene.mo.react(spoken, "✅")
    fetched = await message.fetch()
    assert fetched.reactions[0].count == 2
    assert {one.id async for one in fetched.reactions[0].users()} == {
        scene.mo.id,
        scene.box.world.bot.id,
    }
    await message.remove_reaction("✅", discord.Object(scene.box.world.bot.id))
    assert spoken.reactions == {"✅": [scene.mo.id]}
    with pytest.raises(discord.HTTPException) as refused:
        await message.add_reaction("nonsense")
    assert refused.value.code == 10014


async def test_a_new_reaction_needs_its_permission_an_existing_one_does_not(
    scene: Scene, bot: TinyBot
) -> None:
    assert scene.guild.bot
    spoken = await scene.ana.say(scene.channel, "done")
    await scene.ana.react(spoken, "✅")
    scene.box.world.set_overwrite(scene.channel, scene.guild.bot, deny=Permission.ADD_REACTIONS)
    message = scene.in_channel(bot).get_partial_message(spoken.id)
    await message.add_reaction("✅")
    with pytest.raises(discord.Forbidden):
        await message.add_reaction("❌")


async def test_files_travel_both_ways_and_their_addresses_end(scene: Scene, bot: TinyBot) -> None:
    assert scene.guild.bot
    channel = await channel_of(scene, bot)
    sent = await channel.send(
        "see", file=discord.File(io.BytesIO(b"words"), "a.txt", description="note")
    )
    assert sent.attachments[0].description == "note"
    assert await sent.attachments[0].read() == b"words"
    scene.clock.advance(timedelta(hours=25))
    with pytest.raises(discord.NotFound):
        await sent.attachments[0].read()
    kept = await sent.edit(attachments=[])
    assert kept.attachments == []
    scene.box.world.set_overwrite(scene.channel, scene.guild.bot, deny=Permission.ATTACH_FILES)
    with pytest.raises(discord.Forbidden):
        await channel.send(file=discord.File(io.BytesIO(b"words"), "a.txt"))


class Layout(discord.ui.LayoutView):
    """One of each."""

    box: discord.ui.Container[Any] = discord.ui.Container(
        discord.ui.TextDisplay("How are you?"),
        discord.ui.Section("A section", accessory=discord.ui.Thumbnail("https://a.example/b.png")),
        discord.ui.Separator(),
        discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")),
        discord.ui.File("attachment://b.txt"),
        accent_colour=7,
    )
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        discord.ui.Button(label="Yes", custom_id="yes")
    )


async def test_a_layout_with_everything_in_it(scene: Scene, bot: TinyBot) -> None:
    files = [discord.File(io.BytesIO(b"x"), name) for name in ("a.png", "b.txt")]
    sent = await (await channel_of(scene, bot)).send(view=Layout(), files=files)
    seen = scene.ana.sees(scene.channel)[0]
    assert "How are you?" in seen.text
    assert seen.buttons == ["Yes"]
    assert sent.flags.components_v2


@pytest.mark.parametrize("denied", ["SEND_MESSAGES", "EMBED_LINKS"])
async def test_a_denied_permission_is_50013(scene: Scene, bot: TinyBot, denied: str) -> None:
    assert scene.guild.bot
    scene.box.world.set_overwrite(scene.channel, scene.guild.bot, deny=Permission[denied])
    with pytest.raises(discord.Forbidden) as refused:
        await scene.in_channel(bot).send(embed=discord.Embed(title="a"))
    assert refused.value.code == 50013


async def test_limits_of_content_are_told_by_place(scene: Scene, bot: TinyBot) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await scene.in_channel(bot).send("x" * 2001)
    assert refused.value.code == 50035
    assert "In content" in refused.value.text
    with pytest.raises(discord.HTTPException) as empty:
        await scene.in_channel(bot).send("")
    assert empty.value.code == 50006


async def test_someone_elses_message_cannot_be_edited(scene: Scene, bot: TinyBot) -> None:
    spoken = await scene.ana.say(scene.channel, "mine")
    with pytest.raises(discord.HTTPException) as refused:
        await scene.in_channel(bot).get_partial_message(spoken.id).edit(content="yours")
    assert refused.value.code == 50005


async def test_strictness_names_unknown_routes_keys_and_missing_ones(scene: Scene) -> None:
    headers = {"Authorization": f"Bot {scene.box.token}"}
    base = "https://discord.com/api/v10"
    place = f"{base}/channels/{scene.channel.id}/messages"
    async with aiohttp.ClientSession(connector=connector_to(scene.box), headers=headers) as http:
        cases: list[tuple[str, str, Any, int]] = [
            ("GET", f"{base}/weather", None, 404),
            ("POST", place, {"content": "a", "colour": 7}, 400),
            ("POST", place, [], 400),
            ("POST", f"{base}/users/@me/channels", {}, 400),
            ("GET", f"{place}?colour=7", None, 400),
        ]
        for method, url, body, status in cases:
            async with http.request(method, url, json=body) as answer:
                assert answer.status == status, url
                assert answer.headers["Content-Type"] == "application/json"
        assert len(scene.box.problems) == len(cases)
        scene.box.problems.clear()


async def test_no_other_name_can_be_reached(scene: Scene) -> None:
    async with aiohttp.ClientSession(connector=connector_to(scene.box)) as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get("https://example.org/")


def test_every_route_is_described_officially(openapi: Any) -> None:
    known = description(openapi)
    unknown = [
        one.template for one in table().routes if not known.describes(one.method, one.template)
    ]
    assert unknown == []
