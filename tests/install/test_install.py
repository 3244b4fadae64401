"""Installing, and installing again over what is there, with and without GIMP 3."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.install.conftest import GIMP, OFFLINE, User, clone, moved, program

pytestmark = pytest.mark.any_gimp


def results(said: str) -> tuple[Path, Path]:
    """Return the picture and the palette that install.sh names last."""
    picture = re.search(r"^Picture: (.+)$", said, re.MULTILINE)
    palette = re.search(r"^Palette: (.+)$", said, re.MULTILINE)
    assert picture
    assert palette
    return Path(picture[1]), Path(palette[1])


def gpl_colours(path: Path) -> list[tuple[int, ...]]:
    """Read a palette file without the help of palette_core."""
    rows = re.findall(r"^ *(\d+) +(\d+) +(\d+)\b", path.read_text(), re.MULTILINE)
    return [tuple(map(int, row)) for row in rows]


def png_colours(path: Path, count: int) -> list[tuple[int, ...]]:
    """Read the first colours of a PNG that has a palette."""
    with Image.open(path) as image:
        assert image.mode == "P"
        assert max(image.tobytes()) < count
        flat = image.getpalette()
    assert flat is not None
    return [tuple(flat[3 * i : 3 * i + 3]) for i in range(count)]


@pytest.fixture
def conda_shell(tmp_path: Path) -> dict[str, str]:
    """A shell full of settings for other work, with another Python first in PATH."""
    lost = str(tmp_path / "lost")
    for name in ("python3", "python3.11", "python3.13", "python3.14"):
        program(tmp_path / "conda", name, "echo \"No module named 'gi'\" >&2; exit 1")
    (tmp_path / "modules").mkdir()
    for name in ("gi", "numpy", "palette_core"):
        (tmp_path / "modules" / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    return {
        "PATH": f"{tmp_path / 'conda'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONHOME": lost,
        "PYTHONPATH": str(tmp_path / "modules"),
        "PYTHONWARNINGS": "error",
        "VIRTUAL_ENV": lost,
        "PIP_TARGET": lost,
        "PIP_PREFIX": lost,
        "PIP_USER": "1",
        "PIP_PYTHON": f"{lost}/python3",
        "PIP_NO_DEPS": "1",
        "PIP_DRY_RUN": "1",
    }


def test_the_first_run_ends_with_a_picture_and_its_palette(first_run: tuple[User, str]) -> None:
    user, said = first_run
    picture, palette = results(said)
    assert picture.is_relative_to(user.demo)
    assert palette.is_relative_to(user.profile if GIMP else user.demo)
    colours = gpl_colours(palette)
    assert 1 < len(colours) <= 16
    assert png_colours(picture, len(colours)) == colours


def test_the_first_run_is_a_few_calm_lines(first_run: tuple[User, str]) -> None:
    lines = first_run[1].splitlines()
    assert len(lines) <= 11
    assert not [line for line in lines if "error" in line.lower() or "warning" in line.lower()]


@pytest.mark.bare
def test_without_gimp_it_says_how_to_get_it(first_run: tuple[User, str]) -> None:
    user, said = first_run
    assert len(re.findall("GIMP 3", said)) == 2
    assert "sudo apt install gimp" in said
    assert list(user.profiles.iterdir()) == [user.profiles / "2.10"]


@pytest.mark.bare
def test_missing_bindings_are_named(newcomer: User, tmp_path: Path) -> None:
    new = "echo 'GNU Image Manipulation Program version 3.9.1'"
    programs = program(tmp_path / "bin", "gimp-console", new).parent
    line = newcomer.fails(first_in_path=programs)
    assert "sudo apt install" in line
    assert "gir1.2-gimp-3.0" in line
    assert newcomer.has_nothing()


def test_a_second_run_leads_to_the_same(first_run: tuple[User, str]) -> None:
    user, said = first_run
    picture, palette = results(said)
    colours = gpl_colours(palette)
    names = sorted(path.name for path in palette.parent.iterdir())
    # As if an older version had found other colours.
    for made in {palette, user.demo / palette.name}:
        made.write_text(re.sub(r"^ *\d+ +\d+", "  9   9", made.read_text(), flags=re.MULTILINE))
    picture.unlink()
    path = f"{user.link.parent}{os.pathsep}{user.environment['PATH']}"
    again = user.succeeds(PATH=path, LC_ALL="C")  # in which the home's name has no meaning
    assert results(again) == (picture, palette)
    assert gpl_colours(palette) == colours
    assert png_colours(picture, len(colours)) == colours
    assert sorted(path.name for path in palette.parent.iterdir()) == names
    assert f"Note: {user.link.parent} is not in your PATH" in said
    assert "is not in your PATH" not in again


def test_the_project_may_be_read_only(user: User, tmp_path: Path) -> None:
    project = clone(tmp_path / "my clone")
    files = sorted(project.rglob("*"))
    for path in [project, *files]:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        user.succeeds("--no-demo", project=project)
        assert sorted(project.rglob("*")) == files
        user.succeeds("--no-demo", project=project)  # over a copy of read-only files
    finally:
        for path in [project, *files]:
            path.chmod(path.stat().st_mode | 0o200)


def test_a_venv_without_its_python_is_made_anew_in_a_conda_shell(
    user: User, conda_shell: dict[str, str]
) -> None:
    python = user.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/usr/bin/python3.4")
    assert not user.command_works()
    user.succeeds("--no-demo", **conda_shell)
    assert user.command_works()
    assert python.resolve() == Path("/usr/bin/python3").resolve()
    assert not Path(conda_shell["PIP_TARGET"]).exists()


@pytest.mark.any_machine
def test_a_damaged_library_is_made_anew(user: User) -> None:
    numpy = next(user.venv.glob("lib/python3*/site-packages/numpy"))
    (numpy / "__init__.py").unlink()
    assert not user.command_works()
    user.succeeds("--no-demo")
    assert user.command_works()


@pytest.mark.any_machine
def test_a_half_made_venv_is_made_anew_but_not_lost_offline(user: User) -> None:
    pip = next(user.venv.glob("lib/python3*/site-packages/pip"))
    shutil.rmtree(pip)
    user.fails(**OFFLINE)
    assert user.command_works()
    assert not pip.exists()
    user.succeeds("--no-demo")
    assert user.command_works()
    assert pip.exists()
    assert sorted(path.name for path in user.data.iterdir()) == ["demo", "docs", "venv"]


@pytest.mark.any_machine
def test_a_second_installer_waits_for_the_first(user: User) -> None:
    with ThreadPoolExecutor() as threads:
        said = list(threads.map(user.succeeds, ["--no-demo", "--no-demo"]))
    notes = [re.findall(r"^Note: another installer.+$", text, re.MULTILINE) for text in said]
    assert sorted(map(len, notes)) == [0, 1]
    assert user.command_works()


@pytest.mark.any_machine
def test_offline_the_earlier_install_stays(user: User) -> None:
    before = sorted(user.venv.rglob("*.py"))
    line = user.fails(**OFFLINE)
    assert "network" in line
    assert "Connection refused" in line
    assert sorted(user.venv.rglob("*.py")) == before


@pytest.mark.any_machine
def test_offline_a_first_run_leaves_what_the_next_can_use(newcomer: User) -> None:
    assert "network" in newcomer.fails(**OFFLINE)
    assert "network" in newcomer.fails(**OFFLINE)
    assert not newcomer.plugin.exists()
    assert not newcomer.link.exists()


@pytest.mark.any_machine
def test_a_failing_step_of_pip_is_quoted(user: User, tmp_path: Path) -> None:
    project = clone(tmp_path / "clone")
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace("numpy>=", "numpy>=999."))
    done = user.run("--no-demo", project=project)
    assert done.returncode == 1
    assert re.search(r"^  \| .*numpy>=999\.", done.stderr, re.MULTILINE)
    assert done.stderr.splitlines()[-1].startswith("install.sh: error: pip cannot install")
    assert len(done.stderr.splitlines()) < 10


@pytest.mark.any_machine
def test_a_foreign_command_stays(user: User, tmp_path: Path) -> None:
    with moved(user.link, tmp_path / "link"):
        user.link.write_text("something else\n")
        assert f"Note: {user.link} is not from this script" in user.succeeds("--no-demo")
        assert user.link.read_text() == "something else\n"
        user.link.unlink()
        user.link.symlink_to("/nowhere/palette-core")
        user.succeeds("--no-demo")
        assert user.link.readlink() == Path("/nowhere/palette-core")
