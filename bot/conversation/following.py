"""What is said after an answer: "and on the phone?", "why?", "more", "it doesn't help"."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.conversation.action import Action
from bot.conversation.answering import answer_topic, looks, topic_choice, variant_choices
from bot.conversation.cases.person import question, with_person
from bot.conversation.evidence import evidence
from bot.conversation.hosted import known_provider
from bot.conversation.mind import Context
from bot.conversation.replies import MOST_QUESTIONS, Rows, plain
from bot.conversation.slots import PHONE, PHONES, only_named, tell
from bot.conversation.step import Ask, Say, Turn
from bot.faq.match import Matched, Question
from bot.faq.normalise import fold, words
from bot.knowledge.topic import SLOTS, Topic, Variant
from bot.model.document import Choice, Document, Note, Paragraph, line

MOST_NEXT = 3
MOST_TRIED = 3  # times that an answer may not help before somebody else is named


def follow_up(context: Context, text: str) -> Turn | None:
    """The turn of a message that goes on from the last answer; None when it does not."""
    topic = context.mind.knowledge.topics.get(context.session.topic)
    if topic is None:
        return None
    if context.mind.means(text, "more"):
        return answer_topic(context, topic, in_full=True)
    if context.mind.means(text, "why"):
        return explain_more(context, topic)
    if context.mind.means(text, "no-help"):
        return try_on(context, topic)
    if context.mind.means(text, "okay") and not context.before.options:
        return context.turn(Say(plain(context.say("talk.smalltalk.okay"))), tried=0)
    named = only_named(context, text)
    has_more = _variants(topic, named) or ("provider" in named and topic.evidence)
    if named and (has_more or _goes_on(context, text)):
        return switch(context, topic, named)
    return None


def _goes_on(context: Context, text: str) -> bool:
    """Whether the message begins as one that goes on ("a w Outlooku?"), or asks nothing anew."""
    begins = context.mind.is_word(words(fold(text))[0], "and")
    return begins or not isinstance(context.mind.matcher.match(Question(text)), Matched)


def name_program(context: Context, text: str) -> Turn | None:
    """A question stood, and the answer to it is a program or provider: that decides.

    Whoever does not know the answer is told what fits most people.
    """
    topics = context.mind.knowledge.topics
    options = [topics[name] for name in context.before.options if name in topics]
    if options and context.mind.means(text, "dont-know"):
        usual = context.turn(Say(plain(context.say("answers.follow.usual"))))
        turn = answer_topic(context, options[0])
        return Turn(turn.session, usual.steps + turn.steps)
    named = only_named(context, text) if options else {}
    if not named:
        return None
    for value, topic in context.before.values:  # it was asked for
        if value in named.values() and topic in topics:
            return answer_topic(_told(context, named), topics[topic])
    fitting = [topic for topic in options if _variants(topic, named)]
    decides = len(fitting) == 1 or context.before.values
    if not decides and len(options) > 1 and context.before.unclear < MOST_QUESTIONS:
        return _still_asked(_told(context, named), options)
    return switch(context, (fitting or options)[0], named)


def _still_asked(context: Context, options: list[Topic]) -> Turn | None:
    """What was named fits several of the choices: it is noted, and they stay open."""
    known = describe(context)
    if not known:
        return None
    rows = tuple((topic_choice(context, "choose", topic.id),) for topic in options)
    none = Choice(context.say("answers.clarify.none"), str(Action("none", context.language)))
    return context.turn(
        Ask(plain(context.say("answers.follow.noted", known=known), *rows, (none,))),
        options=context.before.options,
        unclear=context.before.unclear + 1,
    )


def press_value(context: Context, action: Action) -> Turn | None:
    """The button of a provider or program that was asked for; None when it is no longer one."""
    slot, value, name = (*action.args, "", "", "")[:3]
    topic = context.mind.knowledge.topics.get(name)
    if topic is None or not slot.isdecimal() or int(slot) >= len(SLOTS) or not value:
        return None
    return answer_topic(_told(context, {SLOTS[int(slot)]: value}), topic)


def _told(context: Context, named: Mapping[str, str]) -> Context:
    """The context with what was just named; "some phone" names none."""
    known = {slot: value for slot, value in named.items() if value != PHONE}
    return replace(context, session=tell(context.session, known))


def explain_more(context: Context, topic: Topic) -> Turn:
    """Why it is so: the longer answer says it, or the sources do."""
    if topic.more[context.language] and not context.before.in_full:
        return answer_topic(context, topic, in_full=True)
    said = Document(
        (Paragraph(line(context.say("answers.follow.no-more"))),), _next(context, topic)
    )
    return context.turn(Say(said))


def try_on(context: Context, topic: Topic) -> Turn:
    """It did not help: first all that we know, then what else it may be, then a person."""
    tried = context.session.tried + 1
    if tried == 1 and topic.more[context.language] and not context.before.in_full:
        turn = answer_topic(context, topic, in_full=True)
        intro = Say(Document((Paragraph(line(context.say("answers.follow.in-full"))),)))
        said = context.turn(intro).steps
        return Turn(
            context.turn(topic=topic.id, tried=tried, in_full=True).session, said + turn.steps
        )
    tried = max(tried, 2)  # all that is known was shown already
    blocks = [Paragraph(line(sentence)) for sentence in _comfort(context, topic, tried)]
    if known := describe(context):
        blocks.append(Paragraph(line(context.say("answers.follow.known", known=known))))
    if tried >= MOST_TRIED:
        last = Say(Document(tuple(blocks), _next(context, topic)))
        return context.turn(*question(context, ""), with_person(context, last), tried=tried)
    rows = (*(row for row in (looks(context, topic),) if row), *_next(context, topic))
    document = Document((*blocks, Note(line(context.say("answers.unknown.person")))), rows)
    return context.turn(*question(context, ""), with_person(context, Say(document)), tried=tried)


def _comfort(context: Context, topic: Topic, tried: int) -> Iterator[str]:
    """What is said when nothing helped: something else to try, at last somebody else to ask."""
    if tried < MOST_TRIED:
        yield context.say("answers.follow.sorry")
        return
    yield context.say("answers.follow.hand-over")
    yield context.say("answers.follow.tell-them", title=topic.title[context.language])


def describe(context: Context) -> str:
    """What is known about the person, in a line: "Gmail · Thunderbird · firma.pl"."""
    shown = {(n.slot, n.value): n.shown for n in context.mind.knowledge.lexicon.names}
    provider = known_provider(context)
    if provider:
        shown.setdefault(("provider", provider.id), provider.name)
    names = [shown.get(pair, pair[1]) for pair in context.session.slots]
    return " · ".join((*names, *filter(None, (context.session.domain,))))


def switch(context: Context, topic: Topic, named: Mapping[str, str]) -> Turn:
    """The same answer for another program, device, provider or protocol."""
    told = _told(context, named)
    fitting = _variants(topic, named)
    if len(fitting) == 1:
        return answer_topic(told, topic, variant=fitting[0])
    if fitting:
        rows = (variant_choices(told, topic, fitting),)
        return told.turn(Ask(plain(told.say("answers.follow.which-phone"), *rows)))
    if topic.id != context.before.topic:  # it has not been told yet
        return answer_topic(told, topic)
    known = evidence(told, topic, None) if "provider" in named else ()
    blocks = known or (Paragraph(line(told.say("answers.follow.same"))),)
    return told.turn(Say(Document(blocks, _next(told, topic))))


def _variants(topic: Topic, named: Mapping[str, str]) -> tuple[Variant, ...]:
    """The variants for what was just named; those for any phone where only that was said."""
    if named.get("device") == PHONE:
        phones = [v for v in topic.variants if v.when.get("device") in PHONES]
        return tuple({str(variant.text): variant for variant in phones}.values())
    best = topic.variant(named)
    return (best,) if best else ()


def _next(context: Context, topic: Topic) -> Rows:
    """Buttons to what else it may be: what it is mistaken for, then what follows from it."""
    topics = context.mind.knowledge.topics
    names = dict.fromkeys((*(each.topic for each in topic.unlike), *topic.follow))
    known = [name for name in names if name in topics][:MOST_NEXT]
    return tuple((topic_choice(context, "topic", name),) for name in known)
