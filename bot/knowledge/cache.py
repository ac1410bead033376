"""Keeps what was made from the knowledge folder in the user's cache, for a quick next start.

Nothing in it is trusted: what does not match its key and checksum is made anew. A wheel brings
the same files with it, made when it was built, so that its first start is quick too.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_cache_path

MAGIC = b"listonosz cache 1\n"


def stamp(files: Iterable[tuple[str, Path]], *more: str) -> str:
    """A key that changes with the name, size or time of any file."""
    digest = hashlib.sha256()
    for name, path in files:
        status = path.stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    for text in more:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


def seal_contents(files: Iterable[tuple[str, Path]], *more: str) -> str:
    """A key that changes with the name or content of any file, on whatever machine it lies."""
    digest = hashlib.sha256()
    for name, path in files:
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\n".encode() + content)
    for text in more:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


class Cache:
    """Blobs by name; each is kept with the key that it was made for.

    `prepared` is a folder of the same shape that is only read: what came with the program.
    """

    def __init__(self, folder: Path | None = None, prepared: Path | None = None) -> None:
        self.folder = folder or user_cache_path("listonosz")
        self._prepared = prepared

    def load(self, name: str, key: str) -> bytes | None:
        """The blob if it was made for `key` and is whole."""
        for folder in (self.folder, self._prepared):
            if folder and (body := self._read(folder, name, key)) is not None:
                return body
        return None

    def _read(self, folder: Path, name: str, key: str) -> bytes | None:
        try:
            with _path(folder, name).open("rb") as file:
                head, body = file.read(len(MAGIC) + 64), file.read()
        except OSError:
            return None
        return body if head == MAGIC + _seal(key, body) else None

    def save(self, name: str, key: str, body: bytes) -> None:
        """Keep a blob. A full disk or a read-only home costs speed, and nothing else."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(MAGIC + _seal(key, body))
                    file.write(body)
                Path(temporary).replace(_path(self.folder, name))
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.cache"


def _seal(key: str, body: bytes) -> bytes:
    digest = hashlib.blake2b(key.encode() + b"\0", digest_size=32)
    digest.update(body)  # tens of megabytes: no copy of them
    return digest.hexdigest().encode()
