"""What is said when a limit is reached: which one, when to come again, and what was seen before."""

from dataclasses import replace
from math import ceil

from bot.conversation.limits import Rate, Refusal
from bot.knowledge.phrases import Phrases
from bot.model.document import Document, Paragraph, line
from bot.model.language import Language

MINUTE = 60
LONG = 90  # seconds from which on minutes are said
PERIODS = {60: "minute", 3600: "hour"}


def refusal_text(phrases: Phrases, language: Language, refusal: Refusal) -> str:
    """ "I make at most 6 checks a minute for one person. The next one is possible in 20 s." """
    return phrases.say(
        f"limits.{refusal.limit}",
        language,
        count=refusal.rate.count,
        period=_period(phrases, language, refusal.rate),
        wait=_time(phrases, language, refusal.wait),
    )


def with_refusal(
    document: Document, phrases: Phrases, language: Language, refusal: Refusal, age: float
) -> Document:
    """A report that is `age` seconds old, given in the place of a new one."""
    ago = phrases.say("limits.cached", language, ago=_time(phrases, language, age))
    told = Paragraph(line(f"{refusal_text(phrases, language, refusal)} {ago}"))
    title, *rest = document.blocks
    return replace(document, blocks=(title, told, *rest))


def _period(phrases: Phrases, language: Language, rate: Rate) -> str:
    name = PERIODS.get(round(rate.seconds), "seconds")
    return phrases.say(f"limits.period.{name}", language, count=round(rate.seconds))


def _time(phrases: Phrases, language: Language, seconds: float) -> str:
    whole = max(1, ceil(seconds))
    if whole < LONG:
        return phrases.say("limits.time.seconds", language, count=whole)
    return phrases.say("limits.time.minutes", language, count=ceil(whole / MINUTE))
