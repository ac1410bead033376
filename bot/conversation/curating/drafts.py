"""The office of drafts: topics of what people answered, and the list of what waits for export."""

import re
from collections.abc import Callable

from bot.conversation.action import Action
from bot.conversation.cases.ports import Cases
from bot.conversation.curating.commands import (
    DRAFTS,
    UNDRAFT,
    DiscardDraft,
    DraftFromCase,
    ListDrafts,
    NewTopic,
)
from bot.conversation.curating.kin import Kinship
from bot.conversation.curating.learning import keepable
from bot.conversation.curating.questions import Draft, Questions
from bot.conversation.curating.rights import made_in, may_curate, refused
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.faq.normalise import fold
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
MOST_WORDS, LONGEST_ID = 5, 40  # of an id that nobody typed
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
        asked, answers = (answered.question,), answered.answers
        return await self._keep(
            context, order.topic, answered.language, asked, answers, (), order.case
        )

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
        case: int = 0,
    ) -> Turn:
        """Once: the same words given again make no second draft, but may get another id.

        Without an id the topic of a case is called by the first words of its question.
        """
        mind, incoming = context.mind, context.incoming
        asked = tuple(filter(None, (keepable(each, mind) for each in asked)))
        lines = (each for answer in answers for each in answer.splitlines())
        answers = tuple(
            filter(None, (keepable(each.strip(), mind, MOST_ANSWERED) for each in lines))
        )
        if not asked or not answers:
            return context.turn(Say(phrase(context, "learning.case.no-answer")))
        drafts = await self._questions.drafts()
        same = [each for each in drafts if each.asked == asked and each.answer == answers]
        others = {each.topic for each in drafts if each not in same}
        is_taken = {*mind.knowledge.topics, *others}.__contains__
        if not topic:
            topic = same[0].topic if same else _called(asked[0], case, is_taken)
        if is_taken(topic):
            return context.turn(Say(phrase(context, "learning.case.taken", topic=topic)))
        if topic not in {each.topic for each in same}:
            draft = Draft(topic, language, asked, answers)
            now, where = self._clock(), made_in(context)
            await self._questions.settle(numbers, draft, incoming.person, now, where)
            await self._questions.drop_drafts(tuple(each.number for each in same))
        key = "learning.case.made" if case else "learning.case.done"
        return context.turn(Say(phrase(context, key, topic=topic, number=case)))

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


def _called(asked: str, case: int, is_taken: Callable[[str], bool]) -> str:
    """An id of the question's first words, which a curator may exchange for a better one."""
    first = "-".join(re.findall(r"[a-z0-9]+", fold(asked))[:MOST_WORDS])[:LONGEST_ID].strip("-")
    name = first or f"case-{case}"
    return f"{name}-{case}" if is_taken(name) else name


def _row(context: Context, draft: Draft) -> Line:
    kind = context.say(f"learning.drafts.{'new' if draft.is_new else 'asked'}")
    first = draft.asked[0]
    asked = first if len(first) <= SHOWN else f"{first[: SHOWN - 1].rstrip()}…"
    return line(f"{draft.number}. {kind} ", Code(draft.topic), f": {asked}")


def _button(context: Context, label: str, what: str, number: int) -> Choice:
    return Choice(label[:60], str(Action("learn", context.language, (what, str(number)))))
