"""One schema for the crisis directory: what is good stays, and each fault names its row."""

import copy
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.crisis import Call, Chat, EmergencyNumber, SendText, Service, WhatsApp
from bot.domain.crisis_fallback import FIND_A_HELPLINE, FINDERS
from bot.domain.crisis_rows import parse
from tests.domain.crisis_scene import country, finder, line, rows, without

SHIPPED = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "bot" / "data" / "crisis.toml").read_text("utf-8")
)


def faults(*lines: dict[str, Any]) -> tuple[str, ...]:
    return parse(rows(*lines)).faults


def test_a_good_row_is_read_whole() -> None:
    parsed = parse(
        rows(
            line(
                phone="119",
                press="8",
                text="85258",
                keyword="SHOUT",
                whatsapp="+65 9151 1767",
                chat="https://example.org/chat",
                website="https://example.org/",
                also=[{"phone": "0800 111 0 222", "when": "from mobile phones"}],
                cost="free",
                note="Lifeline is for everybody.",
            )
        )
    )
    assert parsed.faults == ()
    (read,) = parsed.directory.lines
    assert read.reach == (
        Call("119", "8"),
        SendText("85258", "SHOUT"),
        Call("0800 111 0 222", None, "from mobile phones"),
        WhatsApp("+65 9151 1767"),
        Chat("https://example.org/chat"),
    )
    assert (read.cost, read.note, read.country) == ("free", "Lifeline is for everybody.", "XA")
    assert parsed.directory.countries[0].emergency == (
        EmergencyNumber("112"),
        EmergencyNumber("119", (Service.AMBULANCE,)),
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (without(line(), "name"), "has no name"),
        (without(line(), "phone"), "has no phone, text, whatsapp or chat"),
        (without(line(), "checked"), "has no checked"),
        (without(line(), "source"), "has no source"),
        (line(languages=[]), "has no languages"),
        (line(languages=["English"]), "languages that do not all look like en"),
        (line(kind="helpline"), "has a kind that is none of suicide-and-crisis"),
        (line(confidence="unverified"), "has a confidence that is none of"),
        (line(country="uk"), "has a country that does not look like GB"),
        (line(country="XB"), "is of XB, a country that is not there"),
        (line("xb-lifeline", country="XA"), "is of XA, so its id begins with xa-"),
        (line(phone="call us"), "has a phone that does not look like 116 123"),
        (line(phone="119 press 8"), "has a phone that does not look like 116 123"),
        (line(phone=988), "has a phone that does not look like 116 123"),
        (without(line(press="1", text="85258"), "phone"), "has a key to press and no phone"),
        (line(keyword="HOME"), "has a keyword and no number to text it to"),
        (line(whatsapp="9151 1767"), "has a whatsapp that does not look like +65"),
        (line(chat="http://example.org/"), "has a chat that does not look like https"),
        (line(chat="https://example"), "has a chat that leads to no site"),
        (line(chat="https://exa mple.org/"), "has a chat that does not look like https"),
        (line(website="https://example.org/)[x](y"), "has a website that does not look like"),
        (line(checked="2026-11-22"), "has a checked that is not a date"),
        (line(checked=datetime(2026, 1, 1)), "has a checked that is not a date"),  # noqa: DTZ001 - a wrong value on purpose
        (line(hour="24/7"), "has a field hour, which is not in the schema"),
        (line(pres="8"), "has a field pres, which is not in the schema"),
        (line(name="Life\nline"), "has a name that is not one plain line"),
        (line(name="Life\u202eline"), "has a name that is not one plain line"),
        (line(name="Life\ufffdline"), "has a name that is not one plain line"),
        (line(name="<@123>"), "has a name that is not one plain line"),
        (line(note="@everyone"), "has a note that is not one plain line"),
        (line(note="See https://example.org"), "has a note that is not one plain line"),
        (line(note="x" * 161), "has a note that is not one plain line of at most 160"),
        (line(note="Or dial 113."), "names 113 in a text"),
        (line(note="Or dial 13 11 14."), "names 13 11 14 in a text"),
        (line(name="Linka 0800 567 567"), "names 0800 567 567 in a text"),
        (line(hours="24/7 on 191"), "names 191 in a text"),
        (line(also=[{"phone": "191"}]), "has no when"),
        (line(also=[{"when": "at night"}]), "has not exactly one phone or text"),
        (line(also=["191"]), "is not a block of fields"),
        (line(also="191"), "has also that are not a list"),
    ],
)
def test_a_line_with_a_fault_is_left_out_and_named(changed: dict[str, Any], said: str) -> None:
    parsed = parse(rows(changed, line("xa-other")))
    assert [each.id for each in parsed.directory.lines] == ["xa-other"]
    assert any(said in each for each in parsed.faults), parsed.faults
    assert all(changed["id"] in each for each in parsed.faults)


@pytest.mark.parametrize(
    "note",
    [
        "Since September 2025.",
        "For ages 5 to 25.",
        "Open 8:00-24:00.",
        "116 123 is the number.",
        "Call 116-123.",
        "HOPELINE247 is its old name.",
    ],
)
def test_years_times_and_its_own_number_may_stand_in_a_text(note: str) -> None:
    assert faults(line(note=note)) == ()


def test_a_second_line_of_one_id_is_left_out() -> None:
    parsed = parse(rows(line(), line(phone="191")))
    assert [each.reach for each in parsed.directory.lines] == [(Call("116 123"),)]
    assert parsed.faults == ("line xa-lifeline has an id that another line had first",)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"note": "Or 113."}, "has a note with a number in it"),
        ({"source": "example.org"}, "has a source that does not look like https"),
        ({"checked": "yesterday"}, "has a checked that is not a date"),
        ({"names": "Alandia"}, "has names that are not a list"),
        ({"names": ["a\nb"]}, "has names that are not all plain text"),
        ({"emergency": [{"number": "112"}, {"number": "help"}]}, "does not look like 112"),
        ({"emergency": [{"number": "112"}, {"number": "119", "reach": []}]}, "field reach"),
        ({"emergency": [{"number": "112"}, {"number": "119", "reaches": ["x"]}]}, "reaches some"),
        ({"emergency": [{"number": "112"}, {"number": "11" * 9}]}, "does not look like 112"),
        ({"capital": "Mariehamn"}, "has a field capital, which is not in the schema"),
    ],
)
def test_a_country_keeps_its_first_emergency_number_whatever_else_is_wrong(
    changed: dict[str, Any], said: str
) -> None:
    parsed = parse({"country": [country(**changed)], "line": [line()], "finder": [finder()]})
    (read,) = parsed.directory.countries
    assert read.emergency[0] == EmergencyNumber("112")
    assert (read.name, len(parsed.directory.lines)) == ("Aland", 1)
    assert any(said in each and "country XA" in each for each in parsed.faults), parsed.faults


@pytest.mark.parametrize(
    "broken",
    [
        without(country(), "name"),
        without(country(), "emergency"),
        country(emergency=[]),
        country(emergency=[{"number": "call"}]),
        country("xa"),
        "XA",
    ],
)
def test_without_code_name_or_number_a_country_goes_and_its_lines_with_it(broken: object) -> None:
    parsed = parse({"country": [broken, country("XB", "Bland")], "line": [line()]})
    assert [each.code for each in parsed.directory.countries] == ["XB"]
    assert parsed.directory.lines == ()
    assert any("cannot be used, nor can its lines" in each for each in parsed.faults)
    assert any("line xa-lifeline is of XA" in each for each in parsed.faults)


def test_where_two_rows_claim_one_country_neither_is_believed() -> None:
    parsed = parse({"country": [country(), country(name="Bland"), country("XC", "Cland")]})
    assert [each.code for each in parsed.directory.countries] == ["XC"]
    assert "country XA is there 2 times; none of them is used" in parsed.faults


def test_a_name_that_two_countries_share_is_a_fault() -> None:
    parsed = parse({"country": [country(), country("XB", "Bland", names=["ÅLAND"])]})
    assert parsed.faults == ("country XB and country XA share the name 'aland'",)


def test_a_name_that_is_the_code_of_another_country_is_a_fault() -> None:
    parsed = parse({"country": [country(), country("XB", "Bland", names=["x.a."])]})
    assert parsed.faults == ("country XB and country XA share the name 'xa'",)


def test_a_directory_of_the_world_has_no_number() -> None:
    parsed = parse({"finder": [finder(note="Or 116 123"), finder("int-other", phone="113")]})
    assert parsed.directory.finders == FINDERS
    assert any("a directory of the world has no number" in each for each in parsed.faults)
    assert any("has a field phone" in each for each in parsed.faults)


def test_the_link_that_stands_under_every_country_is_always_there() -> None:
    assert FIND_A_HELPLINE in parse(rows()).directory.finders
    assert parse({}).directory.finders == FINDERS


def test_a_table_that_is_not_known_is_a_fault() -> None:
    assert parse({"lines": []}).faults == ("there is a table 'lines', which is not known",)
    assert parse({"line": {}}).faults == ("line is not a list of blocks",)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["country", "line", "finder"]) | st.text(), VALUES))
def test_anything_at_all_can_be_read(junk: dict[str, object]) -> None:
    assert FIND_A_HELPLINE in parse(junk).directory.finders


FEW = ("US", "GB", "AT", "CH", "NO", "PE")
"""Enough of the shipped directory to break, and little enough to break it often."""

SOME = {
    "country": [each for each in SHIPPED["country"] if each["code"] in FEW],
    "line": [each for each in SHIPPED["line"] if each["country"] in FEW],
    "finder": SHIPPED["finder"],
}
WHOLE = parse(SOME).directory


@given(st.data())
def test_a_broken_row_costs_no_other_country_its_emergency_number(data: st.DataObject) -> None:
    tables = copy.deepcopy(SOME)
    touched: list[object] = []
    for _ in range(data.draw(st.integers(1, 5))):
        table = data.draw(st.sampled_from(["country", "line", "finder"]))
        place = data.draw(st.integers(0, len(tables[table]) - 1))
        row = tables[table][place]
        field = data.draw(st.sampled_from(sorted(SOME[table][place])))
        row[field] = data.draw(VALUES | st.sampled_from(FEW))
        if data.draw(st.booleans()):
            del row[field]
        if table == "country":
            # a row that claims to be another country touches that one, too
            touched += [SOME[table][place]["code"], row.get("code")]
    read = parse(tables).directory
    for each in WHOLE.countries:
        assert each.code in touched or read.country(each.code) == each
