"""Where the installer finds GIMP on Windows and macOS, and what it writes there.

The folders are drawn as GIMP's own installers make them; nothing is run. They are taken from
GIMP's sources: `build/windows/installer/base_gimp3264.iss`, `build/windows/store/AppxManifest.xml`
and `build/macos/2_bundle-gimp-uni_base.py`.
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from installer.layouts import PACKAGES, UNINSTALL, find_macos, find_named, find_windows
from installer.machine import Machine

pytestmark = pytest.mark.any_machine

Keys = Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]]


class Registry:
    """A registry with some keys."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __call__(self, hive: str, path: str) -> Mapping[str, Mapping[str, str]]:
        return self._keys.get((hive, path), {})


@pytest.fixture
def windows(tmp_path: Path) -> Machine:
    """A user of Windows, with spaces, umlauts and an emoji in the path."""
    user = tmp_path / "Users" / "Zoë Müller 🎨"
    folders = {  # `os.environ` of Windows has all names in capitals
        "USERPROFILE": user,
        "APPDATA": user / "AppData" / "Roaming",
        "LOCALAPPDATA": user / "AppData" / "Local",
        "PROGRAMFILES": tmp_path / "Program Files",
    }
    return Machine("win32", {name: str(folder) for name, folder in folders.items()})


def put_windows_gimp(folder: Path, version: str = "3.0") -> Path:
    """Draw the programs that GIMP's installer puts into a folder."""
    for name in ("gimp-3", f"gimp-{version}", "gimp-console-3", f"gimp-console-{version}", "gimp"):
        path = folder / "bin" / f"{name}.exe"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"MZ")
    return folder / "bin" / f"gimp-console-{version}.exe"


def test_a_gimp_for_all_users_is_found(windows: Machine, tmp_path: Path) -> None:
    program = put_windows_gimp(tmp_path / "Program Files" / "GIMP 3")
    assert list(find_windows(windows, Registry({}))) == [("windows", "3.0", str(program))]


def test_a_gimp_for_one_user_is_found(windows: Machine) -> None:
    local = Path(windows.environ["LOCALAPPDATA"])
    program = put_windows_gimp(local / "Programs" / "GIMP 3", "3.2")
    assert list(find_windows(windows, Registry({}))) == [("windows", "3.2", str(program))]


def test_a_gimp_elsewhere_is_in_the_registry(windows: Machine, tmp_path: Path) -> None:
    program = put_windows_gimp(tmp_path / "D" / "my programs" / "GIMP")
    location = {"InstallLocation": f"{tmp_path}/D/my programs/GIMP/", "DisplayName": "GIMP 3.0.4"}
    keys = {
        ("HKLM", UNINSTALL): {
            "GIMP-3_is1": location,
            "GIMP-2_is1": {"InstallLocation": str(tmp_path / "GIMP 2")},
            "Other_is1": {"InstallLocation": str(tmp_path)},
        }
    }
    assert list(find_windows(windows, Registry(keys))) == [("windows", "3.0", str(program))]


def test_a_folder_in_the_registry_that_is_gone_is_passed_over(
    windows: Machine, tmp_path: Path
) -> None:
    keys = {("HKCU", UNINSTALL): {"GIMP-3_is1": {"InstallLocation": str(tmp_path / "gone")}}}
    assert list(find_windows(windows, Registry(keys))) == []


def test_two_gimps_are_found_and_none_twice(windows: Machine, tmp_path: Path) -> None:
    one = put_windows_gimp(tmp_path / "Program Files" / "GIMP 3", "3.0")
    other = put_windows_gimp(tmp_path / "Program Files" / "GIMP 3.2", "3.2")
    registered = {"InstallLocation": str(tmp_path / "Program Files" / "GIMP 3")}
    keys = {("HKLM", UNINSTALL): {"GIMP-3_is1": registered}}
    assert list(find_windows(windows, Registry(keys))) == [
        ("windows", "3.0", str(one)),
        ("windows", "3.2", str(other)),
    ]


def test_the_gimp_of_the_microsoft_store_is_run_by_its_alias(windows: Machine) -> None:
    keys = {
        ("HKCU", PACKAGES): {
            "GIMP.43237F745459_3.0.40.0_x64__hq0jv6sm1sxzs": {},
            "Microsoft.WindowsCalculator_11.2405.2.0_x64__8wekyb3d8bbwe": {},
        }
    }
    alias = Path(windows.environ["LOCALAPPDATA"]) / "Microsoft" / "WindowsApps" / "gimp-3.0.exe"
    assert list(find_windows(windows, Registry(keys))) == [("store", "3.0", str(alias))]


def test_a_gimp_of_windows_may_be_named_by_its_folder_or_program(
    windows: Machine, tmp_path: Path
) -> None:
    program = put_windows_gimp(tmp_path / "portable" / "GIMP")
    for named in (program, program.with_name("gimp-3.exe"), program.parents[1], program.parent):
        assert find_named(windows, named) == ("windows", "3.0", str(program))
    assert find_named(windows, tmp_path) is None


def test_folders_of_windows(windows: Machine) -> None:
    user = windows.home
    assert windows.profile("3.2") == user / "AppData" / "Roaming" / "GIMP" / "3.2"
    assert windows.data == user / "AppData" / "Local" / "palette-core"
    python = windows.data / "venv" / "Scripts" / "python.exe"
    assert windows.program(windows.data / "venv", "python") == python
    assert windows.link is None


def put_bundle(folder: Path, version: str, console: str = "gimp-console-3.0") -> Path:
    """Draw the application bundle of GIMP for macOS."""
    programs = folder / "Contents" / "MacOS"
    programs.mkdir(parents=True)
    for name in ("gimp", "gimp-3.0", "python3", console):
        (programs / name).write_bytes(b"\xcf\xfa\xed\xfe")
    about = {"CFBundleShortVersionString": version, "CFBundleExecutable": "gimp-3.0"}
    (folder / "Contents" / "Info.plist").write_bytes(plistlib.dumps(about))
    return programs / console


def test_gimps_of_macos_are_found(tmp_path: Path) -> None:
    one = put_bundle(tmp_path / "Applications" / "GIMP.app", "3.0.4")
    other = put_bundle(tmp_path / "me" / "GIMP-3.2.app", "3.2.6", "gimp-console-3.2")
    put_bundle(tmp_path / "me" / "GIMP-2.10.app", "2.10.38", "gimp-console-2.10")
    (tmp_path / "me" / "GIMP broken.app").mkdir()
    found = list(find_macos([tmp_path / "Applications", tmp_path / "me", tmp_path / "no"]))
    assert found == [("macos", "3.0", str(one)), ("macos", "3.2", str(other))]


def test_a_gimp_of_macos_may_be_named_by_its_bundle_or_program(tmp_path: Path) -> None:
    machine = Machine("darwin", {"HOME": str(tmp_path)})
    program = put_bundle(tmp_path / "GIMP.app", "3.0.4")
    for named in (tmp_path / "GIMP.app", program, program.with_name("gimp")):
        assert find_named(machine, named) == ("macos", "3.0", str(program))


def test_folders_of_macos(tmp_path: Path) -> None:
    machine = Machine("darwin", {"HOME": str(tmp_path)})
    support = tmp_path / "Library" / "Application Support"
    assert machine.profile("3.0") == support / "GIMP" / "3.0"
    assert machine.data == support / "palette-core"
    assert machine.link == tmp_path / ".local" / "bin" / "palette-core"
