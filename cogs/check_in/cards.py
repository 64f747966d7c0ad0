"""What members read about a check-in: outcome values become text. Pure; nothing is sent here.

Buttons and forms are in views.py.
"""

from datetime import date
from typing import assert_never

from bot.domain.answers import Answer, is_hard
from bot.domain.consent import NOTHING, Purposes
from bot.services.check_ins import (
    Closed,
    Counted,
    NoGroupHere,
    Recorded,
    UnknownPrompt,
    WhichGroup,
)
from bot.text import Speech
from bot.text.dates import spoken_date
from cogs.consent_card import card_text
from cogs.ui import quoted

QUESTIONS = (
    "question.arriving",
    "question.one_word",
    "question.body",
    "question.small",
    "question.carry",
    "question.enough",
    "question.help",
)
MOODS = ("mood.one", "mood.two", "mood.three", "mood.four", "mood.five")

SHOWN_LINE = 1200
"""How much of a member's line is shown back at most, in characters; all of it is kept."""


def prompt_text(say: Speech, day: date, total: int) -> str:
    """Return the prompt of a date: the question, the count once there is one, how to answer."""
    question = say(QUESTIONS[day.toordinal() % len(QUESTIONS)])
    count = say("prompt.count", count=total) if total else None
    return _lines(f"**{question}**", count, say("prompt.how"))


def consent_text(say: Speech, ticked: Purposes = NOTHING) -> str:
    """Return what a member reads before anything about them is kept."""
    return card_text(say, say("consent.title"), ticked, say("consent.who"), say("consent.change"))


def saved_text(say: Speech, day: date, answer: Answer, *, kept: bool = True) -> str:
    """Return what a member reads when their answer is in, and only then."""
    hard = is_hard(answer)
    heavy = _lines(say("saved.heavy"), say("saved.passes")) if hard else None
    if not kept:
        return _lines(heavy, say("saved.not_kept", date=spoken_date(say, day)))
    return _lines(
        heavy,
        say("saved.title", date=spoken_date(say, day)),
        None if answer.mood is None else say("saved.mood", mood=say(MOODS[answer.mood - 1])),
        None if answer.urge is None else say("saved.urge", urge=answer.urge),
        None if answer.line is None else say("saved.line", line=quoted(answer.line, SHOWN_LINE)),
        say("saved.change"),
    )


def declined_text(say: Speech, outcome: Counted | Recorded | Closed | UnknownPrompt) -> str:
    """Return what a member reads who said no to being kept."""
    match outcome:
        case Counted(day=day):
            return say("counted.today", date=spoken_date(say, day))
        case Recorded(day=day):
            return say("counted.already", date=spoken_date(say, day))
        case Closed() | UnknownPrompt():
            return no_form_text(say, outcome)
        case _:
            assert_never(outcome)


def no_form_text(say: Speech, why: Closed | UnknownPrompt | NoGroupHere | WhichGroup) -> str:
    """Return the sentence that stands where a form would be."""
    match why:
        case Closed(day=day):
            return say("closed.day", date=spoken_date(say, day))
        case UnknownPrompt():
            return say("nowhere.prompt")
        case NoGroupHere():
            return say("nowhere.group")
        case WhichGroup(groups=groups):
            channels = ", ".join(f"<#{group.channel}>" for group in groups[:25])
            return say("nowhere.which", channels=channels)
        case _:
            assert_never(why)


def _lines(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line is not None)
