"""The office of drafts: topics of what people answered, and the list of what waits for export."""

from collections.abc import Callable

from bot.conversation.action import Action
from bot.conversation.cases_ports import Cases
from bot.conversation.curating import (
    DRAFTS,
    UNDRAFT,
    DiscardDraft,
    DraftFromCase,
    ListDrafts,
    NewTopic,
)
from bot.conversation.curating_kin import Kinship
from bot.conversation.curating_rights import made_in, may_curate, refused
from bot.conversation.errand import Offices
from bot.conversation.learning import keepable
from bot.conversation.mind import Context
from bot.conversation.questions import Draft, Questions
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Code,
    Document,
    Heading,
    Line,
    Note,
    line,
)
from bot.model.language import Language

ON_PAGE = 8
MOST_ASKED = 6  # ways of asking that a new topic begins with
MOST_ANSWERED = 2000  # characters of a paragraph
SHOWN = 60  # characters of a draft's question


class DraftsOffice:
    """Begins topics, and shows what is to become of the knowledge."""

    def __init__(
        self,
        questions: Questions,
        cases: Cases,
        operators: frozenset[str],
        clock: Callable[[], float],
    ) -> None:
        self._questions = questions
        self._kinship = Kinship(questions)
        self._cases = cases
        self._operators = operators
        self._clock = clock

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            DraftFromCase: self.from_case,
            NewTopic: self.begin,
            ListDrafts: self.list,
            DiscardDraft: self.discard,
        }

    async def from_case(self, order: DraftFromCase, context: Context) -> Turn:
        """A topic of a question and what people answered, masked once more."""
        case = await self._cases.load(order.case)
        is_theirs = case is not None and case.desk == context.incoming.chat
        if not is_theirs and context.incoming.person not in self._operators:
            return refused(context)
        answered = await self._cases.answered(order.case)
        if answered is None:
            return context.turn(Say(phrase(context, "learning.case.no-answer")))
        if not order.topic:
            return context.turn(Say(phrase(context, "learning.case.how", number=order.case)))
        asked, answers = (answered.question,), answered.answers
        return await self._keep(context, order.topic, answered.language, asked, answers, ())

    async def begin(self, order: NewTopic, context: Context) -> Turn:
        """A topic of questions that wait, or of typed words, and somebody's answer to them."""
        if not may_curate(context, self._operators):
            return refused(context)
        if not order.answer.strip():
            return context.turn(Say(phrase(context, "learning.topic.no-answer")))
        asked: tuple[str, ...] = (order.asked,)
        numbers: tuple[int, ...] = ()
        language = context.mind.matcher.detect(order.asked) or context.language
        if order.number:
            kin = await self._kinship.of(order.number, context)
            if kin is None:
                return context.turn(Say(phrase(context, "learning.gone")))
            language = kin.questions[0].language
            alike = [each.text for each in kin.questions if each.language == language]
            asked = tuple(dict.fromkeys(alike))[:MOST_ASKED]
            numbers = tuple(each.number for each in kin.questions)
        return await self._keep(context, order.topic, language, asked, (order.answer,), numbers)

    async def _keep(
        self,
        context: Context,
        topic: str,
        language: Language,
        asked: tuple[str, ...],
        answers: tuple[str, ...],
        numbers: tuple[int, ...],
    ) -> Turn:
        """Once: the same words given again make no second draft."""
        mind, incoming = context.mind, context.incoming
        asked = tuple(filter(None, (keepable(each, mind) for each in asked)))
        lines = (each for answer in answers for each in answer.splitlines())
        answers = tuple(
            filter(None, (keepable(each.strip(), mind, MOST_ANSWERED) for each in lines))
        )
        if not asked or not answers:
            return context.turn(Say(phrase(context, "learning.case.no-answer")))
        draft = Draft(topic, language, asked, answers)
        namesakes = [each for each in await self._questions.drafts() if each.topic == topic]
        is_same = any(each.asked == asked and each.answer == answers for each in namesakes)
        if topic in mind.knowledge.topics or (namesakes and not is_same):
            return context.turn(Say(phrase(context, "learning.case.taken", topic=topic)))
        if not is_same:
            now, where = self._clock(), made_in(context)
            await self._questions.settle(numbers, draft, incoming.person, now, where)
        return context.turn(Say(phrase(context, "learning.case.done", topic=topic)))

    async def list(self, order: ListDrafts, context: Context) -> Turn:
        """A page of them, the newest first, each with a button that discards it."""
        if not may_curate(context, self._operators):
            return refused(context)
        drafts = tuple(reversed(await self._theirs(context)))
        if not drafts:
            return context.turn(Say(phrase(context, "learning.drafts.none"), order.is_pressed))
        last = -(-len(drafts) // ON_PAGE)
        page = min(max(order.page, 1), last)
        shown = drafts[(page - 1) * ON_PAGE : page * ON_PAGE]
        blocks: tuple[Block, ...] = (
            Heading(line(context.say("learning.drafts.title", count=len(drafts)))),
            Bullets(tuple(_row(context, each) for each in shown)),
            Note(line(context.say("learning.drafts.how"))),
        )
        rows: list[tuple[Choice, ...]] = [
            (_button(context, f"🗑 {each.number}. {each.topic}", UNDRAFT, each.number),)
            for each in shown
        ]
        turning = tuple(
            _button(context, sign, DRAFTS, to)
            for sign, to in (("◀", page - 1), ("▶", page + 1))
            if 1 <= to <= last
        )
        document = Document(blocks, (*rows, turning) if turning else tuple(rows))
        return context.turn(Say(document, order.is_pressed))

    async def discard(self, order: DiscardDraft, context: Context) -> Turn:
        """It goes into no file. Its questions wait no more: they were decided about."""
        if not may_curate(context, self._operators):
            return refused(context)
        theirs = {each.number for each in await self._theirs(context)}
        if order.number not in theirs:
            return context.turn(Say(phrase(context, "learning.drafts.gone"), replace=True))
        await self._questions.drop_drafts((order.number,))
        return await self.list(ListDrafts(is_pressed=True), context)

    async def _theirs(self, context: Context) -> tuple[Draft, ...]:
        """A group's people see what was decided there; operators, in private, everything."""
        return await self._questions.drafts(made_in(context) or None)


def _row(context: Context, draft: Draft) -> Line:
    kind = context.say(f"learning.drafts.{'new' if draft.is_new else 'asked'}")
    first = draft.asked[0]
    asked = first if len(first) <= SHOWN else f"{first[: SHOWN - 1].rstrip()}…"
    return line(f"{draft.number}. {kind} ", Code(draft.topic), f": {asked}")


def _button(context: Context, label: str, what: str, number: int) -> Choice:
    return Choice(label[:60], str(Action("learn", context.language, (what, str(number)))))
