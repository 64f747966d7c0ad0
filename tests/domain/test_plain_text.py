"""People's words stay theirs; what nobody can see goes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain_text import MARKS_IN_A_RUN, tidy

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
HEART = "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"
PERSIAN = "می\N{ZERO WIDTH NON-JOINER}خواهم"
STRANGE = st.text(
    st.one_of(
        st.characters(categories=["Cf", "Cc", "Mn", "Me", "Zs", "Zl", "So"]),
        st.sampled_from("aé字\u200d\u200c\ufe0f\u202e\u2066\u3164\u2800\U0001f469❤1#"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a hard day", "a hard day"),
        ("  trimmed\t\n", "trimmed"),
        ("two\r\nlines\rand\u2028more", "two\nlines\nand\nmore"),
        ("\u202ereversed\u202c", "reversed"),
        ("\u2066isolated\u2069", "isolated"),
        ("no\u200bthing\ufeff hid\u00adden\u2060", "nothing hidden"),
        ("in\u200dside", "inside"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("tags\U000e0068\U000e0069", "tags"),
        (FAMILY, FAMILY),
        (HEART, HEART),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        (PERSIAN, PERSIAN),
        ("cafe\u0301", "café"),
        ("שלום", "שלום"),
        ("@everyone <@1> **x**", "@everyone <@1> **x**"),
    ],
)
def test_words_stay_and_the_unseen_goes(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\u200b\u200b",
        "\u3164",
        "\u2800 \u2800",
        "\u202e\u202c",
        "\ufe0f",
        "\u200d",
        "\x00\n",
        "\u0301",
    ],
)
def test_nothing_to_be_seen_is_nothing(typed: str) -> None:
    assert tidy(typed) is None


def test_a_tower_of_accents_is_cut_down() -> None:
    tidied = tidy("Z" + "\u0335\u0321\u0316" * 50 + "algo")
    assert tidied is not None
    assert len(tidied) <= len("Zalgo") + MARKS_IN_A_RUN
    assert tidied.endswith("algo")


def test_four_thousand_characters_are_kept_whole() -> None:
    text = ("day by day \N{SEEDLING} " * 400)[:4000].strip()
    assert tidy(text) == text


@given(STRANGE)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = tidy(text)
    if once is not None:
        assert tidy(once) == once


@given(STRANGE)
def test_what_is_kept_is_composed_and_free_of_control_and_direction(text: str) -> None:
    kept = tidy(text)
    if kept is not None:
        assert unicodedata.is_normalized("NFC", kept)
        assert kept == kept.strip()
        unseen = {letter for letter in kept if unicodedata.category(letter).startswith("C")}
        assert unseen <= {"\n", "\t", "\u200d", "\u200c"}


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1))
def test_plain_letters_are_never_lost(text: str) -> None:
    kept = tidy(text) or ""
    hollow = {"\u115f", "\u1160", "\u3164", "\uffa0"}
    expected = "".join(letter for letter in text if letter not in hollow)
    assert kept == unicodedata.normalize("NFC", expected)
