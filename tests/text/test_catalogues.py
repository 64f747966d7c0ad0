"""The catalogues as a whole: nothing missing, nothing unused, the same values in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.text import load_words
from bot.text.words import FALLBACK, PLURAL_FORMS, Words, forms, placeholders, read_catalogue

PROJECT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(file.stem for file in (PROJECT / "bot" / "text").glob("*.toml"))
WORDS = load_words(unreviewed=LANGUAGES)
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


def part(key: str) -> str:
    return key.partition(".")[0]


def test_every_catalogue_can_be_read() -> None:
    assert sorted(WORDS.catalogues) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_crisis_card_and_each_part_as_a_whole(language: str) -> None:
    keys = WORDS.catalogues[language].keys()
    parts = {part(key) for key in keys}
    assert "crisis" in parts
    assert keys == {key for key in ENGLISH if part(key) in parts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_the_same_values_as_in_english(language: str) -> None:
    for key, entry in WORDS.catalogues[language].items():
        named = {frozenset(placeholders(form)) for form in forms(entry)}
        assert named == {frozenset(placeholders(form)) for form in forms(ENGLISH[key])}, key
        assert all(form.strip() == form != "" for form in forms(entry)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_the_forms_of_its_language(language: str) -> None:
    taken = {PLURAL_FORMS[language](count) for count in (*range(1000), 10**6, 2 * 10**6)}
    for key, entry in WORDS.catalogues[language].items():
        assert isinstance(entry, str) == isinstance(ENGLISH[key], str), key
        if not isinstance(entry, str):
            assert entry.keys() == taken, key


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, "other"),
        (1, "one"),
        (2, "other"),
        (1000, "other"),
        (10**6, "many"),
        (10**6 + 1, "other"),
    ],
)
def test_spanish_counts_as_cldr_says(count: int, form: str) -> None:
    assert PLURAL_FORMS["es"](count) == form


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != FALLBACK])
def test_a_language_in_part_says_the_rest_in_english(language: str) -> None:
    say = WORDS.in_language(language)
    for key in ENGLISH.keys() - WORDS.catalogues[language].keys():
        assert say.language_of(key) == FALLBACK
    assert say.language_of("crisis.urgent") == language


@pytest.mark.parametrize(
    ("about", "is_offered"),
    [
        ("[about]\nreviewed = true\n", True),
        ("[about]\nreviewed = false\n", False),
        ('[about]\nreviewed = "true"\n', False),
        ("[about]\n", False),
        ("about = 3\n", False),
        ("", False),
    ],
)
def test_a_language_is_offered_once_it_is_reviewed_or_where_the_host_wants_it(
    tmp_path: Path, about: str, *, is_offered: bool
) -> None:
    (tmp_path / "en.toml").write_text('[greet]\nday = "hello"', encoding="utf-8")
    (tmp_path / "es.toml").write_text(f'{about}[greet]\nday = "hola"', encoding="utf-8")
    said = load_words(tmp_path).in_language("es-419")("greet.day")
    assert said == ("hola" if is_offered else "hello")
    wanted = load_words(tmp_path, unreviewed={"es"})
    assert wanted.in_language("es-ES")("greet.day") == "hola"
    assert wanted.catalogues["es"].keys() == {"greet.day"}


def test_a_wanted_language_without_words_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_words(tmp_path, unreviewed={"xx", FALLBACK}).catalogues.keys() == {FALLBACK}
    assert caplog.messages == ["there are no words in the language xx"]


def test_spanish_waits_for_a_person_in_recovery_to_read_it() -> None:
    assert "es" in LANGUAGES
    assert "es" not in load_words().catalogues


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
