"""The page of a group's settings: what is set, how it is typed, and buttons for what is short."""

from collections.abc import Callable

from bot.conversation.action import Action
from bot.conversation.groups.group import GroupSettings, QuietHours, Speaking, Watchers
from bot.conversation.groups.values import Offered
from bot.conversation.mind import Context
from bot.conversation.replies import Rows
from bot.model.document import Block, Bullets, Choice, Code, Document, Heading, Line, Note, line
from bot.model.language import Language

NIGHT = "22-7"
COMMANDS = "commands"
IN_ROW = 3


def group_page(context: Context, settings: GroupSettings, said: str = "") -> Document:
    """Everything at a glance. `said` is what was just done, above it."""
    say = context.say
    items = tuple(
        line(f"{say(f'groups.page.{name}')} ", Code(value))
        for name, value in _values(context, settings)
    )
    blocks: list[Block] = [Heading(line(say("groups.page.title")))]
    if said:
        blocks.insert(0, Note(line(said)))
    blocks += [Bullets(items), *_warnings(context, settings)]
    blocks.append(Note(line(say("groups.page.typed"))))
    blocks.append(Bullets(tuple(_example(context, name) for name in _TYPED)))
    return Document(tuple(blocks), _buttons(context, settings), language=context.language)


def commands_page(context: Context, settings: GroupSettings, offered: Offered) -> Document:
    """Every command with its switch."""
    say = context.say
    buttons = []
    for name in offered.names:
        is_on = settings.allows(name)
        label = f"{'✅' if is_on else '🚫'} /{name}"
        buttons.append(Choice(label, _action(context, COMMANDS, f"{'-' if is_on else '+'}{name}")))
    rows = [tuple(buttons[at : at + IN_ROW]) for at in range(0, len(buttons), IN_ROW)]
    back = (Choice(say("groups.page.back"), _action(context, "page")),)
    blocks = (Heading(line(say("groups.page.commands-title"))), Note(line(say("groups.page.off"))))
    return Document(blocks, (*rows, back), language=context.language)


_TYPED = ("helpers", "domain", "provider", "greeting", "quiet")


def _example(context: Context, name: str) -> Line:
    return line(Code(context.say(f"groups.example.{name}")))


def _values(context: Context, settings: GroupSettings) -> list[tuple[str, str]]:
    say = context.say
    none = say("groups.page.none")
    values = [
        ("language", _language(context, settings.language)),
        ("listening", say(f"groups.page.{'on' if settings.is_listening else 'off-word'}")),
        ("quiet", quiet_words(settings.quiet) or none),
        ("commands", _commands(context, settings)),
        ("helpers", _helpers(context, settings) or none),
        ("domain", settings.domain or none),
        ("provider", _provider(context, settings.provider) or none),
        ("greeting", settings.greeting or none),
        ("secrets", say(f"groups.page.{'deletes' if settings.deletes_secrets else 'warns'}")),
        ("watching", say(f"groups.watchers.{settings.watchers}")),
    ]
    if _has_topics(context, settings):
        speaking = settings.speaking(context.incoming.thread)
        values.insert(2, ("topic", say(f"groups.speaking.{speaking or 'as-group'}")))
    return values


def _has_topics(context: Context, settings: GroupSettings) -> bool:
    return bool(context.incoming.thread or settings.topics)


def _language(context: Context, language: Language | None) -> str:
    if language is None:
        return context.say("groups.page.by-person")
    return context.mind.knowledge.languages.locale(language).name


def quiet_words(quiet: QuietHours | None) -> str:
    """ "22:00–07:00 Europe/Warsaw"; "" where there are none."""
    if quiet is None:
        return ""
    begin, end = (f"{at // 60:02}:{at % 60:02}" for at in (quiet.begin, quiet.end))
    return f"{begin}–{end} {quiet.zone}"


def _commands(context: Context, settings: GroupSettings) -> str:
    if settings.commands is None:
        return context.say("groups.page.all")
    names = " ".join(f"/{name}" for name in sorted(settings.commands))
    return names or context.say("groups.page.none")


def _helpers(context: Context, settings: GroupSettings) -> str:
    standing = context.incoming.standing
    names = {**dict(context.incoming.people), **(standing.names if standing else {})}
    return ", ".join(names.get(each) or each.removeprefix("tg:") for each in settings.helpers)


def _provider(context: Context, value: str) -> str:
    names = context.mind.knowledge.lexicon.names
    shown = (each.shown for each in names if (each.slot, each.value) == ("provider", value))
    return next(shown, value)


def _warnings(context: Context, settings: GroupSettings) -> list[Block]:
    """A bot that is to listen and hears nothing would be a riddle."""
    standing = context.incoming.standing
    listens = settings.is_listening or Speaking.EVERYTHING in settings.topics.values()
    if not listens or standing is None or standing.sees_all:
        return []
    return list(blindness(context.say, standing.bot))


def blindness(say: Callable[..., str], name: str) -> tuple[Block, ...]:
    """What Telegram does not show to the bot of this name in a group, and how to change that."""
    steps = tuple(line(say(f"groups.blind.{step}")) for step in ("botfather", "again", "or"))
    return Note(line(say("groups.blind.text", name=name))), Bullets(steps)


def _buttons(context: Context, settings: GroupSettings) -> Rows:
    say = context.say

    def switch(name: str, is_on: bool, values: tuple[str, str] = ("on", "off")) -> Choice:
        value = values[1] if is_on else values[0]
        return Choice(say(f"groups.button.{name}-{value}"), _action(context, name, value))

    order: tuple[Language | None, ...] = (None, *context.mind.knowledge.languages)
    at = order.index(settings.language) + 1 if settings.language in order else 0
    following = order[at % len(order)]
    language = Choice(
        say("groups.button.language", language=_language(context, following)),
        _action(context, "language", following or "off"),
    )
    quiet = "off" if settings.quiet else NIGHT
    rows: list[tuple[Choice, ...]] = [
        (
            switch("listening", settings.is_listening),
            switch("secrets", settings.deletes_secrets, ("delete", "warn")),
        ),
        (
            language,
            Choice(
                say(f"groups.button.quiet-{'off' if settings.quiet else 'on'}", hours=NIGHT),
                _action(context, "quiet", quiet),
            ),
        ),
        (
            Choice(say("groups.button.commands"), _action(context, COMMANDS)),
            _watching(context, settings),
        ),
    ]
    if _has_topics(context, settings):
        rows.append(
            tuple(
                Choice(say(f"groups.button.topic-{each}"), _action(context, "topic", each))
                for each in Speaking
                if each is not settings.speaking(context.incoming.thread)
            )
        )
    clears = tuple(
        Choice(say(f"groups.button.clear-{name}"), _action(context, name, "off"))
        for name in ("domain", "provider", "greeting", "helpers")
        if getattr(settings, name)
    )
    return (*rows, *(clears[at : at + 2] for at in range(0, len(clears), 2)))


def _watching(context: Context, settings: GroupSettings) -> Choice:
    order = tuple(Watchers)
    following = order[(order.index(settings.watchers) + 1) % len(order)]
    return Choice(
        context.say(f"groups.button.watching-{following}"), _action(context, "watching", following)
    )


def _action(context: Context, *args: str) -> str:
    return str(Action("group", context.language, args))
