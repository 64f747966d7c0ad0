"""What a form sends becomes an answer; what no form of ours can send becomes Misread."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import LINE_LIMIT, Answer
from cogs.check_in import parse


def submitted(mood: Any = "3", urge: Any = (), line: Any = "") -> dict[str, Any]:
    """A form as Discord sends it."""
    return {
        "custom_id": "f:1:2026-03-03",
        "components": [
            {"type": 18, "component": {"type": 21, "custom_id": "mood", "value": mood}},
            {"type": 18, "component": {"type": 3, "custom_id": "urge", "values": list(urge)}},
            {"type": 18, "component": {"type": 4, "custom_id": "line", "value": line}},
        ],
    }


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        (submitted("5"), Answer(5)),
        (submitted("1", ["10"], "hello"), Answer(1, 10, "hello")),
        (submitted("3", ["0"], "  "), Answer(3, 0, None)),
        (submitted("3", [], "\u200b\u2060\u202e"), Answer(3, None, None)),
        (submitted("3", [], "a\u202eb"), Answer(3, None, "ab")),
        (submitted("3", [], "x" * LINE_LIMIT), Answer(3, None, "x" * LINE_LIMIT)),
    ],
)
def test_a_form_becomes_an_answer(form: dict[str, Any], answer: Answer) -> None:
    assert parse.read_form(form) == answer


@pytest.mark.parametrize(
    "form",
    [
        None,
        {},
        {"components": None},
        {"components": [None, 7, "x", {"component": [1]}]},
        submitted(mood=""),
        submitted(mood="6"),
        submitted(mood="0"),
        submitted(mood="-1"),
        submitted(mood="٣"),
        submitted(mood=3),
        submitted(urge=["11"]),
        submitted(urge=["many"]),
        submitted(line="x" * (LINE_LIMIT + 1)),
    ],
)
def test_a_forged_form_is_misread(form: dict[str, Any] | None) -> None:
    assert parse.read_form(form) == parse.Misread()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["components", "component", "custom_id", "value", "values"]), inner
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_payload_raises(payload: Any) -> None:
    form = {"components": payload}
    assert isinstance(parse.read_form(form), Answer | parse.Misread)
    parse.typed_line(form)


def test_a_line_is_found_even_in_a_form_that_cannot_be_read() -> None:
    assert parse.typed_line(submitted(mood="9", line="keep me")) == "keep me"


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_date_that_does_not_exist_is_misread(day: str) -> None:
    match = parse.FORM.fullmatch(f"f:1:{day}")
    assert match is not None
    assert parse.read_day(match) == parse.Misread()


def test_a_custom_id_says_group_and_date() -> None:
    match = parse.CONSENT.fullmatch("c:save:01:12:2026-03-03")
    assert match is not None
    assert parse.read_day(match) == (12, date(2026, 3, 3))


@pytest.mark.parametrize(
    ("pattern", "custom_id"),
    [
        (parse.PROMPT, "p:short"),
        (parse.PROMPT, "p:" + "A" * 24),
        (parse.PROMPT, "p:" + "a" * 24 + "\n"),
        (parse.CONSENT, "c:maybe:01:1:2026-03-03"),
        (parse.CONSENT, "c:save:01:-1:2026-03-03"),
        (parse.CONSENT, "c:save:1:1:2026-03-03"),
        (parse.CONSENT, "c:yes:1:2026-03-03"),
        (parse.FORM, "f:1:2026-03-03:x"),
        (parse.FORM, "f:" + "9" * 19 + ":2026-03-03"),
    ],
)
def test_a_forged_custom_id_matches_nothing(pattern: re.Pattern[str], custom_id: str) -> None:
    assert pattern.fullmatch(custom_id) is None
