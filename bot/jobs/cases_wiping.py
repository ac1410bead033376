"""Takes a forgotten person's words from the helpers' chat, where the bot had put them."""

from collections.abc import Callable

from bot.conversation.cases.case import Trace
from bot.conversation.cases.ports import Cases, TopicGoneError, Wire
from bot.conversation.keeping import Job, NobodyThereError
from bot.conversation.mind import Mind
from bot.jobs.clerk import Again, Doer
from bot.model.document import Document, Paragraph, line
from bot.model.language import FALLBACK
from bot.storage.cases_traces import WIPE
from bot.storage.codec import decode


class CaseWiper:
    """Does what `/forget` has planned."""

    def __init__(self, cases: Cases, wire: Wire, mind: Callable[[], Mind]) -> None:
        self._cases = cases
        self._wire = wire
        self._mind = mind

    @property
    def doers(self) -> dict[str, Doer]:
        """What it does, by the kind of the job."""
        return {WIPE: self.wipe}

    async def wipe(self, job: Job) -> Again | None:
        """Words are written over, files removed; helpers who were at it are told why."""
        trace, wire = decode(Trace, job.payload), self._wire
        desk = await self._cases.desk(job.chat)
        language = desk.language if desk else FALLBACK
        say = self._mind().knowledge.phrases.say

        def said(key: str) -> Document:
            words = say(f"cases.wiped.{key}", language, number=trace.number)
            return Document((Paragraph(line(words)),), language=language)

        for message in trace.texts:
            await wire.change(job.chat, message, said("text"))
        for message in trace.copies:
            if not await wire.remove(job.chat, message):
                await wire.change_caption(job.chat, message, "")
        if trace.topic:
            name = say("cases.wiped.topic", language, number=trace.number)
            await wire.name_topic(job.chat, trace.topic, name)
        if trace.is_open:
            try:
                await wire.post(job.chat, said("told"), trace.topic)
            except (NobodyThereError, TopicGoneError):
                return None
        return None
