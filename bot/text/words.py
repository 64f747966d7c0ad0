"""Look a sentence up by its key, in the reader's language. Knows neither Discord nor the store.

A catalogue is one TOML file per language. An entry is a sentence with {placeholders}, or a small
table of plural forms chosen by the value named `count`. The words of the crisis card are built in.

A catalogue is offered once a person in recovery has read it: `reviewed = true` under [about].
"""

import logging
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Any

from bot.text.crisis_words import CRISIS

FALLBACK = "en"
"""The language every key has, and the one a reader gets where their own lacks a key."""

ABOUT = "about"
"""The table about a catalogue itself; it holds no words."""

Entry = str | Mapping[str, str]
Value = str | int
Catalogue = Mapping[str, Entry]

_log = logging.getLogger("handrail.text")

PACKAGED: Traversable = resources.files("bot") / "text"

PLURAL_FORMS: Mapping[str, Callable[[int], str]] = {
    "en": lambda count: "one" if count == 1 else "other",
    "es": lambda count: (
        "one" if count == 1 else "many" if count and count % 1_000_000 == 0 else "other"
    ),
}
"""Which plural form a whole number takes, by language; the forms are those of Unicode's CLDR."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The words for one reader: call it with a key and the values its sentence names."""

    language: str
    catalogues: Mapping[str, Catalogue]

    def __call__(self, key: str, **values: Value) -> str:
        """Return the sentence. A wrong key or wrong values are a bug and raise."""
        language = self.language_of(key)
        sentence = _form(self.catalogues[language][key], language, values)
        if not placeholders(sentence) <= values.keys():
            raise KeyError(f"{key} ({language}) names a value that was not given")
        return sentence.format_map(values)

    def language_of(self, key: str) -> str:
        """Return the language in which a key is said: the reader's own, or English."""
        return self.language if key in self.catalogues[self.language] else FALLBACK


@dataclass(frozen=True, slots=True)
class Words:
    """All catalogues; choose a language to get a Speech."""

    catalogues: Mapping[str, Catalogue]

    def in_language(self, wanted: str) -> Speech:
        """Return the words for a language such as "en-GB": itself, its stem, or English."""
        stem = wanted.partition("-")[0]
        found = next((name for name in (wanted, stem) if name in self.catalogues), FALLBACK)
        return Speech(found, self.catalogues)


def load_words(folder: Traversable = PACKAGED, unreviewed: Collection[str] = ()) -> Words:
    """Read the catalogues of the folder that may be offered, and those of `unreviewed`.

    One that cannot be read, or is wanted and not there, is left out, and that is logged. The words
    of the crisis card come in any case.
    """
    found = dict(_readable(folder, unreviewed))
    for language in sorted(set(unreviewed) - found.keys() - {FALLBACK}):
        _log.warning("there are no words in the language %s", language)
    return Words(found | {FALLBACK: {**built_in(), **found.get(FALLBACK, {})}})


def built_in() -> Catalogue:
    """Return the English words that need no file: those of the crisis card."""
    return dict(_flat(CRISIS, "crisis."))


def _readable(folder: Traversable, unreviewed: Collection[str]) -> Iterator[tuple[str, Catalogue]]:
    try:
        files = sorted(folder.iterdir(), key=lambda file: file.name)
    except OSError as error:
        _log.error("the folder of the catalogues cannot be read: %s", type(error).__name__)
        return
    for file in files:
        language = file.name.removesuffix(".toml")
        if language == file.name:
            continue
        try:
            text = file.read_text(encoding="utf-8")
            catalogue = read_catalogue(text)
            if language in (FALLBACK, *unreviewed) or is_reviewed(text):
                yield language, catalogue
        except (OSError, ValueError, TypeError) as error:
            _log.error("%s cannot be read: %s", file.name, type(error).__name__)


def read_catalogue(text: str) -> Catalogue:
    """Flatten a TOML text into keys with dots. A table of plural forms stays one entry."""
    tables = tomllib.loads(text)
    return dict(_flat({name: tables[name] for name in tables if name != ABOUT}, ""))


def is_reviewed(text: str) -> bool:
    """Tell whether a catalogue says that a person in recovery has read it."""
    about = tomllib.loads(text).get(ABOUT)
    return isinstance(about, dict) and about.get("reviewed") is True


def placeholders(sentence: str) -> set[str]:
    """Return the names between braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def forms(entry: Entry) -> list[str]:
    """Return every sentence an entry can become."""
    return [entry] if isinstance(entry, str) else list(entry.values())


def _form(entry: Entry, language: str, values: Mapping[str, Value]) -> str:
    if isinstance(entry, str):
        return entry
    return entry[PLURAL_FORMS[language](int(values["count"]))]


def _flat(table: Mapping[str, Any], above: str) -> list[tuple[str, Entry]]:
    found: list[tuple[str, Entry]] = []
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str) or "other" in value:
            found.append((key, value))
        else:
            found += _flat(value, f"{key}.")
    return found
