"""The archives of a release have in them what they should, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from flit_core import buildapi

import palette_core as pc
from tools.check_release import unpack
from tools.make_release import for_users

from .markdown_pages import PROJECT, links

VERSION = pc.__version__
PAGES = (
    "README.md",
    "CHANGELOG.md",
    *(f"docs/guide/{name}.md" for name in ("index", "gimp", "installation")),
)


def inside(folder: Path) -> set[str]:
    """Name the files of a folder of the project that belong to it."""
    found = (path.relative_to(PROJECT) for path in (PROJECT / folder).rglob("*") if path.is_file())
    return {str(path) for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sdist, the wheel and the archive for users, made by the build backend."""
    out = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("SOURCE_DATE_EPOCH", "1800000000")
        sdist = out / buildapi.build_sdist(str(out))
        wheel = out / buildapi.build_wheel(str(out))
    return [sdist, wheel, for_users(sdist, wheel)]


@pytest.fixture(scope="module")
def unpacked(archives: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive for users, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    unpack(archives[2], folder)
    return folder / f"palette-core-{VERSION}"


def test_archives_are_named_after_the_version(archives: list[Path]) -> None:
    assert [path.name for path in archives] == [
        f"palette_core-{VERSION}.tar.gz",
        f"palette_core-{VERSION}-py3-none-any.whl",
        f"palette-core-{VERSION}.zip",
    ]


def test_the_sdist_has_the_project_with_its_tests(archives: list[Path]) -> None:
    with tarfile.open(archives[0]) as archive:
        names = {Path(*Path(name).parts[1:]).as_posix() for name in archive.getnames()}
    folders = ["palette_core", "plugin", "installer", "packaging", "tests", "benchmarks", "tools"]
    folders += ["docs", ".ci"]
    files = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "install.sh", "install.bat"}
    project = set().union(*(inside(Path(folder)) for folder in folders)) | files
    assert names == project | {"pyproject.toml", ".gitignore", "PKG-INFO"}


def test_the_wheel_has_the_package_alone(archives: list[Path]) -> None:
    with zipfile.ZipFile(archives[1]) as archive:
        names = set(archive.namelist())
        about = f"palette_core-{VERSION}.dist-info/"
        metadata = message_from_bytes(archive.read(f"{about}METADATA"))
        commands = archive.read(f"{about}entry_points.txt").decode()
    assert {name for name in names if not name.startswith(about)} == inside(Path("palette_core"))
    assert {"palette_core/py.typed", "palette_core/image/blue_noise.npy"} <= names
    assert f"{about}licenses/LICENSE" in names
    assert "palette-core=palette_core.cli:main" in commands.replace(" ", "")
    assert metadata["Version"] == VERSION
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_same_files_give_the_same_bytes(archives: list[Path], tmp_path: Path) -> None:
    copy = shutil.copy(archives[0], tmp_path)
    assert for_users(Path(copy), archives[1]).read_bytes() == archives[2].read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("SOURCE_DATE_EPOCH", "1800000000")
        again = tmp_path / buildapi.build_sdist(str(tmp_path))
    assert again.read_bytes() == archives[0].read_bytes()


def test_users_get_what_the_installer_needs(unpacked: Path, archives: list[Path]) -> None:
    assert (unpacked / archives[1].name).read_bytes() == archives[1].read_bytes()
    assert (unpacked / "install.bat").read_bytes().count(b"\r\n") > 10
    for folder in ("palette_core", "plugin", "installer", "docs/guide", "docs/images"):
        names = inside(Path(folder))
        assert names
        assert all((unpacked / name).is_file() for name in names)
    assert not (unpacked / "tests").exists()
    assert not (unpacked / "tools").exists()
    assert (unpacked / "install.sh").stat().st_mode & stat.S_IXUSR
    done = subprocess.run([unpacked / "install.sh", "--help"], capture_output=True, check=True)
    assert b"--uninstall" in done.stdout
    with (unpacked / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["name"] == "palette-core"


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere_for_users_too(unpacked: Path, name: str) -> None:
    page = unpacked / name
    for link in links(page):
        assert (page.parent / link.partition("#")[0]).exists(), link


def test_no_archive_tells_where_it_was_made(archives: list[Path]) -> None:
    place = os.fsencode(PROJECT)
    with tarfile.open(archives[0]) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is None or place not in file.read(), member.name
            assert (member.uname, member.gname, member.uid) == ("", "", 0)


def test_the_changelog_begins_with_this_version() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(r"^## (.+)$", text, re.MULTILINE)
    assert heading is not None
    assert heading[1].startswith((f"{VERSION}, ", "Unreleased"))
    assert re.search(rf"^## {re.escape(VERSION)}, \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
