"""Runs the program as people do: a process of its own, with an environment of its own."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.network.settings import ServerAddress

PROGRAM = (sys.executable, "-m", "bot")
ROOT = Path(__file__).parent.parent
PATIENCE = 120.0  # seconds, for a busy machine on which the matcher still has to learn


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended."""

    status: int
    out: str
    err: str


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Nothing of the developer's own settings; what the program keeps goes to `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(ROOT / ".pytest_cache")),
        "LISTONOSZ_ENCODER": "off",  # the same answers whether the extra is installed or not
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        **changes,
    }


def asks(resolver: ServerAddress) -> dict[str, str]:
    """The settings by which the program asks this resolver only."""
    return {"LISTONOSZ_RESOLVERS": str(resolver), "LISTONOSZ_BLOCKLISTS": "none"}


async def run(*arguments: str, environment: Mapping[str, str], stdin: str | bytes = "") -> Ended:
    """Run to the end."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    fed = stdin.encode() if isinstance(stdin, str) else stdin
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(fed)
    return Ended(process.returncode or 0, out.decode(), err.decode())
