"""A courier that writes down what it brings."""

from dataclasses import dataclass, field

from bot.conversation.keeping import NobodyThereError
from bot.model.document import Document
from bot.render.data import document_text


@dataclass
class WrittenCourier:
    """Writes down what arrived where."""

    gone: set[str] = field(default_factory=set)
    delivered: list[tuple[str, str, str]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        if chat in self.gone:
            raise NobodyThereError(chat)
        self.delivered.append((chat, thread, document_text(document).replace("\xa0", " ")))
        self.documents.append(document)
