"""Dialogues as data: what a person writes, and what the bot then says, word for word.

# language: pl                        what messages are heard as, unless said otherwise
# hears en: what is imap              this message is heard as English
# knows: imap czy pop3 = imap-or-pop3 one topic is an answer, several a question back
# near: asdf = what-is-smtp           not known, with suggestions
> imap czy pop3                       the person writes; "> [cancel]" presses a button
= answer imap-or-pop3 (pl)            the bot; answers and checks by name, the rest in words
[cancel pl]                           and the buttons under it; "~" where it replaces a message
"""

from collections.abc import Iterator
from pathlib import Path

from bot.conversation.action import parse_action
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.settings.step import FindSettings
from bot.conversation.step import Check, Compare, Say, Show, Step, Toast
from bot.conversation.turn import take_turn
from bot.faq.match import Ambiguous, Match, Matched, Unmatched
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Copyable,
    Document,
    Heading,
    Item,
    Line,
    Table,
)
from bot.model.language import Language
from tests.conversation.people import ScriptedMatcher, knowledge, make_mind


def play(path: Path) -> str:
    """The dialogue as it goes now, in the form of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [line for line in lines if line.startswith("#")]
    mind = make_mind(_matcher(heads))
    session = Session()
    written = list(heads)
    buttons: dict[str, str] = {}
    for line in lines:
        if not line.startswith("> "):
            continue
        said = line.removeprefix("> ").encode().decode("unicode_escape").encode("latin-1").decode()
        incoming = Incoming("someone", said)
        if said.startswith("["):
            incoming = Incoming("someone", action=buttons.get(said, said.strip("[]")))
        turn = take_turn(session, incoming, mind)
        session = turn.session
        written += ["", line]
        for step in turn.steps:
            written.extend(_step(step))
            if isinstance(step, Say):
                buttons |= {_button(c.action): c.action for c in _choices(step.document)}
    return "\n".join(written) + "\n"


def _matcher(heads: list[str]) -> ScriptedMatcher:
    matches: dict[str, Match] = {}
    heard: dict[str, Language | None] = {}
    language: Language | None = None
    for head in heads:
        name, _, value = head.removeprefix("#").strip().partition(":")
        text, _, topics = (part.strip() for part in value.partition(" = "))
        names = tuple(topics.split())
        if name == "language":
            language = Language(value.strip())
        elif name.startswith("hears"):
            heard[value.strip()] = Language(name.split()[1]) if name != "hears none" else None
        elif name == "knows":
            matches[text] = Matched(names[0], 0.9) if len(names) == 1 else Ambiguous(names, {}, 0.8)
        elif name == "near":
            matches[text] = Unmatched(names)
    return ScriptedMatcher(matches, language, heard)


def _step(step: Step) -> Iterator[str]:
    match step:
        case Say(document, replace=is_in_place):
            yield from (f"~ {line}" if is_in_place else line for line in _document(document))
        case Check(request) | Show(request):
            probes = " ".join(request.probes) or "everything"
            fresh = " afresh" if request.fresh else ""
            view = step.view
            page = f" page {view.page}" if isinstance(step, Show) else ""
            details = " in detail" if view.detailed else ""
            name = type(step).__name__.lower()
            probes += f" for {request.client}" if request.client else ""
            yield f"= {name} {request.target}: {probes}{fresh}{details}{page} ({view.language})"
        case Compare((one, other)):
            fresh = " afresh" if one.fresh and other.fresh else ""
            page = f" page {step.view.page}" if step.again else ""
            yield f"= compare {one.target} {other.target}{fresh}{page} ({step.view.language})"
        case FindSettings(request, mailbox, view):
            parts = [view.page, view.program or "|".join(view.asked), view.protocol]
            parts.append("afresh" if request.fresh else "")
            parts.append("in place" if view.in_place else "")
            told = " ".join(filter(None, parts))
            yield f"= settings {mailbox.shown}: {told} ({view.language})"
        case Toast(text):
            yield f"! {text}"


def _document(document: Document) -> Iterator[str]:
    titles = {
        title: (topic.id, language)
        for topic in knowledge().topics.values()
        for language, title in topic.title.items()
    }
    first = document.blocks[0]
    title = _plain(first.line) if isinstance(first, Heading) else ""
    if title in titles:
        name, language = titles[title]
        yield f"= answer {name} ({language})"  # what stands under it: test_answering.py
        return
    for block in document.blocks:
        yield from _block(block)
    for row in document.choices:
        yield " ".join(_button(choice.action) for choice in row)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Bullets(items):
            yield from (f"- {_plain(item)}" for item in items)
        case Copyable(text):
            yield text
        case Item(sign, line):
            yield f"{sign}: {_plain(line)}"
        case Table():
            raise AssertionError("no turn says a table by itself")
        case _:
            yield _plain(block.line)


def _plain(line: Line) -> str:
    return "".join(inline.text for inline in line)


def _choices(document: Document) -> Iterator[Choice]:
    for row in document.choices:
        yield from row


def _button(action: str) -> str:
    read = parse_action(action)
    assert read is not None, action
    return f"[{' '.join((read.verb, *read.args, read.language))}]"
