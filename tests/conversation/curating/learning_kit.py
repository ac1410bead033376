"""A desk that learns, over a real store in memory of one test."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.conversation.curating.drafts import DraftsOffice
from bot.conversation.curating.learning import LearningOffice
from bot.conversation.curating.office import CuratingOffice
from bot.conversation.curating.questions import SERVICE
from bot.conversation.curating.stats import StatsOffice
from bot.conversation.drive import Desk
from bot.conversation.groups.group import GroupSettings, Standing
from bot.conversation.groups.listening import SERVICE as GROUPS
from bot.conversation.groups.listening import ListeningOffice
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.faq.match import Match
from bot.model.document import Document, Heading
from bot.render.data import document_text
from bot.storage.store import Store
from tests.conversation.people import ScriptedChecks, ScriptedMatcher, WrittenOutlet, make_mind
from tests.storage.clock import Clock

ANNA = Incoming("tg:5", person="tg:5", chat="tg:5")
BEN = Incoming("tg:6", person="tg:6", chat="tg:6")
OLA = Incoming("tg:9", person="tg:9", chat="tg:9")  # runs the bot
IN_GROUP = Incoming(
    "tg:-100:5", person="tg:5", chat="tg:-100", is_private=False, group=GroupSettings()
)
ADMINISTRATOR = replace(
    IN_GROUP, conversation="tg:-100:7", person="tg:7", standing=Standing(is_administrator=True)
)


@dataclass
class Talk:
    """Says things to a desk and reads what comes back."""

    store: Store
    matches: dict[str, Match]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.matcher = ScriptedMatcher(self.matches)
        operators = frozenset({OLA.person})
        learning = LearningOffice(self.store.questions, self.clock, ZoneInfo("Europe/Warsaw"))
        curating = CuratingOffice(self.store.questions, operators, self.clock)
        drafts = DraftsOffice(self.store.questions, self.store.cases, operators, self.clock)
        zone = ZoneInfo("Europe/Warsaw")
        listening = ListeningOffice(self.store.schedule, self.clock, 3600)
        stats = StatsOffice(self.store.questions, self.store.cases, operators, self.clock, zone)
        self.desk = Desk(
            make_mind(self.matcher, services=frozenset({SERVICE, GROUPS})),
            ScriptedChecks(),
            MemorySessions(),
            offices={
                **learning.offices,
                **curating.offices,
                **drafts.offices,
                **stats.offices,
                **listening.offices,
            },
            note=learning.note,
        )
        self.updates = 0

    async def does(self, who: Incoming, text: str = "", action: str = "") -> WrittenOutlet:
        self.updates += 1
        outlet = WrittenOutlet()
        incoming = replace(who, text=text, action=action, id=f"tg:{self.updates}")
        await self.desk.handle(incoming, outlet)
        return outlet

    async def says(self, who: Incoming, text: str) -> Document:
        return (await self.does(who, text)).said[-1]

    async def presses(self, who: Incoming, shown: Document, label: str) -> WrittenOutlet:
        (action,) = [
            choice.action for row in shown.choices for choice in row if label in choice.label
        ]
        return await self.does(who, action=action)


def labels(document: Document) -> list[str]:
    return [choice.label for row in document.choices for choice in row]


def text_of(document: Document) -> str:
    titles = [
        part.text for block in document.blocks if isinstance(block, Heading) for part in block.line
    ]
    return "\n".join((*titles, document_text(document))).replace("\xa0", " ").strip()


def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"
