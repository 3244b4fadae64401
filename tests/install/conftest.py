"""A user in a scratch home who runs the real install.sh."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PIP_SETTINGS, PROJECT

NAME = "quantize-kmeans"
OLD_PALETTE = "GIMP Palette\nName: old\nColumns: 0\n#\n  1   2   3\tdark\n"
# pip cannot reach anything, and soon says so.
OFFLINE = {
    "PIP_INDEX_URL": "https://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "1",
}


def gimp_version() -> str | None:
    """Return X.Y of the GIMP 3 on PATH, if there is one."""
    if shutil.which("gimp-console") is None:
        return None
    said = subprocess.run(
        ["gimp-console", "--version"],
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.search(r"version (3\.\d+)", said)
    return found and found[1]


GIMP = gimp_version()


class User:
    """Runs install.sh in a home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / ".local" / "share" / "palette-core"
        self.venv = self.data / "venv"
        self.demo = self.data / "demo"
        self.link = home / ".local" / "bin" / "palette-core"
        self.profiles = home / ".config" / "GIMP"
        self.profile = self.profiles / (GIMP or "3.0")
        self.plugin = self.profile / "plug-ins" / NAME
        self.main_file = self.plugin / f"{NAME}.py"
        self.demo_palette = self.profile / "palettes" / "palette-core-demo.gpl"
        strangers = ("XDG_", "GIMP3_", "PYTHON", "VIRTUAL_ENV", "SUDO_")
        self.environment = {
            variable: value
            for variable, value in os.environ.items()
            if not variable.startswith(strangers)
        } | {"HOME": str(home), **PIP_SETTINGS}

    def run(
        self,
        *arguments: str | Path,
        project: Path = PROJECT,
        first_in_path: Path | None = None,
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run install.sh, from a folder that has nothing to do with it."""
        environment = self.environment | variables
        if first_in_path is not None:
            environment["PATH"] = f"{first_in_path}{os.pathsep}{environment['PATH']}"
        return subprocess.run(
            [project / "install.sh", *arguments],
            env=environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def succeeds(self, *arguments: str | Path, **options: Any) -> str:
        """Run install.sh, which has to succeed; return what it says."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        return done.stdout

    def fails(self, *arguments: str | Path, status: int = 1, **options: Any) -> str:
        """Run install.sh, which has to fail with one line; return that line."""
        done = self.run(*arguments, **options)
        assert done.returncode == status, done.stdout + done.stderr
        assert re.fullmatch(r"install\.sh: error: .+\n", done.stderr), done.stderr
        return done.stderr

    def command_works(self) -> bool:
        """Whether the command line and all it needs run."""
        imports = "import numpy, sklearn, palette_core"
        commands = [
            [self.link, "--version"],
            [self.venv / "bin" / "python", "-I", "-c", imports],
        ]
        return all(
            Path(command[0]).exists()
            and subprocess.run(
                command, env=self.environment, capture_output=True, check=False
            ).returncode
            == 0
            for command in commands
        )

    def copy_venv(self, other: User) -> None:
        """Copy the environment of another user, by hard links."""
        shutil.copytree(other.data / "venv", self.venv, symlinks=True, copy_function=os.link)

    def has_nothing(self) -> bool:
        """Whether the home has no file; GIMP may make folders when it tells its version."""
        return not [path for path in self.home.rglob("*") if not path.is_dir()]

    def palettes(self) -> set[str]:
        return {path.name for path in (self.profile / "palettes").iterdir()}


@pytest.fixture
def newcomer(tmp_path: Path) -> User:
    """A user who has nothing yet."""
    home = tmp_path / "new home"
    home.mkdir()
    return User(home)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[User, str]]:
    """A user of an older GIMP who has run install.sh once, and what it said."""
    home = tmp_path_factory.mktemp("homes") / "Zoë's (new) home 🎨"
    old = home / ".config" / "GIMP" / "2.10" / "palettes" / "old.gpl"
    old.parent.mkdir(parents=True)
    old.write_text(OLD_PALETTE)
    user = User(home)
    yield user, user.succeeds()
    assert user.command_works()


@pytest.fixture
def user(first_run: tuple[User, str]) -> Iterator[User]:
    """The user of `first_run`; a test that breaks something has to repair it.

    Whether all of it works is tried once, at the end, as that takes longer than many tests.
    """
    user, _ = first_run
    yield user
    for made in (user.venv / "bin" / "python", user.link, *([user.main_file] if GIMP else [])):
        assert os.access(made, os.X_OK)


def clone(place: Path) -> Path:
    """Copy what install.sh needs of the project."""
    place.mkdir()
    for name in ("palette_core", "plugin", "docs", "installer"):
        shutil.copytree(PROJECT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("install.sh", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, place)
    return place


@contextlib.contextmanager
def moved(path: Path, place: Path) -> Iterator[None]:
    """Move something elsewhere for a while."""
    path.rename(place)
    yield
    place.rename(path)


@contextlib.contextmanager
def rewritten(path: Path, text: str) -> Iterator[None]:
    """Replace a file by another text for a while; copies by hard links keep theirs."""
    aside = path.with_name(f"{path.name}.aside")
    with moved(path, aside):
        path.write_text(text)
        path.chmod(aside.stat().st_mode)
        yield
        path.unlink()


def program(folder: Path, name: str, text: str) -> Path:
    """Write an executable shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
