"""A PostgreSQL of the tests' own: a throw-away cluster, a free port on loopback."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "postgres"  # its programs refuse to run as root


def binaries() -> Path | None:
    """Where Debian puts PostgreSQL's programs, the newest first; None where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    on_path = shutil.which("initdb")
    found = [path for path in folders if (path / "initdb").exists()]
    return found[-1] if found else (Path(on_path).parent if on_path else None)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def postgres(programs: Path, folder: Path) -> Iterator[str]:
    """A running server; its URL, of a superuser without a password."""
    port = free_port()
    data = folder / "data"
    owner: dict[str, str] = {}
    if os.geteuid() == 0:
        owner = {"user": OWNER, "group": OWNER}
        account = pwd.getpwnam(OWNER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    asked = {"capture_output": True, "text": True, "check": True, "cwd": "/"}

    def call(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], **asked, **owner)  # type: ignore[call-overload]

    call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options += " -c fsync=off -c shared_buffers=16MB -c max_connections=60"
    log = str(folder / "log")
    call("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        call("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
