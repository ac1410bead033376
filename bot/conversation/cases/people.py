"""The office for those who want a person: what goes to people is shown first, then sent."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.cases.case import Case, Facts, Helper, Kind, Letter, Way
from bot.conversation.cases.person import (
    COMMAND,
    AskPerson,
    DropDraft,
    KeepQuestion,
    OfferBeside,
    SendToPeople,
    may_pass,
    nobody,
    not_that,
    person_choice,
    preview,
)
from bot.conversation.cases.ports import Cases
from bot.conversation.errand import Offices
from bot.conversation.following import describe
from bot.conversation.groups.talk import with_presets
from bot.conversation.mind import Context
from bot.conversation.replies import cancel_row, phrase, plain
from bot.conversation.step import Ask, Say, Toast, Turn


class PeopleOffice:
    """Offers people, and opens cases. `poke` is called when something is on its way."""

    def __init__(
        self, cases: Cases, poke: Callable[[], None], clock: Callable[[], float], *, remind: float
    ) -> None:
        self._cases = cases
        self._poke = poke
        self._clock = clock
        self._remind = remind

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            KeepQuestion: self.keep,
            OfferBeside: self.offer_beside,
            AskPerson: self.ask,
            SendToPeople: self.send,
            DropDraft: self.drop,
        }

    async def keep(self, order: KeepQuestion, context: Context) -> Turn:
        """Only where somebody is there to be asked, and nothing that must go to nobody."""
        incoming, cases = context.incoming, self._cases
        key, person, chat = incoming.conversation, incoming.person, incoming.chat
        is_wanted = order.text and may_pass(order.text)
        if is_wanted and await cases.desk_for(chat) is not None:
            await cases.keep_draft(key, person, chat, order.text, self._clock())
        else:
            await cases.drop_draft(key)
        return context.turn()

    async def offer_beside(self, order: OfferBeside, context: Context) -> Turn:
        """The answer, with the button where somebody is there to be asked."""
        said = order.said
        if await self._cases.desk_for(context.incoming.chat) is None:
            return context.turn(said)
        rows = (*said.document.choices, (person_choice(context),))
        return context.turn(replace(said, document=replace(said.document, choices=rows)))

    async def ask(self, order: AskPerson, context: Context) -> Turn:
        """Show what would go to people; ask for it where nothing is known."""
        incoming = context.incoming
        if await self._cases.desk_for(incoming.chat) is None:
            return context.turn(Say(nobody(context)))
        text = order.text
        if not text and order.is_about_last:
            text = await self._cases.draft(incoming.conversation)
        if not text:
            document = plain(context.say("cases.describe"), cancel_row(context))
            return context.turn(Ask(document), awaiting=COMMAND)
        if not may_pass(text):
            return context.turn(Say(not_that(context)))
        key, person, chat = incoming.conversation, incoming.person, incoming.chat
        await self._cases.keep_draft(key, person, chat, text, self._clock())
        here = _in_group(context)
        shown = preview(here, text, describe(here), has_report=order.has_report)
        return context.turn(Say(shown))

    async def send(self, order: SendToPeople, context: Context) -> Turn:
        """Open a case, or write more to the one that is open. The same press does it once."""
        incoming, cases = context.incoming, self._cases
        if known := await cases.opened_by(incoming.id):
            return await self._sent(context, known)
        desk = await cases.desk_for(incoming.chat)
        text = await cases.draft(incoming.conversation)
        if desk is None:
            return context.turn(Say(nobody(context), replace=True))
        if not text:
            return context.turn(Toast(context.say("answers.button.old")))
        now = self._clock()
        if incoming.name:
            await cases.meet(Helper(incoming.person, incoming.name), incoming.chat, now)
        if more := await cases.open_of(incoming.person, incoming.chat):
            name = f"draft {incoming.id}"
            letter = Letter(more.number, Way.HELPERS, Kind.TEXT, "", name, incoming.person, text)
            await cases.write(letter, now, self._remind)
            await cases.drop_draft(incoming.conversation)
            self._poke()
            return await self._sent(context, more)
        session = _in_group(context).session
        facts = Facts(session.trail, session.slots, session.domain, session.hosted, order.report)
        case = Case(
            incoming.person,
            incoming.chat,
            desk.chat,
            context.language,
            text,
            facts,
            incoming.thread,
            incoming.message,
        )
        case = await cases.open(case, incoming.conversation, incoming.id, now, self._remind)
        self._poke()
        return await self._sent(context, case)

    async def drop(self, order: DropDraft, context: Context) -> Turn:
        """Nothing goes to anybody."""
        await self._cases.drop_draft(context.incoming.conversation)
        return context.turn(Say(phrase(context, "cases.dropped"), replace=True))

    async def _sent(self, context: Context, case: Case) -> Turn:
        """A reply to the message that says so goes to the case like any other."""
        replied, person = context.incoming.replied, case.person
        if replied:
            await self._cases.keep_sent(case.number, person, replied, self._clock())
        words = phrase(context, "cases.sent", number=case.number)
        return context.turn(Say(words, replace=True), trail=())


def _in_group(context: Context) -> Context:
    """With what the group presets: it goes along, and is not kept with the person."""
    return replace(context, session=with_presets(context.session, context.incoming))
