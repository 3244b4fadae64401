"""What install.sh puts into GIMP 3, and what it leaves alone there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer import library, plugin
from installer.console import InstallError
from installer.gimps import Gimp
from installer.machine import Machine
from palette_core.choices import collect_labels
from tests.install.conftest import GIMP, NAME, OLD_PALETTE, PROJECT, User, clone, moved, program

pytestmark = pytest.mark.gimp


def test_the_folder_is_a_copy_that_runs_in_the_venv(user: User) -> None:
    source = PROJECT / "plugin" / NAME
    assert {path.relative_to(user.plugin) for path in user.plugin.rglob("*.py")} == {
        path.relative_to(source) for path in source.rglob("*.py")
    }
    first, rest = user.main_file.read_text().split("\n", 1)
    assert f"{user.venv}/bin/python" in first
    assert rest == (source / f"{NAME}.py").read_text().split("\n", 1)[1]
    assert (user.plugin / "environment").read_text() == f"{user.venv}/bin/python\n"
    assert json.loads((user.plugin / "choices.json").read_text()) == collect_labels()


def test_the_first_start_is_left_to_gimp(first_run: tuple[User, str]) -> None:
    # GIMP brings along what an older GIMP had only while its folder is not there yet.
    user, said = first_run
    assert f"Starting GIMP {GIMP} once" in said
    assert (user.profile / "palettes" / "old.gpl").read_text() == OLD_PALETTE


@pytest.mark.any_gimp
def test_stale_modules_go(user: User) -> None:
    (user.plugin / "stale.py").write_text("")
    assert "Starting GIMP" not in user.succeeds("--no-demo")
    assert not (user.plugin / "stale.py").exists()
    assert [path.name for path in user.plugin.parent.iterdir()] == [NAME]


@pytest.mark.any_gimp
def test_a_palette_that_the_user_changed_stays(user: User) -> None:
    made = user.demo_palette.read_text()
    changed = made + "  9   9   9\tmy own\n"
    names = user.palettes()
    user.demo_palette.write_text(changed)
    said = user.succeeds()
    assert f"\nPalette: {user.demo_palette}\n" in said
    assert "stays as it is" in said
    assert user.demo_palette.read_text() == changed
    assert user.palettes() == names
    user.demo_palette.write_text(made)


def test_a_failing_plugin_is_quoted_and_costs_no_palette(user: User, tmp_path: Path) -> None:
    project = clone(tmp_path / "clone")
    main_file = project / "plugin" / NAME / f"{NAME}.py"
    text, replaced = re.subn(
        r"\ndef run\(.*?\) -> [^\n]*:\n",
        r"\g<0>    error_of_ours\n",
        main_file.read_text(),
        count=1,
        flags=re.DOTALL,
    )
    assert replaced
    main_file.write_text(text)
    before = user.demo_palette.read_bytes()
    done = user.run(project=project)
    assert done.returncode == 1
    assert "error_of_ours" in done.stderr
    assert re.search(r"^install\.sh: error: the plug-in does not run", done.stderr, re.MULTILINE)
    assert user.demo_palette.read_bytes() == before
    user.succeeds("--no-demo")


@pytest.mark.any_gimp
def test_a_developers_link_is_replaced_and_its_target_stays(user: User, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(PROJECT / "plugin" / NAME, source)
    files = {path: path.stat().st_mtime_ns for path in source.rglob("*")}
    shutil.rmtree(user.plugin)
    user.plugin.symlink_to(source)
    assert f"was a link to {source}" in user.succeeds("--no-demo")
    assert not user.plugin.is_symlink()
    assert {path: path.stat().st_mtime_ns for path in source.rglob("*")} == files


@pytest.mark.any_gimp
def test_a_foreign_folder_is_not_replaced(user: User, tmp_path: Path) -> None:
    with moved(user.plugin, tmp_path / "ours"):
        user.plugin.mkdir()
        user.main_file.write_text("#!/usr/bin/env python3\n")
        assert f"{user.plugin} is not from this script" in user.fails("--no-demo")
        assert user.main_file.read_text() == "#!/usr/bin/env python3\n"
        shutil.rmtree(user.plugin)


def entry(time: int) -> bytes:
    """Return GIMP's memory of our plug-in from when it had no procedure."""
    main_file = f"${{gimp_dir}}/plug-ins/{NAME}/{NAME}.py"
    return f'(plug-in-def "{main_file}" {time})\n'.encode()


@pytest.fixture
def remembering(user: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gimp]:
    """A GIMP that will not ask the plug-in again, as it remembers it of the same second."""
    time = 1_700_000_000
    replace_folder = plugin.replace_folder

    def replace_in_the_same_second(target: Path, new: Path) -> None:
        os.utime(new / f"{NAME}.py", (time, time))
        replace_folder(target, new)

    monkeypatch.setattr(plugin, "replace_folder", replace_in_the_same_second)
    monkeypatch.setenv("HOME", str(user.home))
    gimp = Gimp("system", str(GIMP), ("gimp-console",), user.profile)
    memory = user.profile / "pluginrc"
    assert gimp.has_procedure(plugin.PROCEDURE).ok
    known = memory.read_bytes()  # some icons in it are no text
    # The first lines name the version of the format, which is not that of the other GIMPs.
    head = re.findall(rb"^\((?:protocol|file)-version \d+\)\n", known, re.MULTILINE)
    assert len(head) == 2
    stale = b"".join(head) + entry(time)
    memory.write_bytes(stale)
    os.utime(user.main_file, (time, time))
    assert not gimp.has_procedure(plugin.PROCEDURE).ok
    memory.write_bytes(stale)  # GIMP has left out what has no procedure, to ask it next time
    yield gimp
    user.profile.chmod(0o755)
    memory.write_bytes(known)
    user.succeeds("--no-demo")


def environment_of(user: User) -> library.Environment:
    home = {"HOME": str(user.home), "PATH": os.environ["PATH"]}
    return library.Environment(Machine("linux", home), library.Options(needs_gimp=True))


def test_what_gimp_remembers_of_an_earlier_plugin_goes(user: User, remembering: Gimp) -> None:
    plugin.install_plugin(remembering, environment_of(user))
    assert remembering.has_procedure(plugin.PROCEDURE).ok
    assert f'(proc-def "{plugin.PROCEDURE}"' in (user.profile / "pluginrc").read_text(
        errors="replace"
    )


@pytest.mark.any_gimp
def test_what_gimp_remembers_may_be_in_a_folder_that_is_read_only(
    user: User, remembering: Gimp
) -> None:
    user.profile.chmod(0o555)
    memory = re.escape(str(user.profile / "pluginrc"))
    words = rf"{memory}, which cannot be removed \(Permission denied\): remove this file"
    with pytest.raises(InstallError, match=words):
        plugin.install_plugin(remembering, environment_of(user))
    assert plugin.is_ours(user.plugin)


@pytest.mark.any_gimp
@pytest.mark.parametrize(
    "data",
    [b"", b"(protocol-version 1)\n(file-version 1)\n" + entry(0), b"(plug-in-def", b"\0\xff"],
)
def test_a_memory_that_gimp_cannot_read_does_no_harm(user: User, data: bytes) -> None:
    memory = user.profile / "pluginrc"
    memory.write_bytes(data)
    user.succeeds("--no-demo")
    assert f'(proc-def "{plugin.PROCEDURE}"' in memory.read_text(errors="replace")


@pytest.mark.any_gimp
def test_every_gimp_on_path_gets_it_in_its_own_folder(user: User, tmp_path: Path) -> None:
    folder = user.profiles / "3.9"
    say = "[ \"$1\" != --version ] || exec echo 'GNU Image Manipulation Program version 3.9.1'"
    run = f'export GIMP3_DIRECTORY="{folder}"\nexec gimp-console "$@"'
    programs = program(tmp_path / "bin", "gimp-console-3.9", f"{say}\n{run}").parent
    shutil.rmtree(user.plugin)
    said = user.succeeds("--no-demo", first_in_path=programs)
    for version in (GIMP, "3.9"):
        assert f"Plug-in: GIMP {version} shows it" in said
        assert os.access(user.profiles / str(version) / "plug-ins" / NAME / f"{NAME}.py", os.X_OK)
    shutil.rmtree(folder)


@pytest.mark.any_gimp
@pytest.mark.parametrize("command", ["gimp", f"/usr/bin/gimp-{GIMP}"])
def test_gimp_may_be_named_in_many_ways(user: User, command: str) -> None:
    said = user.succeeds("--check", "--gimp", command)
    assert re.search(rf"^GIMP {GIMP} \(/usr/bin/gimp-console\S*\):$", said, re.MULTILINE)


@pytest.mark.any_gimp
def test_gimps_own_variable_says_where(user: User, tmp_path: Path) -> None:
    done = user.run("--check", GIMP3_DIRECTORY=str(tmp_path / "profile"))
    assert done.returncode == 1
    assert f"NO   The plug-in is {tmp_path}/profile/plug-ins/{NAME}/{NAME}.py" in done.stdout
    done = user.run("--check", GIMP3_DIRECTORY="below/home")
    assert f"NO   The plug-in is ~/below/home/plug-ins/{NAME}/{NAME}.py" in done.stdout
