"""The environment with palette_core, and the command and the guide beside it."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from installer.console import InstallError, Outcome, run, say
from installer.gimps import APP, in_sandbox, names_on_path
from installer.machine import (
    PROJECT,
    Machine,
    exists,
    make_writable,
    move,
    remove,
    replace_folder,
)

# The versions that are installed where uv installs, which this file pins with their hashes.
PINS = Path(__file__).with_name("requirements.txt")
MANAGED_PYTHON = "3.13"  # what uv brings where there is no Python
_NEEDED_MB = 500
_IMPORTS = "import numpy, PIL, sklearn, joblib, tqdm, markdown_it, palette_core"
# Prints what a Python lacks for this work, as Debian calls it; nothing if it is fit.
_LACKS = """\
import sys

lacking = []
if sys.version_info < (3, 11):
    lacking.append("python3.11")
try:
    import venv
    if "pip" in sys.argv:
        import ensurepip
except ImportError:
    lacking.append("python3-venv")
try:
    if "gi" in sys.argv:
        import gi
        gi.require_version("Gimp", "3.0")
except ImportError:
    lacking += ["python3-gi", "gir1.2-gimp-3.0"]
except ValueError:
    lacking.append("gir1.2-gimp-3.0")
print("lacks", *lacking)
"""


@dataclass(frozen=True)
class Options:
    """What the user asks of the environment."""

    # Whether Python has to have GIMP's bindings, as the plug-in runs in it.
    needs_gimp: bool = False
    offline: Optional[Path] = None  # a folder with all packages, so that none is fetched


class Environment:
    """A virtual environment: on this machine, or in the sandbox of Flathub's GIMP."""

    def __init__(self, machine: Machine, options: Options, in_flatpak: bool = False) -> None:
        self.machine, self.options, self.in_flatpak = machine, options, in_flatpak
        self.folder = machine.data / ("flatpak-venv" if in_flatpak else "venv")
        self.python = machine.program(self.folder, "python")
        self.earlier = self.folder.with_name(f"{self.folder.name}.old")
        self._uv = None if in_flatpak else find_uv(machine)

    @property
    def can_bring_python(self) -> bool:
        """Whether uv can bring a Python where there is none; it would not have GIMP's bindings."""
        return self._uv is not None and not self.options.needs_gimp

    def run_here(self, command: list[str], scratch: Optional[Path] = None) -> Outcome:
        """Run a program where plug-ins run: in the sandbox, if that is around GIMP."""
        visible = [PROJECT, *([scratch] if scratch else [])]
        if self.options.offline:
            visible.append(self.options.offline)
        return run(in_sandbox(command, visible) if self.in_flatpak else command)

    def run(self, *arguments: str, scratch: Optional[Path] = None) -> Outcome:
        """Run its Python; by -I the project is not imported when it is the current folder."""
        return self.run_here([str(self.python), "-I", *arguments], scratch)

    def works(self) -> Outcome:
        """Import all that it should have."""
        return self.run("-c", _IMPORTS)

    # Python

    def find_python(self) -> Optional[str]:
        """Return the first fit Python; GIMP's bindings belong to that of the system."""
        for python in self._candidates():
            if not self.lacks(python):
                return shutil.which(python) or python
        return None

    def _candidates(self) -> Iterator[str]:
        if self.in_flatpak:
            yield "python3"
            return
        if self.machine.platform == "win32":
            yield str(Path(getattr(sys, "_base_executable", sys.executable)))
            yield from self._known_to_launcher()
            return
        if self.machine.platform != "darwin":  # there it can be a stand-in that opens a dialog
            yield "/usr/bin/python3"
        yield "/usr/local/bin/python3"
        yield "/opt/homebrew/bin/python3"
        yield from names_on_path(self.machine, re.compile(r"python3(\.\d+)?$"))

    def _known_to_launcher(self) -> Iterator[str]:
        listed = run(["py", "-0p"])
        for line in listed.output.splitlines() if listed.ok else []:
            path = re.search(r"[A-Za-z]:\\.*\.exe", line)
            if path:
                yield path[0]

    def lacks(self, python: str) -> str:
        """Return what a Python lacks, as Debian calls it; "" if it is fit."""
        wanted = ["gi"] if self.options.needs_gimp else []
        wanted += [] if self.in_flatpak or self._uv else ["pip"]
        outcome = self.run_here([python, "-I", "-c", _LACKS, *wanted])
        if not outcome.ok or not outcome.output.startswith("lacks"):
            return "python3"
        return outcome.output[len("lacks") :].strip()

    def advice(self) -> str:
        """Return what to do if there is no fit Python."""
        if self.in_flatpak:
            return f"flatpak update {APP}"
        if self.machine.platform == "win32":
            return "winget install Python.Python.3.13, then open a new window"
        if self.machine.platform == "darwin":
            return "install Python 3.13 from python.org, or: brew install python@3.13"
        return f"sudo apt install {self.lacks('/usr/bin/python3')} (or their like elsewhere)"

    # Making it

    def install(self, python: Optional[str]) -> None:
        """Make or repair the environment; where that fails, an earlier one stays."""
        self.restore()  # an interrupted run may have left it
        try:
            if not self._is_fit():
                self._make(python)
            self._install_packages()
            if not self.works().ok:  # damaged where pip does not look
                self._make(python)
                self._install_packages()
                outcome = self.works()
                if not outcome.ok:
                    raise InstallError(f"the library does not start: {outcome.last_line}")
            remove(self.earlier)
        finally:
            self.restore()

    def restore(self) -> None:
        """Restore the earlier environment, if it is still beside a new one."""
        if self.earlier.exists():
            remove(self.folder)
            move(self.earlier, self.folder)

    def _is_fit(self) -> bool:
        if not exists(self.folder) or self.lacks(str(self.python)):
            return False
        own_pip = "import pip, sys; sys.exit(not pip.__file__.startswith(sys.prefix))"
        return self._uv is not None or self.run("-c", own_pip).ok

    def _make(self, python: Optional[str]) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder.parent).free // 1_000_000
        if free < _NEEDED_MB:
            msg = f"the disk is full ({self.folder.parent}): only {free} MB are free, and "
            raise InstallError(f"{msg}{_NEEDED_MB} MB are needed")
        if exists(self.folder) and not exists(self.earlier):
            move(self.folder, self.earlier)
        remove(self.folder)
        shown = python or f"uv's Python {MANAGED_PYTHON}"
        if self._uv:
            command = [self._uv, "venv", "--quiet", "--python", python or MANAGED_PYTHON]
            outcome = self.run_here([*command, "--system-site-packages", str(self.folder)])
        else:
            outcome = self._venv(python)
            if not outcome.ok and self.in_flatpak:
                outcome = self._lend_pip(python)
        if not outcome.ok:
            raise InstallError(f"{shown} cannot make a virtual environment: {outcome.last_line}")
        if self.in_flatpak and not exists(self.folder):  # its user has restricted the sandbox
            do = f"flatpak override --user --filesystem='{self.folder.parent}' {APP}"
            raise InstallError(f"GIMP's sandbox does not write to {self.folder.parent}. Do: {do}")

    def _venv(self, python: Optional[str], *more: str) -> Outcome:
        command = [python or "python3", "-I", "-m", "venv", "--system-site-packages"]
        return self.run_here([*command, *more, str(self.folder)])

    def _lend_pip(self, python: Optional[str]) -> Outcome:
        """Fetch pip, which a Flatpak may lack, by the system's Python, and run it from its file."""
        remove(self.folder)
        with tempfile.TemporaryDirectory() as scratch:
            outcome = self._venv(python, "--without-pip")
            if not outcome.ok:
                return outcome
            lender = Path(scratch) / "lender"
            if not run(["/usr/bin/python3", "-I", "-m", "venv", str(lender)]).ok:
                return Outcome(
                    "Flatpak's Python has no pip, and the system's cannot fetch it: "
                    "install python3-venv",
                    1,
                )
            pip = [str(lender / "bin" / "python"), "-I", "-m", "pip", "download", "--quiet"]
            outcome = run([*pip, "--no-deps", "--dest", scratch, *self._sources(), "pip"])
            for wheel in map(str, Path(scratch).glob("pip-*.whl")):
                install = [f"{wheel}/pip", "install", "--no-index", "--ignore-installed", wheel]
                return self.run(*install, scratch=Path(scratch))
            return outcome

    def _install_packages(self) -> None:
        """Install all packages, which pip or uv fetches before it changes anything."""
        if self._uv is None:
            # Not compiled: Python does that with what is used, and all of it takes seconds.
            tool, command = "pip", ["-m", "pip", "install", "--quiet", "--no-compile", "--upgrade"]
            outcome = self.run(*command, *self._sources(), package())
        else:
            tool = "uv"
            install = [self._uv, "pip", "install", "--quiet", "--python", str(self.python)]
            outcome = Outcome("", 1)
            if self.options.offline is None:  # for a newer Python there may be newer packages alone
                run([*install, "--require-hashes", "--requirement", str(PINS)])
            outcome = run(
                [*install, *self._sources(), "--reinstall-package=palette-core", package()]
            )
        if not outcome.ok:
            raise explain(tool, outcome)

    def _sources(self) -> list[str]:
        offline = self.options.offline
        return ["--no-index", "--find-links", str(offline)] if offline else []

    # What it has

    def is_current(self) -> bool:
        """Whether its library is that of the project."""
        outcome = self.run("-X", "utf8", "-c", "import palette_core as p; print(p.__path__[0])")
        installed = Path(outcome.output.strip())
        return outcome.ok and read_folder(installed) == read_package()


def package() -> str:
    """Return what pip installs: the wheel that a release has, or the project."""
    return f"{find_wheel() or PROJECT}[guide]"


def find_wheel() -> Optional[Path]:
    """Return the wheel of a release."""
    return next(iter(sorted(PROJECT.glob("palette_core-*.whl"))), None)


def project_version() -> str:
    """Return the version that is installed from here."""
    text = read_package()["__init__.py"].decode()
    found = re.search(r'^__version__ = "(.*)"$', text, re.MULTILINE)
    return found[1] if found else "of an unknown version"


def read_package() -> dict[str, bytes]:
    """Return the files of the package by their paths in it, from the wheel or the project."""
    wheel = find_wheel()
    if wheel is None:
        return read_folder(PROJECT / "palette_core")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("palette_core/")]
        return {name.split("/", 1)[1]: archive.read(name) for name in names}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it, except what Python has compiled."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def explain(tool: str, outcome: Outcome) -> InstallError:
    """Return why pip or uv has failed, in a sentence."""
    if "No space left on device" in outcome.output or "os error 112" in outcome.output:
        return InstallError(
            "the disk is full: free 500 MB and try again", outcome.reasons("No space")
        )
    causes = re.findall(r"connection broken by .*: (.*)['\"]\)+': ", outcome.output)
    causes += re.findall(r"(?:dns|connect|tcp).* error: (.*)", outcome.output, re.IGNORECASE)
    if causes:
        return InstallError(
            f"{tool} cannot fetch packages ({causes[-1]}): check the network and try again"
        )
    lines = outcome.reasons() or outcome.last_line
    return InstallError(f"{tool} cannot install {PROJECT}: see its lines above", lines)


def find_uv(machine: Machine) -> Optional[str]:
    """Return the program uv beside the installer, on PATH, or where its own installer puts it."""
    beside = shutil.which("uv", path=str(PROJECT))
    usual = machine.program(machine.home / ".local", "uv")
    return beside or shutil.which("uv") or (str(usual) if usual.is_file() else None)


# Beside it


def install_guide(environment: Environment) -> None:
    """Render the guide as pages, which the plug-in's Help opens."""
    docs = environment.machine.data / "docs"
    new = docs.with_name("docs.new")
    remove(new)
    new.mkdir()
    outcome = environment.run(str(PROJECT / "installer" / "guide.py"), str(new))
    if not outcome.ok:
        raise InstallError(f"cannot write the guide: {outcome.last_line}")
    make_writable(new)  # the project may be read-only
    replace_folder(docs, new)


def link_command(environment: Environment) -> None:
    """Link to the command from where a shell looks for it, unless something else is there."""
    command = environment.machine.program(environment.folder, "palette-core")
    link = environment.machine.link
    if link is None:
        say(f"Command: {command}")
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    if exists(link) and not is_link_to(link, command):
        say(f"Note: {link} is not from this script and stays; the command is {command}")
        return
    remove(link)
    link.symlink_to(command)
    say(f"Command: {link}")
    if str(link.parent) not in environment.machine.environ.get("PATH", "").split(":"):
        say(f"Note: {link.parent} is not in your PATH")


def is_link_to(link: Path, target: Path) -> bool:
    """Return whether a path is a link to a file, as it is written in the link."""
    return link.is_symlink() and link.readlink() == target
