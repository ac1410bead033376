"""A server program of the laboratory: how it is started, and where it must then answer."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """One process to start; it is up once every address and port of `listens` takes TCP."""

    name: str
    argv: tuple[str, ...]
    listens: tuple[tuple[str, int], ...]


def room(folder: Path, name: str, user: str | None = None) -> Path:
    """A folder of its own for a program, owned by the user that the program runs as."""
    path = folder / name
    path.mkdir(mode=0o755)
    if user is not None:
        own(path, user)
    return path


def own(path: Path, user: str) -> None:
    """Hand the path to a user of the system."""
    shutil.chown(path, user)
