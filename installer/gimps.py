"""The GIMPs of this machine: find them, and run them without a window."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from installer import layouts
from installer.console import COMMAND, InstallError, Outcome, run
from installer.machine import Machine

APP = "org.gimp.GIMP"  # on Flathub
SNAPS = (Path("/snap/gimp"), Path("/var/lib/snapd/snap/gimp"))
_CONSOLE = re.compile(r"gimp-console(-3(\.\d+)?)?$")


@dataclass(frozen=True)
class Gimp:
    """A GIMP 3."""

    kind: str  # where it is from: system, appimage, flatpak, macos, windows or store
    version: str  # X.Y
    command: tuple[str, ...]  # what starts it
    profile: Path  # its folder with plug-ins and palettes
    banner: str = ""  # what it prints about its version
    sharers: tuple[Gimp, ...] = ()  # the others of the same version, which have the same folder

    @property
    def words(self) -> str:
        """Its command, as the user would write it."""
        return " ".join(self.command)

    @property
    def program(self) -> str:
        """The file that starts it, without links, or its name in Flatpak."""
        return os.path.realpath(shutil.which(self.command[-1]) or self.command[-1])

    @property
    def brings_python(self) -> bool:
        """Whether it has a Python of its own, without NumPy."""
        return self.kind != "system"

    @property
    def option(self) -> str:
        """The option of the installer that names it."""
        name = self.kind if self.kind in ("appimage", "flatpak") else "gimp"
        return f"--{name}" if name == "flatpak" else f"--{name} '{self.words}'"

    def describe_sharers(self) -> Iterator[str]:
        """Yield what it means that others have the same folder with plug-ins."""
        for other in self.sharers:
            # The same plug-in starts in both if they have the same environment, in the same way.
            places = {(gimp.brings_python, gimp.kind == "flatpak") for gimp in (self, other)}
            effect = (
                "and shows the filter too"
                if len(places) == 1
                else f"but the filter is for {self.words} now. To change that: "
                f"{COMMAND} {other.option}"
            )
            yield f"{other.words} has the same plug-in folder, {effect}"

    def run(self, script: str, interpreter: str = "plug-in-script-fu-eval") -> Outcome:
        """Run a script, without a window.

        Python-Fu starts the first python3 on PATH, which may be conda's where GIMP brings none.
        It is not faster by -d and -f: GIMP would remember procedures without brushes and fonts.
        """
        options = ["-i", f"--batch-interpreter={interpreter}", "-b", script, "--quit"]
        return run([*self.command, *options])

    def has_procedure(self, name: str) -> Outcome:
        """Run GIMP, which fails if it does not have a procedure."""
        return self.run(f'(if (not (defined? \'{name})) (error "no {name}"))')


def read_version(command: Sequence[str]) -> tuple[Optional[str], Outcome]:
    """Return X.Y of a GIMP 3, or None for any other command, and what it printed."""
    outcome = run([*command, "--version"], {"LC_ALL": "C"})
    pattern = r"^GNU Image Manipulation Program version (3\.\d+)"
    found = re.search(pattern, outcome.output, re.MULTILINE)
    return (found[1] if found else None), outcome


def find_gimps(machine: Machine, kind: str, chosen: str) -> list[Gimp]:
    """Return every GIMP 3, or the chosen one; of those with one folder the first."""
    gimps: dict[Path, dict[str, Gimp]] = {}
    if kind:
        gimp = _choose(machine, kind, chosen)
        gimps[gimp.profile] = {gimp.program: gimp}
    for gimp in _everywhere(machine):
        if not kind or gimp.profile in gimps:
            gimps.setdefault(gimp.profile, {}).setdefault(gimp.program, gimp)
    found = [(first, others) for first, *others in (group.values() for group in gimps.values())]
    with_sharers = [replace(first, sharers=tuple(others)) for first, others in found]
    return sorted(with_sharers, key=lambda gimp: numbers(gimp.version))


def _choose(machine: Machine, kind: str, chosen: str) -> Gimp:
    if kind == "gimp":
        return _named(machine, chosen)
    return _appimage(machine, chosen) if kind == "appimage" else find_flatpak(machine)


def _everywhere(machine: Machine) -> Iterator[Gimp]:
    if machine.platform == "win32":
        found = layouts.find_windows(machine, layouts.read_registry)
    elif machine.platform == "darwin":
        found = layouts.find_macos([Path("/Applications"), machine.home / "Applications"])
    else:
        for console in names_on_path(machine, _CONSOLE):
            yield from _probe(machine, "system", (console,))
        for file in sorted((machine.home / "Applications").glob("*.AppImage")):
            if "gimp" in file.name.lower():
                yield from _probe(machine, "appimage", (str(file),))
        installations = [machine.data.parent, Path("/var/lib")]
        if any((folder / "flatpak" / "app" / APP).is_dir() for folder in installations):
            with contextlib.suppress(InstallError):  # it is passed over, as are older GIMPs
                yield find_flatpak(machine)
        return
    for kind, version, command in found:
        yield Gimp(kind, version, (command,), machine.profile(version))


def names_on_path(machine: Machine, pattern: re.Pattern[str]) -> list[str]:
    """Return the names of programs on PATH that match, in reverse order of their versions."""
    names = set()
    for folder in machine.environ.get("PATH", "").split(":"):
        with contextlib.suppress(OSError):  # it may be missing, or not ours to read
            found = [path.name for path in Path(folder or ".").iterdir()]
            names |= {name for name in found if pattern.match(name)}
    runnable = [name for name in names if shutil.which(name)]
    return sorted(runnable, key=numbers, reverse=True)


def numbers(name: str) -> list[int]:
    """Return the numbers in a version or a name, which order it."""
    return [int(digits) for digits in re.findall(r"\d+", name)]


def _probe(machine: Machine, kind: str, command: tuple[str, ...]) -> Iterator[Gimp]:
    version, outcome = read_version(command)
    if version is not None:
        yield Gimp(kind, version, command, machine.profile(version), _banner(outcome))


def _banner(outcome: Outcome) -> str:
    return next((line for line in outcome.output.splitlines() if line.startswith("GNU")), "")


def _named(machine: Machine, name: str) -> Gimp:
    bundled = layouts.find_named(machine, Path(name))
    if bundled is not None:
        kind, version, command = bundled
        return Gimp(kind, version, (command,), machine.profile(version))
    given = shutil.which(name) or name
    # The gimp-console beside a gimp is the same program without windows.
    folder, slash, base = given.rpartition("/")
    console = f"{folder}{slash}gimp-console{base[len('gimp') :]}"
    use_console = base.startswith("gimp") and shutil.which(console) is not None
    for gimp in _probe(machine, "system", (console if use_console else given,)):
        return gimp
    raise InstallError(f"'{name}' is not a GIMP 3; without --gimp I look for it myself")


def _appimage(machine: Machine, name: str) -> Gimp:
    """Return the GIMP in a file that mounts itself, at another path each time."""
    file = Path(name)
    if not file.is_file():
        raise InstallError(f"there is no file '{name}'")
    if shutil.which(str(file.absolute())) is None:
        raise InstallError(f"'{name}' is not executable. Do: chmod +x '{name}'")
    command = (str(file.resolve()),)
    version, outcome = read_version(command)
    if version is None:
        msg = (
            f"'{name}' does not say that it is GIMP 3. If FUSE is missing, set "
            "APPIMAGE_EXTRACT_AND_RUN=1, as its option --appimage-extract-and-run does"
        )
        raise InstallError(msg, outcome.reasons("."))
    return Gimp("appimage", version, command, machine.profile(version), _banner(outcome))


def find_flatpak(machine: Machine) -> Gimp:
    """Return Flathub's GIMP 3."""
    if shutil.which("flatpak") is None:
        raise InstallError(
            "there is no command flatpak. Do: sudo apt install flatpak (or its like elsewhere)"
        )
    if not run(["flatpak", "info", APP]).ok:
        raise InstallError(f"{APP} is not installed. Do: flatpak install flathub {APP}")
    command = ["flatpak", "run"]
    if run(in_sandbox(["sh", "-c", "type gimp-console"])).ok:
        command.append("--command=gimp-console")
    version, outcome = read_version([*command, APP])
    if version is None:
        raise InstallError(f"{APP} is not a GIMP 3. Do: flatpak update {APP}", outcome.reasons("."))
    # It has a folder for settings of its own. On that of GIMP ours is mounted, if there is one.
    script = (
        'mine=$XDG_CONFIG_HOME/GIMP; if [ "$mine" -ef "$0" ]; then echo "$0"; else echo "$mine"; fi'
    )
    settings = run(in_sandbox(["sh", "-c", script, str(machine.settings)])).last_line
    profile = machine.profile(version, Path(settings))
    return Gimp("flatpak", version, (*command, APP), profile, _banner(outcome))


def in_sandbox(command: Sequence[str], visible: Sequence[Path] = ()) -> list[str]:
    """Return the command that runs a program in the sandbox that Flathub's GIMP has."""
    folders = [f"--filesystem={path}" for path in visible]
    return ["flatpak", "run", *folders, f"--command={command[0]}", APP, *command[1:]]
