"""The app in a person's own account: it comes along to places where the bot is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.forms import CannotDo
from sandbox.interactions import NO_RESPONSE
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.things import Channel, Json
from sandbox.world import Guild
from tests.sandbox.scene import Scene, TinyBot, connected

FILES_EMBEDS_EVERYONE = 1 << 15 | 1 << 14 | 1 << 17
OTHERS_EMOJI = 1 << 18


class Word(discord.ui.Modal, title="A word"):
    word: discord.ui.TextInput["Word"] = discord.ui.TextInput(label="Word")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"got {self.word.value}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Join")
    async def join(self, interaction: discord.Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content=f"{interaction.user.name} joins")

    @discord.ui.button(label="Write")
    async def write(self, interaction: discord.Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Word())


class TravellingBot(TinyBot):
    """Offers /help wherever its person goes, and keeps what it was asked."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked: list[discord.Interaction] = []
        self.refused: list[int] = []

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.asked.append(interaction)

    async def setup_hook(self) -> None:
        everywhere = app_commands.AppInstallationType(guild=True, user=True)
        self.tree.allowed_installs = everywhere
        self.tree.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        )

        @self.tree.command(name="help", description="Help for you alone")
        async def help_(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("help", view=Buttons(), ephemeral=True)

        @self.tree.command(name="loud", description="Say it aloud")
        async def loud(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("loud", view=Buttons())
            await interaction.followup.send("louder")

        @self.tree.command(name="later", description="Say it later")
        async def later(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content="later")
            try:
                for count in range(6):
                    await interaction.followup.send(f"and {count}")
            except discord.HTTPException as refused:
                self.refused.append(refused.code)

        @self.tree.command(name="setup", description="For servers only")
        @app_commands.allowed_installs(guilds=True, users=False)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
        async def setup(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("set up")

        @self.tree.command(name="manage", description="For those who manage the server")
        @app_commands.default_permissions(manage_guild=True)
        async def manage(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("managed")


@dataclass
class Trip:
    """Ana and Lee in Haven, where the bot is not; and what goes over the gateway."""

    scene: Scene
    haven: Guild
    square: Channel
    ana: Person
    lee: Person
    bot: TravellingBot
    told: list[tuple[str, Json]] = field(default_factory=list)

    @property
    def payload(self) -> Json:
        """The last interaction, as it was sent."""
        return [payload for name, payload in self.told if name == "INTERACTION_CREATE"][-1]

    def offered(self, place: Channel) -> set[str]:
        return {one.name for one in self.ana.commands(place)}


@pytest.fixture
async def trip(scene: Scene) -> AsyncIterator[Trip]:
    haven = scene.box.world.add_guild("Haven")
    haven.locale = "de"
    square = haven.add_channel("square")
    haven.add_member(scene.ana.user)
    lee = scene.box.person(haven.add_member("Lee"))
    async with connected(TravellingBot(scene.box), scene.box) as bot:
        assert isinstance(bot, TravellingBot)
        made = Trip(scene, haven, square, scene.ana, lee, bot)
        stop = scene.box.subscribe(lambda name, payload: made.told.append((name, payload)))
        yield made
        stop()


# -- what is offered ---------------------------------------------------------------------------


async def test_a_command_comes_along_with_the_one_who_added_the_app(trip: Trip) -> None:
    world = trip.scene.box.world
    between = world.conversation(trip.ana.user, trip.lee.user)
    with pytest.raises(CannotDo, match="finds no command"):
        await trip.ana.slash(trip.square, "help")
    await trip.ana.install()
    assert trip.offered(trip.square) == {"help", "loud", "later"}
    assert trip.offered(between) == {"help", "loud", "later", "manage"}
    assert trip.offered(trip.ana.dm) == {"help", "loud", "later", "manage", "setup"}
    assert trip.lee.commands(trip.square) == []
    assert trip.lee.commands(between) == []
    await trip.ana.uninstall()
    assert trip.offered(trip.square) == set()
    assert trip.offered(between) == set()


async def test_who_shares_no_server_with_the_bot_has_only_what_their_account_brings(
    trip: Trip,
) -> None:
    assert trip.lee.commands(trip.lee.dm) == []
    await trip.lee.install()
    names = {one.name for one in trip.lee.commands(trip.lee.dm)}
    assert names == {"help", "loud", "later", "manage"}
    answer = await trip.lee.slash(trip.lee.dm, "loud")
    assert answer.shown
    assert answer.shown.content == "loud"


@pytest.mark.parametrize(
    ("types", "contexts", "without", "added"),
    [
        # H(arbour) with the bot, E(lsewhere) without, D(irect) with the bot, P(air), G(roup)
        ([0], None, "HD", "HD"),
        ([0], [0], "H", "H"),
        ([0], [1], "D", "D"),
        ([1], None, "", "HEDPG"),
        ([1], [0], "", "HE"),
        ([1], [1], "", "D"),
        ([1], [2], "", "PG"),
        ([0, 1], [0, 1], "HD", "HED"),
        ([0, 1], [0, 1, 2], "HD", "HEDPG"),
    ],
)
async def test_installations_and_contexts_decide_where_a_command_is(
    trip: Trip, types: list[int], contexts: list[int] | None, without: str, added: str
) -> None:
    world, ana, lee, mo = trip.scene.box.world, trip.ana, trip.lee, trip.scene.mo
    places = {
        "H": trip.scene.channel,
        "E": trip.square,
        "D": ana.dm,
        "P": world.conversation(ana.user, lee.user),
        "G": world.conversation(ana.user, lee.user, mo.user),
    }
    world.commands = {
        None: [
            {"id": "1", "type": 1, "name": "x", "default_member_permissions": None}
            | {"integration_types": types, "contexts": contexts}
        ]
    }
    assert "".join(key for key, place in places.items() if ana.commands(place)) == without
    await ana.install()
    assert "".join(key for key, place in places.items() if ana.commands(place)) == added


async def test_a_servers_own_command_stays_with_the_server(trip: Trip) -> None:
    @app_commands.command(name="ours", description="For this server")
    @app_commands.allowed_contexts(guilds=False, dms=True, private_channels=True)
    async def ours(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("ours")

    home = discord.Object(trip.scene.guild.id)
    trip.bot.tree.add_command(ours, guild=home)
    await trip.bot.tree.sync(guild=home)
    await trip.ana.install()
    assert "ours" not in trip.offered(trip.square)
    assert "ours" not in trip.offered(trip.ana.dm)
    answer = await trip.ana.slash(trip.scene.channel, "ours")
    assert answer.error is None
    assert trip.payload["authorizing_integration_owners"] == {"0": str(home.id)}


async def test_the_rules_of_a_server_without_the_bot_hold_there(trip: Trip) -> None:
    await trip.ana.install()
    member = trip.haven.members[trip.ana.id]
    world = trip.scene.box.world
    world.set_overwrite(trip.square, member, allow=Permission.MANAGE_GUILD)
    assert "manage" in trip.offered(trip.square)
    world.set_overwrite(trip.square, member, deny=Permission.USE_APPLICATION_COMMANDS)
    assert trip.offered(trip.square) == set()
    world.set_overwrite(trip.square, member, deny=Permission.VIEW_CHANNEL)
    assert trip.offered(trip.square) == set()
    trip.haven.remove_member(member)
    assert trip.offered(trip.square) == set()


async def test_an_app_for_servers_only_cannot_be_added_to_an_account(trip: Trip) -> None:
    trip.scene.box.world.installable = frozenset({0})
    with pytest.raises(CannotDo, match="cannot be added"):
        await trip.ana.install()
    with pytest.raises(CannotDo, match="has not added"):
        await trip.ana.uninstall()
    with pytest.raises(discord.HTTPException, match="integration_types"):
        await trip.bot.tree.sync()


async def test_what_a_command_leaves_open_is_what_the_app_offers(trip: Trip) -> None:
    trip.bot.tree.allowed_installs = app_commands.AppInstallationType()
    await trip.bot.tree.sync()
    kept = {one["name"]: one["integration_types"] for one in trip.scene.box.world.commands[None]}
    assert kept["help"] == [0, 1]
    assert kept["setup"] == [0]


async def test_private_channels_are_refused_to_a_command_for_servers(trip: Trip) -> None:
    trip.bot.tree.allowed_installs = app_commands.AppInstallationType(guild=True)
    with pytest.raises(discord.HTTPException, match="contexts"):
        await trip.bot.tree.sync()


async def test_the_application_counts_who_added_it(trip: Trip) -> None:
    await trip.ana.install()
    about = await trip.bot.application_info()
    assert about.approximate_user_install_count == 1
    assert about.user_integration_config
    assert about.user_integration_config.oauth2_install_params
    assert about.user_integration_config.oauth2_install_params.scopes == ["applications.commands"]


# -- what the bot is told ----------------------------------------------------------------------


async def test_a_server_without_the_bot_is_told_in_part(trip: Trip) -> None:
    await trip.ana.install()
    trip.ana.user.locale = "pt-BR"
    await trip.ana.slash(trip.square, "help")
    (asked,) = trip.bot.asked
    assert asked.context.to_array() == [0]
    assert asked.is_user_integration()
    assert not asked.is_guild_integration()
    assert (str(asked.locale), str(asked.guild_locale)) == ("pt-BR", "de")
    assert asked.guild_id == trip.haven.id
    assert trip.bot.get_guild(trip.haven.id) is None
    assert isinstance(asked.user, discord.Member)
    assert asked.permissions.send_messages
    assert isinstance(asked.channel, discord.TextChannel)
    assert asked.channel.name == "square"
    haven = str(trip.haven.id)
    assert trip.payload["guild"] == {"id": haven, "locale": "de", "features": []}
    assert trip.payload["authorizing_integration_owners"] == {"1": str(trip.ana.id)}
    # what the person may do, as far as an answer can
    mine = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.USE_EXTERNAL_EMOJIS
    assert trip.payload["app_permissions"] == str(int(mine))


async def test_with_the_bot_in_the_server_both_let_it_in(trip: Trip) -> None:
    await trip.ana.slash(trip.scene.channel, "help")
    home = str(trip.scene.guild.id)
    assert trip.payload["authorizing_integration_owners"] == {"0": home}
    await trip.ana.install()
    await trip.ana.slash(trip.scene.channel, "help")
    owners = {"0": home, "1": str(trip.ana.id)}
    assert trip.payload["authorizing_integration_owners"] == owners
    await trip.ana.slash(trip.scene.channel, "setup")
    assert trip.payload["authorizing_integration_owners"] == {"0": home}
    channel = trip.scene.channel
    bot_may = trip.scene.box.world.permissions(trip.scene.box.world.bot, channel)
    assert trip.payload["app_permissions"] == str(bot_may)


async def test_direct_messages_with_the_bot_are_a_context_of_their_own(trip: Trip) -> None:
    await trip.ana.install()
    await trip.ana.slash(trip.ana.dm, "help")
    assert trip.payload["context"] == 1
    assert trip.payload["authorizing_integration_owners"] == {"0": "0", "1": str(trip.ana.id)}
    assert trip.payload["app_permissions"] == str(FILES_EMBEDS_EVERYONE | OTHERS_EMOJI)
    await trip.ana.slash(trip.ana.dm, "setup")
    assert trip.payload["authorizing_integration_owners"] == {"0": "0"}
    await trip.lee.install()
    await trip.lee.slash(trip.lee.dm, "help")
    assert trip.payload["authorizing_integration_owners"] == {"1": str(trip.lee.id)}
    assert not {"guild", "guild_id", "guild_locale", "member"} & trip.payload.keys()


async def test_conversations_of_people_are_private_channels(trip: Trip) -> None:
    await trip.ana.install()
    world = trip.scene.box.world
    pair = world.conversation(trip.ana.user, trip.lee.user)
    assert world.conversation(trip.lee.user, trip.ana.user) is pair
    group = world.conversation(trip.ana.user, trip.lee.user, trip.scene.mo.user, name="Friday")
    for place, kind in ((pair, discord.DMChannel), (group, discord.GroupChannel)):
        answer = await trip.ana.slash(place, "loud")
        await trip.scene.box.quiet()
        asked = trip.bot.asked[-1]
        assert isinstance(asked.channel, kind)
        assert trip.ana.id not in [one.id for one in asked.channel.recipients]
        assert trip.lee.id in [one.id for one in asked.channel.recipients]
        assert asked.user.id == trip.ana.id
        assert asked.context.to_array() == [2]
        assert trip.payload["authorizing_integration_owners"] == {"1": str(trip.ana.id)}
        assert trip.payload["app_permissions"] == str(FILES_EMBEDS_EVERYONE)
        assert answer.shown in trip.lee.sees(place)
        assert trip.scene.box.person(trip.haven.members[trip.lee.id]).sees(place)
    assert isinstance(trip.bot.asked[-1].channel, discord.GroupChannel)
    assert trip.bot.asked[-1].channel.name == "Friday"
    assert trip.scene.mo.sees(pair) == []
    for people in ([trip.ana.user], [trip.ana.user, world.bot]):
        with pytest.raises(ValueError, match="conversation"):
            world.conversation(*people)


# -- answering ---------------------------------------------------------------------------------


async def test_answers_edits_forms_and_follow_ups_go_through_the_interaction(trip: Trip) -> None:
    await trip.ana.install()
    private = await trip.ana.slash(trip.square, "help")
    assert private.shown
    assert private.shown.ephemeral_for == trip.ana.id
    assert private.shown not in trip.lee.sees(trip.square)
    written = await trip.ana.press(private.shown, "Write")
    sent = await trip.ana.submit(written, {"Word": "rain"})
    assert sent.shown
    assert (sent.shown.content, sent.shown.ephemeral_for) == ("got rain", trip.ana.id)
    assert trip.payload["authorizing_integration_owners"] == {"1": str(trip.ana.id)}
    joined = await trip.ana.press(private.shown, "Join")
    assert joined.updated is private.shown
    assert private.shown.content == "Ana joins"
    aloud = await trip.ana.slash(trip.square, "loud")
    await trip.scene.box.quiet()
    assert [one.content for one in aloud.followups] == ["louder"]
    assert [one.text for one in trip.lee.sees(trip.square)][-1] == "louder"


async def test_another_person_presses_and_the_owner_stays_the_owner(trip: Trip) -> None:
    await trip.ana.install()
    aloud = await trip.ana.slash(trip.square, "loud")
    assert aloud.shown
    pressed = await trip.lee.press(aloud.shown, "Join")
    assert pressed.error is None
    assert aloud.shown.content == "Lee joins"
    asked = trip.bot.asked[-1]
    assert asked.user.id == trip.lee.id
    assert not asked.is_user_integration()
    assert trip.payload["authorizing_integration_owners"] == {"1": str(trip.ana.id)}
    await trip.ana.uninstall()
    assert (await trip.lee.press(aloud.shown, "Join")).error == NO_RESPONSE


async def test_the_bot_hears_and_reaches_nothing_there(trip: Trip) -> None:
    await trip.ana.install()
    pair = trip.scene.box.world.conversation(trip.ana.user, trip.lee.user)
    await trip.scene.box.quiet()
    trip.bot.events.clear()
    for place, guild in ((trip.square, trip.haven.id), (pair, None)):
        await trip.lee.say(place, "a word among us")
        answer = await trip.ana.slash(place, "loud")
        await trip.ana.slash(place, "help")
        await trip.scene.box.quiet()
        assert answer.shown
        await trip.lee.react(answer.shown, "👍")
        channel = trip.bot.get_partial_messageable(place.id, guild_id=guild)
        message = channel.get_partial_message(answer.shown.id)
        for attempt in (
            channel.send("uninvited"),
            channel.fetch_message(answer.shown.id),
            channel.typing(),
            message.edit(content="changed"),
            message.delete(),
            message.add_reaction("👍"),
            message.pin(),
            trip.bot.fetch_channel(place.id),
        ):
            with pytest.raises(discord.Forbidden) as refused:
                await attempt
            assert refused.value.code == 50001
    await trip.scene.box.quiet()
    assert set(trip.bot.events) == {"INTERACTION_CREATE"}
    assert trip.bot.heard == []


@pytest.mark.parametrize("taken", [Permission.USE_EXTERNAL_APPS, Permission.SEND_MESSAGES])
async def test_where_apps_may_not_speak_aloud_the_answer_is_for_the_asker(
    trip: Trip, taken: Permission
) -> None:
    await trip.ana.install()
    for guild in (trip.haven, trip.scene.guild):
        guild.everyone.permissions &= ~taken
    for command in ("loud", "later"):
        answer = await trip.ana.slash(trip.square, command)
        await trip.scene.box.quiet()
        assert answer.shown
        for one in (answer.shown, *answer.followups):
            assert one.ephemeral_for == trip.ana.id
    assert trip.lee.sees(trip.square) == []
    at_home = await trip.ana.slash(trip.scene.channel, "loud")
    assert at_home.shown
    assert at_home.shown.ephemeral_for is None


async def test_an_account_alone_brings_five_follow_ups(trip: Trip) -> None:
    await trip.ana.install()
    answer = await trip.ana.slash(trip.square, "later")
    await trip.scene.box.quiet()
    assert len(answer.followups) == 5
    assert trip.bot.refused == [40094]
    at_home = await trip.ana.slash(trip.scene.channel, "later")
    await trip.scene.box.quiet()
    assert len(at_home.followups) == 6
