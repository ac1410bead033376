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
    if os.geteuid() == 0:
        account = pwd.getpwnam(OWNER)
        os.chown(folder, account.pw_uid, account.pw_gid)

    def call(program: str, *arguments: str) -> None:
        _call(programs / program, *arguments)

    call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options += " -c fsync=off -c shared_buffers=16MB -c max_connections=60"
    log = str(folder / "log")
    call("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        call("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")


def stop(programs: Path, folder: Path) -> None:
    """As by a crash: whoever is connected is cut off."""
    _call(programs / "pg_ctl", "-D", str(folder / "data"), "-w", "-m", "immediate", "stop")


def start_again(programs: Path, folder: Path) -> None:
    """The same server, at the same port."""
    data, log = str(folder / "data"), str(folder / "log")
    options = (folder / "data" / "postmaster.opts").read_text().split(maxsplit=1)[1]
    given = options.replace(f'"-D" "{data}"', "").replace('"', "").strip()
    _call(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", given, "start")


def _call(program: Path, *arguments: str) -> None:
    owner = {"user": OWNER, "group": OWNER} if os.geteuid() == 0 else {}
    asked = {"capture_output": True, "text": True, "check": True, "cwd": "/"}
    subprocess.run([program, *arguments], **asked, **owner)  # type: ignore[call-overload]
