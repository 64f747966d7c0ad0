"""Servers, roles, members, channels and threads: what a bot with more rights may change."""

from datetime import timedelta

import discord
import pytest

from sandbox.permissions import Permission
from sandbox.things import ChannelKind
from tests.sandbox.scene import Scene, TinyBot, channel_of

EVERYTHING = int(
    Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.PIN_MESSAGES
    | Permission.MANAGE_NICKNAMES
    | Permission.MODERATE_MEMBERS
    | Permission.KICK_MEMBERS
)


def empower(scene: Scene) -> None:
    """Give the bot more than its invite asks for."""
    assert scene.guild.bot
    role = scene.guild.add_role("helper", EVERYTHING)
    role.position = 50
    scene.guild.bot.roles.append(role.id)


async def test_threads_private_and_public(scene: Scene, bot: TinyBot) -> None:
    empower(scene)
    channel = await channel_of(scene, bot)
    private = await channel.create_thread(
        name="Ana and Mo", type=discord.ChannelType.private_thread
    )
    await private.add_user(discord.Object(scene.ana.id))
    inside = scene.box.world.channels[private.id]
    assert inside in scene.ana.channels()
    assert inside not in scene.mo.channels()
    await scene.ana.say(inside, "hello")
    assert {one.id for one in await private.fetch_members()} == {
        scene.ana.id,
        scene.box.world.bot.id,
    }
    await private.remove_user(discord.Object(scene.ana.id))
    await private.edit(archived=True)
    archived = [one.id async for one in channel.archived_threads(private=True)]
    assert archived == [private.id]
    with pytest.raises(discord.HTTPException) as refused:
        await private.add_user(discord.Object(scene.ana.id))
    assert refused.value.code == 50083
    await private.send("awake")
    assert inside.thread
    assert not inside.thread.archived
    message = await channel.send("topic")
    public = await message.create_thread(name="about it")
    assert public.id == message.id
    assert scene.box.world.channels[public.id].kind is ChannelKind.PUBLIC_THREAD
    await public.delete()


async def test_roles_and_members(scene: Scene, bot: TinyBot) -> None:
    empower(scene)
    guild = await bot.fetch_guild(scene.guild.id)
    made = await guild.create_role(name="steady", colour=discord.Colour(7))
    await made.edit(name="steadier")
    ana = await guild.fetch_member(scene.ana.id)
    await ana.add_roles(made)
    assert made.id in scene.ana.member.roles
    await ana.remove_roles(made)
    await ana.edit(nick="A.")
    assert scene.ana.name == "A."
    await ana.timeout(timedelta(minutes=5))
    assert not scene.box.world.may(scene.ana.user, scene.channel, Permission.SEND_MESSAGES)
    await made.delete()
    with pytest.raises(discord.Forbidden):
        await guild.create_role(
            name="too much", permissions=discord.Permissions(administrator=True)
        )
    owner = await guild.fetch_member(scene.guild.owner_id)
    with pytest.raises(discord.Forbidden):
        await owner.kick()
    await ana.kick()
    with pytest.raises(discord.NotFound) as gone:
        await guild.fetch_member(scene.ana.id)
    assert gone.value.code == 10007


async def test_channels_are_made_changed_and_deleted(scene: Scene, bot: TinyBot) -> None:
    empower(scene)
    guild = bot.get_guild(scene.guild.id)
    assert guild
    category = await guild.create_category("quiet rooms")
    made = await guild.create_text_channel(
        "check-in-2",
        category=category,
        overwrites={guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    assert not scene.box.world.may(
        scene.ana.user, scene.box.world.channels[made.id], Permission.SEND_MESSAGES
    )
    await made.edit(topic="once a day")
    await made.set_permissions(guild.default_role, view_channel=True)
    await made.set_permissions(guild.default_role, overwrite=None)
    assert {one.id for one in await guild.fetch_channels()} >= {made.id, category.id}
    await made.delete()
    with pytest.raises(discord.NotFound) as gone:
        await bot.fetch_channel(made.id)
    assert gone.value.code == 10003


async def test_pins_and_bulk_deletion(scene: Scene, bot: TinyBot) -> None:
    empower(scene)
    channel = await channel_of(scene, bot)
    sent = [await channel.send(str(one)) for one in range(3)]
    await sent[0].pin()
    assert [one.id async for one in channel.pins()] == [sent[0].id]
    await sent[0].unpin()
    await channel.delete_messages(sent[:2])
    assert scene.said() == ["2"]
    async with channel.typing():
        pass
