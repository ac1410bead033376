"""install.sh installs what is missing, starts nothing, and leaves the machine's policy alone."""

import subprocess
from pathlib import Path

import pytest

from tests.laboratory.laboratory import REPOSITORY, why_not

INSTALL = ("sh", "tests/laboratory/install.sh", "tests/laboratory/packages.txt")
POLICY = "#!/bin/sh\n# the machine's own\nexit 104\n"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(programs: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env={"PATH": f"{programs}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_asked_for_when_all_is_there(programs: Path) -> None:
    program(programs, "dpkg-query", "echo installed")
    program(programs, "apt-get", "echo called >&2; exit 1")
    done = run(programs, *INSTALL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def install_beside_a_policy(
    programs: Path, tmp_path: Path, *, policy: str | None, apt: str
) -> tuple[subprocess.CompletedProcess[str], Path, str]:
    """Run it where /usr/sbin is a folder of ours; the answer, that folder, and what apt saw."""
    if reason := why_not():
        pytest.skip(reason)
    system = tmp_path / "sbin"
    system.mkdir()
    if policy is not None:
        (system / "policy-rc.d").write_text(policy)
        (system / "policy-rc.d").chmod(0o755)
    log = tmp_path / "log"
    program(programs, "dpkg-query", '[ "$4" != knot ] && echo installed')
    program(programs, "debconf-set-selections", "cat >/dev/null")
    program(programs, "systemctl", f'echo "systemctl $*" >>{log}')
    asked = f'/usr/sbin/policy-rc.d knot start; echo "$* policy $?" >>{log}'
    program(programs, "apt-get", f"{asked}\n{apt}")
    mounted = f'mount --bind {system} /usr/sbin; exec "$@"'
    done = run(programs, "unshare", "--mount", "sh", "-c", mounted, "sh", *INSTALL)
    return done, system, log.read_text()


@pytest.mark.laboratory
def test_what_is_missing_is_installed_and_may_not_start(programs: Path, tmp_path: Path) -> None:
    done, system, log = install_beside_a_policy(programs, tmp_path, policy=POLICY, apt="exit 0")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Installing the test servers (once): knot\n"
    update, install, disable = log.splitlines()
    assert update == "update -q policy 101"
    assert install.startswith("install ")
    assert install.endswith(" knot policy 101")
    assert disable == "systemctl disable knot"
    assert [path.name for path in system.iterdir()] == ["policy-rc.d"]
    assert (system / "policy-rc.d").read_text() == POLICY


@pytest.mark.laboratory
def test_no_policy_is_left_where_none_was(programs: Path, tmp_path: Path) -> None:
    done, system, _ = install_beside_a_policy(programs, tmp_path, policy=None, apt="exit 0")
    assert done.returncode == 0, done.stderr
    assert list(system.iterdir()) == []


@pytest.mark.laboratory
def test_a_failure_is_shown_and_the_policy_is_put_back(programs: Path, tmp_path: Path) -> None:
    done, system, _ = install_beside_a_policy(
        programs, tmp_path, policy=POLICY, apt="echo no network >&2; exit 100"
    )
    assert done.returncode != 0
    assert "no network" in done.stderr
    assert (system / "policy-rc.d").read_text() == POLICY
