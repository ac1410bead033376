"""Starts and stops the laboratory, and lets a test or a program be its client."""

import asyncio
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.laboratory.pki import ROOT
from tests.laboratory.plan import ISPDB_URL, NETWORKS, RESOLVERS
from tests.laboratory.postfix import MASTER

Result = TypeVar("Result")

REPOSITORY = Path(__file__).resolve().parents[2]
_PROGRAMS = ("ip", "nsenter", "unshare", "unbound", "knotd", MASTER, "dovecot", "nginx")
_UNSHARE = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
_CLONE_NEWNET = 0x40000000
# Programs that know no LISTONOSZ_RESOLVERS ask the laboratory too.
_NAMES = '[ ! -e /etc/resolv.conf ] || mount --bind "$0" /etc/resolv.conf; exec "$@"'


class LaboratoryError(Exception):
    """The laboratory did not come up; the text is the log of what failed."""


def why_not() -> str:
    """Why the laboratory cannot run here; empty where it can."""
    if sys.platform != "linux":
        return "the laboratory needs Linux"
    if os.geteuid() != 0:
        return "the laboratory needs root (namespaces, ports below 1024)"
    path = _path()
    missing = [program for program in _PROGRAMS if shutil.which(program, path=path) is None]
    if missing:
        return f"the laboratory misses {', '.join(missing)} (make servers installs them on Debian)"
    if not Path("/proc/net/if_inet6").exists():
        return "the laboratory needs IPv6 in the kernel"
    pair = ("ip", "link", "add", "one", "type", "veth", "peer", "name", "other")
    tried = subprocess.run([*_UNSHARE, *pair], capture_output=True, text=True, check=False)
    return f"this machine allows no namespaces: {tried.stderr.strip()}" if tried.returncode else ""


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


class Laboratory:
    """A small internet, and one client's place in it.

    `delay`: seconds that the wire takes, each way. `blocked_port`: from there no answer comes back
    to the client, whichever server it calls, as providers do it with port 25.
    """

    def __init__(self, delay: float = 0.0, *, blocked_port: int = 0) -> None:
        self._manners = (str(delay), str(blocked_port))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix=f"laboratory-{os.getpid()}-"))
        # The servers run as users of their own, and read their settings there.
        self.folder.chmod(0o755)
        servers = "".join(f"nameserver {resolver}\n" for resolver in RESOLVERS)
        (self.folder / "resolv.conf").write_text(servers)
        self._world = subprocess.Popen(
            [
                *_UNSHARE,
                sys.executable,
                "-m",
                "tests.laboratory.world",
                self.folder,
                *self._manners,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            env=os.environ | {"PATH": _path()},
            start_new_session=True,  # Ctrl-C at our terminal is not for the servers
        )
        assert self._world.stdout is not None
        told = self._world.stdout.readline()
        message = json.loads(told) if told else {"failed": "the laboratory died"}
        if "failed" in message:
            self._stop()
            raise LaboratoryError(message["failed"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._stop()

    def _stop(self) -> None:
        assert self._world.stdin is not None
        assert self._world.stdout is not None
        self._world.stdin.close()
        self._world.stdout.close()
        try:
            self._world.wait(10)
        finally:
            self._world.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the bot must be told to live here."""
        return {
            "LISTONOSZ_RESOLVERS": ",".join(RESOLVERS),
            "LISTONOSZ_BLOCKLISTS": "none",
            "LISTONOSZ_ISPDB_URL": ISPDB_URL,
            "LISTONOSZ_ALLOW_NETWORKS": ",".join(NETWORKS),
            "LISTONOSZ_EHLO_NAME": "listonosz.dobra.pl",
            "SSL_CERT_FILE": str(self.folder / ROOT),
        }

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` on the client's side of the wire."""
        enter = ("nsenter", f"--net={self._network}", "--", "unshare", "--mount")
        return [*enter, "sh", "-c", _NAMES, str(self.folder / "resolv.conf"), *argv]

    def order(self, *argv: str) -> str:
        """Run a command beside the servers; what it said."""
        assert self._world.stdin is not None
        assert self._world.stdout is not None
        self._world.stdin.write(json.dumps(argv).encode() + b"\n")
        self._world.stdin.flush()
        done = json.loads(self._world.stdout.readline())
        if done["status"]:
            raise LaboratoryError(f"{' '.join(argv)}: {done['said']}")
        return str(done["said"])

    def submit(self, work: Coroutine[Any, Any, Result]) -> "Future[Result]":
        """Run a coroutine of this process on the client's side of the wire."""
        if self._loop is None:
            started = threading.Event()
            self._thread = threading.Thread(target=self._live_inside, args=(started,), daemon=True)
            self._thread.start()
            started.wait()
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, Result], timeout: float = 30) -> Result:
        """The same, waited for."""
        return self.submit(work).result(timeout)

    @property
    def _network(self) -> str:
        # unshare(1) itself stays in the network that it made for its child: the client's.
        return f"/proc/{self._world.pid}/ns/net"

    def _live_inside(self, started: threading.Event) -> None:
        """A thread can be in a network of its own, and so is all that it starts (setns(2))."""
        libc = ctypes.CDLL(None, use_errno=True)
        network = os.open(self._network, os.O_RDONLY)
        try:
            if libc.setns(network, _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(network)
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            started.set()
            self._loop.run_forever()
