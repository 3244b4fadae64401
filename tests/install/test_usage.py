"""What install.sh says to wrong and to curious users, before it does anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.install.conftest import User, program


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--frobnicate"], "--frobnicate"),
        (["--no-demo", "china.jpg"], "china.jpg"),
        (["--gimp"], "--gimp needs a command"),
        (["--gimp", ""], "--gimp needs a command"),
    ],
)
def test_wrong_usage_is_one_line(newcomer: User, arguments: list[str], told: str) -> None:
    line = newcomer.fails(*arguments, status=2)
    assert told in line
    assert "--help" in line


def test_help_names_every_option(newcomer: User) -> None:
    text = newcomer.succeeds("--help")
    for option in ("--gimp COMMAND", "--no-demo", "--check", "--uninstall", "--help"):
        assert f"\n  {option} " in text


@pytest.mark.parametrize("command", ["no-such-command", "cat", "gimp-2.10"])
def test_gimp_has_to_be_a_gimp_3(newcomer: User, tmp_path: Path, command: str) -> None:
    old = "echo 'GNU Image Manipulation Program version 2.10.34'"
    programs = program(tmp_path / "bin", "gimp-2.10", old).parent
    line = newcomer.fails("--gimp", command, first_in_path=programs)
    assert f"'{command}' is not a GIMP 3" in line
    assert newcomer.has_nothing()


def test_an_older_gimp_on_path_is_passed_over(newcomer: User, tmp_path: Path) -> None:
    old = "echo 'GNU Image Manipulation Program version 2.10.34'"
    programs = program(tmp_path / "bin", "gimp-console-3.9", old).parent
    assert "3.9" not in newcomer.run("--check", first_in_path=programs).stdout


def test_checking_makes_nothing(newcomer: User) -> None:
    done = newcomer.run("--check")
    assert done.returncode == 1
    assert f"NO   The environment {newcomer.venv} works" in done.stdout
    assert newcomer.has_nothing()


@pytest.mark.bare
def test_sudo_is_refused(newcomer: User) -> None:
    assert "without sudo" in newcomer.fails(SUDO_USER="artist")
    assert newcomer.has_nothing()
