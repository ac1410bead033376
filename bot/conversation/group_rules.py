"""How each thing that can be set for a group is written, and what is no right value of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversation.groups import GroupSettings, QuietHours, Speaking, Watchers
from bot.conversation.in_group import ALWAYS
from bot.conversation.mind import Context
from bot.conversation.secret import has_secret
from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.model.check import TargetKind

MOST_HELPERS = 50
GREETING_LONGEST = 600
QUIET = re.compile(
    r"(?P<begin>\d{1,2})(?::(?P<begin_minute>\d\d))?\s*(?:-|–|—|do|to)\s*"
    r"(?P<end>\d{1,2})(?::(?P<end_minute>\d\d))?(?:\s+(?P<zone>[A-Za-z_+-]+(?:/[A-Za-z_+-]+)*))?"
)
PERSON = re.compile(r"(?:tg:)?(\d{4,15})")
SETTINGS = (
    *("language", "listening", "topic", "quiet", "commands", "helpers"),
    *("domain", "provider", "greeting", "secrets", "watching"),
)


class WrongValueError(Exception):
    """What was typed is no value of a setting: the key of the sentence, and its gaps."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True, slots=True)
class Offered:
    """The commands that may be switched off, by their names."""

    names: tuple[str, ...]


Rule = Callable[[Context, GroupSettings, str, Offered], GroupSettings]


def named_setting(context: Context, word: str) -> str:
    """The setting that a person names in either language; WrongValueError when there is none."""
    for name in SETTINGS:
        if word == name or _means(context, word, name):
            return name
    raise WrongValueError("setting", name=word[:40])


def changed(
    context: Context, settings: GroupSettings, name: str, value: str, offered: Offered
) -> GroupSettings:
    """The settings with one thing set. WrongValueError says what is wrong with the value."""
    return RULES[name](context, settings, value, offered)


def _language(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if _means(context, value, "off"):
        return replace(settings, language=None)
    if language := context.mind.knowledge.languages.called(value.strip().lower()):
        return replace(settings, language=language)
    raise WrongValueError("language")


def _listening(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    return replace(settings, is_listening=_switch(context, value, "listening"))


def _secrets(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    for name, deletes in (("delete", True), ("warn", False)):
        if _means(context, value, name):
            return replace(settings, deletes_secrets=deletes)
    return replace(settings, deletes_secrets=_switch(context, value, "secrets"))


def _watching(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    for watchers in Watchers:
        if value.lower() == watchers or _means(context, value, f"watchers-{watchers}"):
            return replace(settings, watchers=watchers)
    raise WrongValueError("watching")


def _topic(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    topics = dict(settings.topics)
    thread = context.incoming.thread
    for speaking in Speaking:
        if value.lower() == speaking or _means(context, value, speaking):
            return replace(settings, topics=topics | {thread: speaking})
    if not _means(context, value, "off"):
        raise WrongValueError("topic")
    topics.pop(thread, None)
    return replace(settings, topics=topics)


def _quiet(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if _means(context, value, "off"):
        return replace(settings, quiet=None)
    found = QUIET.fullmatch(value)
    if found is None:
        raise WrongValueError("quiet")
    begin, end = (_minute(found, name) for name in ("begin", "end"))
    zone = found["zone"] or QuietHours(0, 0).zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongValueError("zone", zone=zone) from None
    if begin == end:
        raise WrongValueError("quiet")
    return replace(settings, quiet=QuietHours(begin, end, zone))


def _minute(found: re.Match[str], name: str) -> int:
    hour, minute = int(found[name]), int(found[f"{name}_minute"] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise WrongValueError("quiet")
    return (hour % 24) * 60 + minute


def _commands(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    """ "all", "check mx spf" for these alone, "-watch" and "+watch" for one."""
    if _means(context, value, "all"):
        return replace(settings, commands=None)
    names = set(offered.names)
    allowed = names if settings.commands is None else set(settings.commands)
    words = value.lower().replace(",", " ").split()
    known = {word: word.lstrip("+-−–/") for word in words}
    for word, name in known.items():
        if name not in names:
            raise WrongValueError("command", name=word[:40])
    if not words:
        raise WrongValueError("commands")
    if all(word[0] in "+-−–" for word in words):
        for word, name in known.items():
            allowed = allowed | {name} if word[0] == "+" else allowed - {name}
    else:
        allowed = set(known.values())
    return replace(settings, commands=None if allowed >= names else frozenset(allowed))


def _helpers(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    verb, _, rest = value.partition(" ")
    if _means(context, value, "off"):
        return replace(settings, helpers=())
    takes_off = _means(context, verb, "remove")
    named = rest if takes_off or _means(context, verb, "add") else value
    people = _people(context, named)
    if takes_off:
        left = tuple(each for each in settings.helpers if each not in people)
        return replace(settings, helpers=left)
    helpers = tuple(dict.fromkeys((*settings.helpers, *people)))
    if len(helpers) > MOST_HELPERS:
        raise WrongValueError("too-many-helpers")
    return replace(settings, helpers=helpers)


def _people(context: Context, text: str) -> tuple[str, ...]:
    """Those whom the text names by number, and whom the front-end knew by a mention or reply."""
    numbers = [found[1] for word in text.split() if (found := PERSON.fullmatch(word))]
    mentioned = [word for word in text.split() if word.startswith("@")]
    known = [key for key, _ in context.incoming.people]
    if len(known) < len(mentioned):
        raise WrongValueError("unknown-person", name=mentioned[0][:40])
    people = dict.fromkeys((*known, *(f"tg:{number}" for number in numbers)))
    if not people:
        raise WrongValueError("helpers")
    return tuple(people)


def _domain(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if _means(context, value, "off"):
        return replace(settings, domain="")
    try:
        target = parse_target(value)
    except FormatError:
        raise WrongValueError("domain", name=value[:60]) from None
    if target.kind is not TargetKind.NAME:
        raise WrongValueError("domain", name=value[:60])
    return replace(settings, domain=target.name)


def _provider(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if _means(context, value, "off"):
        return replace(settings, provider="")
    provider = context.mind.matcher.entities(value).slots.get("provider", "")
    if not provider:
        raise WrongValueError("provider", name=value[:40])
    return replace(settings, provider=provider)


def _greeting(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if _means(context, value, "off"):
        return replace(settings, greeting="")
    if not value or len(value) > GREETING_LONGEST:
        raise WrongValueError("greeting")
    if has_secret(value):
        raise WrongValueError("greeting-secret")
    return replace(settings, greeting=value)


def _switch(context: Context, value: str, setting: str) -> bool:
    for name, is_on in (("on", True), ("off", False)):
        if _means(context, value, name):
            return is_on
    raise WrongValueError("switch", setting=setting)


def _means(context: Context, text: str, name: str) -> bool:
    """Whether a text is one of the words listed for a name, in whatever language."""
    return context.mind.lists(text, f"groups.words.{name}")


RULES: Mapping[str, Rule] = {
    "language": _language,
    "listening": _listening,
    "topic": _topic,
    "quiet": _quiet,
    "commands": _commands,
    "helpers": _helpers,
    "domain": _domain,
    "provider": _provider,
    "greeting": _greeting,
    "secrets": _secrets,
    "watching": _watching,
}


def switchable(names: tuple[str, ...]) -> Offered:
    """The commands of a group but those that always work."""
    return Offered(tuple(name for name in names if name not in ALWAYS))
