"""Shows curators what was not answered well, and keeps what is to become of it."""

from collections.abc import Callable

from bot.conversation.action import Action
from bot.conversation.curating.commands import (
    ATTACH,
    DROP,
    LIST,
    SHOW,
    Attach,
    DropGroup,
    ListQuestions,
    ShowGroup,
)
from bot.conversation.curating.kin import Kin, Kinship
from bot.conversation.curating.learning import keepable
from bot.conversation.curating.questions import Draft, Questions
from bot.conversation.curating.rights import made_in, may_curate, refused
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.faq.match import Question
from bot.model.document import Bullets, Choice, Code, Document, Heading, Line, Note, line

ON_PAGE = 5  # groups
SHOWN = 6  # questions of a group
NEAREST = 3


class CuratingOffice:
    """Shows curators what waits, and keeps what they want of it."""

    def __init__(
        self,
        questions: Questions,
        operators: frozenset[str],
        clock: Callable[[], float],
    ) -> None:
        self._questions = questions
        self._kinship = Kinship(questions)
        self._operators = operators
        self._clock = clock

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            ListQuestions: self.tell,
            ShowGroup: self.show,
            Attach: self.attach,
            DropGroup: self.drop,
        }

    async def tell(self, order: ListQuestions, context: Context) -> Turn:
        """A page of groups, the largest first."""
        if not may_curate(context, self._operators):
            return refused(context)
        groups = await self._kinship.groups(context)
        if not groups:
            return context.turn(Say(phrase(context, "learning.list.nothing"), order.is_pressed))
        last = -(-len(groups) // ON_PAGE)
        page = min(max(order.page, 1), last)
        first = (page - 1) * ON_PAGE
        shown = groups[first : first + ON_PAGE]
        count = sum(len(each.questions) for each in groups)
        rows = [
            (_button(context, f"{at}. {_short(each.questions[0].text)}", SHOW, each.number),)
            for at, each in enumerate(shown, first + 1)
        ]
        turning = [
            _button(context, sign, LIST, to)
            for sign, to in (("◀", page - 1), ("▶", page + 1))
            if 1 <= to <= last
        ]
        document = Document(
            (
                Heading(line(context.say("learning.list.title", count=count))),
                Bullets(
                    tuple(_summary(context, at, each) for at, each in enumerate(shown, first + 1))
                ),
                Note(line(context.say("learning.list.page", page=page, last=last))),
            ),
            (*rows, *((tuple(turning),) if turning else ())),
        )
        return context.turn(Say(document, order.is_pressed))

    async def show(self, order: ShowGroup, context: Context) -> Turn:
        """One group with what can be done."""
        if not may_curate(context, self._operators):
            return refused(context)
        kin = await self._kinship.of(order.number, context)
        if kin is None:
            return context.turn(Say(phrase(context, "learning.gone"), replace=True))
        topics = context.mind.knowledge.topics
        near = self._nearest(kin, context)
        rows: list[tuple[Choice, ...]] = [
            (_button(context, f"➕ {_short(_label(context, name))}", ATTACH, kin.number, name),)
            for name in near
        ]
        rows.append(
            (
                _button(context, context.say("learning.button.drop"), DROP, kin.number),
                _button(context, context.say("learning.button.back"), LIST, 1),
            )
        )
        texts = tuple(line(each.text) for each in kin.questions[:SHOWN])
        how = context.say("learning.attach.other", number=kin.number)
        new = context.say("learning.topic.start", number=kin.number)
        said = [Heading(line(context.say("learning.group.title", count=len(kin.questions))))]
        answered = kin.nearest if kin.nearest in topics else ""
        facts = Note(line(context.say("learning.group.nearest", topic=answered or "–")))
        document = Document(
            (*said, Bullets(texts), facts, Note(line(how)), Note(line(new))), tuple(rows)
        )
        return context.turn(Say(document, replace=True))

    async def attach(self, order: Attach, context: Context) -> Turn:
        """Keep it as a draft; what it would break is found when the drafts are written out."""
        if not may_curate(context, self._operators):
            return refused(context)
        if order.topic not in context.mind.knowledge.topics:
            return context.turn(
                Say(phrase(context, "learning.attach.no-topic", topic=order.topic[:60]))
            )
        kin = await self._kinship.of(order.number, context)
        if kin is None:
            return context.turn(Say(phrase(context, "learning.gone")))
        typical = kin.questions[0]
        asked = keepable(order.words, context.mind) or typical.text
        language = context.mind.matcher.detect(asked) or typical.language
        draft = Draft(order.topic, language, (asked,))
        await self._settle(kin, draft, context)
        title = _label(context, order.topic)
        return context.turn(Say(phrase(context, "learning.attach.done", text=asked, title=title)))

    async def drop(self, order: DropGroup, context: Context) -> Turn:
        """They wait no more."""
        if not may_curate(context, self._operators):
            return refused(context)
        kin = await self._kinship.of(order.number, context)
        if kin is None:
            return context.turn(Say(phrase(context, "learning.gone"), replace=True))
        await self._settle(kin, None, context)
        count = len(kin.questions)
        return context.turn(Say(phrase(context, "learning.dropped", count=count), replace=True))

    async def _settle(self, kin: Kin, draft: Draft | None, context: Context) -> None:
        numbers = tuple(each.number for each in kin.questions)
        person, where = context.incoming.person, made_in(context)
        await self._questions.settle(numbers, draft, person, self._clock(), where)

    def _nearest(self, kin: Kin, context: Context) -> list[str]:
        explained = context.mind.matcher.explain(Question(kin.questions[0].text))
        names = dict.fromkeys((*(each.topic for each in explained.candidates), kin.nearest))
        return [name for name in names if name in context.mind.knowledge.topics][:NEAREST]


def _summary(context: Context, at: int, kin: Kin) -> Line:
    first = kin.questions[0]
    times = context.say("learning.list.times", count=len(kin.questions))
    near = (" → ", Code(kin.nearest)) if kin.nearest else ()
    return line(f"{at}. {first.text} · {times}", *near)


def _button(context: Context, label: str, what: str, number: int, *more: str) -> Choice:
    return Choice(label, str(Action("learn", context.language, (what, str(number), *more))))


def _label(context: Context, name: str) -> str:
    return context.mind.knowledge.topics[name].label[context.language]


def _short(text: str, most: int = 36) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
