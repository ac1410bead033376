"""Learns in a process of its own, so that the one that answers never grows.

Learning takes some hundred megabytes for some seconds; an interpreter does not give them back.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.knowledge.lexicon import Lexicon

if TYPE_CHECKING:
    from bot.faq.calibrate import Trial
    from bot.faq.learn import Example

ROOT = Path(__file__).parents[2]  # what `bot` is imported from


class LearningError(RuntimeError):
    """The process that should have learnt was ended, or failed."""


def learn_apart(
    examples: Sequence["Example"], lexicon: Lexicon, trials: Sequence["Trial"] = ()
) -> bytes:
    """The weights for these ways of asking, as `Weights.to_bytes` writes them.

    Where no process can be started, this one learns.
    """
    return run_apart("bot.faq.apart", pickle.dumps((examples, lexicon, trials)), learn_here)


def run_apart(module: str, task: bytes, here: Callable[[bytes], bytes]) -> bytes:
    """What a module of ours makes of a task in a process of its own; where none can be, `here`."""
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    try:
        # -P: what lies in the folder that the person happens to be in is not imported.
        done = subprocess.run(
            (sys.executable, "-P", "-m", module),
            input=task,
            capture_output=True,
            env=environment,
            check=False,
        )
    except OSError:
        return here(task)
    if done.returncode:
        # Not tried again here: what was stopped, or ran out of memory, must not do so twice.
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise LearningError(f"learning ended with status {done.returncode}: {last}")
    return done.stdout


def learn_here(task: bytes) -> bytes:
    """Learn in this process. `task` comes from our own parent and from nobody else."""
    from bot.faq.calibrate import ENOUGH
    from bot.faq.features import FeatureMaker
    from bot.faq.learn import learn
    from bot.faq.recipe import MAIL

    examples, lexicon, trials = pickle.loads(task)
    recipe = MAIL if len(trials) >= ENOUGH else None
    return learn(examples, FeatureMaker(lexicon), trials, recipe).to_bytes()


if __name__ == "__main__":
    sys.stdout.buffer.write(learn_here(sys.stdin.buffer.read()))
