"""The bot's own words, held against the wording rules. Members' words are never looked at."""

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.text.words import forms, load_words

RULES = Path(__file__).with_name("wording_rules.tsv")
PROJECT = Path(__file__).resolve().parents[2]

PROPER_NAMES = re.compile(
    r"(Alcoholics|Narcotics|Cocaine|Gamblers|Overeaters) Anonymous"
    r"|National Institute on Drug Abuse"
    r"|Substance Abuse and Mental Health Services Administration"
)

# A warning that a person has looked at: rule, key, and why the words stay.
LOOKED_AT: dict[tuple[str, str], str] = {}

HARD_DAY_KEYS = ("saved.",)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    level: str
    pattern: re.Pattern[str]
    scope: str


def rules() -> list[Rule]:
    with RULES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Rule(
            row["id"],
            row["level"],
            re.compile(row["regex"], re.NOFLAG if row["scope"] == "match-case" else re.IGNORECASE),
            row["scope"],
        )
        for row in rows
    ]


def sentences() -> Iterator[tuple[str, str]]:
    """Every English sentence with its key; the rules are written for English."""
    for key, entry in load_words().catalogues["en"].items():
        for sentence in forms(entry):
            yield key, PROPER_NAMES.sub("", sentence)


def spoken_in_code() -> Iterator[tuple[str, str]]:
    """What is said outside the catalogue: command descriptions, and words to whoever hosts."""
    for path in sorted(file for room in ("bot", "cogs") for file in (PROJECT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asides = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in asides:
                text = node.value if isinstance(node.value, str) else ""
                if " " in text.strip():
                    yield path.name, PROPER_NAMES.sub("", text)


def broken(rule: Rule) -> list[tuple[str, str]]:
    return [
        (key, sentence)
        for key, sentence in sentences()
        if rule.pattern.search(sentence)
        and not (rule.scope == "reply:hard-day" and not key.startswith(HARD_DAY_KEYS))
    ]


def name_of(rule: Rule) -> str:
    return f"{rule.name}-{rule.pattern.pattern[:24]}"


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.level == "E"], ids=name_of)
def test_no_sentence_breaks_a_rule(rule: Rule) -> None:
    assert broken(rule) == []


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.level == "W"], ids=name_of)
def test_every_doubtful_word_was_looked_at_by_a_person(rule: Rule) -> None:
    doubtful = [(rule.name, key) for key, _ in broken(rule)]
    assert [pair for pair in doubtful if pair not in LOOKED_AT] == []


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.level == "E"], ids=name_of)
def test_nothing_said_in_the_code_breaks_a_rule_either(rule: Rule) -> None:
    said = list(spoken_in_code())
    assert any("Check in for today" in text for _, text in said)
    assert [(name, text) for name, text in said if rule.pattern.search(text)] == []


def test_nobody_looked_at_words_that_are_no_longer_there() -> None:
    doubtful = {(rule.name, key) for rule in rules() for key, _ in broken(rule)}
    assert set(LOOKED_AT) <= doubtful


def test_all_rules_were_read() -> None:
    assert len(rules()) == len(RULES.read_text(encoding="utf-8").splitlines()) - 1
    assert len({rule.name for rule in rules()}) == 36


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("You lost all your days", "L11"),
        ("Back to day one", "L12"),
        ("You missed a check-in", "L29"),
        ("Top 10 members", "L30"),
        ("Well done!!", "L36"),
        ("An alcoholic", "L02"),
    ],
)
def test_the_rules_catch_what_they_are_for(sentence: str, rule: str) -> None:
    assert [found.name for found in rules() if found.pattern.search(sentence)] == [rule]
