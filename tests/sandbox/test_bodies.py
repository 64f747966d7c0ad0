"""What a bot may put into messages and forms: our own rules, without the official description."""

from typing import Any

import pytest

from sandbox.bodies import check_form, check_message, check_not_empty
from sandbox.refusal import Refusal
from sandbox.things import Flag


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Check in", "custom_id": "a"} | fields


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


SELECT = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}
TOO_MANY = [{"label": str(one), "value": str(one)} for one in range(26)]
BAD: dict[str, tuple[dict[str, Any], int]] = {
    "2001 characters": ({"content": "x" * 2001}, 0),
    "eleven embeds": ({"embeds": [{"title": "a"}] * 11}, 0),
    "6001 characters in embeds": ({"embeds": [{"description": "x" * 3001}] * 2}, 0),
    "an embed field without a value": ({"embeds": [{"fields": [{"name": "a", "value": ""}]}]}, 0),
    "a custom_id twice": ({"components": [row(button(), button())]}, 0),
    "six rows": ({"components": [row(button(custom_id=str(one))) for one in range(6)]}, 0),
    "six buttons in a row": (
        {"components": [row(*[button(custom_id=str(one)) for one in range(6)])]},
        0,
    ),
    "a button and a select in a row": ({"components": [row(button(), SELECT)]}, 0),
    "a link with a custom_id": ({"components": [row(button(style=5, url="https://a.b"))]}, 0),
    "a button without words": ({"components": [row(button(label=None))]}, 0),
    "26 options": ({"components": [row(SELECT | {"options": TOO_MANY})]}, 0),
    "an option twice": ({"components": [row(SELECT | {"options": TOO_MANY[:1] * 2})]}, 0),
    "a text display without the flag": ({"components": [text("a")]}, 0),
    "content with the flag": ({"content": "a", "components": [text("a")]}, Flag.V2),
    "embeds with the flag": ({"embeds": [{"title": "a"}], "components": [text("a")]}, Flag.V2),
    "41 components": ({"components": [text("a")] * 41}, Flag.V2),
    "4001 characters of text": ({"components": [text("x" * 2001), text("x" * 2000)]}, Flag.V2),
    "a flag that is not the bot's": ({"content": "a"}, Flag.LOADING),
}


@pytest.mark.parametrize("case", BAD)
def test_a_message_that_breaks_a_rule_is_an_invalid_form_body(case: str) -> None:
    body, flags = BAD[case]
    with pytest.raises(Refusal) as refused:
        check_message(body, flags=flags, attached=0)
    assert (refused.value.status, refused.value.body["code"]) == (400, 50035)
    assert refused.value.body["errors"]


def test_a_message_in_order_passes() -> None:
    check_message({"content": "x" * 2000, "components": [row(button())]}, flags=0, attached=10)
    check_message({"components": [text("x" * 4000)]}, flags=Flag.V2, attached=0)


def test_eleven_files_are_too_many() -> None:
    with pytest.raises(Refusal) as refused:
        check_message({}, flags=0, attached=11)
    assert refused.value.body["code"] == 30015


def test_a_message_of_blanks_is_empty() -> None:
    with pytest.raises(Refusal) as refused:
        check_not_empty(" \n", [], None)
    assert refused.value.body["code"] == 50006


def label(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "label": "A line", "component": component}


FIELD = {"type": 4, "custom_id": "line", "style": 1}


@pytest.mark.parametrize(
    "form",
    [
        {"title": "x" * 46, "custom_id": "a", "components": [label(FIELD)]},
        {"title": "a", "custom_id": "a", "components": []},
        {"title": "a", "custom_id": "a", "components": [text("a")] * 6},
        {"title": "a", "custom_id": "a", "components": [label(FIELD), label(FIELD)]},
        {"title": "a", "custom_id": "a", "components": [label(button())]},
        {"title": "a", "custom_id": "a", "components": [row(button())]},
        {"custom_id": "a", "components": [label(FIELD)]},
    ],
)
def test_a_form_that_breaks_a_rule_is_an_invalid_form_body(form: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        check_form(form)
    assert refused.value.body["code"] == 50035


def test_a_form_in_order_passes() -> None:
    check_form({"title": "a", "custom_id": "a", "components": [text("hello"), label(FIELD)]})
