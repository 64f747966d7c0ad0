"""Look a sentence up by its key, in the reader's language. Knows neither Discord nor the store.

A catalogue is one TOML file per language. An entry is a sentence with {placeholders}, or a small
table of plural forms chosen by the value named `count`. The words of the crisis card are built in.
"""

import logging
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Any

from bot.text.crisis_words import CRISIS

FALLBACK = "en"
"""The language every key has, and the one a reader gets where their own lacks a key."""

Entry = str | Mapping[str, str]
Value = str | int
Catalogue = Mapping[str, Entry]

_log = logging.getLogger("handrail.text")

PACKAGED: Traversable = resources.files("bot") / "text"

PLURAL_FORMS: Mapping[str, Callable[[int], str]] = {
    "en": lambda count: "one" if count == 1 else "other",
}
"""Which plural form a whole number takes, by language; the forms are those of Unicode's CLDR."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The words for one reader: call it with a key and the values its sentence names."""

    language: str
    catalogues: Mapping[str, Catalogue]

    def __call__(self, key: str, **values: Value) -> str:
        """Return the sentence. A wrong key or wrong values are a bug and raise."""
        language = self.language if key in self.catalogues[self.language] else FALLBACK
        sentence = _form(self.catalogues[language][key], language, values)
        if not placeholders(sentence) <= values.keys():
            raise KeyError(f"{key} ({language}) names a value that was not given")
        return sentence.format_map(values)


@dataclass(frozen=True, slots=True)
class Words:
    """All catalogues; choose a language to get a Speech."""

    catalogues: Mapping[str, Catalogue]

    def in_language(self, wanted: str) -> Speech:
        """Return the words for a language such as "en-GB": itself, its stem, or English."""
        stem = wanted.partition("-")[0]
        found = next((name for name in (wanted, stem) if name in self.catalogues), FALLBACK)
        return Speech(found, self.catalogues)


def load_words(folder: Traversable = PACKAGED) -> Words:
    """Read every catalogue in the folder. One that cannot be read is left out, and that is logged.

    The words of the crisis card come in any case.
    """
    found = dict(_readable(folder))
    return Words(found | {FALLBACK: {**built_in(), **found.get(FALLBACK, {})}})


def built_in() -> Catalogue:
    """Return the English words that need no file: those of the crisis card."""
    return dict(_flat(CRISIS, "crisis."))


def _readable(folder: Traversable) -> Iterator[tuple[str, Catalogue]]:
    try:
        files = sorted(folder.iterdir(), key=lambda file: file.name)
    except OSError as error:
        _log.error("the folder of the catalogues cannot be read: %s", type(error).__name__)
        return
    for file in files:
        if not file.name.endswith(".toml"):
            continue
        try:
            yield file.name.removesuffix(".toml"), read_catalogue(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError) as error:
            _log.error("%s cannot be read: %s", file.name, type(error).__name__)


def read_catalogue(text: str) -> Catalogue:
    """Flatten a TOML text into keys with dots. A table of plural forms stays one entry."""
    return dict(_flat(tomllib.loads(text), ""))


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
