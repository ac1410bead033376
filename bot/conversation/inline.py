"""What is offered to a person who types a question after the bot's name in some other chat."""

from dataclasses import dataclass

from bot.conversation.deep_links import check_link, topic_link
from bot.conversation.groups.talk import language_for
from bot.conversation.looking import bare_targets
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.secret import has_secret
from bot.conversation.session import Session
from bot.faq.match import Ambiguous, Matched, Question, Unmatched
from bot.knowledge.topic import Topic
from bot.model.document import Choice, Document, Paragraph, line
from bot.model.language import Language
from bot.render.answer import answer_document

MOST = 5
LONGEST = 256  # characters: Telegram's own limit of an inline query
ABOUT = 120  # characters of the line under a title


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose; what is sent when it is chosen is `document`."""

    key: str
    title: str
    about: str
    document: Document


def offers(
    text: str, hint: Language | None, mind: Mind, chosen: Language | None = None
) -> tuple[Language, tuple[Offer, ...]]:
    """The answers that fit, best first, and the language that they are in.

    `chosen` is what the person chose in private, `hint` what Telegram says of them.
    """
    text = text.strip()[:LONGEST]
    asker = Incoming("", language_hint=hint, chosen=chosen)
    heard = mind.matcher.detect(text)
    language = language_for(Session(), asker, mind.knowledge.languages, heard)
    if not text or has_secret(text):
        return language, ()
    if targets := bare_targets(text)[:MOST]:
        return language, tuple(
            offer
            for target in targets
            if (offer := _check(target.name, target.shown, mind, language))
        )
    return language, tuple(_topic(topic, mind, language) for topic in _fitting(text, mind))


def _fitting(text: str, mind: Mind) -> list[Topic]:
    """The topic that is meant and those that follow it; else those that may be meant."""
    topics = mind.knowledge.topics
    match mind.matcher.match(Question(text)):
        case Matched(topic) if topic in topics:
            names: tuple[str, ...] = (topic, *topics[topic].follow)
        case Ambiguous(options):
            names = options
        case Unmatched(nearest):
            names = nearest
        case _:
            names = ()
    return [topics[name] for name in dict.fromkeys(names) if name in topics][:MOST]


def _topic(topic: Topic, mind: Mind, language: Language) -> Offer:
    phrases = mind.knowledge.phrases
    link = topic_link(topic.id, in_full=bool(topic.more[language]))
    choice = Choice(phrases.say("groups.inline.more", language), private=link)
    document = answer_document(topic, phrases, language)
    about = " ".join(topic.answer[language])
    return Offer(
        f"{topic.id}-{language}",
        topic.title[language],
        about if len(about) <= ABOUT else about[: ABOUT - 1].rstrip() + "…",
        Document(document.blocks, ((choice,),), language=language),
    )


def _check(name: str, shown: str, mind: Mind, language: Language) -> Offer | None:
    """A link that has a domain looked at; None where it does not fit into one."""
    say, link = mind.knowledge.phrases.say, check_link(name)
    if not link:
        return None
    title = say("groups.inline.check", language, target=shown)
    text = say("groups.inline.check-text", language, target=shown)
    blocks = (Paragraph(line(text)),)
    document = Document(blocks, ((Choice(title, private=link),),), language=language)
    return Offer(link, title, text, document)
