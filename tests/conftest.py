"""Fixtures and settings that more than one folder of tests uses."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tools.harness.gimp_session import Gimp, environment_of, gimp_console, running_gimp

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
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which install.sh has put the plug-in into GIMP."""
    folder = tmp_path_factory.mktemp("home") / "Ärtist at home"
    folder.mkdir()
    done = subprocess.run(
        [PROJECT / "install.sh", "--no-demo"],
        env=environment_of(folder) | PIP_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def gimp(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gimp]:
    """GIMP without a window, for the whole session."""
    folder = tmp_path_factory.mktemp("gimp")
    # Without --no-data: the user's palettes are part of what is tested.
    command = [gimp_console(), "--no-interface"]
    with running_gimp(command, environment_of(home), folder) as session:
        yield session
