"""A topic as an answer, with the buttons under it: more, for your program, look, related."""

from collections.abc import Iterable

from bot.conversation.action import Action, Verb
from bot.conversation.deep_links import topic_link
from bot.conversation.evidence import evidence
from bot.conversation.hosted import shown
from bot.conversation.mind import Context
from bot.conversation.replies import Rows, check_choice, command_choice, language_choice
from bot.conversation.step import Say, Turn
from bot.knowledge.code import Code
from bot.knowledge.topic import Topic, Variant
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Copyable,
    Document,
    Heading,
    Item,
    Line,
    Note,
    Paragraph,
    Table,
)
from bot.render.answer import answer_document

MOST_VARIANTS = 3
MOST_FOLLOW_UPS = 3
MOST_IN_GROUP = 600  # characters of an answer that everybody in a group has before their eyes
SERVER_PROBES = frozenset({"imap", "pop3", "submission"})  # look at a server, not at a domain


def answer_topic(
    context: Context,
    topic: Topic,
    *,
    in_full: bool = False,
    variant: Variant | None = None,
    in_place: bool = False,
) -> Turn:
    """A topic's answer, with what can follow it."""
    variant = variant or topic.variant(dict(context.session.slots))
    is_private = context.incoming.is_private
    document = answer_document(
        topic,
        context.mind.knowledge.phrases,
        context.language,
        variant=variant,
        in_full=in_full and is_private,
        evidence=evidence(context, topic, variant),
        code=_code_of(context, topic),
    )
    blocks = document.blocks if is_private else shortened(document.blocks)
    is_cut = len(blocks) < len(document.blocks)
    document = Document(blocks, _below(context, topic, in_full, variant, is_cut))
    tried = context.session.tried if context.session.topic == topic.id else 0
    reason = context.session.reason
    return context.turn(
        Say(document, in_place),
        topic=topic.id,
        asked=(),
        unclear=0,
        in_full=in_full,
        tried=tried,
        # Where a button or a later word led here, it was not the question that did.
        reason=reason if reason and reason.topic == topic.id else None,
    )


def _code_of(context: Context, topic: Topic) -> Code | None:
    """The code that the person was shown, where it led to this topic."""
    name = dict(context.session.slots).get("error", "")
    code = context.mind.knowledge.codes.get(name)
    return code if code and code.topic == topic.id else None


def topic_choice(context: Context, verb: Verb, name: str) -> Choice:
    """A button that leads to a topic."""
    label = context.mind.knowledge.topics[name].label[context.language]
    return Choice(label, str(Action(verb, context.language, (name,))))


def press_topic(context: Context, action: Action) -> Turn | None:
    """A button about a topic; None when the topic is no longer there."""
    name, *rest = action.args or ("",)
    topic = context.mind.knowledge.topics.get(name)
    if topic is None:
        return None
    if action.verb != "variant":
        in_place = action.verb != "topic"
        return answer_topic(context, topic, in_full=action.verb == "more", in_place=in_place)
    number = int(rest[0]) if rest and rest[0].isdecimal() else len(topic.variants)
    if number >= len(topic.variants):
        return None
    return answer_topic(context, topic, variant=topic.variants[number], in_place=True)


def shortened(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """What of an answer is shown to a whole group: its beginning, and its sources."""
    kept: list[Block] = []
    room = MOST_IN_GROUP
    for at, block in enumerate(blocks):
        room -= _length(block)
        # Never the heading nor the first of what is said; and nothing out of the middle.
        if room < 0 and at > 1 and not isinstance(block, Note):
            continue
        kept.append(block)
    return tuple(kept)


def _length(block: Block) -> int:
    match block:
        case Bullets(items):
            lines: tuple[Line, ...] = items
        case Heading(one) | Paragraph(one) | Note(one) | Item(line=one):
            lines = (one,)
        case Copyable(text):
            return len(text)
        case Table():
            return MOST_IN_GROUP
    return sum(len(inline.text) for each in lines for inline in each)


def _below(
    context: Context, topic: Topic, in_full: bool, variant: Variant | None, is_cut: bool = False
) -> Rows:
    say, language = context.say, context.language
    first = []
    if not context.incoming.is_private:
        has_more = is_cut or bool(topic.more[language])
        link = topic_link(topic.id, in_full=bool(topic.more[language])) if has_more else ""
        if link:
            first.append(Choice(say("groups.button.private"), private=link))
    elif in_full:
        here = Action("here", language, (topic.id,))
        first.append(Choice(say("answers.button.less"), str(here)))
    elif topic.more[language]:
        more = Action("more", language, (topic.id,))
        first.append(Choice(say("answers.button.more"), str(more)))
    shown = Action("more" if in_full else "here", language, (topic.id,))
    first.append(language_choice(context, shown))
    follow = ((topic_choice(context, "topic", name),) for name in topic.follow[:MOST_FOLLOW_UPS])
    rows = (tuple(first), _variants(context, topic, variant), looks(context, topic), *follow)
    return tuple(row for row in rows if row)


def _variants(context: Context, topic: Topic, shown: Variant | None) -> tuple[Choice, ...]:
    """A button for each program or device that the topic has steps for, but the one shown."""
    return variant_choices(context, topic, [each for each in topic.variants if each is not shown])


def variant_choices(
    context: Context, topic: Topic, variants: Iterable[Variant]
) -> tuple[Choice, ...]:
    """A button for each of these variants that one name tells from the others."""
    names = {(name.slot, name.value): name.shown for name in context.mind.knowledge.lexicon.names}
    row = []
    for variant in variants:
        label = names.get(next(iter(variant.when.items())), "")
        if label and len(variant.when) == 1:
            number = str(topic.variants.index(variant))
            row.append(Choice(label, str(Action("variant", context.language, (topic.id, number)))))
    return tuple(row[:MOST_VARIANTS])


def looks(context: Context, topic: Topic) -> tuple[Choice, ...]:
    """What can be learned by looking: at the domain that is known, else at one to be named."""
    probes = tuple(name for name in topic.check if name in context.mind.probes)
    about_domains = tuple(name for name in probes if name not in SERVER_PROBES)
    if about_domains and (domain := context.session.domain):
        return (check_choice(context, about_domains, domain, shown(domain)),)
    if about_domains:
        return (command_choice(context, "answers.button.check-any", "check"),)
    return tuple(
        command_choice(context, f"answers.button.check-{name}", name)
        for name in probes
        if f"answers.button.check-{name}" in context.mind.knowledge.phrases
    )
