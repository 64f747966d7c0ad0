"""The crisis card through the real door in every language there is, by every way to it."""

from pathlib import Path

import pytest

from bot.domain.crisis import Country
from bot.text import Speech, Words, load_words
from sandbox.people import Person
from sandbox.things import Channel, Message
from tests.cards.crisis_texts import numbers_of, shown_numbers, stands_alone
from tests.dialogue.stage import Stage, say_yes
from tests.dialogue.test_crisis import crisis
from tests.dialogue.test_crisis_everywhere import LIMIT, elsewhere

LANGUAGES = sorted(
    file.stem for file in Path(__file__).resolve().parents[2].glob("bot/text/*.toml")
)
WORDS = load_words(unreviewed=LANGUAGES)
LOCALES = {"en": "en-GB", "es": "es-419"}
A_HANDFUL = ("ES", "MX", "NO", "NL", "PE", "JP", "AT", "EG")

IN_EVERY = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
async def bilingual(stage: Stage) -> Stage:
    """A bot whose host has asked for the languages that nobody has reviewed yet."""
    stage.unreviewed_languages = frozenset(LANGUAGES)
    await stage.restart_bot()
    return stage


def reads(who: Person, language: str) -> Speech:
    who.user.locale = LOCALES[language]
    return WORDS.in_language(language)


def is_right(stage: Stage, card: Message, country: Country, say: Speech) -> None:
    text = card.content
    assert 0 < len(text) <= LIMIT
    begin = say("crisis.danger", number="\n", where="").partition("\n")[0]
    assert text.startswith(begin)
    assert f"({country.name}" in text.splitlines()[0]
    found = shown_numbers(text)
    assert found
    assert set(found) <= numbers_of(stage.bot.crisis, country)
    assert stands_alone(text, country, say)


async def leaf_through(
    stage: Stage, who: Person, card: Message, country: Country, say: Speech
) -> None:
    for _ in range(9):
        is_right(stage, card, country, say)
        if say("crisis.button.more") not in card.buttons:
            break
        await who.press(card, say("crisis.button.more"))
    for key in ("crisis.button.overdose", "crisis.button.worried", "crisis.button.back"):
        await who.press(card, say(key))
        is_right(stage, card, country, say)


def a_handful(stage: Stage) -> list[Country]:
    return [found for code in A_HANDFUL if (found := stage.bot.crisis.country(code)) is not None]


@IN_EVERY
async def test_every_country_by_the_command(bilingual: Stage, language: str) -> None:
    say = reads(bilingual.ana, language)
    countries = bilingual.bot.crisis.countries
    assert len(countries) >= 84
    for country in countries:
        card = await crisis(bilingual.ana, bilingual.hall, country.code)
        is_right(bilingual, card, country, say)


@IN_EVERY
@pytest.mark.parametrize("way", ["server", "direct message", "own account"])
async def test_every_page_of_a_handful_by_the_command(
    bilingual: Stage, way: str, language: str
) -> None:
    dee, far_away = await elsewhere(bilingual)
    ways: dict[str, tuple[Person, Channel]] = {
        "server": (bilingual.ana, bilingual.hall),
        "direct message": (bilingual.ana, bilingual.ana.dm),
        "own account": (dee, far_away),
    }
    who, where = ways[way]
    say = reads(who, language)
    assert len(a_handful(bilingual)) == len(A_HANDFUL)
    for country in a_handful(bilingual):
        card = await crisis(who, where, country.code)
        await leaf_through(bilingual, who, card, country, say)


@IN_EVERY
async def test_the_select_and_the_form_behind_it(bilingual: Stage, language: str) -> None:
    say = reads(bilingual.ana, language)
    card = await crisis(bilingual.ana, bilingual.hall)
    for country in a_handful(bilingual):
        select, there = say("crisis.button.country"), say("crisis.button.elsewhere")
        form = await bilingual.ana.choose(card, select, [there])
        answer = await bilingual.ana.submit(form, {say("crisis.form.label"): country.names[-1]})
        assert answer.error is None
        is_right(bilingual, card, country, say)
    spain = bilingual.bot.crisis.country("ES")
    assert spain is not None
    await bilingual.ana.choose(card, say("crisis.button.country"), [spain.name])
    is_right(bilingual, card, spain, say)


@IN_EVERY
async def test_the_quiet_button_under_a_hard_answer(bilingual: Stage, language: str) -> None:
    prompt = await bilingual.prompt()
    say = reads(bilingual.ana, language)
    asked = (await bilingual.ana.press(prompt, "Check in")).shown
    assert asked is not None
    form = await say_yes(bilingual.ana, asked)
    await bilingual.ana.submit(form, {"How are you?": "1"})
    await bilingual.box.quiet()
    saved = bilingual.last()
    assert say("crisis.urgent") in saved.buttons
    for country in a_handful(bilingual):
        card = await crisis(bilingual.ana, bilingual.hall, country.code)
        await bilingual.ana.press(card, say("crisis.button.remember"))
        opened = (await bilingual.ana.press(saved, say("crisis.urgent"))).shown
        assert opened is not None
        assert opened.ephemeral_for == bilingual.ana.id
        assert say("crisis.kept", country=country.name) in opened.content
        await leaf_through(bilingual, bilingual.ana, opened, country, say)


@IN_EVERY
async def test_without_a_country_there_is_a_card_in_the_readers_language(
    bilingual: Stage, language: str
) -> None:
    say = reads(bilingual.ana, language)
    card = await crisis(bilingual.ana, bilingual.hall, "Atlantis")
    assert say("crisis.unknown") in card.content
    await bilingual.ana.choose(card, say("crisis.button.country"), [say("crisis.button.elsewhere")])
    assert "findahelpline.com" in card.content


async def test_in_latin_america_no_country_is_guessed_from_the_language(bilingual: Stage) -> None:
    say = reads(bilingual.ana, "es")
    card = await crisis(bilingual.ana, bilingual.hall)
    assert card.content.startswith(f"**{say('crisis.anywhere')}**")
    assert say("crisis.choose") in card.content
    assert shown_numbers(card.content) == []


async def test_words_that_nobody_has_reviewed_are_not_offered_by_themselves(stage: Stage) -> None:
    reads(stage.ana, "es")
    card = await crisis(stage.ana, stage.hall, "México")
    assert card.content.startswith("If life is in danger now, call **911** (Mexico")


async def test_spanish_words_that_cannot_be_used_give_way_to_english(bilingual: Stage) -> None:
    reads(bilingual.ana, "es")
    torn = {"crisis.danger": "Llama al {numero}"}
    bilingual.bot.words = Words({**WORDS.catalogues, "es": {**WORDS.catalogues["es"], **torn}})
    card = await crisis(bilingual.ana, bilingual.hall, "México")
    assert card.content.startswith("If life is in danger now, call **911** (Mexico")


async def test_what_has_no_spanish_words_yet_is_said_in_english(bilingual: Stage) -> None:
    reads(bilingual.ana, "es")
    answer = await bilingual.ana.slash(bilingual.hall, "privacy")
    assert answer.error is None
    assert answer.shown is not None
    assert "My choices" in answer.shown.buttons
