"""The office for those who help: what is done with a case."""

from bot.conversation.action import Action
from bot.conversation.cases.case import Case, Helper, Kind, Letter, Way
from bot.conversation.cases.commands import (
    AssignCase,
    CloseCase,
    NoteCase,
    ReopenCase,
)
from bot.conversation.cases.place import AtDesk
from bot.conversation.cases.words import name_of
from bot.conversation.curating.commands import learn_case_choice
from bot.conversation.curating.questions import SERVICE as LEARNING
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase, plain
from bot.conversation.secret import has_secret
from bot.conversation.step import Say, Turn
from bot.model.document import Choice


class HelperOffice(AtDesk):
    """Answers for what is done with a case."""

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            CloseCase: self.close,
            ReopenCase: self.reopen,
            AssignCase: self.assign,
            NoteCase: self.note,
        }

    async def close(self, order: CloseCase, context: Context) -> Turn:
        """Close, and tell the person."""

        async def do(case: Case) -> Turn:
            name = f"closed {case.number} {context.incoming.id}"
            letter = Letter(case.number, Way.PERSON, Kind.EVENT, "", name, text="closed")
            if not await self._cases.close(case.number, letter, self._clock()):
                return self.said(context, order.is_pressed, "is-closed", case)
            self._poke()
            again = Action("case", context.language, ("reopen", str(case.number)))
            row: tuple[Choice, ...] = (Choice(context.say("cases.button.reopen"), str(again)),)
            # A curator may make a topic of it, where somebody answered in words.
            can_teach = LEARNING in context.mind.services
            if can_teach and await self._cases.answered(case.number):
                row = (*row, learn_case_choice(context, case.number))
            words = context.say("cases.done.closed", number=case.number)
            return context.turn(Say(plain(words, row)))

        return await self.with_case(context, order.number, order.is_pressed, do)

    async def reopen(self, order: ReopenCase, context: Context) -> Turn:
        """Open it again."""

        async def do(case: Case) -> Turn:
            done = await self._cases.reopen(case.number, self._clock(), self._remind)
            key = "reopened" if done else "is-open"
            return self.said(context, order.is_pressed and not done, key, case)

        return await self.with_case(context, order.number, order.is_pressed, do)

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

        return await self.with_case(context, order.number, order.is_pressed, do)

    async def _helper(self, context: Context, whom: str) -> Helper | None:
        incoming = context.incoming
        if not whom or context.mind.lists(whom, "cases.words.me"):
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
            return self.said(context, False, "noted", case)

        return await self.with_case(context, "", False, do)
