"""What is ready for helpers: the list of cases, a case in full, and answers of the knowledge."""

from dataclasses import replace

from bot.conversation.action import Action
from bot.conversation.answering import topic_choice
from bot.conversation.cases.case import Case, Kind, Letter, Way
from bot.conversation.cases.commands import AnswerCase, ListCases
from bot.conversation.cases.place import AtDesk
from bot.conversation.cases.words import PAGE, card, case_line, notes_of
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase, plain
from bot.conversation.step import Say, Turn
from bot.faq.match import Ambiguous, Matched, Question, Unmatched
from bot.model.document import Bullets, Choice, Document, Heading, line

MOST_CHOICES = 3
WIDEST = 8  # numbers in a row of buttons


class ReadyOffice(AtDesk):
    """Shows cases, and sends what is written already."""

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {AnswerCase: self.answer, ListCases: self.list}

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

        return await self.with_case(context, order.number, order.is_pressed, do)

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
            return await self.with_case(
                context, order.number, order.is_pressed, lambda case: self._show(context, case)
            )
        if not await self.may(context):
            return self.refused(context, order.is_pressed)
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
