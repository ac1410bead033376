"""The bot's own short messages: welcome, help, apologies. All words come from the phrases."""

from collections.abc import Iterable

from bot.conversation.action import Action, look_action
from bot.conversation.mind import Context
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Code,
    Document,
    Heading,
    Line,
    Note,
    Paragraph,
    line,
)

MOST_QUESTIONS = 2  # back to a person, in a row
Rows = tuple[tuple[Choice, ...], ...]


def plain(text: str, *rows: tuple[Choice, ...]) -> Document:
    """One paragraph, and choices."""
    return Document((Paragraph(line(text)),), tuple(row for row in rows if row))


def phrase(context: Context, key: str, /, **params: object) -> Document:
    """A phrase as a message."""
    return plain(context.say(key, **params))


def cancel_row(context: Context) -> tuple[Choice, ...]:
    """The way out of a question."""
    action = Action("cancel", context.language)
    return (Choice(context.say("answers.button.cancel"), str(action)),)


def command_choice(context: Context, key: str, command: str) -> Choice:
    """A button that does what typing the command does."""
    return Choice(context.say(key), str(Action("command", context.language, (command,))))


def language_choice(context: Context, action: Action) -> Choice:
    """The switch on an answer: the same action in the next language."""
    languages = context.mind.knowledge.languages
    other = languages.after(context.language)
    return Choice(languages[other].switch, str(Action(action.verb, other, action.args)))


def welcome(context: Context) -> Document:
    """Who I am, and three things to try, each a button too."""
    say = context.say
    question = say("talk.welcome.question")
    usage = say("commands.check.usage")
    ways: tuple[Line, ...] = (
        line(say("talk.welcome.try-ask") + " ", Code(question)),
        line(say("talk.welcome.try-check") + " ", Code(usage)),
        line(say("talk.welcome.try-trouble") + " ", Code(say("talk.welcome.trouble"))),
    )
    return Document(
        (
            Heading(line(say("talk.welcome.title"))),
            Paragraph(line(say("talk.welcome.text"))),
            Paragraph(line(say("talk.welcome.try"))),
            Bullets(ways),
            Note(line(say("talk.welcome.end"))),
        ),
        (
            (
                command_choice(context, "answers.button.check-any", "check"),
                command_choice(context, "answers.button.help", "help"),
                language_choice(context, Action("command", context.language, ("start",))),
            ),
        ),
    )


def help_page(context: Context, commands: Iterable[str]) -> Document:
    """What I can do, with every command that may be used here."""
    say = context.say
    listed = tuple(
        line(Code(say(f"commands.{name}.usage")), " – " + say(f"commands.{name}.help"))
        for name in commands
    )
    blocks: tuple[Block, ...] = (
        Heading(line(say("talk.help.title"))),
        Paragraph(line(say("talk.help.text"))),
        Heading(line(say("talk.help.commands"))),
        Bullets(listed),
        Note(line(say("talk.help.safe"))),
    )
    switch = language_choice(context, Action("command", context.language, ("help",)))
    return Document(blocks, ((switch,),))


def privacy_page(context: Context) -> Document:
    """What is remembered, and how to have it forgotten."""
    keys = ("text", "not-kept", "look", "forget")
    return Document(tuple(Paragraph(line(context.say(f"talk.privacy.{key}"))) for key in keys))


def language_page(context: Context, key: str) -> Document:
    """Which language?"""
    languages = context.mind.knowledge.languages.values()
    row = tuple(Choice(each.name, str(Action("language", each.language))) for each in languages)
    return plain(context.say(key, languages=", ".join(each.name for each in languages)), row)


def secret_warning(context: Context) -> Document:
    """A password was typed."""
    say = context.say
    return Document(
        (
            Heading(line(say("talk.secret.title"))),
            Paragraph(line(say("talk.secret.text"))),
            Paragraph(line(say("talk.secret.again"))),
        )
    )


def not_understood(context: Context, *rows: tuple[Choice, ...]) -> Document:
    """Polite, and what can be done instead."""
    say = context.say
    ways = tuple(line(say(f"answers.unclear.{key}")) for key in ("can-answer", "can-check"))
    return Document(
        (
            Paragraph(line(say("answers.unclear.text"))),
            Paragraph(line(say("answers.unclear.can"))),
            Bullets((*ways, line(say("answers.unclear.can-help")))),
        ),
        rows,
    )


def check_choice(context: Context, probes: tuple[str, ...], target: str, shown: str) -> Choice:
    """ "Check firma.pl"."""
    label = context.say("answers.button.check", target=_short(shown))
    return Choice(label, str(look_action("check", context.language, probes, target)))


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
