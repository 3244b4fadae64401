"""The extension for Flathub's GIMP: its description is valid, and what it builds runs in GIMP."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer.gimps import Gimp
from installer.plugin import PROCEDURE, demo_script
from tests.install.conftest import GIMP, NAME, PROJECT, User

ID = "org.gimp.GIMP.Plugin.QuantizeKmeans"
FOLDER = PROJECT / "packaging" / "flathub"


def test_the_manifest_is_for_the_extension_point_of_gimp_3() -> None:
    manifest = json.loads((FOLDER / f"{ID}.json").read_text(encoding="utf-8"))
    assert manifest["id"] == ID
    assert manifest["branch"] == "3"
    assert manifest["runtime"] == "org.gimp.GIMP"
    assert manifest["build-options"]["prefix"] == "/app/extensions/QuantizeKmeans"


def test_the_metainfo_names_a_release_of_the_changelog() -> None:
    text = (FOLDER / f"{ID}.metainfo.xml").read_text(encoding="utf-8")
    release = re.search(r'<release version="(.+)" date="(.+)"/>', text)
    assert release
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {release[1]}, {release[2]}\n" in changelog


@pytest.mark.any_machine
def test_the_list_of_packages_has_the_pinned_wheels_of_both_processors(tmp_path: Path) -> None:
    file = tmp_path / "packages.json"
    tool = PROJECT / "tools" / "make_flathub_packages.py"
    subprocess.run([sys.executable, tool, file], check=True, capture_output=True)
    module = json.loads(file.read_text(encoding="utf-8"))
    pins = (PROJECT / "installer" / "requirements.txt").read_text(encoding="utf-8")
    packages = {"numpy", "pillow", "deflate", "scikit_learn", "scipy", "joblib", "tqdm"}
    for processor in ("x86_64", "aarch64"):
        wheels = {
            Path(source["url"]).name.split("-")[0].lower(): source
            for source in module["sources"]
            if processor in source["only-arches"]
        }
        assert packages | {"flit_core", "markdown_it_py"} <= set(wheels)
        assert all(processor in wheels[name]["url"] for name in ("numpy", "pillow", "deflate"))
        pinned = [source["sha256"] for name, source in wheels.items() if name != "flit_core"]
        assert all(f"--hash=sha256:{digest}" in pins for digest in pinned)
    manifest = json.loads((FOLDER / f"{ID}.json").read_text(encoding="utf-8"))
    assert manifest["modules"][0] == "python3-packages.json"


@pytest.mark.gimp
@pytest.mark.any_gimp
def test_what_it_builds_runs_in_gimps_own_python(
    first_run: tuple[User, str], newcomer: User, tmp_path: Path
) -> None:
    user, _ = first_run
    target = tmp_path / "extensions" / "QuantizeKmeans"
    # What `python3-packages.json` and the first command leave, made by pip without a Flatpak.
    (packages,) = user.venv.glob("lib/python3*/site-packages")
    shutil.copytree(packages, target / packages.relative_to(user.venv), copy_function=os.link)
    manifest = json.loads((FOLDER / f"{ID}.json").read_text(encoding="utf-8"))
    for command in manifest["modules"][-1]["build-commands"][1:]:
        subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "FLATPAK_DEST": str(target)},
            check=True,
        )
    # Flatpak merges the folders `plug-ins` of all extensions by links.
    newcomer.plugin.parent.mkdir(parents=True)
    newcomer.plugin.symlink_to(target / "plug-ins" / NAME)
    code = "import engine; print(engine.find_guide())"
    found = subprocess.run(
        ["/usr/bin/python3", "-c", code],
        cwd=newcomer.plugin,
        capture_output=True,
        text=True,
        check=True,
    )
    guide = target / "plug-ins" / NAME / "docs" / "guide" / "gimp.html"
    assert found.stdout.strip() == str(guide)
    assert "<h1" in guide.read_text(encoding="utf-8")
    assert not (newcomer.plugin / "environment").exists()
    gimp = Gimp("flatpak", str(GIMP), ("gimp-console",), newcomer.profile)
    photo = packages / "sklearn" / "datasets" / "images" / "china.jpg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(newcomer.home))
        patch.setenv("PATH", "/usr/bin:/bin")
        outcome = gimp.has_procedure(PROCEDURE)
        assert outcome.ok, outcome.output
        outcome = gimp.run(demo_script(photo, newcomer.home / "out.png"))
    assert outcome.ok, outcome.output
    assert (newcomer.home / "out.png").stat().st_size > 10_000
