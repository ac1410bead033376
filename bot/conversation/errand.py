"""Errands: what a turn asks of those who keep things, done between the turn and its answer.

A turn is pure, so a command that needs what is kept returns an `Errand` with a frozen order; the
office for that type of order does it and answers with a turn of its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.mind import Context, Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Errand, Step, Turn

# Orders may come twice, when the process was killed in between: an office does them once.
Office = Callable[[Any, Context], Awaitable[Turn]]
Offices = Mapping[type, Office]


async def run_errands(
    turn: Turn, before: Session, incoming: Incoming, mind: Mind, offices: Offices
) -> Turn:
    """The turn with each errand's own steps in its place."""
    session = turn.session
    steps: list[Step] = []
    for step in turn.steps:
        if not isinstance(step, Errand):
            steps.append(step)
            continue
        context = Context(before, session, incoming, mind, step.language)
        done = await offices[type(step.order)](step.order, context)
        session = done.session
        steps.extend(done.steps)
    return replace(turn, session=session, steps=tuple(steps))
