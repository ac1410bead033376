"""How each thing that can be set for a group is written, and what is no right value of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation.groups.group import GroupSettings, Speaking, Watchers
from bot.conversation.groups.values import (
    Offered,
    WrongValueError,
    means,
    set_commands,
    set_helpers,
    set_quiet,
)
from bot.conversation.mind import Context
from bot.conversation.secret import has_secret
from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.model.check import TargetKind

GREETING_LONGEST = 600
SETTINGS = (
    *("language", "listening", "topic", "quiet", "commands", "helpers"),
    *("domain", "provider", "greeting", "secrets", "watching"),
)


Rule = Callable[[Context, GroupSettings, str, Offered], GroupSettings]


def named_setting(context: Context, word: str) -> str:
    """The setting that a person names in either language; WrongValueError when there is none."""
    for name in SETTINGS:
        if word == name or means(context, word, name):
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
    if means(context, value, "off"):
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
        if means(context, value, name):
            return replace(settings, deletes_secrets=deletes)
    return replace(settings, deletes_secrets=_switch(context, value, "secrets"))


def _watching(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    for watchers in Watchers:
        if value.lower() == watchers or means(context, value, f"watchers-{watchers}"):
            return replace(settings, watchers=watchers)
    raise WrongValueError("watching")


def _topic(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    topics = dict(settings.topics)
    thread = context.incoming.thread
    for speaking in Speaking:
        if value.lower() == speaking or means(context, value, speaking):
            return replace(settings, topics=topics | {thread: speaking})
    if not means(context, value, "off"):
        raise WrongValueError("topic")
    topics.pop(thread, None)
    return replace(settings, topics=topics)


def _domain(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if means(context, value, "off"):
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
    if means(context, value, "off"):
        return replace(settings, provider="")
    provider = context.mind.matcher.entities(value).slots.get("provider", "")
    if not provider:
        raise WrongValueError("provider", name=value[:40])
    return replace(settings, provider=provider)


def _greeting(
    context: Context, settings: GroupSettings, value: str, offered: Offered
) -> GroupSettings:
    if means(context, value, "off"):
        return replace(settings, greeting="")
    if not value or len(value) > GREETING_LONGEST:
        raise WrongValueError("greeting")
    if has_secret(value):
        raise WrongValueError("greeting-secret")
    return replace(settings, greeting=value)


def _switch(context: Context, value: str, setting: str) -> bool:
    for name, is_on in (("on", True), ("off", False)):
        if means(context, value, name):
            return is_on
    raise WrongValueError("switch", setting=setting)


RULES: Mapping[str, Rule] = {
    "language": _language,
    "listening": _listening,
    "topic": _topic,
    "quiet": set_quiet,
    "commands": set_commands,
    "helpers": set_helpers,
    "domain": _domain,
    "provider": _provider,
    "greeting": _greeting,
    "secrets": _secrets,
    "watching": _watching,
}
