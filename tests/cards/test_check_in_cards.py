"""What members read and fill in, as text and as what is sent to Discord."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import LINE_LIMIT, Answer
from bot.domain.consent import NOTHING, Purpose, Purposes
from bot.domain.ids import GroupId
from bot.services.check_ins import Closed, ConsentNeeded, Counted, Form, Recorded, UnknownPrompt
from bot.text import load_words
from cogs.check_in import cards, parse, views
from cogs.consent_card import NAMES, purposes_in
from cogs.ui import in_pieces, quoted

SAY = load_words().in_language("en")
TUESDAY = date(2026, 3, 3)
GROUP = GroupId(7)


def test_a_new_prompt_asks_and_says_how_to_answer() -> None:
    assert cards.prompt_text(SAY, TUESDAY, 0).splitlines() == [
        "**How is your body today, and how is your mood?**",
        "-# Reply to this message, or press the button.",
    ]


def test_a_prompt_counts_and_names_nobody() -> None:
    assert "6 of us so far" in cards.prompt_text(SAY, TUESDAY, 6).splitlines()


def test_each_day_of_a_week_has_its_own_question_and_a_date_keeps_its_own() -> None:
    week = [TUESDAY + timedelta(days=step) for step in range(7)]
    questions = {cards.prompt_text(SAY, day, 0).splitlines()[0] for day in week}
    assert len(questions) == 7
    again = cards.prompt_text(SAY, TUESDAY, 3).splitlines()[0]
    assert again == cards.prompt_text(SAY, TUESDAY, 0).splitlines()[0]


def test_the_button_carries_the_marker() -> None:
    view = views.prompt_buttons(SAY, "a" * 24)
    (row,) = view.to_components()
    assert row["components"][0]["custom_id"] == "p:" + "a" * 24
    assert row["components"][0]["label"] == "Check in"


def test_the_consent_card_says_the_four_things() -> None:
    text = cards.consent_text(SAY)
    for said in ("for 90 days", "Who can see it", "erase", "Nothing is ticked"):
        assert said in text
    for purpose in Purpose:
        assert f"**{SAY(NAMES[purpose])}**: " in text


def shown(ticked: Purposes) -> dict[str, tuple[str, bool]]:
    view = views.consent_buttons(SAY, ConsentNeeded(GROUP, TUESDAY), ticked)
    return {
        button["label"]: (button["custom_id"], button["disabled"])
        for row in view.to_components()
        for button in row["components"]
    }


def test_nothing_is_ticked_on_a_new_card_and_nothing_can_be_saved() -> None:
    buttons = shown(NOTHING)
    assert [label for label in buttons if label[0] == "☐"] == [
        "☐ Check-ins",
        "☐ Recovery dates",
        "☐ Sharing",
        "☐ Pairing",
        "☐ Reminders",
    ]
    assert buttons["Save my choices"] == (f"c:save:00:{GROUP}:2026-03-03", True)
    assert buttons["No, only count me today"] == (f"c:none:00:{GROUP}:2026-03-03", False)


def test_each_box_leads_to_the_card_with_that_one_choice_changed() -> None:
    for purpose in Purpose:
        name = SAY(NAMES[purpose])
        for before in (NOTHING, frozenset(Purpose), frozenset({Purpose.SHARING})):
            box = "☑" if purpose in before else "☐"
            custom_id, _ = shown(before)[f"{box} {name}"]
            match = parse.CONSENT.fullmatch(custom_id)
            assert match is not None
            assert purposes_in(match) == before ^ {purpose}


def test_an_ordinary_answer_is_confirmed_plainly() -> None:
    text = cards.saved_text(SAY, TUESDAY, Answer(4, 2, "walked by the river"))
    assert text.splitlines() == [
        "**Saved for Tuesday 3 March.** Only you can see this.",
        "Mood: 4 · good",
        "Strongest urge: 2 of 10",
        "Your line: \u2068walked by the river\u2069",
        "-# To change it, press the button or use /checkin again today.",
    ]


@pytest.mark.parametrize(
    ("answer", "hard"),
    [
        (Answer(1, None), True),
        (Answer(2, 0), True),
        (Answer(3, 7), True),
        (Answer(5, 10), True),
        (Answer(3, 6), False),
        (Answer(3, None), False),
        (Answer(), False),
    ],
)
def test_a_hard_answer_is_met_with_the_same_calm_words(answer: Answer, *, hard: bool) -> None:
    first, second, *_ = cards.saved_text(SAY, TUESDAY, answer).splitlines()
    heavy = [
        "That sounds heavy. Thank you for saying it.",
        "Urges rise and pass. Nothing more is asked of you today.",
    ]
    assert ([first, second] == heavy) is hard


@given(st.text(max_size=LINE_LIMIT))
def test_no_saved_card_is_longer_than_a_message(line: str) -> None:
    assert len(cards.saved_text(SAY, TUESDAY, Answer(1, 10, line))) <= 2000


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@everyone", "@everyone"),  # which mentions nobody: the client allows no mention at all
        ("<@123>", "\\<@123>"),
        ("<t:1:R>", "\\<t:1:R>"),
        ("# Title", "\\# Title"),
        ("-# small", "\\-# small"),
        ("**bold**", "\\*\\*bold\\*\\*"),
        ("[a](https://x.org)", "\\[a](https://x.org)"),
        ("a\n> b", "a\n\\> b"),
    ],
)
def test_a_members_words_are_shown_as_they_typed_them(typed: str, shown: str) -> None:
    assert quoted(typed) == f"\u2068{shown}\u2069"


@given(st.text(min_size=1, max_size=LINE_LIMIT))
def test_words_that_are_given_back_are_given_back_whole(line: str) -> None:
    pieces = in_pieces(line, 900)
    assert "".join(pieces) == line
    assert all(len(quoted(piece)) <= 2000 for piece in pieces)


def test_cutting_never_splits_a_letter_from_its_marks() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert quoted("a" * 95 + family, 100) == "\u2068" + "a" * 95 + "…\u2069"


def test_the_form_asks_three_things_and_only_the_mood_is_needed() -> None:
    form = views.check_in_form(SAY, Form(GROUP, TUESDAY, Answer())).to_dict()
    assert form["title"] == "Check-in for Tuesday 3 March"
    assert form["custom_id"] == "f:7:2026-03-03"
    fields = [label["component"] for label in form["components"]]
    assert [(field["custom_id"], field["required"]) for field in fields] == [
        ("mood", True),
        ("urge", False),
        ("line", False),
    ]
    assert [option["value"] for option in fields[0]["options"]] == ["1", "2", "3", "4", "5"]
    assert [option["value"] for option in fields[1]["options"]] == [str(n) for n in range(11)]
    assert fields[2]["max_length"] == LINE_LIMIT


def test_editing_begins_with_the_earlier_answer() -> None:
    form = views.check_in_form(SAY, Form(GROUP, TUESDAY, Answer(2, 0, "slept"))).to_dict()
    mood, urge, line = (label["component"] for label in form["components"])
    assert [option["value"] for option in mood["options"] if option.get("default")] == ["2"]
    assert [option["value"] for option in urge["options"] if option.get("default")] == ["0"]
    assert line["value"] == "slept"


def test_titles_and_labels_keep_discords_limits_on_every_day() -> None:
    for step in range(366):
        day = TUESDAY + timedelta(days=step)
        form = views.check_in_form(SAY, Form(GROUP, day, Answer())).to_dict()
        assert len(form["title"]) <= 45
        assert all(len(label["label"]) <= 45 for label in form["components"])
        assert all(len(label.get("description", "")) <= 100 for label in form["components"])


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Counted(TUESDAY, first=True, total=1), "You are counted for Tuesday 3 March."),
        (Recorded(TUESDAY, first=False, total=1, language="en"), "is kept already"),
        (Closed(TUESDAY), "Tuesday 3 March is closed; today's check-in is open: /checkin"),
        (UnknownPrompt(), "does not know this prompt"),
    ],
)
def test_who_declines_reads_what_came_of_it(
    outcome: Counted | Recorded | Closed | UnknownPrompt, said: str
) -> None:
    assert said in cards.declined_text(SAY, outcome)
