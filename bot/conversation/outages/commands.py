"""`/outage`, `/outages` and the buttons of an outage: what is meant; an office does it."""

import re
from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.mind import Context
from bot.conversation.outages.outage import SERVICE, Symptom
from bot.conversation.outages.place import domain_place, name_of, place_of, symptom_of
from bot.conversation.replies import phrase, plain
from bot.conversation.session import Session
from bot.conversation.slots import tell
from bot.conversation.step import Say, Turn
from bot.faq.match import Matched, Question
from bot.formats.target import spot_targets
from bot.model.check import TargetKind
from bot.model.document import Choice

TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d:.])")
CONFIRM, DISMISS, OVER, DECLARE = "confirm", "dismiss", "over", "say"
DECISIONS = (CONFIRM, DISMISS, OVER)
LONGEST = 300  # characters of a report


@dataclass(frozen=True, slots=True)
class Declare:
    """Somebody who helps knows of an outage. `minute` of the day when it began; None: now."""

    place: str
    symptom: Symptom
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Decide:
    """A button under a card was pressed."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class ListOutages:
    """What goes on?"""


def list_outages(context: Context, text: str) -> Turn:
    """`/outages`."""
    return context.errand(ListOutages())


def declare(context: Context, text: str) -> Turn:
    """`/outage onet.pl nie można wysyłać 09:40`."""
    text = text[:LONGEST]
    found = TIME.search(text)
    minute = int(found[1]) * 60 + int(found[2]) if found else None
    rest = " ".join(TIME.sub(" ", text, count=1).split())
    place = _place(context, rest)
    if not place:
        return context.turn(Say(phrase(context, "outages.declare.how")))
    symptom = _symptom(context, rest)
    if symptom is not None:
        return context.errand(Declare(place, symptom, minute))
    when = "" if minute is None else f"{minute}"
    rows = []
    for each in Symptom:
        action = Action("outage", context.language, (DECLARE, place, each, when))
        if action.fits:
            rows.append((Choice(context.say(f"outages.symptom.{each}"), str(action)),))
    if not rows:
        return context.turn(Say(phrase(context, "outages.declare.how")))
    name = name_of(place, context.mind.knowledge)
    return context.turn(Say(plain(context.say("outages.declare.what", name=name), *rows)))


def press_outage(context: Context, action: Action) -> Turn | None:
    """A button of an outage; None when it is none."""
    if SERVICE not in context.mind.services:
        return None
    match action.args:
        case (what, number) if what in DECISIONS and _is_number(number):
            return context.errand(Decide(int(number[:9]), what))
        case ("say", place, symptom, when) if symptom in frozenset(Symptom) and place:
            minute = int(when[:4]) if _is_number(when) else None
            return context.errand(Declare(place, Symptom(symptom), minute))
    return None


def _place(context: Context, text: str) -> str:
    """The provider or domain that is named, and no other: nothing is meant unsaid here."""
    targets = [each for each in spot_targets(text) if each.kind is TargetKind.NAME]
    slots = context.mind.matcher.entities(text).slots
    if targets:
        place = place_of(Session(domain=targets[0].name), context.mind)
        return place or domain_place(targets[0].name)
    provider = slots.get("provider", "")
    return place_of(tell(Session(), {"provider": provider}), context.mind) if provider else ""


def _symptom(context: Context, text: str) -> Symptom | None:
    """What fails: a symptom's own name, or what a question in these words would be about."""
    mind = context.mind
    for symptom in Symptom:
        if symptom in text.split():
            return symptom
    # Beside a provider's name other topics come near; what is left without it says it plainer.
    nameless = " ".join(word for word in text.split() if not _place(context, word))
    for words in (text, nameless):
        match = mind.matcher.match(Question(words)) if words else None
        topic = mind.knowledge.topics.get(match.topic) if isinstance(match, Matched) else None
        if found := symptom_of(topic) if topic is not None else None:
            return found
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
