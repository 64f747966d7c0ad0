"""The catalogues as a whole: nothing missing, nothing unused, the same values in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.text import load_words
from bot.text.words import FALLBACK, Words, forms, placeholders, read_catalogue

PROJECT = Path(__file__).resolve().parents[2]
WORDS = load_words()
ENGLISH = WORDS.catalogues[FALLBACK]


def code() -> Iterator[ast.AST]:
    for room in ("bot", "cogs"):
        for path in (PROJECT / room).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def keys_asked_for() -> set[str]:
    """The first argument of every `say("...")` and of what stands in for it."""
    return {
        node.args[0].value
        for node in code()
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "say")
            or (isinstance(node.func, ast.Call) and ast.unparse(node.func.func) == "speech")
        )
    }


def strings() -> set[str]:
    return {
        node.value
        for node in code()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_key_that_is_asked_for_exists() -> None:
    asked = keys_asked_for()
    assert len(asked) > 30
    assert asked - ENGLISH.keys() == set()


def test_every_sentence_is_used() -> None:
    assert ENGLISH.keys() - strings() == set()


@pytest.mark.parametrize("language", WORDS.catalogues)
def test_every_language_knows_the_same_keys_with_the_same_values(language: str) -> None:
    catalogue = WORDS.catalogues[language]
    assert catalogue.keys() == ENGLISH.keys()
    for key, entry in catalogue.items():
        named = {frozenset(placeholders(form)) for form in forms(entry)}
        assert named == {frozenset(placeholders(form)) for form in forms(ENGLISH[key])}, key


def test_a_reader_gets_their_own_language_then_its_stem_then_english() -> None:
    words = Words(
        {
            "en": read_catalogue('[greet]\nday = "hello"\nnight = "sleep well"'),
            "pt-BR": read_catalogue('[greet]\nday = "oi"'),
            "de": read_catalogue('[greet]\nday = "hallo"'),
        }
    )
    assert words.in_language("pt-BR")("greet.day") == "oi"
    assert words.in_language("de-AT")("greet.day") == "hallo"
    assert words.in_language("ja")("greet.day") == "hello"
    assert words.in_language("pt-BR")("greet.night") == "sleep well"


def test_a_count_chooses_its_plural_form() -> None:
    say = Words(
        {"en": read_catalogue('[of.us]\none = "{count} person"\nother = "{count} people"')}
    ).in_language("en")
    assert say("of.us", count=1) == "1 person"
    assert say("of.us", count=0) == "0 people"
    assert say("of.us", count=6) == "6 people"


def test_a_sentence_without_its_value_is_a_bug_and_says_so() -> None:
    with pytest.raises(KeyError, match="names a value"):
        WORDS.in_language("en")("calm.incident")


def test_a_wrong_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        WORDS.in_language("en")("no.such.key")


def test_a_catalogue_that_cannot_be_read_is_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "en.toml").write_text('[greet]\nday = "hello"', encoding="utf-8")
    (tmp_path / "de.toml").write_text("[greet\nday = ", encoding="utf-8")
    (tmp_path / "fr.toml").write_bytes(b"[greet]\nday = '\xff'")
    (tmp_path / "ja.toml").write_text("greet = 3", encoding="utf-8")
    (tmp_path / "pl.toml").mkdir()
    words = load_words(tmp_path)
    assert words.in_language("en")("greet.day") == "hello"
    assert words.catalogues.keys() == {"en"}
    for name in ("de", "fr", "ja", "pl"):
        assert any(f"{name}.toml cannot be read" in line for line in caplog.messages)


@pytest.mark.parametrize("folder", ["empty", "gone"])
def test_the_words_of_the_crisis_card_need_no_catalogue(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    say = load_words(tmp_path / folder).in_language("pl")
    assert say("crisis.urgent") == "Urgent help"
    assert {key for key in ENGLISH if key.startswith("crisis.")} == set(say.catalogues["en"])
