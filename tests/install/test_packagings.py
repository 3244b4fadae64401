"""GIMP 3 in an AppImage and in a Flatpak, which bring a Python of their own.

The packagings are stand-ins: scripts that do to the environment what the real ones do. The GIMP
in them is the real one of this machine, and the Python that it starts has no NumPy.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.install.conftest import GIMP, NAME, PROJECT, User, program

pytestmark = [pytest.mark.gimp, pytest.mark.any_gimp]

# What the start file of GIMP's AppImage does. It has the gimp with windows alone, of which 3.0
# wants a screen even for `-i`.
APPIMAGE = """
cd "MOUNTED"
exec env -i HOME="$HOME" LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 APPDIR="MOUNTED" \\
  PATH="MOUNTED/usr/bin/:$PATH" xvfb-run --auto-servernum /usr/bin/gimp "$@"
"""

# A sandbox with folders of its own for settings, whose Python can give no pip.
FLATPAK = """
case "$*" in
  "info org.gimp.GIMP") exit ;;
  "run "*) shift ;;
  *) exit 1 ;;
esac
command=/usr/bin/gimp
while [ "$1" != org.gimp.GIMP ]; do
  case $1 in --command=*) command=${1#*=} ;; esac
  shift
done
shift
case "$*" in
  *"-m venv"*--without-pip*) ;;
  *"-m venv"*) echo "No module named ensurepip"; exit 1 ;;
esac
exec env -i HOME="$HOME" LANG=C.UTF-8 PATH="APP/bin:/usr/bin:/bin" \\
  PIP_CACHE_DIR="$PIP_CACHE_DIR" PIP_CONFIG_FILE="$PIP_CONFIG_FILE" \\
  XDG_CONFIG_HOME="$HOME/.var/app/org.gimp.GIMP/config" \\
  XDG_DATA_HOME="$HOME/.var/app/org.gimp.GIMP/data" "$command" "$@"
"""


def python_without_numpy(folder: Path) -> Path:
    """Make the system's Python, with GIMP's bindings and without NumPy, as `folder`/bin/python3."""
    subprocess.run(
        ["/usr/bin/python3", "-I", "-m", "venv", "--system-site-packages", "--without-pip", folder],
        check=True,
    )
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "without.pth").write_text("import sys; sys.modules['numpy'] = None\n")
    return folder


class Packaged(User):
    """A user whose GIMP is in an AppImage or a Flatpak."""

    options: tuple[str | Path, ...]
    bin: Path

    def install(self, *more: str) -> str:
        """Run install.sh for this GIMP."""
        return self.succeeds(*self.options, *more, first_in_path=self.bin)

    def check(self) -> str:
        """Run install.sh --check for this GIMP, which finds that all is well."""
        return self.install("--check")


@pytest.fixture(scope="session")
def appimage(
    first_run: tuple[User, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Packaged, str]:
    """A user who has run install.sh for an AppImage, and what it said."""
    place = tmp_path_factory.mktemp("appimage")
    python_without_numpy(place / "mounted" / "usr")
    text = APPIMAGE.replace("MOUNTED", str(place / "mounted"))
    file = program(place / "my programs", "GIMP 3 of mine.AppImage", text)
    (place / "home").mkdir()
    user = Packaged(place / "home")
    user.options, user.bin = ("--appimage", file), file.parent
    user.copy_venv(first_run[0])  # made by the same Python
    return user, user.install()


@pytest.fixture(scope="session")
def flatpak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Packaged, str]:
    """A user who has run install.sh for a Flatpak, and what it said."""
    place = tmp_path_factory.mktemp("flatpak")
    python_without_numpy(place / "app")
    bin_folder = program(
        place / "bin", "flatpak", FLATPAK.replace("APP", str(place / "app"))
    ).parent
    user = Packaged(place / "home")
    user.venv = user.data / "flatpak-venv"
    user.options, user.bin = ("--flatpak",), bin_folder
    # Flatpak mounts the user's folder there.
    user.profiles.mkdir(parents=True)
    mounted = user.home / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP"
    mounted.parent.mkdir(parents=True)
    mounted.symlink_to(user.profiles)
    return user, user.install()


def words(user: Packaged) -> str:
    """Return the command of a user's GIMP."""
    flatpak = "flatpak run --command=gimp-console org.gimp.GIMP"
    return str(user.options[1]) if user.options[0] == "--appimage" else flatpak


@pytest.fixture(params=["appimage", "flatpak"])
def packaged(request: pytest.FixtureRequest) -> tuple[Packaged, str]:
    """Each of these users in turn."""
    found: tuple[Packaged, str] = request.getfixturevalue(request.param)
    return found


def test_the_demo_is_that_of_the_systems_gimp(
    packaged: tuple[Packaged, str], first_run: tuple[User, str]
) -> None:
    user, said = packaged
    with (
        Image.open(user.demo / "palette-core-demo.png") as ours,
        Image.open(first_run[0].demo / "palette-core-demo.png") as theirs,
    ):
        assert ours.getpalette() == theirs.getpalette()
        assert ours.tobytes() == theirs.tobytes()
    assert user.main_file.read_text().startswith("#!/usr/bin/env python3\n")
    assert (user.plugin / "environment").read_text() == f"{user.venv}/bin/python\n"
    note = (
        r"^Note: gimp-console\S* has the same plug-in folder, but the filter is for "
        rf"{re.escape(words(user))} now. To change that: ./install.sh --gimp 'gimp-console"
    )
    assert re.search(note, said, re.MULTILINE)


def test_an_appimage_has_the_command(appimage: tuple[Packaged, str]) -> None:
    user, said = appimage
    assert f"GIMP {GIMP}: {words(user)}\n" in said
    assert user.command_works()


def test_a_flatpak_has_an_environment_alone(flatpak: tuple[Packaged, str]) -> None:
    user, said = flatpak
    assert f"GIMP {GIMP}: {words(user)}\n" in said
    assert next(user.venv.glob("lib/python3*/site-packages/pip")).is_dir()
    # The command would run in the Flatpak alone.
    assert not user.link.exists()
    assert not (user.data / "venv").exists()


def test_the_report_names_both_pythons(packaged: tuple[Packaged, str]) -> None:
    user, _ = packaged
    said = user.check()
    own = r"^       It runs in \S+/bin/python3 3\.\d+\.\d+ without NumPy, without palette_core$"
    assert re.search(own, said, re.MULTILINE)
    assert (
        f"\n       The worker is ~/.local/share/palette-core/{user.venv.name}/bin/python\n" in said
    )
    assert re.search(r"^       with Python 3\S+, palette-core \S+, numpy \d", said, re.MULTILINE)
    assert str(user.home) not in said


def test_settings_that_are_the_flatpaks_alone_are_found(flatpak: tuple[Packaged, str]) -> None:
    user, _ = flatpak
    own = user.home / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP"
    own.unlink()
    said = user.install("--no-demo")
    assert "has the same plug-in folder" not in said
    assert (own / str(GIMP) / "plug-ins" / NAME / "environment").is_file()
    shutil.rmtree(own)
    own.symlink_to(user.profiles)


def test_another_worker_is_seen(appimage: tuple[Packaged, str]) -> None:
    user, _ = appimage
    (user.plugin / "environment").write_text("/earlier/home/palette-core/venv/bin/python\n")
    done = user.run(*user.options, "--check")
    assert done.returncode == 1
    assert f"  NO   It is the same as in {PROJECT}\n" in done.stdout
    assert "       Do: ./install.sh --appimage FILE\n" in done.stdout
    user.install("--no-demo")
    assert "All is well" in user.check()
