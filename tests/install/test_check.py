"""--check: what it finds right, and what it finds wrong."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

import palette_core
from tests.install.conftest import GIMP, PROJECT, User, moved, rewritten

pytestmark = pytest.mark.any_gimp


def shown(user: User, path: Path) -> str:
    """Return a path as --check shows it, with nothing private."""
    return f"~/{path.relative_to(user.home)}"


def wrong(user: User) -> dict[str, str]:
    """Return what --check finds wrong, with what to do."""
    done = user.run("--check")
    lines = done.stdout.splitlines()
    found = {
        line.removeprefix("  NO   "): advice.strip()
        for line, advice in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("  NO   ")
    }
    assert done.returncode == (1 if found else 0), done.stdout + done.stderr
    assert all(found.values())
    assert str(user.home) not in done.stdout
    return found


def snapshot(user: User) -> dict[Path, int]:
    """Return when each thing that install.sh makes was last written."""
    places = [user.data, user.link.parent, user.plugin, user.demo_palette]
    made = [path for place in places for path in [place, *place.rglob("*")]]
    return {path: path.lstat().st_mtime_ns for path in made if path.exists()}


def test_after_an_install_all_that_can_be_is_well(user: User) -> None:
    before = snapshot(user)
    assert set(wrong(user)) == (set() if GIMP else {"There is a GIMP 3"})
    assert snapshot(user) == before


def test_a_missing_venv_is_seen(user: User) -> None:
    with moved(user.venv, user.data / "elsewhere"):
        found = wrong(user)
    assert found[f"The environment {shown(user, user.venv)} works"] == "Do: ./install.sh"
    if GIMP:
        assert found["Its first line names a Python that is there"] == "Do: ./install.sh"


def test_another_version_of_the_library_is_seen(user: User) -> None:
    module = next(user.venv.glob("lib/python3*/site-packages/palette_core/__init__.py"))
    with rewritten(module, module.read_text() + "# older\n"):
        assert f"Its library is that of {PROJECT}" in wrong(user)


@pytest.mark.gimp
def test_a_file_that_is_not_executable_is_seen(user: User) -> None:
    user.main_file.chmod(0o644)
    found = wrong(user)
    user.main_file.chmod(0o755)
    assert set(found) == {"The file is executable", "GIMP has plug-in-quantize-kmeans"}
    assert found["The file is executable"] == "Do: ./install.sh"


@pytest.mark.gimp
def test_a_folder_of_another_name_is_seen(user: User) -> None:
    place = user.plugin.with_name("quantize_kmeans")
    with moved(user.plugin, place):
        found = wrong(user)
    advice = found.pop(
        "No quantize-kmeans.py is in a folder of another name, where GIMP ignores it"
    )
    assert advice == f"Remove: {shown(user, place)}/quantize-kmeans.py"
    assert set(found) == {f"The plug-in is {shown(user, user.main_file)}"}


@pytest.mark.gimp
def test_another_interpreter_is_seen(user: User) -> None:
    text = user.main_file.read_text().split("\n", 1)[1]
    with rewritten(user.main_file, f"#!/no/such/python\n{text}"):
        found = wrong(user)
        assert "without a worker" not in user.run("--check").stdout
    assert "Its first line names a Python that is there" in found
    assert "GIMP has plug-in-quantize-kmeans" in found


@pytest.mark.gimp
def test_another_version_of_the_plugin_is_seen(user: User) -> None:
    with rewritten(user.main_file, user.main_file.read_text() + "# older\n"):
        assert set(wrong(user)) == {f"It is the same as in {PROJECT}"}


def test_the_report_has_all_versions(user: User) -> None:
    said = user.run("--check").stdout
    project = palette_core.__version__
    assert re.match(rf"palette-core {re.escape(project)} on \S.*, {platform.machine()}\n", said)
    versions = (
        rf"^       with Python 3\.\d+\.\d+, palette-core {re.escape(project)}, numpy \d\S*, "
        r"pillow \d\S*, scikit-learn \d\S*$"
    )
    assert re.search(versions, said, re.MULTILINE)
    if GIMP:
        version = rf"^       GNU Image Manipulation Program version {re.escape(GIMP)}\.\d+$"
        assert re.search(version, said, re.MULTILINE)
        assert "\n       It runs in that environment, without a worker\n" in said
