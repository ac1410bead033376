"""What stands at the foot of a mailbox's card: the provider, its limits, who gave no answer."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.model.document import Inline, Note, Text
from bot.model.settings import SettingsReport
from bot.render.mailbox_words import MailboxWords

NOTICED = 0.1  # seconds from which on it is told how long the search took


def small_print(report: SettingsReport, words: MailboxWords) -> Iterator[Note]:
    """What few want to know, in a line or two."""
    parts: list[Inline] = []
    provider = words.facts.provider
    if provider:
        parts.append(Text(words.say("card.provider", provider=provider.name)))
        if limits := _limits(words):
            parts.append(Text(f" {limits}"))
    if silent := tuple(dict.fromkeys(_silent(report, words))):
        told = ", ".join(silent)
        parts.append(Text(f" {words.say('card.silent', sources=told)}"))
    locked = [words.source(each.source) for each in report.sources if each.asks_password]
    if locked:
        told = ", ".join(dict.fromkeys(locked))
        parts.append(Text(f" {words.say('card.locked', sources=told)}"))
    if report.seconds >= NOTICED:
        took = words.say("card.took", seconds=round(report.seconds, 1))
        parts.append(Text(f" {took}"))
    if parts:
        first = parts[0]
        parts[0] = Text(first.text.lstrip()) if isinstance(first, Text) else first
        yield Note(tuple(parts))
    if provider and provider.help:
        # As a whole: in a pipe, and on many terminals, what a link leads to is not to be seen.
        yield Note(words.page(provider.help, "card.help"))


def _silent(report: SettingsReport, words: MailboxWords) -> Iterator[str]:
    """Who could not be asked; by the host, where another place of the same kind has answered."""
    answered = {asked.source for asked in report.sources if asked.has_answered}
    for asked in report.sources:
        if asked.gap:
            host = urlsplit(asked.place).hostname if asked.source in answered else None
            named = words.source(asked.source)
            yield f"{named} ({host})" if host else named


def _limits(words: MailboxWords) -> str:
    provider = words.facts.provider
    named = [
        words.say(f"limit.{limit.kind}", most=limit.most)
        for limit in (provider.limits if provider else ())
    ]
    return words.say("limit.title", limits=", ".join(named)) if named else ""
