"""A thousand torn files, a thousand wrong clocks, a thousand torn catalogues: always a card."""

import random
from datetime import date

from bot.crisis_file import PACKAGED, load_crisis, read_crisis
from bot.domain.crisis import Directory
from bot.domain.crisis_card import card_for
from bot.domain.crisis_opening import UNKNOWN, opening
from bot.text import Speech, built_in_speech, load_words
from cogs.crisis import cards

TRIES = 1000
LIMIT = 2000
TODAY = date(2026, 11, 22)
BLOCKS = [b"[" + block for block in PACKAGED.read_bytes().split(b"\n[")[1:]]
BRITISH = [block for block in BLOCKS if b'"GB"' in block]
DIRECTORY = load_crisis().directory


def first_page(directory: Directory, typed: str, today: date, say: Speech) -> str:
    found = opening(directory, typed, UNKNOWN, "en-US")
    about = cards.notices_for(say, found, can_choose=bool(directory.countries))
    pages = cards.lines_pages(say, card_for(directory, found.country, today), about)
    assert all(0 < len(page.text) <= LIMIT for page in pages)
    return pages[0].text


def test_a_thousand_torn_files_each_give_a_card() -> None:
    dice, cards_seen, whole = random.Random(5), 0, 0
    for _ in range(TRIES):
        torn = bytearray(b"\n".join([*BRITISH, *dice.sample(BLOCKS, 4)]))
        for _ in range(dice.randrange(1, 60)):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        directory = read_crisis(bytes(torn[: dice.randrange(100, len(torn))])).directory
        for country in (*(each.code for each in directory.countries), "GB"):
            text = first_page(directory, country, TODAY, built_in_speech())
            cards_seen += 1
            assert "danger now" in text.splitlines()[0]
            whole += "Call " in text
    assert cards_seen >= TRIES
    assert whole > 100  # what can still be read is shown


def test_a_thousand_wrong_clocks_each_give_a_card() -> None:
    dice, say = random.Random(6), built_in_speech()
    days = [date.min, date.max, date(1970, 1, 1), date(2100, 1, 1)]
    days += [date.fromordinal(dice.randrange(1, date.max.toordinal())) for _ in range(TRIES)]
    for number, today in enumerate(days):
        country = DIRECTORY.countries[number % len(DIRECTORY.countries)]
        text = first_page(DIRECTORY, country.code, today, say)
        assert f"({country.name}" in text.splitlines()[0]


def test_a_thousand_torn_catalogues_never_touch_the_words_of_the_card() -> None:
    dice, whole = random.Random(7), load_words().catalogues["en"]
    wanted = first_page(DIRECTORY, "GB", TODAY, built_in_speech())
    for _ in range(TRIES):
        torn = {key: text for key, text in whole.items() if dice.random() < 0.5}
        built_in = built_in_speech()
        say = Speech("de", {"de": {}, "en": {**torn, **built_in.catalogues["en"]}})
        assert first_page(DIRECTORY, "GB", TODAY, say) == wanted
