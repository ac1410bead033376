"""What is said in and about a case, in the language of whoever reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.conversation.action import Action, look_action
from bot.conversation.answering import answer_topic
from bot.conversation.cases.case import Case, Helper, Letter, subject
from bot.conversation.cases.person import ASKED_BACK, quoted
from bot.conversation.following import describe
from bot.conversation.hosted import shown
from bot.conversation.mind import Context, Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Say
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Document,
    Heading,
    Line,
    Note,
    Paragraph,
    line,
)
from bot.model.language import Language
from bot.render.verdict import verdict

MINUTE, HOUR, DAY = 60, 3600, 86_400
PAGE = 8  # cases of a list shown at once
MOST_TRIED = 5


def speaking(mind: Mind, case: Case, language: Language) -> Context:
    """A case as a talk with its person, told in this language: what is known goes with it."""
    facts = case.facts
    session = Session(slots=facts.slots, domain=facts.domain, hosted=facts.hosted)
    person = Incoming(case.person, is_private=case.is_private, person=case.person, chat=case.chat)
    return Context(session, session, person, mind, language)


def title(mind: Mind, case: Case, language: Language) -> str:
    """What a case is about."""
    topics = mind.knowledge.topics
    shown_last = [name for name in case.facts.trail if name in topics]
    return subject(case, topics[shown_last[-1]].label[language] if shown_last else "")


def card(
    mind: Mind, case: Case, language: Language, asker: Helper | None, *, is_topic: bool
) -> Document:
    """All that helpers need: the question, who asks, what is known, tried and seen."""
    context = speaking(mind, case, language)
    say = context.say
    about = title(mind, case, language)
    head = say("cases.card.title", number=case.number, subject=about)
    how = "cases.card.how-topic" if is_topic else "cases.card.how-reply"
    blocks: tuple[Block, ...] = (
        Heading(line(head)),
        *(quoted(case.text) if about != " ".join(case.text.split()) else ()),
        Bullets(tuple(line(each) for each in _facts(context, case, asker))),
        Note(line(say(how))),
    )
    return Document(blocks, buttons(context, case), language=language)


def buttons(context: Context, case: Case) -> tuple[tuple[Choice, ...], ...]:
    """What can be done with a case by pressing."""
    say, number = context.say, str(case.number)

    def button(what: str) -> Choice:
        action = Action("case", context.language, (what, number))
        return Choice(say(f"cases.button.{what}"), str(action))

    first = (button("mine"), button("close")) if case.is_open else (button("reopen"),)
    look = look_action("check", context.language, (), case.facts.domain)
    if not case.facts.domain or not look.fits:
        return (first,)
    label = say("answers.button.check", target=shown(case.facts.domain)[:32])
    return (first, (Choice(label, str(look)),))


def _facts(context: Context, case: Case, asker: Helper | None) -> Iterator[str]:
    say = context.say
    where = "private" if case.is_private else "group"
    yield say(f"cases.card.asker-{where}", name=name_of(context, asker))
    yield say("cases.card.language", name=say(f"cases.language.in-{case.language}"))
    if known := describe(context):
        yield say("cases.card.known", known=known)
    if names := _tried(context, case.facts.trail):
        yield say("cases.card.tried", topics="; ".join(names))
    if case.facts.report is not None:
        report = case.facts.report
        yield say("cases.card.seen", verdict=verdict(report.target, report.outcomes, say))
    elif case.facts.domain:
        yield say("cases.card.not-seen", domain=shown(case.facts.domain))


def _tried(context: Context, trail: Sequence[str]) -> list[str]:
    """The titles of what was shown, and of what was asked back about."""
    topics, language = context.mind.knowledge.topics, context.language
    found = []
    for each in trail[-MOST_TRIED:]:
        names = each.removeprefix(ASKED_BACK).split(",")
        labels = [topics[name].label[language] for name in names if name in topics]
        if not labels:
            continue
        if each.startswith(ASKED_BACK):
            found.append(context.say("cases.card.asked-back", topics=" / ".join(labels)))
        else:
            found.append(labels[0])
    return found


def name_of(context: Context, helper: Helper | None) -> str:
    """What to call somebody."""
    return helper.name if helper and helper.name else context.say("cases.somebody")


def from_helpers(mind: Mind, case: Case, text: str) -> Document:
    """A helper's words as the person gets them."""
    say = speaking(mind, case, case.language).say
    blocks: tuple[Block, ...] = (
        Heading(line(say("cases.from-helpers", number=case.number))),
        *quoted(text),
        Note(line(say("cases.reply-here"))),
    )
    return Document(blocks, language=case.language)


def from_person(
    mind: Mind, case: Case, language: Language, asker: Helper | None, text: str
) -> Document:
    """The person's words as helpers get them."""
    context = speaking(mind, case, language)
    name = name_of(context, asker)
    head = Heading(line(context.say("cases.from-person", name=name, number=case.number)))
    return Document((head, *quoted(text)), language=language)


def topic_answer(mind: Mind, case: Case, name: str) -> Document:
    """A topic of the knowledge for this person: their language, program, provider, domain."""
    context = speaking(mind, case, case.language)
    (step,) = answer_topic(context, mind.knowledge.topics[name]).steps
    assert isinstance(step, Say)  # an answer to a topic says, and does nothing else
    document = step.document
    head = Heading(line(context.say("cases.from-helpers", number=case.number)))
    note = Note(line(context.say("cases.reply-here")))
    return replace(document, blocks=(head, *document.blocks, note))


def event(
    mind: Mind, case: Case, language: Language, letter: Letter, *, to_person: bool
) -> Document:
    """Something that happened, in a sentence."""
    context = speaking(mind, case, language)
    words = context.say(f"cases.event.{letter.text}", number=case.number)
    rows = () if to_person else buttons(context, case)
    return Document((Paragraph(line(words)),), rows, language=language)


def reminder(
    mind: Mind, case: Case, language: Language, assignee: Helper | None, now: float
) -> Document:
    """Nobody has answered yet."""
    context = speaking(mind, case, language)
    words = context.say(
        "cases.reminder",
        number=case.number,
        subject=title(mind, case, language),
        age=age(context, now - (case.waiting_since or now)),
    )
    blocks = [Paragraph(line(words))]
    if case.assignee:
        name = name_of(context, assignee)
        blocks.append(Paragraph(line(context.say("cases.reminder-whose", name=name))))
    return Document(tuple(blocks), buttons(context, case), language=language)


def age(context: Context, seconds: float) -> str:
    """ "3 godz." """
    for key, size in (("days", DAY), ("hours", HOUR)):
        if seconds >= size:
            return context.say(f"cases.age.{key}", count=int(seconds // size))
    return context.say("cases.age.minutes", count=max(1, int(seconds // MINUTE)))


def case_line(
    context: Context, case: Case, asker: Helper | None, assignee: Helper | None, now: float
) -> Line:
    """A case in the list: number, age, who, language, subject, and whose it is."""
    words = context.say(
        "cases.list.line",
        number=case.number,
        age=age(context, now - case.opened_at),
        name=name_of(context, asker),
        language=context.say(f"cases.language.in-{case.language}"),
        subject=title(context.mind, case, context.language),
    )
    if case.assignee:
        words += " · " + context.say("cases.list.whose", name=name_of(context, assignee))
    if case.waiting_since is not None:
        words += " · " + context.say("cases.list.waiting")
    return line(words)


def notes_of(context: Context, notes: Sequence[tuple[Letter, Helper | None]]) -> Block:
    """What helpers noted for each other."""
    items = (line(f"{name_of(context, author)}: {letter.text}") for letter, author in notes)
    return Bullets(tuple(items))
