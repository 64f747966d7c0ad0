"""A country is kept because somebody pressed for it, sealed, and gone with one press."""

import pytest

from bot.domain.crisis_opening import UNKNOWN, Standing
from bot.domain.ids import OUTSIDE, GuildId, MemberId
from bot.services.crisis import CrisisChoices
from bot.services.expiry import Expiry
from bot.services.export import Exports
from bot.services.privacy import Privacy
from tests.services.conftest import ANA, BEN, HOME, House

PLACES = [pytest.param(HOME, id="server"), pytest.param(OUTSIDE, id="outside")]


@pytest.fixture
def choices(house: House) -> CrisisChoices:
    return CrisisChoices(house.store, house.clock)


async def keys(house: House, guild: GuildId, member: MemberId) -> bool:
    hashed = house.store.keyring.member(guild, member)
    return await house.store.read(lambda _: house.store.vault.holds(hashed))


async def test_nothing_is_known_of_somebody_new(choices: CrisisChoices) -> None:
    assert await choices.standing(HOME, ANA) == UNKNOWN
    assert await choices.standing(OUTSIDE, ANA) == Standing(names_use_alone=True)


@pytest.mark.parametrize("guild", PLACES)
async def test_the_last_country_is_remembered_sealed_and_for_that_place_alone(
    house: House, choices: CrisisChoices, guild: GuildId
) -> None:
    await choices.remember(guild, ANA, "NO")
    await choices.remember(guild, ANA, "SE")
    assert (await choices.standing(guild, ANA)).remembered == "SE"
    other = HOME if guild == OUTSIDE else OUTSIDE
    assert (await choices.standing(other, ANA)).remembered is None
    assert (await choices.standing(guild, BEN)).remembered is None
    [row] = await house.rows("crisis_choices")
    assert b"SE" not in row["sealed"][:17]
    assert len(row["member"]) == 16
    # in a server they are looked for, so that it goes when they leave; outside there is no leaving
    assert len(await house.rows("members")) == (0 if guild == OUTSIDE else 1)


@pytest.mark.parametrize("guild", PLACES)
async def test_forgetting_leaves_nothing_of_somebody_who_kept_nothing_else(
    house: House, choices: CrisisChoices, guild: GuildId
) -> None:
    await choices.remember(guild, ANA, "NO")
    assert await keys(house, guild, ANA)
    await choices.forget(guild, ANA)
    assert await house.rows("crisis_choices") == []
    assert await house.rows("members") == []
    assert not await keys(house, guild, ANA)
    await choices.remember(guild, ANA, "FI")
    assert (await choices.standing(guild, ANA)).remembered == "FI"


async def test_forgetting_leaves_the_rest_of_somebody_who_checks_in(
    house: House, choices: CrisisChoices
) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    await choices.remember(HOME, ANA, "NO")
    await choices.forget(HOME, ANA)
    assert await house.rows("crisis_choices") == []
    assert len(await house.rows("consents")) == 1
    assert await keys(house, HOME, ANA)


@pytest.mark.parametrize("guild", PLACES)
async def test_erasing_everywhere_and_the_export_reach_it(
    house: House, choices: CrisisChoices, guild: GuildId
) -> None:
    await choices.remember(guild, ANA, "NO")
    privacy = Privacy(house.store, house.clock)
    [held] = await privacy.held_everywhere(ANA)
    assert (held.guild, held.held.has_country) == (guild, True)
    [told] = (await Exports(house.store, house.clock).everywhere(ANA)).servers
    assert [each.country for each in told.crisis_choices] == ["NO"]
    erased = await privacy.erase_everywhere(ANA)
    assert (erased.servers, erased.outside) == ((0, True) if guild == OUTSIDE else (1, False))
    assert await house.rows("crisis_choices") == []


async def test_a_country_whose_key_is_gone_is_as_if_it_were_not_there(
    house: House, choices: CrisisChoices
) -> None:
    await choices.remember(HOME, ANA, "NO")
    house.store.vault.shred([(HOME, house.store.keyring.member(HOME, ANA))], after=0)
    assert (await choices.standing(HOME, ANA)).remembered is None


async def test_a_servers_choice_goes_with_the_server(house: House, choices: CrisisChoices) -> None:
    await choices.choose_for_server(HOME, "IE", names_use_alone=True)
    assert await choices.standing(HOME, ANA) == Standing(None, "IE", names_use_alone=True)
    await choices.choose_for_server(HOME, None, names_use_alone=False)
    assert await choices.standing(HOME, ANA) == UNKNOWN
    await choices.choose_for_server(HOME, "IE", names_use_alone=True)
    await choices.remember(HOME, ANA, "NO")
    await choices.remember(OUTSIDE, ANA, "SE")
    await house.groups.guild_left(HOME)
    house.clock.go(days=31)
    while await Expiry(house.store, house.clock).sweep():
        pass
    assert await house.rows("crisis_servers") == []
    [outside] = await house.rows("crisis_choices")
    assert outside["guild_id"] == OUTSIDE


async def test_what_is_kept_outside_servers_is_no_server_the_bot_has_left(
    house: House, choices: CrisisChoices
) -> None:
    await choices.remember(OUTSIDE, ANA, "SE")
    await house.groups.present([])
    assert await house.rows("departures") == []
