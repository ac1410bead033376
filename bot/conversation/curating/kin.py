"""What waits for a curator, by likeness: questions that mean about the same are decided at once."""

from dataclasses import dataclass

from bot.conversation.curating.questions import Open, Questions
from bot.conversation.mind import Context
from bot.faq.grouping import MOST, group


@dataclass(frozen=True, slots=True)
class Kin:
    """Questions that mean about the same, the most typical first."""

    questions: tuple[Open, ...]

    @property
    def number(self) -> int:
        """Names it in a button."""
        return self.questions[0].number

    @property
    def nearest(self) -> str:
        """The topic that most of them got, or were nearest to."""
        topics = [each.topic for each in self.questions if each.topic]
        return max(topics, key=topics.count) if topics else ""


class Kinship:
    """Finds the questions that belong together."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def groups(self, context: Context) -> tuple[Kin, ...]:
        """A group's people see what was asked there; operators, in private, everything."""
        incoming = context.incoming
        questions = await self._questions.open(None if incoming.is_private else incoming.chat, MOST)
        found = group([each.text for each in questions])
        return tuple(Kin(tuple(questions[at] for at in members)) for members in found)

    async def of(self, number: int, context: Context) -> Kin | None:
        """The group that a question is in by now: more may have come to it meanwhile."""
        for each in await self.groups(context):
            if any(question.number == number for question in each.questions):
                return each
        return None
