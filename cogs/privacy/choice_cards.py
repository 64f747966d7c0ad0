"""What a member reads where they choose what is kept, and for how long. Pure."""

from bot.domain.consent import Purposes
from bot.domain.keeping import LONGEST, NOT_KEPT, SHORTEST
from bot.services.consents import Chosen
from bot.services.privacy import Keeps, WouldForget
from bot.text import Speech
from cogs.consent_card import card_text, named
from cogs.ui import quoted


def choices_text(say: Speech, ticked: Purposes) -> str:
    """Return the consent card of somebody who comes to change their mind."""
    return card_text(say, say("choices.title"), ticked, say("consent.who"), say("choices.change"))


def chosen_text(say: Speech, chosen: Chosen, *, holds: bool) -> str:
    """Return what is on now and what was taken back. `holds`: something is still kept."""
    if chosen.given:
        lines = [say("choices.on", purposes=named(say, chosen.given))]
    else:
        lines = [say("choices.nothing_on")]
    if chosen.withdrawn:
        lines.append(say("choices.withdrawn", purposes=named(say, chosen.withdrawn)))
        if holds:
            lines.append(say("choices.stays"))
    return "\n".join(lines)


def less_text(say: Speech, days: int) -> str:
    """Return the question for how long; the list below it has the answers."""
    now = say("less.now_not") if days == NOT_KEPT else say("less.now", count=days)
    return "\n".join([say("less.title"), now, say("less.what")])


def wrong_text(say: Speech, typed: str) -> str:
    """Return what somebody reads whose number cannot be; it is given back to them."""
    wrong = say("less.wrong", shortest=SHORTEST, longest=LONGEST)
    return f"{wrong}\n{say('less.typed', typed=quoted(typed))}" if typed.strip() else wrong


def sure_text(say: Speech, loss: WouldForget) -> str:
    """Return the question before anything is forgotten at once."""
    lines: list[str] = []
    if loss.check_ins:
        lines.append(say("less.sure", count=loss.check_ins))
    if loss.days == NOT_KEPT:
        lines.append(say("less.all_forgotten"))
    if loss.answers:
        lines.append(say("less.answers_too"))
    return "\n".join([*lines, say("less.sure_end")])


def keeps_text(say: Speech, keeps: Keeps) -> str:
    """Return for how long check-ins are kept from now on, and how many are gone already."""
    saved = say("less.saved_not") if keeps.days == NOT_KEPT else say("less.saved", count=keeps.days)
    if not keeps.forgotten:
        return saved
    return f"{saved}\n{say('less.forgotten', count=keeps.forgotten)}"
