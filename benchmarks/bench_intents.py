"""The matcher on intents of any kind: in-scope accuracy and out-of-scope recall.

    python benchmarks/bench_intents.py data_full.json

The file has the public form of CLINC150 (Larson et al. 2019), which its data_full.json,
data_small.json and data_oos_plus.json share: {"train": [[text, intent], …], "oos_train": …,
"val": …, "oos_val": …, "test": …, "oos_test": …}. The engine is the product's own, without its
lexicon, as that knows only mail; like the product it learns how sure it may be from questions that
it did not learn from, here the validation part. Beside it runs TF-IDF with a linear SVM, with
--logistic logistic regression on hashed words, pairs and letters too, from a scikit-learn that is
installed into an environment of its own. For all, thresholds are chosen on the validation part
alone. Without a file a set is made up, with ways of saying it and things that
were not learnt; it proves the benchmark and says little about real intents. With --large it has
CLINC150's size: 150 intents, 15,000 examples.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from platformdirs import user_cache_path  # noqa: E402

from bot.faq.calibrate import Trial  # noqa: E402
from bot.faq.features import FeatureMaker  # noqa: E402
from bot.faq.learn import Example, learn  # noqa: E402
from bot.faq.read import Reader  # noqa: E402
from bot.faq.signals import OUTSIDE, TOPIC  # noqa: E402
from bot.faq.weights import assess  # noqa: E402
from bot.knowledge.lexicon import Lexicon  # noqa: E402

KEPT = (0.99, 0.98, 0.97, 0.95)  # shares of the right validation answers that a threshold keeps
REFUSED = (0.6, 0.7)  # shares of what is out of scope in validation that a threshold refuses
PARTS = ("train", "oos_train", "val", "oos_val", "test", "oos_test")
NEEDED = ("train", "val", "test")
Data = dict[str, list[list[str]]]
BASELINES = {
    "svm": "TF-IDF + linear SVM",
    "logistic": "hashed words, pairs and letters + logistic regression",
}
Guess = tuple[str, float]  # the intent ("" where it is out of scope), and how sure


def main() -> int:
    """Run both; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="intents in CLINC150's public form")
    parser.add_argument("--no-svm", action="store_true", help="leave the linear SVM out")
    parser.add_argument("--logistic", action="store_true", help="logistic regression too (slow)")
    parser.add_argument("--large", action="store_true", help="make up as many as CLINC150 has")
    options = parser.parse_args()
    data = read(options.file) if options.file else made_up(is_large=options.large)
    sizes = ", ".join(f"{part} {len(data[part])}" for part in PARTS)
    print(f"{options.file or 'made up'}: {len({i for _, i in data['train']})} intents; {sizes}")
    report("Listonosz", data, run_engine(data))
    wanted = ([] if options.no_svm else ["svm"]) + (["logistic"] if options.logistic else [])
    for model in wanted:
        try:
            report(BASELINES[model], data, run_baseline(model, data))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{BASELINES[model]}: left out, scikit-learn cannot be installed ({error})")
    return 0


def read(path: Path) -> Data:
    """The data of a file; parts that it can do without are empty where it lacks them."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: no such data ({error})") from None
    found = found if isinstance(found, dict) else {}
    data = {part: found.get(part, []) for part in PARTS}
    if lacking := [part for part in NEEDED if not data[part]]:
        raise SystemExit(f"{path}: lacks {', '.join(lacking)}, lists of [text, intent]")
    for part, pairs in data.items():
        for at, pair in enumerate(pairs):
            if not (isinstance(pair, list) and [type(each) for each in pair] == [str, str]):
                raise SystemExit(f"{path}: {part}, entry {at}: expected [text, intent]")
    if lacking := [part for part in PARTS if not data[part]]:
        print(f"{path}: without {', '.join(lacking)}; what needs them is left out or 0")
    return data


def run_engine(data: Data) -> dict[str, list[Guess]]:
    """The product's engine: learnt, then asked one by one."""
    maker = FeatureMaker(Lexicon())
    examples = [Example(text, TOPIC + intent) for text, intent in data["train"]]
    examples += [Example(text, OUTSIDE + "oos") for text, _ in data["oos_train"]]
    started = time.perf_counter()
    weights = learn(examples, maker, trials(data))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  learnt {len(examples)} in {time.perf_counter() - started:.1f} s, peak {peak} MB")
    words, pairs, *_ = weights.block_weights
    print(f"  chose words {words}, pairs {pairs} (letters 1)")
    reader = Reader(weights, maker.knowing(weights.words))
    taken: list[float] = []

    def guess(text: str) -> Guess:
        begun = time.perf_counter()
        read = reader.read(text)
        scored = assess(weights, read.scores, read.counts)
        taken.append(time.perf_counter() - begun)
        topics = scored.topics()
        return (topics[0].topic, scored.confidence) if topics else ("", 0.0)

    guesses = {part: [guess(text) for text, _ in data[part]] for part in PARTS[2:]}
    taken.sort()
    p99 = taken[int(len(taken) * 0.99)] * 1e3
    print(f"  one question: median {taken[len(taken) // 2] * 1e3:.2f} ms, p99 {p99:.2f} ms")
    return guesses


def trials(data: Data) -> list[Trial]:
    """The validation part: what is right for each of its questions, or that nothing is."""
    known = [(text, frozenset({TOPIC + intent})) for text, intent in data["val"]]
    nothing: frozenset[str] = frozenset()
    return [
        *(Trial(text, right, right) for text, right in known),
        *(Trial(text, nothing, nothing) for text, _ in data["oos_val"]),
    ]


def run_baseline(model: str, data: Data) -> dict[str, list[Guess]]:
    """A linear model of scikit-learn's, in an environment of its own."""
    folder = user_cache_path("listonosz") / "benchmark-scikit-learn"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
    has_it = subprocess.run((str(python), "-c", "import sklearn"), capture_output=True, check=False)
    if has_it.returncode:
        install = (str(python), "-m", "pip", "install", "--quiet", "scikit-learn")
        subprocess.run(install, check=True, capture_output=True)
    script = Path(__file__).with_name("intents_baseline.py")
    done = subprocess.run(
        (str(python), str(script), model),
        input=json.dumps(data),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"  learnt in {found['seconds']:.1f} s")
    return {part: [(intent, sure) for intent, sure in found[part]] for part in PARTS[2:]}


def report(name: str, data: Data, guesses: dict[str, list[Guess]]) -> None:
    """In-scope accuracy and out-of-scope recall, at thresholds that validation chose."""
    print(f"{name}:")
    right = sorted(
        sure
        for (intent, sure), (_, wanted) in zip(guesses["val"], data["val"], strict=True)
        if intent == wanted
    )
    for kept in KEPT:
        threshold = right[int(len(right) * (1 - kept))] if right else 0.0
        accuracy = share(guesses["test"], data["test"], _answered(threshold))
        recall = share(guesses["oos_test"], data["oos_test"], _refused(threshold))
        print(
            f"  keeping {kept:.0%} of the right validation answers: "
            f"in-scope accuracy {accuracy:.1%}, out-of-scope recall {recall:.1%}"
        )
    far = sorted((sure for _, sure in guesses["oos_val"]), reverse=True)
    for refused in REFUSED if far else ():
        threshold = far[max(0, int(len(far) * (1 - refused)) - 1)] + 1e-9
        accuracy = share(guesses["test"], data["test"], _answered(threshold))
        recall = share(guesses["oos_test"], data["oos_test"], _refused(threshold))
        print(
            f"  refusing {refused:.0%} of what is out of scope in validation: "
            f"in-scope accuracy {accuracy:.1%}, out-of-scope recall {recall:.1%}"
        )
    best = max(sorted({sure for _, sure in guesses["val"]}) or [0.0], key=_served(data, guesses))
    accuracy = share(guesses["test"], data["test"], _answered(best))
    recall = share(guesses["oos_test"], data["oos_test"], _refused(best))
    print(
        f"  best sum of both on validation: in-scope accuracy {accuracy:.1%}, "
        f"out-of-scope recall {recall:.1%}"
    )
    plain = share(guesses["test"], data["test"], lambda g, w: g[0] == w)
    print(f"  without a threshold: in-scope accuracy {plain:.1%}")


def _served(data: Data, guesses: dict[str, list[Guess]]) -> Callable[[float], float]:
    """In-scope accuracy and out-of-scope recall on validation, added up."""

    def both(threshold: float) -> float:
        accuracy = share(guesses["val"], data["val"], _answered(threshold))
        return accuracy + share(guesses["oos_val"], data["oos_val"], _refused(threshold))

    return both


def _answered(threshold: float) -> Callable[[Guess, str], bool]:
    return lambda guess, wanted: guess[0] == wanted and guess[1] >= threshold


def _refused(threshold: float) -> Callable[[Guess, str], bool]:
    return lambda guess, _: guess[1] < threshold


def share(
    guesses: Sequence[Guess], wanted: list[list[str]], claim: Callable[[Guess, str], bool]
) -> float:
    """The share of guesses for which the claim holds."""
    pairs = list(zip(guesses, wanted, strict=True))
    return sum(claim(guess, intent) for guess, (_, intent) in pairs) / len(pairs) if pairs else 0.0


# The first ways of saying it are learnt from; validation and test use all of them.
VERBS = {
    "open": ("open", "start", "launch", "bring up", "turn on", "fire up", "get going with"),
    "close": ("close", "shut", "end", "stop", "turn off", "get rid of", "quit"),
    "find": ("find", "look for", "search for", "locate", "where is", "track down", "point me to"),
    "buy": ("buy", "order", "purchase", "get me", "pay for", "pick up", "i would like to own"),
    "book": ("book", "reserve", "schedule", "arrange", "set up", "put me down for", "hold"),
    "cost": (
        *("what does it cost to get", "price of", "how much is", "how expensive is"),
        *("what will i pay for", "what is the going rate for", "quote me"),
    ),
}
LEARNT = 5  # of the ways of each verb and thing
THINGS = {
    "flight": ("flight", "plane ticket", "seat on a plane", "flights", "trip by air", "airfare"),
    "table": ("table", "table for two", "dinner table", "table by the window", "place to eat"),
    "song": ("song", "track", "tune", "piece of music", "songs", "record"),
    "taxi": ("taxi", "cab", "ride", "car with driver", "taxi cab", "lift across town"),
    "recipe": (
        "recipe",
        "cooking instructions",
        "recipes",
        "dish idea",
        "how to cook",
        "menu plan",
    ),
    "parcel": ("parcel", "package", "shipment", "delivery", "box by post", "consignment"),
    "ticket": ("concert ticket", "show ticket", "cinema ticket", "seat at the show", "admission"),
    "room": ("room", "hotel room", "suite", "room with a view", "place to stay", "lodging"),
    "card": ("credit card", "bank card", "card", "debit card", "plastic", "charge card"),
    "lamp": ("lamp", "light", "bulb", "bedside lamp", "reading light", "lantern"),
}
STRANGE = (
    *("volcano", "poem", "galaxy", "grammar book", "glacier", "king", "whale", "proverb"),
    *("museum", "dentist", "neighbour", "tax form", "bicycle", "garden", "passport", "violin"),
)
FRAMES = (
    *("{}", "please {}", "can you {}", "i want to {}", "i need to {} now", "{} for me", "{} today"),
    *("hey could you {} when you have a minute", "{} for my sister", "would it be possible to {}"),
    *("my boss asked me to {}", "{} before friday", "so i was thinking you could {}", "{} asap"),
)
ODD_FRAMES = (
    *("tell me about the {}", "why is a {} like that", "who made the {}", "{} facts"),
    *("do you like my {}", "how old is the {}", "write a story of a {}", "can a {} be repaired"),
)


def made_up(is_large: bool = False) -> Data:
    """A set in the same form, always the same: with words, and things, that nobody learnt."""
    chance = random.Random(150)
    data: Data = {part: [] for part in PARTS}
    things = {**THINGS, **(invented(15) if is_large else {})}
    sizes = (100, 20, 30) if is_large else (30, 8, 12)
    for part, each in zip(("train", "val", "test"), sizes, strict=True):
        ways = LEARNT if part == "train" else None
        for verb, said in VERBS.items():
            for thing, names in things.items():
                for _ in range(each):
                    what = f"{chance.choice(said[:ways])} a {chance.choice(names[:ways])}"
                    data[part].append([chance.choice(FRAMES).format(what), f"{verb}_{thing}"])
    for part, many in (("oos_train", 100), ("oos_val", 100), ("oos_test", 300)):
        # Half of it in the field's own words: a known verb with a thing that nobody named.
        strange = STRANGE[:4] if part == "oos_train" else STRANGE
        for at in range(many):
            thing = chance.choice(strange)
            verb = chance.choice(chance.choice(tuple(VERBS.values())))
            odd = chance.choice(ODD_FRAMES).format(thing)
            data[part].append([chance.choice(FRAMES).format(f"{verb} a {thing}"), "oos"])
            data[part][-1][0] = odd if at % 2 else data[part][-1][0]
    return data


def invented(count: int) -> dict[str, tuple[str, ...]]:
    """Things that there are not, each with as many names as the others have."""
    chance = random.Random(count)
    syllables = [first + then for first in "bdfgklmnprstvz" for then in "aeiou"]
    names = [["".join(chance.choices(syllables, k=3)) for _ in range(6)] for _ in range(count)]
    return {each[0]: tuple(each) for each in names}


if __name__ == "__main__":
    sys.exit(main())
