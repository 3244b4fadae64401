"""The command line of the installer: install, check, uninstall."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from installer import plugin, report
from installer.console import (
    COMMAND,
    InstallError,
    clean_environment,
    complain,
    name_problem,
    say,
    stop_programs,
)
from installer.gimps import Gimp, find_gimps
from installer.library import Environment, Options, install_guide, is_link_to, link_command
from installer.machine import PLUGIN, Machine, one_installer_at_a_time, remove

_USAGE = f"""\
Usage: {COMMAND} [OPTION...]

Installs the command palette-core, and the plug-in for every GIMP 3 that it finds.
Then it runs the plug-in once on a photo. Without GIMP 3 it installs the command alone.
Run it again to repair or upgrade the installation.

  --gimp COMMAND    for this GIMP only: a name or a path, gimp or gimp-console
  --appimage FILE   for the GIMP 3 in this AppImage only
  --flatpak         for the GIMP 3 from Flathub only
  --offline FOLDER  take all packages from this folder, and nothing from the network
  --no-demo         do not run the plug-in on a photo
  --check           change nothing; print a diagnostic report
  --uninstall       remove what this script has installed; your palettes stay
  --help            this text
"""
_VALUES = {"--gimp": "a command", "--appimage": "a file", "--offline": "a folder"}


@dataclass
class Arguments:
    """What the command line asks for."""

    action: str = "install"
    kind: str = ""
    chosen: str = ""
    offline: Optional[Path] = None
    with_demo: bool = True


def main(words: list[str]) -> int:
    """Do what the command line says, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):  # a console may lack some characters
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr] # other streams lack it
    machine = Machine()
    try:
        arguments = parse(words)
        if arguments.action == "help":
            print(_USAGE, end="")
            return 0
        refuse_machine()
        clean_environment()
        if arguments.action == "uninstall":
            with one_installer_at_a_time(machine.home):
                uninstall(machine)
            return 0
        gimps = find_gimps(machine, arguments.kind, arguments.chosen)
        if arguments.action == "check":
            return report.check(
                machine, arguments.kind, gimps, environments(machine, arguments, gimps)
            )
        with one_installer_at_a_time(machine.home):
            install(machine, arguments, gimps)
    except InstallError as failure:
        return complain(failure)
    except BrokenPipeError:  # whoever reads the output, such as `head`, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return complain(name_problem(error, str(machine.home)))
    except KeyboardInterrupt:
        return complain(
            InstallError("stopped; run it again to complete the installation", status=130)
        )
    return 0


def parse(words: list[str]) -> Arguments:
    """Return what the command line asks for."""
    arguments, rest = Arguments(), list(words)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if option in _VALUES:
            value = value if equals else rest.pop(0) if rest else ""
            if not value:
                raise _misused(f"{option} needs {_VALUES[option]}")
        elif equals:
            raise _misused(f"unknown option '{option}={value}'")
        if option in ("--gimp", "--appimage", "--flatpak"):
            if arguments.kind:
                raise _misused("--gimp, --appimage and --flatpak name one GIMP each: give one")
            arguments.kind, arguments.chosen = option[2:], value
        elif option == "--offline":
            arguments.offline = Path(value).absolute()
            if not arguments.offline.is_dir():
                raise InstallError(f"there is no folder '{value}'")
        elif option == "--no-demo":
            arguments.with_demo = False
        elif option in ("--check", "--uninstall", "--help"):
            arguments.action = option[2:]
        elif option == "-h":
            arguments.action = "help"
        else:
            raise _misused(f"unknown option '{option}'")
    return arguments


def _misused(problem: str) -> InstallError:
    return InstallError(f"{problem}; see {COMMAND} --help", status=2)


def refuse_machine() -> None:
    """Stop where the installer cannot work, or would not install for the GIMP of this user."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and os.environ.get("SUDO_USER"):
        raise InstallError("run it without sudo: it installs for you alone")
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        msg = "no folder for temporary files is writable: make /tmp writable, or set TMPDIR"
        raise InstallError(msg) from error
    if "WindowsApps" in sys.base_prefix or "PythonSoftwareFoundation" in sys.base_prefix:
        raise InstallError(
            "this Python is from the Microsoft Store, which hides what it writes from GIMP. "
            "Do: winget install Python.Python.3.13, and then, in a new window, install.bat"
        )


def environments(
    machine: Machine, arguments: Arguments, gimps: list[Gimp]
) -> dict[bool, Environment]:
    """Return the environments that are needed, by whether they are in Flatpak's sandbox."""
    places = {gimp.kind == "flatpak" for gimp in gimps}
    if arguments.kind != "flatpak":
        places.add(False)  # it has the command too
    needs_gimp = any(gimp.kind == "system" for gimp in gimps)
    return {
        place: Environment(machine, Options(needs_gimp and not place, arguments.offline), place)
        for place in sorted(places)
    }


def install(machine: Machine, arguments: Arguments, gimps: list[Gimp]) -> None:
    """Install all of it, and run the demo."""
    places = environments(machine, arguments, gimps)
    pythons = {place: environment.find_python() for place, environment in places.items()}
    for place, python in pythons.items():
        if python is None and not places[place].can_bring_python:
            raise InstallError(
                f"no Python 3.11 or newer with all it needs: {places[place].advice()}"
            )
    for gimp in gimps:
        say(f"GIMP {gimp.version}: {gimp.words}")
    with ThreadPoolExecutor() as threads:  # GIMP starts while packages are fetched
        profiles = [threads.submit(plugin.make_profile, gimp) for gimp in gimps]
        try:
            for place, environment in places.items():
                say(f"Python: {pythons[place] or 'the one that uv brings'}")
                say(
                    "Installing the library and what it needs "
                    "(the first time 300 MB, about a minute)"
                )
                environment.install(pythons[place])
            for profile in profiles:
                profile.result()
        except KeyboardInterrupt:
            stop_programs()
            raise
    first = next(iter(places.values()))
    install_guide(first)
    if False in places:  # that of a Flatpak works there alone
        link_command(places[False])
    for gimp in gimps:
        plugin.install_plugin(gimp, places[gimp.kind == "flatpak"])
        say(
            f"Plug-in: GIMP {gimp.version} shows it from its next start: "
            "Filters > Quantize with k-means…"
        )
        for sharer in gimp.describe_sharers():
            say(f"Note: {sharer}")
    if arguments.with_demo and gimps:
        plugin.run_demo(gimps[-1], places[gimps[-1].kind == "flatpak"])
    elif arguments.with_demo:
        plugin.run_demo_without_gimp(first)
    if gimps:
        say("Done. Start GIMP, open an image and choose Filters > Quantize with k-means…")
    else:
        for line in report.gimp_advice(machine):
            say(line)


def uninstall(machine: Machine) -> None:
    """Remove what the installer has made, and nothing else."""
    in_flatpak = machine.home / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP"
    profiles = [*machine.settings.glob("3.*"), *in_flatpak.glob("3.*"), machine.profile("3.0")]
    paths = []
    for folder in [profile / "plug-ins" for profile in dict.fromkeys(profiles)]:
        if plugin.is_ours(folder / PLUGIN):
            paths.append(folder / PLUGIN)
        paths += [folder / f".{PLUGIN}.{end}" for end in ("new", "old", "removed")]
    command = machine.program(machine.data / "venv", "palette-core")
    if machine.link is not None and is_link_to(machine.link, command):
        paths.append(machine.link)
    made = ("venv", "venv.old", "flatpak-venv", "flatpak-venv.old", "docs", "docs.new", ".docs.old")
    paths += [machine.data / name for name in made]
    paths += plugin.demo_files(machine)
    removed = [path for path in paths if remove(path)]
    for path in removed:
        say(f"Removed {path}")
    for folder in (machine.data / "demo", machine.data):
        with contextlib.suppress(OSError):
            folder.rmdir()
    if not removed:
        say("There is nothing to remove")
    say("Your palettes in GIMP are as they were")
