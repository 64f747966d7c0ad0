"""Every country through every way in, with the real bot: private, whole, and of that country."""

import asyncio

import pytest

from bot.domain.crisis import Country
from bot.domain.ids import GuildId
from sandbox.forms import CannotDo
from sandbox.people import Person
from sandbox.things import Channel, Message
from tests.cards.crisis_texts import numbers_of, shown_numbers, stands_alone
from tests.dialogue.stage import Stage
from tests.dialogue.test_crisis import ANOTHER, ELSEWHERE, MORE, OVERDOSE, REMEMBER, WORRIED, crisis

LIMIT = 2000


async def elsewhere(stage: Stage) -> tuple[Person, Channel]:
    """Somebody who carries the bot in their own account, in a server that never invited it."""
    guild = stage.box.world.add_guild("Elsewhere")
    channel = guild.add_channel("talk")
    dee = stage.box.person(guild.add_member("Dee"))
    await dee.install()
    return dee, channel


def is_right(stage: Stage, text: str, country: Country) -> None:
    assert 0 < len(text) <= LIMIT
    assert f"({country.name}" in text.splitlines()[0]
    found = shown_numbers(text)
    assert found
    assert set(found) <= numbers_of(stage.bot.crisis, country)
    assert stands_alone(text, country)


async def leaf_through(stage: Stage, who: Person, card: Message, country: Country) -> None:
    for _ in range(8):
        is_right(stage, card.content, country)
        if MORE not in card.buttons:
            break
        await who.press(card, MORE)
    for label in (OVERDOSE, WORRIED):
        await who.press(card, label)
        is_right(stage, card.content, country)


@pytest.mark.parametrize("way", ["server", "direct message", "own account"])
async def test_every_country_by_the_command(stage: Stage, way: str) -> None:
    dee, far_away = await elsewhere(stage)
    who, where = {
        "server": (stage.ana, stage.hall),
        "direct message": (stage.ana, stage.ana.dm),
        "own account": (dee, far_away),
    }[way]
    countries = stage.bot.crisis.countries
    assert len(countries) >= 84
    for country in countries:
        card = await crisis(who, where, country.code)
        await leaf_through(stage, who, card, country)


async def test_every_country_by_the_form_behind_the_select(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall)
    for country in stage.bot.crisis.countries:
        form = await stage.ana.choose(card, ANOTHER, [ELSEWHERE])
        answer = await stage.ana.submit(form, {"Country": country.name})
        assert answer.error is None
        is_right(stage, card.content, country)


async def test_every_country_of_the_select(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall)
    chosen = 0
    for country in stage.bot.crisis.countries:
        try:
            await stage.ana.choose(card, ANOTHER, [country.name])
        except CannotDo:
            continue
        chosen += 1
        is_right(stage, card.content, country)
    assert chosen == 24


async def test_every_country_by_the_quiet_button_where_the_server_has_chosen_it(
    stage: Stage,
) -> None:
    card = await crisis(stage.ana, stage.hall)
    card.components[0]["components"][0]["custom_id"] = "k:open"
    for country in stage.bot.crisis.countries:
        await stage.bot.crisis_choices.choose_for_server(
            GuildId(stage.guild.id), country.code, names_use_alone=True
        )
        opened = (await stage.ana.press(card, "k:open")).shown
        assert opened is not None
        assert opened.ephemeral_for == stage.ana.id
        is_right(stage, opened.content, country)


async def test_in_ones_own_account_the_country_belongs_to_no_server(stage: Stage) -> None:
    dee, far_away = await elsewhere(stage)
    card = await crisis(dee, far_away, "Japan")
    await dee.press(card, REMEMBER)
    assert "(Japan" in (await crisis(dee, far_away)).content
    other = stage.box.world.add_guild("Another")
    channel = other.add_channel("talk")
    again = stage.box.person(other.add_member(dee.user))
    assert "(Japan" in (await crisis(again, channel)).content


async def test_two_presses_at_once_are_both_answered(stage: Stage) -> None:
    card = await crisis(stage.ana, stage.hall, "GB")
    both = await asyncio.gather(stage.ana.press(card, MORE), stage.ana.press(card, REMEMBER))
    assert [each.error for each in both] == [None, None]
