"""Machines whose disks, or whose Python, are made to fail by mounts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.install.conftest import PROJECT, User, clone, program

pytestmark = pytest.mark.bare


def run_after(preparation: str, user: User, *more: str) -> subprocess.CompletedProcess[str]:
    """Run install.sh in mounts of its own, which a script has prepared; "$0" is install.sh."""
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", preparation, PROJECT / "install.sh", *more],
        env=user.environment | {"PATH": "/usr/bin:/bin"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_is_seen_before_anything_is_made(newcomer: User) -> None:
    done = run_after('mount -t tmpfs -o size=20m tmpfs "$HOME" && exec "$0" --no-demo', newcomer)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert "500 MB are needed" in done.stderr


def test_a_disk_that_fills_up_leaves_nothing_half_done(newcomer: User) -> None:
    # The disk shrinks once the environment is there and its packages come.
    script = """\
mount -t tmpfs -o size=600m tmpfs "$HOME"
(until [ -e "$VENV/bin/python" ]; do sleep 0.05; done; sleep 1
 mount -o remount,size=60m "$HOME") &
"$0" --no-demo
status=$?
find "$HOME" -maxdepth 4
exit "$status"
"""
    newcomer.environment["VENV"] = str(newcomer.venv)
    done = run_after(script, newcomer)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("install.sh: error: the disk is full")
    assert last.endswith("free 500 MB and try again")
    assert str(newcomer.data) in done.stdout
    assert str(newcomer.link) not in done.stdout


def test_a_read_only_disk_is_named(newcomer: User) -> None:
    script = 'mount -t tmpfs -o ro tmpfs "$HOME" && exec "$0" --no-demo'
    line = run_after(script, newcomer).stderr
    assert re.fullmatch(
        rf"install.sh: error: cannot write {newcomer.home}\S* \(Read-only file system\): "
        "make it writable and try again\n",
        line,
    )


def test_a_machine_without_ensurepip_needs_a_package(newcomer: User, tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("raise ModuleNotFoundError('ensurepip')\n")
    script = (
        'mount --bind "$LACKING" "$(/usr/bin/python3 -c \'import ensurepip as e; '
        'print(e.__path__[0])\')" && exec "$0" --no-demo'
    )
    newcomer.environment["LACKING"] = str(tmp_path)
    done = run_after(script, newcomer)
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert newcomer.has_nothing()


WITHOUT_PYTHON = """\
for python in /usr/bin/python3* /usr/local/bin/python3*; do
  [ ! -e "$python" ] || mount --bind /dev/null "$python"
done
exec "$0" --help
"""


def test_without_python_it_says_what_to_do(newcomer: User) -> None:
    done = run_after(WITHOUT_PYTHON, newcomer)
    assert done.returncode == 1
    assert re.fullmatch(
        r"install\.sh: error: there is no Python 3\.9 or newer\. Do: sudo apt install python3 .+ "
        r"Or put the program uv, which brings a Python, into \S+\. Then try again\n",
        done.stderr,
    )


def test_without_python_uv_beside_it_brings_one(newcomer: User, tmp_path: Path) -> None:
    project = clone(tmp_path / "my clone")
    program(project, "uv", 'echo "uv $*"')
    done = run_after(WITHOUT_PYTHON.replace('"$0"', f'"{project}/install.sh"'), newcomer)
    assert done.stdout == (
        f"uv run --quiet --no-project --python 3.13 python -I -B {project}/installer --help\n"
    )
