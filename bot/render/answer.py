"""A topic of the knowledge base as a document."""

from bot.knowledge.code import Code
from bot.knowledge.phrases import Phrases
from bot.knowledge.prose import prose
from bot.knowledge.topic import Source, Topic, Variant
from bot.model.document import Block, Document, Heading, Inline, Link, Note, Text, line
from bot.model.language import Language

MOST_SOURCES = 2  # under a short answer


def answer_document(
    topic: Topic,
    phrases: Phrases,
    language: Language,
    *,
    variant: Variant | None = None,
    in_full: bool = False,
    evidence: tuple[Block, ...] = (),
    code: Code | None = None,
) -> Document:
    """The answer: short, or in full; with what is said for the person's program and provider.

    What the `code` that they were shown says stands before everything.
    """
    blocks: list[Block] = [Heading(line(topic.title[language]))]
    if code is not None:
        blocks.extend(prose((code.text[language],)))
    if variant is not None:  # what is said for this person's program comes first
        blocks.extend(prose(variant.text[language]))
    blocks.extend(prose(topic.answer[language]))
    blocks.extend(evidence)
    if in_full:
        blocks.extend(prose(topic.more[language]))
    sources = (*code.sources, *topic.sources) if code else topic.sources
    blocks.append(_small_print(topic, sources, phrases, language, in_full))
    return Document(tuple(blocks))


def _small_print(
    topic: Topic,
    every: tuple[Source, ...],
    phrases: Phrases,
    language: Language,
    in_full: bool,
) -> Note:
    reviewed = phrases.say("answers.reviewed", language, day=topic.reviewed)
    sources = every if in_full else every[:MOST_SOURCES]
    before, _, after = phrases.say("answers.sources", language, sources="\0").partition("\0")
    parts: list[Inline] = [Text(before)]
    for number, source in enumerate(sources):
        if number:
            parts.append(Text(", "))
        parts.append(_source(source, in_full))
    parts.append(Text(f"{after} · {reviewed}"))
    return Note(tuple(parts))


def _source(source: Source, in_full: bool) -> Inline:
    """A source; in short without the remark in brackets that says what it is good for."""
    name = source.name if in_full else source.name.split(" (")[0]
    return Link(name, source.url) if source.url else Text(name)
