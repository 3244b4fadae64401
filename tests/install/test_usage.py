"""What install.sh says to wrong and to curious users, before it does anything."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.install.conftest import User, program

pytestmark = pytest.mark.any_gimp


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--frobnicate"], "--frobnicate"),
        (["--no-demo", "china.jpg"], "china.jpg"),
        (["--gimp"], "--gimp needs a command"),
        (["--gimp", ""], "--gimp needs a command"),
        (["--appimage"], "--appimage needs a file"),
        (["--appimage", ""], "--appimage needs a file"),
        (["--flatpak", "--gimp", "gimp"], "give one"),
        (["--gimp=gimp", "--appimage=gimp"], "give one"),
    ],
)
def test_wrong_usage_is_one_line(newcomer: User, arguments: list[str], told: str) -> None:
    line = newcomer.fails(*arguments, status=2)
    assert told in line
    assert "--help" in line


def test_help_names_every_option(newcomer: User) -> None:
    text = newcomer.succeeds("--help")
    for option in (
        "--gimp COMMAND",
        "--appimage FILE",
        "--flatpak",
        "--no-demo",
        "--check",
        "--uninstall",
        "--help",
    ):
        assert f"\n  {option} " in text


@pytest.mark.parametrize("command", ["no-such-command", "cat", "gimp-2.10"])
def test_gimp_has_to_be_a_gimp_3(newcomer: User, tmp_path: Path, command: str) -> None:
    old = "echo 'GNU Image Manipulation Program version 2.10.34'"
    programs = program(tmp_path / "bin", "gimp-2.10", old).parent
    line = newcomer.fails("--gimp", command, first_in_path=programs)
    assert f"'{command}' is not a GIMP 3" in line
    assert newcomer.has_nothing()


def test_an_appimage_has_to_be_there_and_executable(newcomer: User, tmp_path: Path) -> None:
    file = tmp_path / "GIMP 3.AppImage"
    assert f"there is no file '{file}'" in newcomer.fails("--appimage", file)
    assert f"there is no file '{tmp_path}'" in newcomer.fails("--appimage", tmp_path)
    file.write_text("#!/bin/sh\n")
    assert f"Do: chmod +x '{file}'" in newcomer.fails("--appimage", file)
    assert newcomer.has_nothing()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Cannot mount AppImage, please check your FUSE setup.", 127),
        ("GNU Image Manipulation Program version 2.10.34", 0),
    ],
)
def test_an_appimage_has_to_say_that_it_is_gimp_3(
    newcomer: User, tmp_path: Path, told: str, status: int
) -> None:
    file = program(tmp_path, "GIMP.AppImage", f"echo '{told}' >&2; exit {status}")
    done = newcomer.run("--appimage", file)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"  | {told}\ninstall.sh: error: '{file}' does not say that it is"
    )
    assert "--appimage-extract-and-run" in done.stderr
    assert newcomer.has_nothing()


def test_flatpak_and_its_gimp_have_to_be_there(newcomer: User, tmp_path: Path) -> None:
    # A PATH without flatpak, whatever this machine has.
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "dirname", "grep", "mktemp", "rm", "sort"):
        (tools / name).symlink_to(str(shutil.which(name)))
    line = newcomer.fails("--flatpak", PATH=str(tools))
    assert "there is no command flatpak" in line
    assert "sudo apt install flatpak" in line
    programs = program(tmp_path / "bin", "flatpak", "exit 1").parent
    line = newcomer.fails("--flatpak", first_in_path=programs)
    assert "Do: flatpak install flathub org.gimp.GIMP" in line
    programs = program(tmp_path / "old", "flatpak", "[ $1 = info ] || echo 2.10").parent
    done = newcomer.run("--flatpak", first_in_path=programs)
    assert done.returncode == 1
    assert "Do: flatpak update org.gimp.GIMP" in done.stderr
    assert newcomer.has_nothing()


def test_an_older_gimp_on_path_is_passed_over(newcomer: User, tmp_path: Path) -> None:
    old = "echo 'GNU Image Manipulation Program version 2.10.34'"
    programs = program(tmp_path / "bin", "gimp-console-3.9", old).parent
    assert "3.9" not in newcomer.run("--check", first_in_path=programs).stdout


def test_checking_makes_nothing(newcomer: User) -> None:
    done = newcomer.run("--check")
    assert done.returncode == 1
    assert "NO   The environment ~/.local/share/palette-core/venv works" in done.stdout
    assert newcomer.has_nothing()


def test_the_report_tells_no_home(newcomer: User, tmp_path: Path) -> None:
    new = "echo 'GNU Image Manipulation Program version 3.9.1'"
    program(newcomer.home / "bin", "GIMP 3.AppImage", new)
    other_name = tmp_path / "other name"
    other_name.symlink_to(newcomer.home)
    file = other_name / "bin" / "GIMP 3.AppImage"
    said = newcomer.run("--check", "--appimage", file, HOME=str(other_name)).stdout
    assert "\nGIMP 3.9 (~/bin/GIMP 3.AppImage):\n" in said
    plugin = "~/.config/GIMP/3.9/plug-ins/quantize-kmeans/quantize-kmeans.py"
    assert f"\n  NO   The plug-in is {plugin}\n" in said
    assert "\n       Do: ./install.sh --appimage FILE\n" in said
    # Any Python can be the worker's, with GIMP's bindings or without.
    assert re.search(r"\n  yes  \S+python3\S* is 3\.11 or newer", said)
    assert str(newcomer.home) not in said
    assert str(other_name) not in said


@pytest.mark.bare
def test_sudo_is_refused(newcomer: User) -> None:
    assert "without sudo" in newcomer.fails(SUDO_USER="artist")
    assert newcomer.has_nothing()
