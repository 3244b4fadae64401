"""The diagnostic report: what is there, what is right, and what is wrong."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
from pathlib import Path

from installer.console import COMMAND, InstallError, complain, say
from installer.gimps import SNAPS, Gimp
from installer.library import Environment, project_version, read_folder
from installer.machine import PLUGIN, PROJECT, Machine
from installer.plugin import PROCEDURE, first_line, interpreter_line, write_plugin

_VERSIONS = """\
import platform
from importlib import metadata


def version(name):
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"no {name}"


packages = ("palette-core", "numpy", "pillow", "scikit-learn")
print("with Python", ", ".join([platform.python_version(), *map(version, packages)]))
"""
_OWN_PYTHON = """\
import platform, sys
from importlib.util import find_spec
found = ["with" if find_spec(name) else "without" for name in ("numpy", "palette_core")]
has = "{} NumPy, {} palette_core".format(*found)
print("own Python:", sys.executable, platform.python_version(), has)"""
_REPAIRS = {
    "": "",
    "gimp": " --gimp COMMAND",
    "appimage": " --appimage FILE",
    "flatpak": " --flatpak",
}


class Report:
    """Lines for the user, in which the home folder is ~, so that others may read them."""

    def __init__(self, machine: Machine, kind: str) -> None:
        self.homes = {str(machine.home), os.path.realpath(machine.home)}
        self.repair = f"{COMMAND}{_REPAIRS[kind]}"
        self.all_well = True

    def line(self, text: str) -> None:
        """Print a line."""
        for home in sorted(self.homes, key=len, reverse=True):
            text = text.replace(f"{home}{os.sep}", f"~{os.sep}")
        say(text)

    def holds(self, sentence: str, advice: str, is_so: bool) -> bool:
        """Print whether something is so, and what to do if not."""
        if is_so:
            self.line(f"  yes  {sentence}")
        else:
            self.all_well = False
            self.line(f"  NO   {sentence}")
            for part in advice.splitlines():
                self.line(f"       {part}")
        return is_so


def check(machine: Machine, kind: str, gimps: list[Gimp], places: dict[bool, Environment]) -> int:
    """Print the report, and return the exit code."""
    report = Report(machine, kind)
    report.line(f"palette-core {project_version()} on {system_name()}")
    report.holds("There is a GIMP 3", "\n".join(gimp_advice(machine)), bool(gimps))
    for environment in places.values():
        check_environment(report, environment)
    for gimp in gimps:
        report.line(f"GIMP {gimp.version} ({gimp.words}):")
        if gimp.banner:
            report.line(f"       {gimp.banner}")
        for sharer in gimp.describe_sharers():
            report.line(f"       {sharer}")
        check_plugin(report, gimp, places[gimp.kind == "flatpak"])
    if not report.all_well:
        return complain(InstallError("not all is well: do what the lines below each NO say"))
    say("All is well. A GIMP that is running shows a new plug-in after a restart.")
    return 0


def check_environment(report: Report, environment: Environment) -> None:
    """Check the Python, the environment and the library."""
    python = environment.find_python()
    report.holds(
        f"{python or 'The Python here'} is 3.11 or newer, with all that is needed",
        "" if python else f"Do: {environment.advice()}",
        python is not None or environment.can_bring_python,
    )
    repair = f"Do: {report.repair}"
    works = environment.works().ok
    report.holds(f"The environment {environment.folder} works", repair, works)
    versions = environment.run("-c", _VERSIONS)
    if versions.ok:
        report.line(f"       {versions.last_line}")
    report.holds(f"Its library is that of {PROJECT}", repair, works and environment.is_current())


def check_plugin(report: Report, gimp: Gimp, environment: Environment) -> None:
    """Check the plug-in in the folder of a GIMP."""
    plugins = gimp.profile / "plug-ins"
    file, repair = plugins / PLUGIN / f"{PLUGIN}.py", f"Do: {report.repair}"
    misplaced = [
        path
        for path in [plugins / f"{PLUGIN}.py", *plugins.glob(f"*/{PLUGIN}.py")]
        if path.exists() and path != file
    ]
    sentence = f"No {PLUGIN}.py is in a folder of another name, where GIMP ignores it"
    report.holds(sentence, f"Remove: {' '.join(map(str, misplaced))}", not misplaced)
    if not report.holds(f"The plug-in is {file}", repair, file.is_file()):
        return
    report.holds("The file is executable", repair, os.access(file, os.X_OK))
    starts = starts_python(file, gimp, environment)
    report.holds("Its first line names a Python that is there", repair, starts)
    same = is_same_plugin(file.parent, gimp, environment)
    report.holds(f"It is the same as in {PROJECT}", repair, same)
    has = gimp.has_procedure(PROCEDURE).ok
    report.holds(f"GIMP has {PROCEDURE}", f"{repair}, which shows what GIMP says", has)
    if gimp.brings_python:
        check_own_python(report, gimp, environment)
    elif starts:
        report.line("       It runs in that environment, without a worker")


def check_own_python(report: Report, gimp: Gimp, environment: Environment) -> None:
    """Check the Python that GIMP brings, which runs its own plug-ins and ours."""
    outcome = gimp.run(_OWN_PYTHON, "python-fu-eval")
    found = re.search("^own Python: (.*)", outcome.output, re.MULTILINE)
    advice = "Ask where you have this GIMP from"
    report.holds("GIMP's own Python runs its plug-ins", advice, found is not None)
    report.line(f"       It runs in {found[1] if found else 'that Python'}")
    if found is None or "without" in found[1]:
        report.line(f"       The worker is {environment.python}")


def starts_python(file: Path, gimp: Gimp, environment: Environment) -> bool:
    """Whether the plug-in's first line is right, and its environment's Python starts."""
    own = "#!/usr/bin/env python3" if gimp.brings_python else interpreter_line(environment.python)
    return first_line(file) == own and environment.run("-c", "").ok


def is_same_plugin(folder: Path, gimp: Gimp, environment: Environment) -> bool:
    """Whether a plug-in is the one that the installer would write."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / PLUGIN
        try:
            write_plugin(fresh, gimp, environment)
        except InstallError:
            return False
        return read_folder(fresh) == read_folder(folder)


def system_name() -> str:
    """Return the name of the operating system, and the processor's."""
    if sys.platform == "win32":  # `platform` asks a service of Windows, which takes long
        build = ".".join(map(str, sys.getwindowsversion()[:3]))
        return f"Windows {build}, {os.environ.get('PROCESSOR_ARCHITECTURE', '')}"
    name = platform.system()
    if hasattr(platform, "freedesktop_os_release"):
        try:
            name = platform.freedesktop_os_release().get("PRETTY_NAME", name)
        except OSError:
            name = f"{name} {platform.release()}"
    return f"{name}, {platform.machine()}"


def gimp_advice(machine: Machine) -> list[str]:
    """Return how to get GIMP 3."""
    if machine.platform in ("win32", "darwin"):
        return [
            "No GIMP 3 is found, so no plug-in. Install it from gimp.org, or name it by --gimp."
        ]
    snap = "GIMP from the Snap Store cannot use the plug-in: a Snap sees only its own folders."
    return [
        *([snap] if any(folder.is_dir() for folder in SNAPS) else []),
        "No GIMP 3 on PATH, so no plug-in. Debian 13, Ubuntu 25.04 and newer: sudo apt install "
        "gimp python3-gi gir1.2-gimp-3.0 python3-venv",
        "Elsewhere: your distribution's own GIMP 3, an AppImage of it (--appimage FILE), or "
        "Flathub's (--flatpak).",
    ]
