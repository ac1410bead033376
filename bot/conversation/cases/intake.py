"""Words that belong to a case: a helper's to the person, the person's to the helpers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.conversation.cases.case import Case, Desk, Helper, Kind, Letter, Way
from bot.conversation.cases.person import may_pass
from bot.conversation.cases.ports import Cases, Wire
from bot.conversation.cases.rights import is_helper
from bot.conversation.cases.words import speaking
from bot.conversation.keeping import Groups
from bot.conversation.mind import Mind
from bot.conversation.replies import plain
from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that may belong to a case: of any kind, written or edited."""

    id: str  # the same when it is given again
    chat: str
    message: str
    person: str
    name: str = ""
    username: str = ""
    thread: str = ""
    replied: str = ""  # the message of ours that it replies to
    text: str = ""  # or the words under a file
    is_text: bool = True
    is_edited: bool = False
    is_aside: bool = False  # said to somebody else


class CaseIntake:
    """Takes what belongs to a case, and sends it on; all else is for others.

    `settled` waits until what is being sent is noted; whether there was something: somebody may
    reply to a message while its number is still on the way into the database.
    """

    def __init__(
        self,
        cases: Cases,
        groups: Groups,
        wire: Wire,
        mind: Callable[[], Mind],
        poke: Callable[[], None],
        clock: Callable[[], float],
        *,
        remind: float,
        settled: Callable[[], Awaitable[bool]],
    ) -> None:
        self._cases = cases
        self._groups = groups
        self._wire = wire
        self._mind = mind
        self._poke = poke
        self._clock = clock
        self._remind = remind
        self._settled = settled

    async def take(self, posted: Posted) -> bool:
        """Whether it belongs to a case; then it is on its way when this returns."""
        if posted.is_edited:
            return await self._edit(posted)
        found = await self._find(posted)
        if found is None and await self._settled():
            found = await self._find(posted)
        return found is not None and await self._write(posted, *found)

    async def _find(self, posted: Posted) -> tuple[Case, Way, Language] | None:
        """The case that it belongs to, whom it is for, and the language of its author."""
        desk = await self._cases.desk(posted.chat)
        if desk is not None:
            case = await self._cases.in_topic(posted.chat, posted.thread)
            case = case or await self._cases.by_message(posted.chat, posted.replied)
            if case and case.desk == posted.chat and await self._is_answer(posted, case, desk):
                return case, Way.PERSON, desk.language
        case = await self._cases.by_message(posted.chat, posted.replied)
        if case is None or posted.person != case.person or posted.chat != case.chat:
            return None
        if case.chat == case.desk and case.topic and case.topic == posted.thread:
            return None  # helpers read it there themselves
        return case, Way.HELPERS, case.language

    async def _is_answer(self, posted: Posted, case: Case, desk: Desk) -> bool:
        """In a group that helps itself, the asker writes under the same messages."""
        if posted.is_aside or (posted.person == case.person and posted.chat == case.chat):
            return False
        settings = await self._groups.load(posted.chat)
        return await is_helper(desk, posted.person, settings, self._wire)

    async def _write(self, posted: Posted, case: Case, way: Way, language: Language) -> bool:
        if not may_pass(posted.text):
            await self._refuse(posted, case, language)
            return True
        now = self._clock()
        if posted.name:
            helper = Helper(posted.person, posted.name, posted.username)
            await self._cases.meet(helper, posted.chat, now)
        kind = Kind.TEXT if posted.is_text else Kind.COPY
        text = posted.text if posted.is_text else ""
        if way is Way.PERSON and not case.is_open:
            await self._cases.reopen(case.number, now, self._remind)
        letter = Letter(case.number, way, kind, posted.chat, posted.message, posted.person, text)
        if await self._cases.write(letter, now, self._remind):
            self._poke()
        return True

    async def _edit(self, posted: Posted) -> bool:
        letter = await self._cases.letter(posted.chat, posted.message)
        case = await self._cases.load(letter.case) if letter else None
        if letter is None or case is None or letter.author != posted.person:
            return False
        if not may_pass(posted.text):
            await self._refuse(posted, case, case.language)
            return True
        await self._cases.rewrite(letter, posted.text, self._clock())
        self._poke()
        return True

    async def _refuse(self, posted: Posted, case: Case, language: Language) -> None:
        """A password goes to nobody, and whoever wrote it is told so."""
        context = speaking(self._mind(), case, language)
        document = replace(plain(context.say("cases.not-passed")), language=language)
        await self._wire.post(posted.chat, document, posted.thread, posted.message)
