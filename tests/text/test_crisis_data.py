"""The crisis directory that is shipped: its words, its numbers, and the facts it was made from."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.crisis_file import load_crisis, read_crisis
from bot.domain.crisis import Call, Chat, Line, Reach, SendText, WhatsApp
from bot.domain.crisis_fallback import ANYWHERE, FIND_A_HELPLINE, FINDERS
from bot.domain.crisis_fields import digits
from tests.text.test_wording import PROPER_NAMES, Rule, name_of, rules

PROJECT = Path(__file__).resolve().parents[2]
FILE = PROJECT / "bot" / "data" / "crisis.toml"
REFERENCE = PROJECT.parent / "shared" / "reference" / "crisis.json"
LOADED = load_crisis()
DIRECTORY = LOADED.directory

SAME_DIGITS = (
    *("113", "119", "144", "142", "115", "191", "111", "116123", "116111", "988", "100", "102"),
    *("0800567567", "0800500333", "103", "106", "107", "147", "150", "155", "180", "110"),
)
"""What is a help line in one country and something else in another."""

# Names that were labels and no operator's own, or held words of praise; ours say the same plainly.
RENAMED = {
    "bd-wiki-09638",
    "ch-safezone",
    "de-bioeg-suchtvorbeugung",
    "de-gluecksspiel",
    "gh-wiki-0244471279",
    "ng-ndlea",
    "ph-doh-substance",
    "pt-linha-vida",
    "za-dsd-substance",
    "za-ke-moja",
}
USE_ALONE = {"us-never-use-alone", "us-safespot", "ca-nors"}
NOT_FOR_READERS = {"int-throughline", "int-open-helplines", "int-wikipedia"}
"""Data for developers, and a list that anybody can edit."""

HOURS_NOT_IN_THE_SOURCE = {"nz-alcohol-drug"}
NO_SITE_OF_ITS_OWN = "https://findahelpline.com/"


def said() -> Iterator[tuple[str, str]]:
    """Every sentence of ours that a reader may see, with the name of its row."""
    yield from (("anywhere", sentence) for sentence in ANYWHERE)
    for country in DIRECTORY.countries:
        whens = (number.when for number in country.emergency)
        yield from ((country.code, text) for text in (country.note, *whens) if text)
    for line in DIRECTORY.lines:
        whens = (way.when for way in line.reach if isinstance(way, Call | SendText))
        name = line.name if line.id in RENAMED else None
        texts = (line.note, line.hours, line.cost, name, *whens)
        yield from ((line.id, text) for text in texts if text)
    for finder in (*FINDERS, *DIRECTORY.finders):
        yield from ((finder.id, text) for text in (finder.name, finder.note) if text)


def test_the_shipped_directory_has_no_fault() -> None:
    assert LOADED.faults == ()
    assert len(DIRECTORY.countries) >= 84
    assert len(DIRECTORY.lines) >= 282


@pytest.mark.parametrize("rule", rules(), ids=name_of)
def test_no_sentence_of_the_directory_breaks_a_rule(rule: Rule) -> None:
    checked = [(row, PROPER_NAMES.sub("", text)) for row, text in said()]
    assert len(checked) > 200
    assert [found for found in checked if rule.pattern.search(found[1])] == []


@pytest.mark.parametrize(
    "promise", ["anonym", "confidential", "sober", "source is", "re-check", "wikipedia", "verify"]
)
def test_no_sentence_promises_or_speaks_to_ourselves(promise: str) -> None:
    texts = [(row, PROPER_NAMES.sub("", text).lower()) for row, text in said()]
    assert [found for found in texts if promise in found[1]] == []


@pytest.mark.parametrize("number", SAME_DIGITS)
def test_digits_that_mean_two_things_stand_only_under_a_country(number: str) -> None:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for finder in tables["finder"]:
        assert number not in digits(str(finder["name"]) + str(finder.get("note", "")))
    for row in (*tables["country"], *tables["line"]):
        owner = row.get("code") or row.get("country")
        assert DIRECTORY.country(owner) is not None
    for line in DIRECTORY.lines:
        if any(digits(way.number) == number for way in line.reach if not isinstance(way, Chat)):
            country = DIRECTORY.country(line.country)
            assert country is not None
            assert country.name
    for _, text in said():
        assert number not in [digits(found) for found in re.findall(r"\d[\d ()-]+", text)]


def test_every_same_digit_number_is_looked_for_somewhere() -> None:
    listed = {
        digits(way.number)
        for line in DIRECTORY.lines
        for way in line.reach
        if not isinstance(way, Chat)
    }
    listed |= {each.number for country in DIRECTORY.countries for each in country.emergency}
    assert set(SAME_DIGITS) <= listed


def test_the_template_in_the_guide_is_a_good_row() -> None:
    guide = (PROJECT / "docs" / "crisis-directory.md").read_text(encoding="utf-8")
    templates = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    loaded = read_crisis("\n".join(templates).encode())
    assert loaded.faults == ()
    assert len(loaded.directory.countries) == len(loaded.directory.lines) == 1
    (line,) = loaded.directory.lines
    assert len(line.reach) == 5


def test_what_is_built_in_says_the_same_as_the_file() -> None:
    shipped = {each.id: each for each in DIRECTORY.finders}
    for finder in FINDERS:
        assert shipped[finder.id] == finder
    assert FIND_A_HELPLINE in FINDERS


def test_the_numbers_that_are_built_in_work_where_they_say() -> None:
    text = " ".join(ANYWHERE)
    for code in ("US", "CA", "MX"):
        country = DIRECTORY.country(code)
        assert country is not None
        assert country.emergency[0].number == "911"
        assert country.name in text
    union = "IE DE AT FR ES PT IT NL BE SE DK FI PL CZ SK GR HU RO EE LV LT SI HR BG LU CY MT"
    for code in union.split():
        country = DIRECTORY.country(code)
        assert country is not None
        assert "112" in [each.number for each in country.emergency]


# ---- the facts, where what they were taken from lies beside the project


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the facts that the directory was made from are not beside this project")
    found: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return found


AS_OF = date(2026, 11, 22)
"""The day of those facts. A row that somebody has checked since then speaks for itself."""

FIRST_ROWS = [line for line in DIRECTORY.lines if line.checked <= AS_OF]


@pytest.fixture(scope="module")
def facts(reference: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for country in reference["countries"] for row in country["services"]}


def test_every_row_that_may_be_shown_is_shown_and_no_other(
    reference: dict[str, Any], facts: dict[str, dict[str, Any]]
) -> None:
    assert reference["as_of"] == AS_OF.isoformat()
    assert {line.id for line in FIRST_ROWS} <= facts.keys()
    if len(FIRST_ROWS) == len(DIRECTORY.lines):
        assert {line.id for line in FIRST_ROWS} == facts.keys()
    theirs = {row["id"] for row in reference["international"]}
    assert {finder.id for finder in DIRECTORY.finders} == theirs - NOT_FOR_READERS


def test_nothing_that_is_withheld_is_shown(reference: dict[str, Any]) -> None:
    shown = {
        (line.country, digits(way.number))
        for line in FIRST_ROWS
        for way in line.reach
        if not isinstance(way, Chat)
    }
    pages = {line.website for line in DIRECTORY.lines} | {each.website for each in FINDERS}
    assert len(reference["withheld"]) == 14
    for row in reference["withheld"]:
        assert row["id"] not in {line.id for line in FIRST_ROWS}
        assert row["id"] not in {finder.id for finder in DIRECTORY.finders}
        if row["phone"] is not None:
            assert (row["country"], digits(row["phone"])) not in shown
        else:
            assert row["website"] not in pages
    for row in (*shown_rows(reference),):
        assert "do not ship" not in (row["notes"] or "").lower()
        assert "CONFLICT" not in (row["notes"] or "")


def shown_rows(reference: dict[str, Any]) -> Iterator[dict[str, Any]]:
    ids = {line.id for line in FIRST_ROWS}
    for country in reference["countries"]:
        yield from (row for row in country["services"] if row["id"] in ids)


def test_every_countrys_emergency_numbers_are_those_of_the_source(
    reference: dict[str, Any],
) -> None:
    first = {each.code: each for each in DIRECTORY.countries if each.checked == AS_OF}
    assert first
    for theirs in reference["countries"]:
        ours = first.get(theirs["code"])
        if ours is None:
            continue
        numbers = [each.number for each in ours.emergency]
        added = numbers[len(theirs["emergency"]) :]
        assert ours.name == theirs["name"]
        assert numbers[: len(theirs["emergency"])] == theirs["emergency"]
        assert all(number in theirs["emergency_notes"] for number in added)


REACHED = {
    "ambulance": "NO113 IL101 EG123 NP102 JP119 KR119 TW119 ID119 AT144 CH144 CZ155 SK155 PK115"
    " UA103 RU103 AR107",
    "fire": "NO110 EG180 JP119 KR119 TW119",
    "police": "NO112 IL100 EG122 NP100 JP110 TW110 DE110 CN110 TH191",
}
"""Who comes, as far as the notes and the list of same digits say so."""


@pytest.mark.parametrize("service", REACHED)
def test_who_comes_is_said_only_where_it_is_known(service: str) -> None:
    said_to_reach = {
        f"{country.code}{number.number}"
        for country in DIRECTORY.countries
        for number in country.emergency
        if service in number.reaches
    }
    assert said_to_reach == set(REACHED[service].split())


@pytest.mark.parametrize("line", FIRST_ROWS, ids=lambda line: line.id)
def test_a_rows_facts_are_those_of_the_source(line: Line, facts: dict[str, dict[str, Any]]) -> None:
    row = facts[line.id]
    told = " ".join([row["notes"] or "", *(each["says"] for each in row["sources"])])
    assert line.kind == ("use-alone" if line.id in USE_ALONE else row["kind"])
    assert line.name == row["name"] or line.id in RENAMED
    assert line.confidence == row["confidence"]
    assert list(line.languages) == row["languages"]
    assert line.website == (None if row["website"] == NO_SITE_OF_ITS_OWN else row["website"])
    pages = {row["website"], *(each["url"] for each in row["sources"])}
    assert line.source in pages

    first = [way for way in line.reach if getattr(way, "when", None) is None]
    assert sorted(map(written, first)) == sorted(stated(row))
    for way in line.reach:
        if isinstance(way, Call | SendText) and way.when is not None:
            assert known(way.number, told, row), way.number
    if line.cost is not None and line.cost.startswith("free"):
        assert re.search(r"free|toll-free", told.lower()), told


def stated(row: dict[str, Any]) -> Iterator[str]:
    if row["phone"]:
        yield f"call {row['phone']}"
    if row["text"]:
        yield f"text {row['text']['number']} {row['text']['keyword']}"
    if row["whatsapp"]:
        yield f"whatsapp {row['whatsapp']}"
    if row["chat_url"]:
        yield f"chat {row['chat_url']}"


def written(way: Reach) -> str:
    match way:
        case Call(number, press):
            return f"call {number}" + (f" press {press}" if press else "")
        case SendText(number, keyword):
            return f"text {number} {keyword}"
        case WhatsApp(number):
            return f"whatsapp {number}"
        case Chat(url):
            return f"chat {url}"


def known(number: str, told: str, row: dict[str, Any]) -> bool:
    """Whether a further number stands in the notes, whole or by its last four digits."""
    text = row["text"]["number"] if row["text"] else ""
    return number == text or number in told or number.rpartition(" ")[2] in told


@pytest.mark.parametrize("line", FIRST_ROWS, ids=lambda line: line.id)
def test_day_and_night_is_promised_only_where_the_source_does(
    line: Line, facts: dict[str, dict[str, Any]]
) -> None:
    theirs = facts[line.id]["hours"]
    promised = theirs == "24/7" and line.id not in HOURS_NOT_IN_THE_SOURCE
    assert line.is_round_the_clock is promised
    if line.hours is not None:
        times = re.compile(r"\d{1,2}:\d{2}|20\d\d")
        assert set(times.findall(line.hours)) <= set(times.findall(theirs))
    else:
        assert theirs in UNKNOWN_HOURS


UNKNOWN_HOURS = {
    "unknown",
    "see website",
    "24/7",
    "24/7 (not stated in the source; re-check)",
    "online",
    "unknown (one project marks hours unverified)",
    "weekdays 9:00-20:00, weekends 11:00-16:00 (general knowledge)",
}
"""What says nothing a reader can go by."""


def test_no_note_is_a_sentence_of_the_source(facts: dict[str, dict[str, Any]]) -> None:
    copied = [
        line.id
        for line in FIRST_ROWS
        if line.note and len(line.note) > 40 and line.note.rstrip(".") in facts[line.id]["notes"]
    ]
    assert copied == []
