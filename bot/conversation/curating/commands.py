"""What a curator types and presses: `/questions`, `/attach`, `/topic`, `/drafts`; offices do it."""

from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.curating.questions import SERVICE
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.knowledge.topic import ID
from bot.model.document import Choice

# What a button asks for, in one letter: beside it stands a topic's id, and 64 bytes are few.
LIST, SHOW, ATTACH, DROP, CASE, DRAFTS, UNDRAFT = "l", "s", "a", "d", "c", "f", "u"


@dataclass(frozen=True, slots=True)
class ListQuestions:
    """What waits."""

    page: int = 1
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class ShowGroup:
    """All questions that are like this one."""

    number: int


@dataclass(frozen=True, slots=True)
class Attach:
    """Another way to ask for a topic; with `words`, in a curator's own."""

    number: int
    topic: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class DropGroup:
    """Nothing is to be learnt from these."""

    number: int


@dataclass(frozen=True, slots=True)
class DraftFromCase:
    """A topic of what people answered in a case; "" where its id is still to be typed."""

    case: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic of questions that wait, or, with number 0, of `asked`; and an answer to them."""

    topic: str
    answer: str
    number: int = 0
    asked: str = ""


@dataclass(frozen=True, slots=True)
class ListDrafts:
    """What curators decided, and is in no file yet."""

    page: int = 1
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    """It is not wanted after all."""

    number: int


Order = (
    ListQuestions
    | ShowGroup
    | Attach
    | DropGroup
    | DraftFromCase
    | NewTopic
    | ListDrafts
    | DiscardDraft
)


def list_questions(context: Context, text: str) -> Turn:
    """`/questions`, `/questions 2`."""
    page = text.strip()
    return context.errand(ListQuestions(int(page[:4]) if _is_number(page) else 1))


def attach(context: Context, text: str) -> Turn:
    """`/attach 12 imap-or-pop3`, with other words behind it where the curator has better ones."""
    number, topic, words = (*text.split(maxsplit=2), "", "", "")[:3]
    if number.startswith("#") and _is_number(number[1:]) and ID.fullmatch(topic):
        return context.errand(DraftFromCase(int(number[1:][:9]), topic))
    if not _is_number(number) or not topic:
        return context.turn(Say(phrase(context, "learning.attach.how")))
    return context.errand(Attach(int(number[:9]), topic, " ".join(words.split())))


def new_topic(context: Context, text: str) -> Turn:
    """`/topic 12 new-id` under the message with the answer, or with the answer typed behind it.

    `/topic new-id How do I …?` under an answer to a question that nobody put to the bot.
    """
    number, topic, answer = (*text.split(maxsplit=2), "", "", "")[:3]
    if _is_number(number) and ID.fullmatch(topic):
        answer = answer or context.incoming.quoted
        return context.errand(NewTopic(topic, answer, int(number[:9])))
    topic, asked = (*text.split(maxsplit=1), "", "")[:2]
    if not ID.fullmatch(topic) or _is_number(topic) or not asked.strip():
        return context.turn(Say(phrase(context, "learning.topic.how")))
    asked = " ".join(asked.split())
    return context.errand(NewTopic(topic, context.incoming.quoted, asked=asked))


def list_drafts(context: Context, text: str) -> Turn:
    """`/drafts`, `/drafts 2`."""
    page = text.strip()
    return context.errand(ListDrafts(int(page[:4]) if _is_number(page) else 1))


def press_learn(context: Context, action: Action) -> Turn | None:
    """A button of a curator's; None when it is none."""
    if SERVICE not in context.mind.services:
        return None
    what, number, topic = (*action.args, "", "", "")[:3]
    if not _is_number(number):
        return None
    orders: dict[str, Order] = {
        LIST: ListQuestions(int(number[:4]), is_pressed=True),
        SHOW: ShowGroup(int(number[:9])),
        ATTACH: Attach(int(number[:9]), topic),
        DROP: DropGroup(int(number[:9])),
        CASE: DraftFromCase(int(number[:9])),
        DRAFTS: ListDrafts(int(number[:4]), is_pressed=True),
        UNDRAFT: DiscardDraft(int(number[:9])),
    }
    return context.errand(orders[what]) if what in orders else None


def learn_case_choice(context: Context, case: int) -> Choice:
    """The button under a closed case that begins a topic of its answers."""
    action = Action("learn", context.language, (CASE, str(case)))
    return Choice(context.say("learning.button.case"), str(action))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
