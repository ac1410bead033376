"""Does free text plainly name one of the choices just offered? Anything else is a new question."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.entities import Forms
from bot.faq.features import FeatureMaker
from bot.faq.normalise import fold, words
from bot.knowledge.lexicon import Lexicon
from bot.knowledge.topic import SLOTS

ORDINALS = ("first", "second", "third")
MOST_WORDS = 8
SHORTEST = 4  # letters, below which a common word names nothing
SAME_STEM = 4  # letters that two forms of one word share at the least


@dataclass(frozen=True, slots=True)
class Picked:
    """The choice with this index, from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class NoneOfThese:
    """The person says that none of the choices is meant."""


class Chooser:
    """Knows how people name a choice: by its number, by its place, or by words of its label."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._places = Forms(
            (form, place)
            for place, forms in lexicon.choosing.items()
            for each in forms.values()
            for form in each
        )
        self._maker = FeatureMaker(lexicon)
        self._common = frozenset(
            word
            for texts in lexicon.common.values()
            for text in texts
            for word in words(fold(text))
        )

    def choose(self, text: str, labels: Sequence[str]) -> Picked | NoneOfThese | None:
        """The choice that `text` names; None when it is a new question."""
        folded = fold(text)
        for index, label in enumerate(labels):
            if words(fold(label)) == words(folded) != []:
                return Picked(index)
        tokens = words(folded)
        if not tokens or len(tokens) > MOST_WORDS:
            return None
        places = list(self._places.find(tokens))
        filler = {at for at, size, place in places if place == "filler"}
        longest = max((size for _, size, place in places if place != "filler"), default=0)
        for at, size, place in places:
            if size != longest or place == "filler":
                continue
            if all(i in filler or at <= i < at + size for i in range(len(tokens))):
                return _at(place, len(labels))
        return self._by_words([t for i, t in enumerate(tokens) if i not in filler], labels)

    def _by_words(self, tokens: list[str], labels: Sequence[str]) -> Picked | None:
        if not 0 < len(tokens) <= MOST_WORDS // 2:
            return None
        if all(map(self._is_small, tokens)):
            return None  # "do mnie" is no choice because a label has "do" in it
        fitting = [index for index, label in enumerate(labels) if self._fits(tokens, label)]
        return Picked(fitting[0]) if len(fitting) == 1 else None

    def _is_small(self, token: str) -> bool:
        """Whether it is a little word of the language, and none of the field ("pop")."""
        return (
            len(token) < SHORTEST
            and token in self._common
            and not any(self._maker.concepts([token]))
        )

    def _fits(self, tokens: list[str], label: str) -> bool:
        """Whether each word, or what it means, is in the label."""
        labelled = words(fold(label))
        meant = self._meant(labelled)
        for token in tokens:
            if not self._meant([token]) & meant and not any(
                _same(token, word) for word in labelled
            ):
                return False
        return True

    def _meant(self, tokens: list[str]) -> set[str]:
        """What the words mean. That something is a protocol does not say which."""
        concepts = {concept.lstrip("!") for concept, _ in self._maker.concepts(tokens)}
        return concepts - set(SLOTS)


def _at(place: str, count: int) -> Picked | NoneOfThese | None:
    if place == "none":
        return NoneOfThese()
    if place == "last":
        return Picked(count - 1) if count else None
    index = ORDINALS.index(place)
    return Picked(index) if index < count else None


def _same(word: str, other: str) -> bool:
    """Whether two words are forms of one: the same, or alike but for their endings."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    return (
        shorter > SAME_STEM
        and word[: max(SAME_STEM, shorter - 2)] == other[: max(SAME_STEM, shorter - 2)]
    )
