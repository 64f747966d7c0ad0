"""Every country, every page and every control of the crisis card, in every language there is."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.crisis_file import load_crisis
from bot.domain.crisis import Country
from bot.domain.crisis_card import card_for
from bot.domain.crisis_fields import digits
from bot.domain.crisis_opening import Opening, Origin, likely_countries
from bot.text import load_words
from cogs.crisis import cards, parse, views
from cogs.crisis.parse import Verb
from cogs.crisis_lines import bold
from cogs.urgent import urgent_button
from tests.cards.crisis_texts import numbers_of, shown_numbers, stands_alone
from tests.text.test_crisis_data import SAME_DIGITS

LANGUAGES = sorted(
    file.stem for file in Path(__file__).resolve().parents[2].glob("bot/text/*.toml")
)
WORDS = load_words(unreviewed=LANGUAGES)
DIRECTORY = load_crisis().directory
DAYS = (date(2026, 11, 22), date(2027, 6, 1), date(2028, 1, 1))
"""Fresh; older than 6 months; older than 12."""

LIMIT = 2000
LABEL = 80
OPTION = 100
PLACEHOLDER = 150
FORM_LABEL, FORM_TITLE, FORM_HINT = 45, 45, 100

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
EVERY = pytest.mark.parametrize(
    "country",
    [pytest.param(each, id=each.code) for each in DIRECTORY.countries]
    + [pytest.param(None, id="nowhere")],
)


def lines_of(
    language: str, country: Country | None, origin: Origin, today: date
) -> list[cards.Page]:
    say = WORDS.in_language(language)
    about = cards.notices_for(say, Opening(country, origin, "Atlantis"), can_choose=True)
    return list(cards.lines_pages(say, card_for(DIRECTORY, country, today), about))


def texts_of(language: str, country: Country | None) -> list[str]:
    """Every text that can be shown with this country, whatever led to it and however old it is."""
    say = WORDS.in_language(language)
    texts = [
        page.text
        for origin in Origin
        for today in DAYS
        for page in lines_of(language, country, origin, today)
    ]
    for key in ("not_kept", "not_forgotten", "slow", "forgotten"):
        card = card_for(DIRECTORY, country, DAYS[-1])
        told = (say(f"crisis.{key}"),)
        texts += [page.text for page in cards.lines_pages(say, card, told)]
    card = card_for(DIRECTORY, country, DAYS[0])
    texts += [
        cards.overdose_text(say, card, names_use_alone=use_alone) for use_alone in (True, False)
    ]
    return [*texts, cards.worried_text(say, card)]


@EVERY
def test_every_text_fits_and_leaves_no_section_empty(
    language: str, country: Country | None
) -> None:
    for text in texts_of(language, country):
        assert 0 < len(text) <= LIMIT
        assert not re.search(r"[{}]|None", text)
        rows = text.splitlines()
        assert all(row.strip() for row in rows)
        headings = [
            number
            for number, row in enumerate(rows)
            if number > 0 and re.fullmatch(r"\*\*[^*]+\*\*", row) and "?" not in row
        ]
        assert headings
        assert all(number + 1 < len(rows) for number in headings)
        assert all(number + 1 not in headings for number in headings)
        if country is not None:
            assert all(not rows[number + 1].startswith("-# ") for number in headings)


@EVERY
def test_every_number_is_of_the_country_and_says_so(language: str, country: Country | None) -> None:
    say = WORDS.in_language(language)
    for text in texts_of(language, country):
        if country is None:
            assert text.startswith(f"**{say('crisis.anywhere')}**")
            assert shown_numbers(text) == []
            continue
        first = country.emergency[0].number
        begin = say("crisis.danger", number=bold(first), where="\n").partition("\n")[0]
        assert text.startswith(f"{begin}{country.name}")
        found = shown_numbers(text)
        assert found
        assert set(found) <= numbers_of(DIRECTORY, country)
        assert stands_alone(text, country, say)


@EVERY
def test_every_line_is_on_the_pages_in_every_way_it_has(
    language: str, country: Country | None
) -> None:
    if country is None:
        return
    for origin in Origin:
        whole = "\n".join(page.text for page in lines_of(language, country, origin, DAYS[0]))
        for line in DIRECTORY.lines_in(country):
            if line.kind == "use-alone":
                continue
            for way in line.reach:
                number = getattr(way, "number", None)
                assert number in shown_numbers(whole) if number else way.url in whole  # type: ignore[union-attr]  # Chat alone has a page
            assert line.source in whole


@EVERY
def test_what_stands_under_every_page_is_within_discords_limits(
    language: str, country: Country | None
) -> None:
    say = WORDS.in_language(language)
    likely = likely_countries(DIRECTORY, country, "Irlande du Sud", views.MOST_OPTIONS - 1)
    code = parse.ELSEWHERE if country is None else country.code
    for origin in Origin:
        pages = lines_of(language, country, origin, DAYS[0])
        silent = next((number for number, page in enumerate(pages) if page.is_silent), None)
        shown = [
            views.lines_view(
                say, parse.Place(code, origin, number), views.Paging(len(pages), silent), likely
            )
            for number in range(len(pages))
        ]
        shown += [
            views.beside_view(say, parse.Place(code, origin), other)
            for other in (Verb.OVERDOSE, Verb.WORRIED)
        ]
        for view in shown:
            rows = view.to_components()
            assert 1 <= len(rows) <= 5
            for row in rows:
                parts = row["components"]
                assert 1 <= len(parts) <= 5
                assert all(1 <= len(part["custom_id"]) <= 100 for part in parts)
                labels = [part["label"] for part in parts if "label" in part]
                assert all(1 <= len(label) <= LABEL for label in labels)
                assert len(labels) == len(set(labels))
                for select in (part for part in parts if "options" in part):
                    assert 2 <= len(select["options"]) <= 25
                    assert len(select["placeholder"]) <= PLACEHOLDER
                    assert all(1 <= len(each["label"]) <= OPTION for each in select["options"])
                    if country is not None:
                        assert country.code in [each["value"] for each in select["options"]]


def test_the_form_and_the_quiet_button_are_within_discords_limits(language: str) -> None:
    say = WORDS.in_language(language)
    form = views.country_form(say).to_dict()
    assert len(form["title"]) <= FORM_TITLE
    [label] = form["components"]
    assert len(label["label"]) <= FORM_LABEL
    assert len(label["description"]) <= FORM_HINT
    assert 1 <= len(urgent_button(say).label or "") <= LABEL


@pytest.mark.parametrize("number", SAME_DIGITS)
def test_digits_that_mean_two_things_never_stand_without_a_country(
    language: str, number: str
) -> None:
    say = WORDS.in_language(language)
    seen = 0
    for country in DIRECTORY.countries:
        if number not in {digits(each) for each in numbers_of(DIRECTORY, country)}:
            continue
        for page in lines_of(language, country, Origin.NAMED, DAYS[0]):
            if number in {digits(each) for each in shown_numbers(page.text)}:
                seen += 1
                assert stands_alone(page.text, country, say)
    assert seen


def test_the_matrix_has_every_country_and_more_than_one_language(language: str) -> None:
    assert len(DIRECTORY.countries) >= 84
    assert {"en", "es"} <= set(LANGUAGES)
    assert WORDS.in_language(language).language == language
