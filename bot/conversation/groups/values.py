"""Reads what takes more than a word: quiet hours, commands, and people, as they are typed."""

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversation.groups.group import GroupSettings, QuietHours
from bot.conversation.groups.talk import ALWAYS
from bot.conversation.mind import Context

MOST_HELPERS = 50
QUIET = re.compile(
    r"(?P<begin>\d{1,2})(?::(?P<begin_minute>\d\d))?\s*(?:-|–|—|do|to)\s*"
    r"(?P<end>\d{1,2})(?::(?P<end_minute>\d\d))?(?:\s+(?P<zone>[A-Za-z_+-]+(?:/[A-Za-z_+-]+)*))?"
)
PERSON = re.compile(r"(?:tg:)?(\d{4,15})")


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


def switchable(names: tuple[str, ...]) -> Offered:
    """The commands of a group but those that always work."""
    return Offered(tuple(name for name in names if name not in ALWAYS))


def means(context: Context, text: str, name: str) -> bool:
    """Whether a text is one of the words listed for a name, in whatever language."""
    return context.mind.lists(text, f"groups.words.{name}")


def set_quiet(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    """Hours in which listening rests: "22-7", "22:30-6 Europe/Berlin", "off"."""
    if means(context, value, "off"):
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


def set_commands(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    """ "all", "check mx spf" for these alone, "-watch" and "+watch" for one."""
    if means(context, value, "all"):
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


def set_helpers(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    """ "add @basia", "remove 123456789", or those whom the message names."""
    verb, _, rest = value.partition(" ")
    if means(context, value, "off"):
        return replace(settings, helpers=())
    takes_off = means(context, verb, "remove")
    named = rest if takes_off or means(context, verb, "add") else value
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
