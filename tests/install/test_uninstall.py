"""--uninstall: all that install.sh made goes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.install.conftest import GIMP, NAME, OLD_PALETTE, User

pytestmark = pytest.mark.any_gimp


def test_what_was_made_goes_and_the_rest_stays(newcomer: User, first_run: tuple[User, str]) -> None:
    mine = [
        newcomer.profiles / "3.0" / "palettes" / "mine.gpl",
        newcomer.profiles / "3.0" / "plug-ins" / "other" / "other.py",
        newcomer.home / ".local" / "bin" / "other",
        newcomer.demo / "kept.png",
    ]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(OLD_PALETTE)
    newcomer.copy_venv(first_run[0])
    newcomer.succeeds()
    made = [newcomer.venv, newcomer.link, newcomer.demo / "palette-core-demo.png"]
    if GIMP:
        made.append(newcomer.plugin)
        mine.append(newcomer.demo_palette)
    assert all(path.exists() for path in [*made, *mine])

    said = newcomer.succeeds("--uninstall")
    for path in made:
        assert f"Removed {path}\n" in said
    named = {path.name for path in newcomer.home.rglob("*")} - {path.name for path in mine}
    assert not {name for name in named if "quantize" in name or name == "venv"}
    assert all(path.exists() for path in mine)
    assert list(newcomer.data.rglob("*")) == [newcomer.demo, newcomer.demo / "kept.png"]

    assert "There is nothing to remove" in newcomer.succeeds("--uninstall")


def test_what_only_looks_like_ours_stays(newcomer: User, tmp_path: Path) -> None:
    developers = newcomer.profiles / "3.0" / "plug-ins" / NAME
    by_hand = newcomer.profiles / "3.2" / "plug-ins" / NAME
    developers.parent.mkdir(parents=True)
    developers.symlink_to(tmp_path)
    by_hand.mkdir(parents=True)
    (by_hand / f"{NAME}.py").write_text("#!/usr/bin/env python3\n")
    newcomer.link.parent.mkdir(parents=True)
    newcomer.link.write_text("something else\n")
    assert "There is nothing to remove" in newcomer.succeeds("--uninstall")
    assert developers.is_symlink()
    assert (by_hand / f"{NAME}.py").exists()
    assert newcomer.link.exists()


def test_every_gimp_folder_is_looked_at(newcomer: User, tmp_path: Path) -> None:
    ours = [
        newcomer.profiles / "3.0" / "plug-ins" / NAME,
        newcomer.profiles / "3.12" / "plug-ins" / NAME,
        tmp_path / "profile" / "plug-ins" / NAME,
    ]
    for folder in ours:
        folder.mkdir(parents=True)
        (folder / f"{NAME}.py").write_text(f"#!{newcomer.venv}/bin/python -sE\n")
    in_flatpak = newcomer.home / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP"
    ours.append(in_flatpak / "3.2" / "plug-ins" / NAME)
    ours[-1].mkdir(parents=True)
    environment = newcomer.data / "flatpak-venv"
    environment.mkdir(parents=True)
    (ours[-1] / "environment").write_text(f"{environment}/bin/python\n")
    newcomer.succeeds("--uninstall", GIMP3_DIRECTORY=str(tmp_path / "profile"))
    assert not [folder for folder in [*ours, environment] if folder.exists()]
    assert all(folder.parent.exists() for folder in ours)
