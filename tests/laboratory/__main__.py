"""`make lab`: a shell on the client's side of the laboratory, where anyone can try the bot."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.laboratory.domains import GROUPS, SERVICES
from tests.laboratory.laboratory import Laboratory, LaboratoryError, why_not

_HINTS = """\
Try   listonosz check dobra.pl
      listonosz chat
      listonosz probe imap imap.dobra.pl
exit  (or Ctrl-D) takes it all down.
"""


def main() -> int:
    """Open the laboratory, run a shell or a command in it, and close it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.laboratory", description=__doc__)
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="each way, in ms")
    parser.add_argument("action", choices=("shell", "run"))
    parser.add_argument("command", nargs=argparse.REMAINDER, help="for run: what to run inside")
    given = parser.parse_args()
    if reason := why_not():
        print(f"make lab: {reason}", file=sys.stderr)
        return 2
    try:
        with Laboratory(given.delay / 1000) as laboratory:
            if given.action == "run":
                return _run(laboratory, given.command)
            return _shell(laboratory)
    except LaboratoryError as error:
        print(f"make lab: {error}", file=sys.stderr)
        return 1


def _shell(laboratory: Laboratory) -> int:
    settings = laboratory.folder / "bashrc"
    settings.write_text(
        "[ ! -f ~/.bashrc ] || . ~/.bashrc\nPS1='lab:\\w\\$ '\n" + _exports(laboratory)
    )
    print(welcome(), flush=True)
    status = _run(laboratory, ["bash", "--rcfile", str(settings)])
    # How a person's last command ended is no failure of the shell; a script's is wanted.
    return 0 if sys.stdin.isatty() else status


def _exports(laboratory: Laboratory) -> str:
    """A person's own settings of the shell must not hide the laboratory's."""
    return "".join(f"export {key}='{value}'\n" for key, value in _environment(laboratory).items())


def _environment(laboratory: Laboratory) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    return {**laboratory.environment, "PATH": path}


def _run(laboratory: Laboratory, command: list[str]) -> int:
    # Ctrl-C is for what runs inside: a handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda *_: None)
    environment = os.environ | _environment(laboratory)
    return subprocess.run(laboratory.inside(command), env=environment, check=False).returncode


def welcome() -> str:
    """What there is to look at, by what is broken about it."""
    lines = ["A small internet without the internet. Its domains, by what is wrong with them:", ""]
    for group, domains in GROUPS.items():
        lines.append(f"{group}:")
        for domain in domains:
            lines.append(f"  {domain.name:<34} {domain.story}")
        lines.append("")
    lines.append("hosts, by what a mail program meets there:")
    meets: dict[str, set[str]] = {}
    for service in SERVICES:
        found = {code.partition(".")[2] for code in service.says}
        meets.setdefault(service.host, set()).update(found)
    lines += [f"  {host:<34} {', '.join(sorted(found))}" for host, found in meets.items()]
    return "\n".join(lines) + "\n\n" + _HINTS


if __name__ == "__main__":
    sys.exit(main())
