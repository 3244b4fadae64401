"""Fixtures and settings that more than one folder of tests uses."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tools.harness.gimp_session import (
    Gimp,
    environment_of,
    gimp_console,
    running_gimp,
)

# A failed assertion in a driver shows its values too.
pytest.register_assert_rewrite("tests.gui.dialog_driver")

PROJECT = Path(__file__).resolve().parents[1]
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pip"
# Where tests make environments, nothing is downloaded twice, or compiled.
PIP_SETTINGS = {
    # The cache of whoever runs the tests, as a test's home is empty.
    "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR") or str(_CACHE),
    # A file, because install.sh takes no other settings from the environment.
    "PIP_CONFIG_FILE": os.environ.get("PIP_CONFIG_FILE")
    or str(Path(__file__).with_name("pip.conf")),
}

settings.register_profile(
    "tests", derandomize=True, deadline=None, max_examples=30, database=None, print_blob=False
)
settings.load_profile("tests")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A home folder whose GIMP has the plug-in, as install.sh has put it there."""
    folder = tmp_path_factory.mktemp("home") / "Ärtist at home"
    folder.mkdir()
    if worker_id == "master":
        install(folder)
        return folder
    # The first worker installs. The others have its environment, and GIMP's folder as it was then.
    shared = tmp_path_factory.getbasetemp().parent / "installed"
    with shared.with_name("installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            install(folder)
            shutil.copytree(folder / ".config", shared / ".config")
            (shared / ".local").symlink_to(folder / ".local")
            return folder
    shutil.copytree(shared, folder, symlinks=True, dirs_exist_ok=True)
    return folder


def install(folder: Path) -> None:
    """Run install.sh for the user of a home folder."""
    done = subprocess.run(
        [PROJECT / "install.sh", "--no-demo"],
        env=environment_of(folder) | PIP_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def gimp(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gimp]:
    """GIMP without a window, for the whole session."""
    folder = tmp_path_factory.mktemp("gimp")
    # Without --no-data: the user's palettes are part of what is tested.
    command = [gimp_console(), "--no-interface"]
    with running_gimp(command, environment_of(home), folder) as session:
        yield session
