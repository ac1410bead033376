"""Questions: answered, asked back about, or honestly not known."""

from dataclasses import replace

from bot.conversation.action import Action
from bot.conversation.answering import answer_topic, topic_choice
from bot.conversation.cases.person import question, with_person
from bot.conversation.explaining import reason_of
from bot.conversation.hosted import to_look_up
from bot.conversation.mind import Context
from bot.conversation.offered import PROTOCOL, to_find, with_offered
from bot.conversation.pasted import is_servers
from bot.conversation.replies import MOST_QUESTIONS, Rows, not_understood, plain
from bot.conversation.slots import change_subject, remember, tell
from bot.conversation.step import Ask, Say, Turn
from bot.faq.match import Ambiguous, Match, Matched, Question, Unmatched
from bot.knowledge.topic import SLOTS
from bot.model.check import Target
from bot.model.document import Choice, Document, Note, Paragraph, line

MOST_CHOICES = 3
MOST_NEAREST = 2
FEW_WORDS = 2
SURE = 1.0
MOST_REMEMBERED = 8  # clarifying questions, so that none is asked twice


def answer_question(context: Context, text: str) -> Turn:
    """What follows from a question in a person's own words."""
    if not is_servers(context.mind, text):  # else it names the servers' own, not the person's
        context = remember(context, text)
    session = context.session
    known = with_offered(context, dict(session.slots))
    code = context.mind.code(text)
    match = context.mind.matcher.match(Question(text, known, session.asked))
    if code:  # what the server itself says counts more than the words around it
        match = Matched(code.topic, SURE)
    if isinstance(match, Unmatched):
        context = _in_known_language(context, text)
    if isinstance(match, Matched) and match.topic in context.mind.knowledge.topics:
        context = change_subject(context, text, match.topic)
        session = tell(context.session, {"error": code.name}) if code else context.session
        reason = reason_of(context, text, match, code)
        context = replace(context, session=replace(session, reason=reason))
    turn = _follow(context, match)
    if not isinstance(match, Matched):
        turn = replace(turn, steps=(*question(context, text), *turn.steps))
    found = _to_look_up(context, match)
    return replace(turn, match=match, look_up=found[0], servers_of=found[1])


def _to_look_up(context: Context, match: Match) -> tuple[Target | None, Target | None]:
    """The domain whose provider, and that whose servers would spare a question or be said."""
    topics = context.mind.knowledge.topics
    match match:
        case Matched(topic) if topic in topics:
            options, slot = (topic,), ""
        case Ambiguous(options, slot=slot):
            pass
        case _:
            return None, None
    known = [topics[name] for name in options if name in topics]
    return (
        to_look_up(context, known, asks=slot == "provider"),
        to_find(context, known, asks=slot == PROTOCOL),
    )


def _follow(context: Context, match: Match) -> Turn:
    topics = context.mind.knowledge.topics
    match match:
        case Matched(topic) if topic in topics:
            return answer_topic(context, topics[topic])
        case Ambiguous(options):
            known = tuple(name for name in options if name in topics)[:MOST_CHOICES]
            if len(known) == 1:
                return answer_topic(context, topics[known[0]])
            return _clarify(context, known, match) if known else _unknown(context, (), "")
        case Unmatched(nearest, outside):
            known = tuple(name for name in nearest if name in topics)[:MOST_NEAREST]
            return _unknown(context, known, outside)
    return _unknown(context, (), "")


def _in_known_language(context: Context, text: str) -> Context:
    """A word or two that mean nothing say nothing about the language either."""
    known = (
        context.before.language or context.before.last_language or context.incoming.language_hint
    )
    is_plain = text.isascii() and len(text.split()) <= FEW_WORDS
    if known is None or context.mind.language or not is_plain:
        return context
    session = replace(context.session, last_language=known)
    return replace(context, language=known, session=session)


def _is_bare(context: Context) -> bool:
    """A word or two: too little to say that it is about something else than mail."""
    return len(context.incoming.text.split()) <= FEW_WORDS


def none_of_these(context: Context) -> Turn:
    """None of the choices was meant."""
    unclear = max(1, context.session.unclear)
    said = Say(plain(context.say("answers.none.text")))
    return context.turn(with_person(context, said), unclear=unclear)


def _clarify(context: Context, options: tuple[str, ...], match: Ambiguous) -> Turn:
    """One question, at most three choices; never the same again, and never a third in a row."""
    session = context.session
    rows: Rows
    if match.key in session.asked or session.unclear >= MOST_QUESTIONS:
        rows = tuple((topic_choice(context, "topic", name),) for name in options)
        said = Say(plain(context.say("answers.unclear.perhaps"), *rows))
        return context.turn(with_person(context, said), unclear=0)
    key = f"answers.clarify.{match.slot or 'choose'}"
    question = match.ask.get(context.language) or context.say(key)
    rows = _values(context, match) if match.slot else ()
    rows = rows or tuple((topic_choice(context, "choose", name),) for name in options)
    none = Choice(context.say("answers.clarify.none"), str(Action("none", context.language)))
    return context.turn(
        Ask(plain(question, *rows, (none,))),
        options=options,
        values=match.values,
        asked=(*session.asked, match.key)[-MOST_REMEMBERED:],
        unclear=session.unclear + 1,
    )


def _values(context: Context, match: Ambiguous) -> Rows:
    """A button for each value of the slot that is asked for."""
    shown = {
        name.value: name.shown
        for name in context.mind.knowledge.lexicon.names
        if name.slot == match.slot
    }
    actions = [
        (value, Action("tell", context.language, (str(SLOTS.index(match.slot)), value, topic)))
        for value, topic in match.values
        if topic in context.mind.knowledge.topics
    ]
    if not all(action.fits for _, action in actions):
        return ()
    return tuple((Choice(shown.get(value, value), str(action)),) for value, action in actions)


def _unknown(context: Context, nearest: tuple[str, ...], outside: str) -> Turn:
    """An honest "I don't know", with humble suggestions where there are some."""
    say, language = context.say, context.language
    for group in context.mind.knowledge.lexicon.outside:
        if group.id == outside and (group.reply[language] or not _is_bare(context)):
            reply = group.reply[language] or say("answers.unknown.nothing-near")
            return context.turn(Say(plain(reply)))
    rows = tuple((topic_choice(context, "topic", name),) for name in nearest)
    if context.session.unclear:
        said = Say(not_understood(context, *rows))
        return context.turn(with_person(context, said), unclear=0)
    if not nearest or (outside and _is_bare(context)):
        return context.turn(with_person(context, Say(not_understood(context))), unclear=1)
    blocks = (
        Paragraph(line(say("answers.unknown.text"))),
        Paragraph(line(say("answers.unknown.nearest"))),
        Note(line(say("answers.unknown.person"))),
    )
    return context.turn(with_person(context, Say(Document(blocks, rows))), unclear=1)
