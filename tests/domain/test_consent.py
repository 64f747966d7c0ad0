"""The purposes of a yes, and the small number they are in a button."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.consent import NOTHING, Purpose, Purposes, from_mask, to_mask

choices = st.frozensets(st.sampled_from(Purpose))


@given(choices)
def test_a_choice_survives_the_button(purposes: Purposes) -> None:
    assert from_mask(to_mask(purposes)) == purposes


@given(st.integers(0, 1 << 64))
def test_a_number_nobody_made_stands_for_known_purposes_only(mask: int) -> None:
    known = (1 << len(Purpose)) - 1
    assert from_mask(mask) <= frozenset(Purpose)
    assert to_mask(from_mask(mask)) == mask & known


@given(choices, st.integers(0, 1 << 20))
def test_foreign_bits_change_nothing(purposes: Purposes, foreign: int) -> None:
    assert from_mask(to_mask(purposes) | foreign << len(Purpose)) == purposes


def test_each_purpose_has_a_place_of_its_own_that_never_changes() -> None:
    """Cards already shown hold these numbers, and the tables these words."""
    assert [(purpose.value, to_mask([purpose])) for purpose in Purpose] == [
        ("check-ins", 1),
        ("dates", 2),
        ("sharing", 4),
        ("pairing", 8),
        ("reminders", 16),
    ]
    assert to_mask(NOTHING) == 0
    assert to_mask([Purpose.PAIRING, Purpose.PAIRING]) == 8
