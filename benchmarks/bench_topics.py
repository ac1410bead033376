"""What a question costs: a real one, a strange one, and among ten times the topics."""

import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.faq.engine import load_matcher
from bot.faq.features import FeatureMaker
from bot.faq.match import Question
from bot.faq.read import Reader
from bot.faq.weights import Weights, assess
from bot.knowledge import load_knowledge
from bot.knowledge.load import load_posed

LETTERS = "abcdefghijklmnoprstuwyz"
MANY = 200


def main() -> int:
    """Measure; the exit status."""
    knowledge = load_knowledge()
    tracemalloc.start()
    matcher = load_matcher(knowledge)
    matcher.warm()
    questions = [posed.text for posed in load_posed()]
    for text in questions[:MANY]:
        matcher.match(Question(text))
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    print(f"{len(knowledge.topics)} topics; the engine holds {held:.0f} MB beside NumPy")
    chance = random.Random(1)
    strange = [" ".join(_word(chance) for _ in range(80)) for _ in range(MANY)]
    joined = [". ".join(chance.sample(questions, 60)) for _ in range(MANY)]
    for name, texts in (
        ("real", questions),
        ("words that nobody knows", strange),
        ("60 joined", joined),
    ):
        print(
            f"{name:24} {_shown([_taken(lambda t: matcher.match(Question(t)), t) for t in texts])}"
        )
    weights, maker = matcher._weights, matcher._maker
    costs = {times: _costs(_tiled(weights, times), maker, questions) for times in (1, 10)}
    for times, taken in costs.items():
        print(f"{times:2} times the topics      {_shown(taken)}")
    print(f"ten times the topics cost {median(costs[10]) / median(costs[1]):.2f} times the time")
    return 0


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(4, 11)))


def _taken(act: Callable[[str], object], text: str) -> float:
    """Milliseconds of processor: the machine may be busy with other things."""
    start = time.thread_time()
    act(text)
    return (time.thread_time() - start) * 1e3


def _costs(weights: Weights, maker: FeatureMaker, texts: Sequence[str]) -> list[float]:
    reader = Reader(weights, maker)

    def understand(text: str) -> None:
        read = reader.read(text)
        assess(weights, read.scores, read.counts)

    return [_taken(understand, text) for text in texts]


def _tiled(weights: Weights, times: int) -> Weights:
    """The same weights for so many times the labels, each with an area of its own."""
    turns = range(times)
    return replace(
        weights,
        labels=tuple(f"{label}~{turn}" for turn in turns for label in weights.labels),
        areas=tuple(f"{area}~{turn}" for turn in turns for area in weights.areas),
        matrix=np.tile(weights.matrix, (1, times)),
        owners=np.tile(weights.owners, (1, times)),
    )


def _shown(taken: Sequence[float]) -> str:
    ranked = sorted(taken)
    middle, late = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
    return f"median {middle:.2f} ms, p99 {late:.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
