"""Where GIMP's own installers put it on Windows and macOS.

Windows: GIMP's installer (Inno Setup, AppID `GIMP-3`) writes `InstallLocation` to the registry, for
all users or for one. The Microsoft Store notes the folder of each package in the registry; its
programs are started by an alias. macOS: an application bundle, as `Info.plist` describes it.
"""

from __future__ import annotations

import plistlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Callable, Optional

from installer.machine import Machine

Found = tuple[str, str, str]  # kind, X.Y, the program
Registry = Callable[[str, str], Mapping[str, Mapping[str, str]]]

UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
PACKAGES = (
    r"Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel"
    r"\Repository\Packages"
)


def find_windows(machine: Machine, registry: Registry) -> Iterator[Found]:
    """Yield the GIMPs that Windows knows, and those in the usual folders."""
    folders = []
    for hive in ("HKCU", "HKLM"):
        for name, values in registry(hive, UNINSTALL).items():
            if name.startswith("GIMP-3") and values.get("InstallLocation"):
                folders.append(Path(values["InstallLocation"]))
    local = machine.environ.get("LOCALAPPDATA", "")
    for base in (machine.environ.get("PROGRAMFILES", ""), f"{local}/Programs" if local else ""):
        folders += sorted(Path(base).glob("GIMP 3*")) if base else []
    for folder in dict.fromkeys(folders):
        program = _find_program(folder / "bin", ".exe")
        if program is not None:
            yield ("windows", *program)
    for name in registry("HKCU", PACKAGES):
        version = re.match(r"GIMP\.\w+_(3\.\d+)\.", name)
        if version and local:
            alias = Path(local) / "Microsoft" / "WindowsApps" / f"gimp-{version[1]}.exe"
            yield "store", version[1], str(alias)


def find_macos(folders: list[Path]) -> Iterator[Found]:
    """Yield the GIMPs in folders of applications."""
    for folder in folders:
        for bundle in sorted(folder.glob("GIMP*.app")):
            found = _read_bundle(bundle)
            if found is not None:
                yield found


def find_named(machine: Machine, path: Path) -> Optional[Found]:
    """Return the GIMP that the user has named, on Windows or macOS: a program, folder or bundle."""
    if machine.platform == "darwin":
        bundles = [folder for folder in [path, *path.parents] if folder.suffix == ".app"]
        return _read_bundle(bundles[0]) if bundles else None
    if machine.platform == "win32":
        folders = [path.parent, path / "bin", path]
        programs = [_find_program(folder, ".exe") for folder in folders]
        return next((("windows", *program) for program in programs if program), None)
    return None


def _read_bundle(bundle: Path) -> Optional[Found]:
    try:
        with (bundle / "Contents" / "Info.plist").open("rb") as file:
            version = str(plistlib.load(file).get("CFBundleShortVersionString", ""))
    except (OSError, ValueError):
        return None
    number = re.match(r"3\.\d+", version)
    program = _find_program(bundle / "Contents" / "MacOS", "")
    if number is None or program is None:
        return None
    return "macos", number[0], program[1]


def _find_program(folder: Path, suffix: str) -> Optional[tuple[str, str]]:
    """Return the version and the path of a GIMP 3 in a folder, without windows if possible."""
    for name in ("gimp-console-3.*", "gimp-3.*"):
        for path in sorted(folder.glob(f"{name}{suffix}")):
            version = re.fullmatch(
                r"gimp-(?:console-)?(3\.\d+)", path.name[: len(path.name) - len(suffix)]
            )
            if version:
                return version[1], str(path)
    return None


def read_registry(hive: str, path: str) -> dict[str, dict[str, str]]:
    """Return the text values of all keys below a path of Windows' registry."""
    if sys.platform != "win32":
        return {}
    import winreg

    keys: dict[str, dict[str, str]] = {}
    root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(root, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as parent:
            for index in range(winreg.QueryInfoKey(parent)[0]):
                name = winreg.EnumKey(parent, index)
                with winreg.OpenKey(parent, name) as key:
                    values = [winreg.EnumValue(key, i) for i in range(winreg.QueryInfoKey(key)[1])]
                keys[name] = {name: value for name, value, _ in values if isinstance(value, str)}
    except OSError:
        return keys
    return keys
