"""The matcher on intents of any kind: in-scope accuracy and out-of-scope recall.

    python benchmarks/bench_intents.py data_full.json

The file has the public form of CLINC150 (Larson et al. 2019): {"train": [[text, intent], …],
"oos_train": …, "val": …, "oos_val": …, "test": …, "oos_test": …}. The engine is the product's own,
without its lexicon, as that knows only mail. Beside it runs TF-IDF with a linear SVM, from a
scikit-learn that is installed into an environment of its own. For both the threshold is chosen on
the validation part alone. Without a file, a small set is made up, which proves the benchmark and
says nothing about intents.
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

from bot.faq.features import FeatureMaker, count  # noqa: E402
from bot.faq.learn import Example, learn  # noqa: E402
from bot.faq.weights import OUTSIDE, TOPIC, assess  # noqa: E402
from bot.knowledge.lexicon import Lexicon  # noqa: E402

KEPT = (0.99, 0.98, 0.97, 0.95)  # shares of the right validation answers that a threshold keeps
PARTS = ("train", "oos_train", "val", "oos_val", "test", "oos_test")
Data = dict[str, list[list[str]]]
Guess = tuple[str, float]  # the intent ("" where it is out of scope), and how sure


def main() -> int:
    """Run both; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="intents in CLINC150's public form")
    parser.add_argument("--no-svm", action="store_true", help="leave the linear SVM out")
    options = parser.parse_args()
    data = read(options.file) if options.file else made_up()
    sizes = ", ".join(f"{part} {len(data[part])}" for part in PARTS)
    print(f"{options.file or 'made up'}: {len({i for _, i in data['train']})} intents; {sizes}")
    report("Listonosz", data, run_engine(data))
    if not options.no_svm:
        try:
            report("TF-IDF + linear SVM", data, run_svm(data))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"TF-IDF + linear SVM: left out, scikit-learn cannot be installed ({error})")
    return 0


def read(path: Path) -> Data:
    """The data of a file; what it lacks is empty."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {part: found.get(part, []) for part in PARTS}


def run_engine(data: Data) -> dict[str, list[Guess]]:
    """The product's engine: learnt, then asked one by one."""
    maker = FeatureMaker(Lexicon())
    examples = [Example(text, TOPIC + intent) for text, intent in data["train"]]
    examples += [Example(text, OUTSIDE + "oos") for text, _ in data["oos_train"]]
    started = time.perf_counter()
    weights = learn(examples, maker)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  learnt {len(examples)} in {time.perf_counter() - started:.1f} s, peak {peak} MB")
    asking = FeatureMaker(Lexicon(), weights.words)
    taken: list[float] = []

    def guess(text: str) -> Guess:
        begun = time.perf_counter()
        scored = assess(weights, count(asking.features(text)))
        taken.append(time.perf_counter() - begun)
        topics, outside = scored.topics(), sum(each.score for each in scored.outside())
        if not topics:
            return "", 0.0
        is_in = topics[0].score > outside
        return topics[0].topic, scored.confidence if is_in else min(scored.confidence, 1e-6)

    guesses = {part: [guess(text) for text, _ in data[part]] for part in PARTS[2:]}
    taken.sort()
    p99 = taken[int(len(taken) * 0.99)] * 1e3
    print(f"  one question: median {taken[len(taken) // 2] * 1e3:.2f} ms, p99 {p99:.2f} ms")
    return guesses


def run_svm(data: Data) -> dict[str, list[Guess]]:
    """scikit-learn's TF-IDF with a linear SVM, in an environment of its own."""
    folder = user_cache_path("listonosz") / "benchmark-scikit-learn"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
    has_it = subprocess.run((str(python), "-c", "import sklearn"), capture_output=True, check=False)
    if has_it.returncode:
        install = (str(python), "-m", "pip", "install", "--quiet", "scikit-learn")
        subprocess.run(install, check=True, capture_output=True)
    script = Path(__file__).with_name("svm_baseline.py")
    done = subprocess.run(
        (str(python), str(script)),
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


VERBS = {
    "open": ("open", "start", "launch", "bring up"),
    "close": ("close", "shut", "end", "stop"),
    "find": ("find", "look for", "search for", "locate"),
    "buy": ("buy", "order", "purchase", "get me"),
    "book": ("book", "reserve", "schedule", "arrange"),
    "cost": ("what does it cost to get", "price of", "how much is", "how expensive is"),
}
THINGS = ("flight", "table", "song", "taxi", "recipe", "parcel", "ticket", "room", "card", "lamp")
STRANGE = ("volcano", "poem", "galaxy", "grammar", "glacier", "king", "whale", "proverb")
FRAMES = (
    "{}",
    "please {}",
    "can you {}",
    "i want to {}",
    "i need to {} now",
    "{} for me",
    "{} today",
)
ODD_FRAMES = ("tell me about the {}", "why is a {} like that", "who made the {}", "{} facts")


def made_up() -> Data:
    """A small set in the same form, always the same."""
    chance = random.Random(150)
    data: Data = {part: [] for part in PARTS}
    for part, each in (("train", 12), ("val", 4), ("test", 6)):
        for verb, words in VERBS.items():
            for thing in THINGS:
                for _ in range(each):
                    said = f"{chance.choice(words)} a {thing}"
                    data[part].append([chance.choice(FRAMES).format(said), f"{verb}_{thing}"])
    for part, many in (("oos_train", 30), ("oos_val", 30), ("oos_test", 100)):
        for _ in range(many):
            said = chance.choice(ODD_FRAMES).format(chance.choice(STRANGE))
            data[part].append([said, "oos"])
    return data


if __name__ == "__main__":
    sys.exit(main())
