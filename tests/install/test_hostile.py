"""Machines that make an installation difficult: the installer says what to do."""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import re
import signal
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

import pytest

from installer import console, library, machine, plugin
from installer.console import InstallError, Outcome
from installer.gimps import Gimp, find_gimps
from installer.machine import Machine
from installer.main import refuse_machine
from tests.install.conftest import PROJECT, User, program

pytestmark = pytest.mark.any_machine


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """A user whose home has spaces, quotes, umlauts and an emoji in its path."""
    home = tmp_path / 'Zoë\'s "home" $x 🎨'
    home.mkdir()
    return Machine("linux", {"HOME": str(home), "PATH": os.environ["PATH"]})


def test_the_path_of_the_interpreter_is_quoted_for_env(here: Machine) -> None:
    python = here.program(here.data / "venv", "python")
    python.parent.mkdir(parents=True)
    python.symlink_to("/bin/echo")
    line = plugin.interpreter_line(python)
    # The kernel gives env all the rest of the line as one argument, as GIMP does.
    command, _, rest = line.removeprefix("#!").partition(" ")
    done = subprocess.run([command, rest, "x.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "-sE x.py\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full (/no/file): free 500 MB"),
        (errno.EROFS, "cannot write /no/file (Read-only file system): make it writable"),
        (errno.EACCES, "cannot write /no/file (Permission denied): make it writable"),
    ],
)
def test_errors_of_the_file_system_say_what_to_do(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number), "/no/file")
    assert words in str(console.name_problem(error, "/no"))


def test_the_folder_that_is_read_only_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rights do not stop root.
    monkeypatch.setattr(console.os, "access", lambda path, _mode: path != tmp_path)
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "new"))
    assert f"cannot write {tmp_path} (" in str(console.name_problem(error, "/no"))


def test_a_folder_that_may_not_be_removed_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("")

    def refuse(path: Path, *_more: object) -> None:
        if path.parent == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    # What a folder that is read-only refuses, also to root.
    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(os, "rmdir", refuse)
    with pytest.raises(PermissionError):
        machine.remove(tmp_path / "folder")
    assert (tmp_path / "folder" / "file").exists()


def test_an_interrupted_removal_is_completed(tmp_path: Path) -> None:
    for folder in ("venv", ".venv.removed"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("")
    assert machine.remove(tmp_path / "venv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_program_uses_is_named() -> None:
    error = PermissionError(13, "The process cannot access the file", r"C:\x\numpy.pyd")
    error.winerror = 32  # as Windows sets it
    assert str(console.name_problem(error, "C:/")) == (
        r"another program uses C:\x\numpy.pyd: close it, such as GIMP, and try again"
    )


@pytest.mark.parametrize(
    ("tool", "said", "words"),
    [
        (
            "pip",
            "ERROR: Could not install packages due to an OSError: [Errno 28] "
            "No space left on device",
            "the disk is full",
        ),
        (
            "uv",
            "error: Failed to write to the client cache\n"
            "  Caused by: No space left on device (os error 28)",
            "the disk is full",
        ),
        (
            "uv",
            "error: Failed to fetch: `https://127.0.0.1:9/simple/numpy/`\n"
            "  Caused by: tcp connect error: Connection refused (os error 111)",
            "uv cannot fetch packages (Connection refused (os error 111)): check the network",
        ),
    ],
)
def test_what_pip_and_uv_say_is_put_into_a_sentence(tool: str, said: str, words: str) -> None:
    assert words in str(library.explain(tool, Outcome(said, 1)))


def test_what_pip_says_last_is_quoted_if_nothing_else_is_known() -> None:
    said = "Traceback\nbwrap: execvp /x/python: No such file or directory\n"
    assert "bwrap" in library.explain("pip", Outcome(said, 1)).quoted


def test_a_full_disk_leaves_the_earlier_plugin(tmp_path: Path) -> None:
    target = tmp_path / "quantize-kmeans"
    target.mkdir()
    (target / "mine.py").write_text("old")
    with pytest.raises(FileNotFoundError):
        machine.replace_folder(target, tmp_path / "never written")
    assert (target / "mine.py").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_locked_for_a_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = []

    def locked_twice() -> None:
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise PermissionError(13, "used by another process")

    monkeypatch.setattr(machine.os, "name", "nt")
    machine.retry(locked_twice)
    assert attempts == [0, 1, 2]


def test_a_plugin_that_is_locked_for_a_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, target = tmp_path / "new", tmp_path / "target"
    for folder in (new, target):
        folder.mkdir()
        (folder / "plugin.py").write_text(folder.name)
    replace, refused = Path.replace, []

    def replace_later(path: Path, place: Path) -> Path:
        if refused.count(path) < 2:
            refused.append(path)
            raise PermissionError(13, "used by another process", str(path))
        return replace(path, place)

    monkeypatch.setattr(Path, "replace", replace_later)
    monkeypatch.setattr(machine.os, "name", "nt")
    machine.replace_folder(target, new)
    old = tmp_path / ".target.old"
    assert refused == [target, target, new, new, old, old]
    assert (target / "plugin.py").read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_stays_locked_is_an_error() -> None:
    def locked() -> None:
        raise PermissionError(13, "used by another process")

    with pytest.raises(PermissionError):
        machine.retry(locked, seconds=0.0)


def test_a_machine_without_temporary_folders_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", find_none)
    with pytest.raises(InstallError, match="make /tmp writable, or set TMPDIR"):
        refuse_machine()


def test_a_read_only_home_is_named(newcomer: User) -> None:
    # A file in the place of the folder stops root too, whom rights do not.
    (newcomer.home / ".local").write_text("")
    line = newcomer.fails("--no-demo")
    assert str(newcomer.home / ".local") in line
    assert (newcomer.home / ".local").read_text() == ""


def test_a_python_without_ensurepip_is_named(tmp_path: Path) -> None:
    environment = library.Environment(Machine("linux", dict(os.environ)), library.Options())
    script = 'case "$*" in *ensurepip*pip*) set -- -I -c "print(\'lacks python3-venv\')";; esac'
    python = program(tmp_path, "python3", f'{script}\nexec /usr/bin/python3 "$@"')
    assert environment.lacks(str(python)) == "python3-venv"
    assert environment.lacks(str(tmp_path / "no python")) == "python3"


@pytest.fixture
def gimps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A user with GIMP 3.0 under two names, and 3.2 from the system and as an AppImage."""
    banner = "echo 'GNU Image Manipulation Program version 3.0.4'"
    program(tmp_path / "bin", "gimp-console-3.0", banner)
    (tmp_path / "bin" / "gimp-console").symlink_to("gimp-console-3.0")
    newer = banner.replace("3.0.4", "3.2.6")
    program(tmp_path / "bin", "gimp-console-3.2", newer)
    program(tmp_path / "Applications", "GIMP-3.2.AppImage", newer)
    program(tmp_path / "Applications", "gimp-3.2-copy.AppImage", newer)
    program(tmp_path / "Applications", "Krita.AppImage", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return Machine("linux", {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")})


def test_two_gimps_of_one_version_get_the_plugin_once_and_are_named(gimps: Machine) -> None:
    one, other = find_gimps(gimps, "", "")
    assert (one.version, one.words) == ("3.0", "gimp-console-3.0")
    assert list(one.describe_sharers()) == []
    assert (other.version, other.words) == ("3.2", "gimp-console-3.2")
    folder = gimps.home / "Applications"
    assert list(other.describe_sharers()) == [
        f"{folder}/{name} has the same plug-in folder, but the filter is for gimp-console-3.2 "
        f"now. To change that: ./install.sh --appimage '{folder}/{name}'"
        for name in ("GIMP-3.2.AppImage", "gimp-3.2-copy.AppImage")
    ]


def test_a_chosen_gimp_names_those_that_share_its_folder(gimps: Machine) -> None:
    folder = gimps.home / "Applications"
    (gimp,) = find_gimps(gimps, "appimage", str(folder / "GIMP-3.2.AppImage"))
    assert list(gimp.describe_sharers()) == [
        f"gimp-console-3.2 has the same plug-in folder, but the filter is for {gimp.words} now. "
        "To change that: ./install.sh --gimp 'gimp-console-3.2'",
        f"{folder}/gimp-3.2-copy.AppImage has the same plug-in folder, and shows the filter too",
    ]
    (gimp,) = find_gimps(gimps, "gimp", "gimp-console")
    assert list(gimp.describe_sharers()) == []


def test_an_appimage_in_applications_is_found(tmp_path: Path) -> None:
    banner = "echo 'GNU Image Manipulation Program version 3.2.6'"
    file = program(tmp_path / "Applications", "gimp-3.2.6-x86_64.AppImage", banner)
    here = Machine("linux", {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")})
    (gimp,) = find_gimps(here, "", "")
    assert (gimp.kind, gimp.version, gimp.command) == ("appimage", "3.2", (str(file),))


def test_an_offline_folder_has_to_be_there(newcomer: User) -> None:
    assert "there is no folder 'wheels'" in newcomer.fails("--offline", "wheels")
    assert newcomer.has_nothing()


def test_an_offline_folder_without_packages_is_an_error(newcomer: User) -> None:
    (newcomer.home / "wheels").mkdir()
    done = newcomer.run("--offline", "wheels", "--no-demo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("install.sh: error: pip cannot install")
    assert not newcomer.link.exists()


def test_the_installer_is_written_for_python_3_9() -> None:
    for file in (PROJECT / "installer").glob("*.py"):
        if file.name != "guide.py":  # it runs in the environment
            ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_a_plugin_of_somebody_else_is_not_replaced(here: Machine) -> None:
    target = here.profile("3.0") / "plug-ins" / "quantize-kmeans"
    target.mkdir(parents=True)
    gimp = Gimp("appimage", "3.0", ("gimp",), here.profile("3.0"))
    with pytest.raises(InstallError, match="is not from this script"):
        plugin.install_plugin(gimp, library.Environment(here, library.Options()))


def test_an_interrupted_first_start_of_gimp_leaves_no_half_profile(
    newcomer: User, tmp_path: Path
) -> None:
    script = f"""\
[ "$1" != --version ] || exec echo 'GNU Image Manipulation Program version 3.9.1'
trap '' INT
mkdir -p "{newcomer.profiles}/3.9/palettes"
exec sleep infinity
"""
    file = program(tmp_path, "GIMP.AppImage", script)
    command = [PROJECT / "install.sh", "--appimage", file]
    with subprocess.Popen(
        command,
        env=newcomer.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs the tests in the background may have let them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as installing:
        while not (newcomer.profiles / "3.9" / "palettes").exists():
            assert installing.poll() is None
            time.sleep(0.01)
        os.killpg(installing.pid, signal.SIGINT)  # as Ctrl+C does
        try:
            _, said = installing.communicate(timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(installing.pid, signal.SIGKILL)
    assert said == "install.sh: error: stopped; run it again to complete the installation\n"
    assert installing.returncode == 130
    assert not (newcomer.profiles / "3.9").exists()


def test_uv_gets_pinned_versions_with_hashes(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "uv.log"
    program(tmp_path / "bin", "uv", f'echo "$@" >>{log}')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    environment = library.Environment(here, library.Options())
    assert environment.can_bring_python
    with pytest.raises(InstallError, match="the library does not start"):
        environment.install(None)  # nothing was installed
    venv, pinned, package = log.read_text().splitlines()[:3]
    assert venv.startswith("venv --quiet --python 3.13 ")
    assert pinned.endswith(f"--require-hashes --requirement {library.PINS}")
    assert package.endswith(f"{PROJECT}[guide]")


def test_a_sandbox_that_hides_the_environment_is_named(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "flatpak", "")  # all succeeds, in folders that nobody else sees
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    environment = library.Environment(here, library.Options(), in_flatpak=True)
    with pytest.raises(InstallError) as caught:
        environment.install("python3")
    assert f"Do: flatpak override --user --filesystem='{here.data}'" in str(caught.value)


def test_every_package_that_is_needed_is_pinned() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["guide"]]
    pins = re.findall(r"^([\w-]+)==\S+", library.PINS.read_text(encoding="utf-8"), re.MULTILINE)
    assert {re.split(r"[>=<]", name)[0] for name in needed} <= set(pins)
    assert library.PINS.read_text(encoding="utf-8").count("--hash=sha256:") > 100


def test_plugins_and_environments_are_known_by_their_paths(tmp_path: Path) -> None:
    pythons = {
        "/home/me/.local/share/palette-core/venv/bin/python": True,
        "/home/me/.local/share/palette-core/flatpak-venv/bin/python": True,
        r"C:\Users\Zoë\AppData\Local\palette-core\venv\Scripts\python.exe": True,
        "/opt/venv/bin/python": False,
    }
    for python, is_ours in pythons.items():
        (tmp_path / "environment").write_text(f"{python}\n", encoding="utf-8")
        assert plugin.is_ours(tmp_path) == is_ours
