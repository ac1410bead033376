"""Makes a wheel answer at once: it brings along what a first start would have to learn.

Only the standard library, NumPy and PyYAML are used, and no network. What the wheel brings is
used only as long as it fits the knowledge beside it; else it is learnt anew.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LearntHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the compiled knowledge and the trained weights beside the knowledge."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and learn; an editable install does so at its first start."""
        self._folder = None
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from bot.faq.engine import prepare_matcher
        from bot.knowledge.load import PREPARED, load_knowledge, prepare_knowledge

        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        prepare_knowledge(folder)
        prepare_matcher(load_knowledge(), folder)
        for path in sorted(folder.glob("*.cache")):
            build_data["force_include"][str(path)] = f"bot/_knowledge/{PREPARED}/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        if self._folder:
            self._folder.cleanup()
