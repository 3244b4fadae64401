"""Where things are on this machine, and files that appear all at once or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from installer.console import say

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PROJECT = Path(__file__).resolve().parents[1]
PLUGIN = "quantize-kmeans"
_LOCKED_SECONDS = 5.0  # as long as an antivirus program may read a new file


@dataclass(frozen=True)
class Machine:
    """The folders of a user, by the rules of the operating system."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def home(self) -> Path:
        """The user's home folder."""
        name = "USERPROFILE" if self.platform == "win32" else "HOME"
        return Path(self.environ.get(name) or Path.home())

    @property
    def data(self) -> Path:
        """The folder for the environment, the guide and the demo."""
        names = ("LOCALAPPDATA", "AppData/Local"), ("XDG_DATA_HOME", ".local/share")
        return self._base(*names) / "palette-core"

    @property
    def settings(self) -> Path:
        """The folder in which every version of GIMP has its own."""
        names = ("APPDATA", "AppData/Roaming"), ("XDG_CONFIG_HOME", ".config")
        return self._base(*names) / "GIMP"

    @property
    def link(self) -> Optional[Path]:
        """Where the command is linked from; Windows has no folder for that."""
        is_windows = self.platform == "win32"
        return None if is_windows else self.home / ".local" / "bin" / "palette-core"

    def profile(self, version: str, settings: Optional[Path] = None) -> Path:
        """Return the folder of a GIMP with its plug-ins and palettes."""
        named = self.environ.get("GIMP3_DIRECTORY")
        # GIMP reads a relative one from the home folder.
        return self.home / named if named else (settings or self.settings) / version

    def program(self, folder: Path, name: str) -> Path:
        """Return a program of a virtual environment."""
        is_windows = self.platform == "win32"
        return folder / (f"Scripts/{name}.exe" if is_windows else f"bin/{name}")

    def _base(self, windows: tuple[str, str], elsewhere: tuple[str, str]) -> Path:
        """Return a folder for applications; Linux and Windows have a variable for it."""
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        variable, default = windows if self.platform == "win32" else elsewhere
        return Path(self.environ.get(variable) or self.home / default)


@contextlib.contextmanager
def one_installer_at_a_time(home: Path) -> Iterator[None]:
    """Wait until no other installer works in this home folder, and lock out others meanwhile.

    The lock ends with the process. Where the file system has no locks, nobody waits.
    """
    try:
        if sys.platform == "win32":  # which cannot lock a folder; that of temporary files is ours
            file = Path(tempfile.gettempdir(), "palette-core-installer.lock")
            lock = os.open(file, os.O_RDWR | os.O_CREAT)
        else:
            lock = os.open(home, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        if not _try_lock(lock):
            say("Note: another installer is running; this one waits until it ends")
            while not _try_lock(lock):
                time.sleep(0.2)
        yield
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    """Lock a file unless another process has done so; return whether to go on."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # the file system has no locks
        return True
    return True


def exists(path: Path) -> bool:
    """Return whether there is something at a path, if only a broken link."""
    return path.exists() or path.is_symlink()


def remove(path: Path) -> bool:
    """Remove a file, a link or a folder; return whether there was one.

    A folder is renamed first, so that one that may not be removed stays whole.
    """
    is_there, aside = exists(path), path.with_name(f".{path.name.lstrip('.')}.removed")
    if path.is_dir() and not path.is_symlink():
        if aside.exists():  # an earlier removal was interrupted
            shutil.rmtree(aside)
        move(path, aside)
    elif is_there:
        retry(path.unlink)
    if aside.exists():
        retry(lambda: shutil.rmtree(aside))
    return is_there


def move(path: Path, target: Path) -> None:
    """Rename a file or a folder."""
    retry(lambda: path.replace(target))


def replace_folder(target: Path, new: Path) -> None:
    """Replace a folder by a complete new one; restore it if that fails."""
    old = target.with_name(f".{target.name.lstrip('.')}.old")
    remove(old)
    if exists(target):
        move(target, old)
    try:
        move(new, target)
    except OSError:
        if exists(old):
            move(old, target)
        raise
    remove(old)


def retry(action: Callable[[], object], seconds: float = _LOCKED_SECONDS) -> None:
    """Do something to a file that another program may have locked for a moment."""
    end = time.monotonic() + seconds
    # Elsewhere than on Windows it is about rights, which do not change by themselves.
    while os.name == "nt" and time.monotonic() < end:
        with contextlib.suppress(PermissionError):
            action()
            return
        time.sleep(0.2)
    action()


def make_writable(folder: Path) -> None:
    """Make a copy of a read-only folder writable for its owner."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o700 if path.is_dir() else 0o600))
