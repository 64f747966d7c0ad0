"""How a second answer meets the first."""

import pytest

from bot.domain.answers import BARE, Answer, is_hard, merge


@pytest.mark.parametrize(
    ("earlier", "later", "kept"),
    [
        (BARE, BARE, BARE),
        (BARE, Answer(mood=3), Answer(mood=3)),
        (Answer(mood=3, line="slept"), BARE, Answer(mood=3, line="slept")),
        (Answer(mood=3, urge=2), Answer(mood=4), Answer(mood=4)),
    ],
)
def test_a_form_replaces_and_a_bare_reply_takes_nothing_away(
    earlier: Answer, later: Answer, kept: Answer
) -> None:
    assert merge(earlier, later) == kept


@pytest.mark.parametrize(
    ("answer", "hard"),
    [
        (BARE, False),
        (Answer(mood=3, urge=6), False),
        (Answer(mood=2), True),
        (Answer(mood=5, urge=7), True),
        (Answer(urge=0), False),
    ],
)
def test_a_low_mood_or_a_strong_urge_is_a_hard_day(answer: Answer, *, hard: bool) -> None:
    assert is_hard(answer) is hard
