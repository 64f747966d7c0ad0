"""What a server changes on its card, and what it never can: rules by tables and by chance."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.crisis import Call, Chat, Kind, SendText
from bot.domain.crisis_card import card_for
from bot.domain.crisis_desk import Act, Change, is_emergency, with_changes
from bot.domain.crisis_desk_rows import read, written
from bot.domain.crisis_desk_typed import Typed, Wrong, added, corrected, hidden
from bot.domain.crisis_rows import parse
from tests.domain.crisis_scene import country, line, rows

TODAY = date(2026, 11, 30)
DIRECTORY = parse(
    rows(
        line(),
        line("xa-second", name="Second", phone="0800 22 22", text="85258"),
        line("xa-youth", name="Youth", kind="youth", phone="0800 33 33"),
    )
).directory
(THERE,) = DIRECTORY.countries


def changed(change: Change | Wrong) -> Change:
    assert isinstance(change, Change), change
    return change


def add(name: str = "Seamark", **typed: str) -> Change | Wrong:
    given = Typed(**({"source": "The nurse", "number": "0800 44 44"} | typed))
    return added(DIRECTORY, THERE, Kind.SUICIDE_AND_CRISIS, name, given, TODAY)


def names(*changes: Change) -> list[str]:
    card = card_for(with_changes(DIRECTORY, changes), THERE, TODAY)
    return [entry.line.name for section in card.sections for entry in section.entries]


def test_no_change_leaves_the_directory_as_it_is() -> None:
    assert with_changes(DIRECTORY, ()) is DIRECTORY


def test_an_added_line_comes_first_among_its_kind_and_not_before_another() -> None:
    assert names(changed(add())) == ["Seamark", "Lifeline", "Second", "Second", "Youth"]


def test_a_correction_replaces_one_sort_of_way_and_keeps_the_others() -> None:
    change = changed(
        corrected(DIRECTORY, "xa-second", Typed("The nurse", number="0800 55 55"), TODAY)
    )
    assert change.act is Act.CORRECTED
    assert change.line.reach == (Call("0800 55 55"), SendText("85258"))
    assert (change.line.source, change.line.checked, change.line.by_server) == (
        "The nurse",
        TODAY,
        True,
    )
    assert names(change) == ["Second", "Lifeline", "Second", "Youth"]


def test_a_line_is_found_by_its_name_where_only_one_has_it() -> None:
    assert changed(hidden(DIRECTORY, " LIFELINE ", "The nurse", TODAY)).line.id == "xa-lifeline"
    twice = parse(rows(line(), line("xa-other"))).directory
    assert hidden(twice, "Lifeline", "The nurse", TODAY) is Wrong.LINE


def test_an_added_line_that_is_corrected_stays_an_added_one() -> None:
    first = changed(add())
    own = with_changes(DIRECTORY, [first])
    second = changed(corrected(own, "Seamark", Typed("The nurse", hours="24/7"), TODAY))
    assert (second.act, second.line.id) == (Act.ADDED, first.line.id)


@pytest.mark.parametrize("number", ["112", "1 1 2", "119", "911", "999", "(999)"])
def test_an_emergency_number_is_nobodys_line(number: str) -> None:
    assert is_emergency(THERE, number)
    assert add(number=number) in {Wrong.EMERGENCY, Wrong.NUMBER}
    assert add(text=number) in {Wrong.EMERGENCY, Wrong.TEXT}


def test_a_line_whose_number_has_become_an_emergency_number_is_left_out() -> None:
    change = changed(add(number="114"))
    later = parse(rows(line()) | {"country": [_country_with("114")]}).directory
    assert [each.name for each in with_changes(later, [change]).lines] == ["Lifeline"]


def test_a_line_of_a_country_that_is_gone_is_left_out() -> None:
    gone = parse({"country": [], "line": [], "finder": []}).directory
    assert with_changes(gone, [changed(add())]).lines == ()


@pytest.mark.parametrize("word", ["HOME to 741741", "741741"])
def test_a_number_to_text_may_have_a_word(word: str) -> None:
    way = changed(add(text=word)).line.reach[1]
    assert isinstance(way, SendText)
    assert way.number == "741741"
    assert way.keyword == (word.split(maxsplit=1)[0] if "to" in word else None)


def test_the_same_number_is_the_same_line_however_it_is_written_and_called() -> None:
    one, two = changed(add(number="0800-44 44")), changed(add("Another", number="08004444"))
    assert one.line.id == two.line.id
    assert add(number="116123") is Wrong.THERE


@given(
    some.text(max_size=120),
    some.text(max_size=60),
    some.none() | some.text(max_size=40),
    some.none() | some.text(max_size=120),
    some.text(max_size=120),
)
def test_whatever_is_typed_becomes_a_line_of_plain_words_or_is_given_back(
    name: str, number: str, text: str | None, chat: str | None, source: str
) -> None:
    typed = Typed(source, number or None, text, chat)
    change = added(DIRECTORY, THERE, Kind.YOUTH, name, typed, TODAY)
    if isinstance(change, Wrong):
        return
    words = change.line.name + ("" if change.line.source.startswith("https://") else source)
    assert not set("<>@`*_~#[]\n") & set(words.strip())
    assert all(
        isinstance(way, Chat) or not is_emergency(THERE, way.number) for way in change.line.reach
    )
    assert read(written(change)) == change


@pytest.mark.parametrize("act", list(Act))
def test_what_is_written_is_read_again(act: Act) -> None:
    typed = Typed(
        "https://a.example/x", "0800 44 44", "HI to 85258", "https://a.example/chat", "24/7"
    )
    made = changed(added(DIRECTORY, THERE, Kind.ADDICTION, "Seamark", typed, TODAY))
    assert read(written(Change(act, made.line))) == Change(act, made.line)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"act": "added"}', '{"act": "grown"}', '"added"', "7"]
)
def test_what_nobody_can_read_was_never_written(text: str) -> None:
    assert read(text) is None


@given(some.lists(some.sampled_from(["xa-lifeline", "xa-second", "xa-youth"]), unique=True))
def test_whatever_is_hidden_the_emergency_numbers_stay(lines: list[str]) -> None:
    changes = [changed(hidden(DIRECTORY, each, "The nurse", TODAY)) for each in lines]
    card = card_for(with_changes(DIRECTORY, changes), THERE, TODAY)
    assert card.country == THERE
    assert card.helplines
    shown = {entry.line.id for section in card.sections for entry in section.entries}
    assert shown.isdisjoint(lines)


def _country_with(number: str) -> dict[str, Any]:
    return country(emergency=[{"number": number}])
