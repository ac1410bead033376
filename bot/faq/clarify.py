"""Which question to ask back: what tells the candidates apart, else which of them is meant."""

from collections.abc import Mapping

from bot.knowledge.knowledge import Knowledge
from bot.model.language import Language


def ask_between(options: tuple[str, ...], knowledge: Knowledge) -> Mapping[Language, str]:
    """The writer's own question between two topics; between more, the general one."""
    if len(options) == 2:
        first, second = (knowledge.topics[option] for option in options)
        for topic, other in ((first, second), (second, first)):
            if topic.question_unlike(other.id, Language.PL):
                return {
                    language: topic.question_unlike(other.id, language) for language in Language
                }
    return knowledge.lexicon.ask
