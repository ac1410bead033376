"""The office for those who help: desks, and what is done with a case."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.conversation.action import Action
from bot.conversation.answering import topic_choice
from bot.conversation.cases import Case, Cases, Desk, Helper, Kind, Letter, Reach, Way, Wire
from bot.conversation.cases_commands import (
    AnswerCase,
    AssignCase,
    CloseCase,
    ListCases,
    NoteCase,
    ReopenCase,
    SetDesk,
)
from bot.conversation.cases_rights import is_helper
from bot.conversation.cases_words import PAGE, card, case_line, name_of, notes_of
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase, plain
from bot.conversation.secret import has_secret
from bot.conversation.step import Say, Toast, Turn
from bot.faq.match import Ambiguous, Matched, Question, Unmatched
from bot.model.document import Bullets, Choice, Document, Heading, Paragraph, line

OFF = frozenset({"off", "wył", "wyłącz", "nie", "no"})
ME = frozenset({"", "me", "ja", "mnie", "do mnie"})
MOST_CHOICES = 3
WIDEST = 8  # numbers in a row of buttons

Do = Callable[[Case], Awaitable[Turn]]


class HelperOffice:
    """Answers for cases at the helpers' desk. `wire` is asked who somebody is."""

    def __init__(
        self,
        cases: Cases,
        wire: Callable[[], Wire],
        poke: Callable[[], None],
        clock: Callable[[], float],
        *,
        remind: float,
        operators: frozenset[str],
    ) -> None:
        self._cases = cases
        self._wire = wire
        self._poke = poke
        self._clock = clock
        self._remind = remind
        self._operators = operators

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            SetDesk: self.set_desk,
            CloseCase: self.close,
            ReopenCase: self.reopen,
            AssignCase: self.assign,
            NoteCase: self.note,
            AnswerCase: self.answer,
            ListCases: self.list,
        }

    async def set_desk(self, order: SetDesk, context: Context) -> Turn:
        """This chat answers cases: everybody's where an operator says so, else its own people's."""
        incoming = context.incoming
        if order.wanted in OFF:
            was = await self._cases.drop_desk(incoming.chat)
            return context.turn(Say(phrase(context, f"cases.desk.{'ended' if was else 'none'}")))
        is_operator = incoming.person in self._operators
        known = await self._cases.desk(incoming.chat)
        if known and known.reach is Reach.ALL and not is_operator:
            return context.turn(Say(phrase(context, "cases.desk.all")))
        reach = Reach.ALL if is_operator else Reach.OWN
        await self._cases.set_desk(Desk(incoming.chat, reach, context.language))
        blocks = [Paragraph(line(context.say(f"cases.desk.{reach}")))]
        blocks.append(Paragraph(line(context.say("cases.desk.how"))))
        if reach is Reach.OWN:
            blocks.append(Paragraph(line(context.say("cases.desk.operator"))))
        return context.turn(Say(Document(tuple(blocks))))

    async def close(self, order: CloseCase, context: Context) -> Turn:
        """Close, and tell the person."""

        async def do(case: Case) -> Turn:
            name = f"closed {case.number} {context.incoming.id}"
            letter = Letter(case.number, Way.PERSON, Kind.EVENT, "", name, text="closed")
            if not await self._cases.close(case.number, letter, self._clock()):
                return self._said(context, order.is_pressed, "is-closed", case)
            self._poke()
            again = Action("case", context.language, ("reopen", str(case.number)))
            row = (Choice(context.say("cases.button.reopen"), str(again)),)
            words = context.say("cases.done.closed", number=case.number)
            return context.turn(Say(plain(words, row)))

        return await self._with_case(context, order.number, order.is_pressed, do)

    async def reopen(self, order: ReopenCase, context: Context) -> Turn:
        """Open it again."""

        async def do(case: Case) -> Turn:
            done = await self._cases.reopen(case.number, self._clock(), self._remind)
            key = "reopened" if done else "is-open"
            return self._said(context, order.is_pressed and not done, key, case)

        return await self._with_case(context, order.number, order.is_pressed, do)

    async def assign(self, order: AssignCase, context: Context) -> Turn:
        """Give it to somebody who is there."""
        incoming = context.incoming

        async def do(case: Case) -> Turn:
            helper = await self._helper(context, order.whom)
            if helper is None:
                words = context.say("cases.done.who", name=order.whom[:64])
                return context.turn(Say(plain(words)))
            if not await self._wire().is_member(incoming.chat, helper.person):
                words = context.say("cases.done.gone", name=helper.name)
                return context.turn(Say(plain(words)))
            await self._cases.assign(case.number, helper.person)
            name = name_of(context, helper)
            words = context.say("cases.done.assigned", number=case.number, name=name)
            return context.turn(Say(plain(words)))

        return await self._with_case(context, order.number, order.is_pressed, do)

    async def _helper(self, context: Context, whom: str) -> Helper | None:
        incoming = context.incoming
        if whom.lower() in ME:
            helper = Helper(incoming.person, incoming.name)
            if incoming.name:
                await self._cases.meet(helper, incoming.chat, self._clock())
            return helper
        for person, name in incoming.people:  # named by a mention that tells who it is
            return Helper(person, name)
        return await self._cases.called(whom, incoming.chat)

    async def note(self, order: NoteCase, context: Context) -> Turn:
        """Keep a word among helpers; the person never sees it."""
        incoming = context.incoming
        if not order.text:
            return context.turn(Say(phrase(context, "cases.done.note-what")))
        if has_secret(order.text):
            return context.turn(Say(phrase(context, "cases.done.secret")))

        async def do(case: Case) -> Turn:
            name = f"note {incoming.id}"
            letter = Letter(
                case.number, Way.NOBODY, Kind.TEXT, incoming.chat, name, incoming.person, order.text
            )
            if incoming.name:
                helper = Helper(incoming.person, incoming.name)
                await self._cases.meet(helper, incoming.chat, self._clock())
            await self._cases.write(letter, self._clock(), self._remind)
            return self._said(context, False, "noted", case)

        return await self._with_case(context, "", False, do)

    async def answer(self, order: AnswerCase, context: Context) -> Turn:
        """Send a topic of the knowledge with what is known of the person filled in."""
        if not order.text:
            return context.turn(Say(phrase(context, "cases.done.answer-what")))

        async def do(case: Case) -> Turn:
            topics = context.mind.knowledge.topics
            found = self._topics(context, case, order.text)
            if len(found) != 1:
                return self._which(context, case, found)
            incoming, topic = context.incoming, topics[found[0]]
            name = f"topic {incoming.id}"
            letter = Letter(
                case.number, Way.PERSON, Kind.TOPIC, "", name, incoming.person, topic.id
            )
            await self._cases.write(letter, self._clock(), self._remind)
            self._poke()
            title = topic.title[context.language]
            words = context.say("cases.done.answered", number=case.number, title=title)
            return context.turn(Say(plain(words), replace=order.is_pressed))

        return await self._with_case(context, order.number, order.is_pressed, do)

    def _topics(self, context: Context, case: Case, text: str) -> tuple[str, ...]:
        topics = context.mind.knowledge.topics
        if text.lower() in topics:
            return (text.lower(),)
        match context.mind.matcher.match(Question(text, dict(case.facts.slots))):
            case Matched(topic):
                names: tuple[str, ...] = (topic,)
            case Ambiguous(options):
                names = options
            case Unmatched(nearest):
                # A guess goes to nobody unseen.
                names = (*nearest, "", "") if nearest else ()
        known = tuple(name for name in names if name in topics)
        return known if len(known) == len(names) else (*known, "")

    def _which(self, context: Context, case: Case, found: tuple[str, ...]) -> Turn:
        rows = []
        for name in [each for each in found if each][:MOST_CHOICES]:
            label = topic_choice(context, "topic", name).label
            action = Action("case", context.language, ("give", str(case.number), name))
            if action.fits:
                rows.append((Choice(label, str(action)),))
        key = "cases.done.which" if rows else "cases.done.no-topic"
        return context.turn(Say(plain(context.say(key), *rows)))

    async def list(self, order: ListCases, context: Context) -> Turn:
        """The open cases of this desk, a page at a time; or one case with its notes."""
        if order.number:
            return await self._with_case(
                context, order.number, order.is_pressed, lambda case: self._show(context, case)
            )
        if not await self._may(context):
            return self._refused(context, order.is_pressed)
        cases = await self._cases.of_desk(context.incoming.chat)
        if not cases:
            return context.turn(Say(phrase(context, "cases.list.none")))
        last = (len(cases) - 1) // PAGE + 1
        page = min(max(order.page, 1), last)
        here = cases[(page - 1) * PAGE : page * PAGE]
        named, now = self._cases.named, self._clock()
        lines = [
            case_line(context, case, await named(case.person), await named(case.assignee), now)
            for case in here
        ]
        head = Heading(line(context.say("cases.list.title", count=len(cases))))
        document = Document((head, Bullets(tuple(lines))), _below(context, here, page, last))
        return context.turn(Say(document, replace=order.is_pressed))

    async def _show(self, context: Context, case: Case) -> Turn:
        asker = await self._cases.named(case.person)
        document = card(context.mind, case, context.language, asker, is_topic=bool(case.topic))
        notes = await self._cases.notes(case.number)
        if notes:
            named = [(each, await self._cases.named(each.author)) for each in notes]
            head = Heading(line(context.say("cases.card.notes")))
            blocks = (*document.blocks, head, notes_of(context, named))
            document = replace(document, blocks=blocks)
        return context.turn(Say(document))

    async def _with_case(self, context: Context, number: str, is_pressed: bool, do: Do) -> Turn:
        """Do it to the case that is meant, if this person may."""
        if not await self._may(context):
            return self._refused(context, is_pressed)
        incoming, cases = context.incoming, self._cases
        if number:
            case = await cases.load(int(number))
        else:
            case = await cases.in_topic(incoming.chat, incoming.thread)
            case = case or await cases.by_message(incoming.chat, incoming.replied)
        if case is None or case.desk != incoming.chat:
            key = "cases.done.no-such" if number else "cases.done.which-case"
            return context.turn(Say(phrase(context, key, number=number)))
        return await do(case)

    async def _may(self, context: Context) -> bool:
        desk = await self._cases.desk(context.incoming.chat)
        return desk is not None and await is_helper(
            desk, context.incoming.person, context.incoming.group, self._wire()
        )

    def _refused(self, context: Context, is_pressed: bool) -> Turn:
        words = context.say("cases.done.not-yours")
        return context.turn(Toast(words) if is_pressed else Say(plain(words)))

    def _said(self, context: Context, is_pressed: bool, key: str, case: Case) -> Turn:
        words = context.say(f"cases.done.{key}", number=case.number)
        return context.turn(Toast(words) if is_pressed else Say(plain(words)))


def _below(
    context: Context, here: tuple[Case, ...], page: int, last: int
) -> tuple[tuple[Choice, ...], ...]:
    """A button to each case, and to the other pages."""

    def button(label: str, *args: str) -> Choice:
        return Choice(label, str(Action("case", context.language, args)))

    rows = [tuple(button(f"{case.number}", "show", f"{case.number}") for case in here[:WIDEST])]
    if last > 1:
        before, after = (page - 2) % last + 1, page % last + 1
        rows.append(
            (
                button("◀", "list", str(before)),
                button(f"{page}/{last}", "list", str(page)),
                button("▶", "list", str(after)),
            )
        )
    return tuple(rows)
