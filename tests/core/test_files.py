from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from palette_core import FileError, MissingFileError, OutputExistsError
from palette_core.files import check_folder, check_output, create_folder, read_file, write_file


def no_space(*_args: object, **_kwargs: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_links(*_args: object, **_kwargs: object) -> NoReturn:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file that is there already, alone in its folder."""
    path = tmp_path / "out.bin"
    path.write_bytes(b"old")
    return path


# Writing


@pytest.mark.parametrize("data", [b"", b"new", bytes(range(256)) * 999])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_new_file(tmp_path: Path, data: bytes, overwrite: bool) -> None:
    write_file(tmp_path / "out.bin", data, overwrite=overwrite)
    assert contents(tmp_path) == {"out.bin": data}


def test_a_name_without_a_folder(current_folder: Path) -> None:
    write_file("out.bin", b"new")
    assert contents(current_folder) == {"out.bin": b"new"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a" * 251 + ".gpl", id="255 letters"),
        pytest.param("漢" * 80 + ".gpl", id="244 bytes in 84 letters"),
        ".gpl",
        "two\nlines",
        " ",
    ],
)
def test_any_name_that_the_file_system_takes(tmp_path: Path, name: str) -> None:
    write_file(tmp_path / name, b"new")
    write_file(tmp_path / name, b"newer", overwrite=True)
    assert contents(tmp_path) == {name: b"newer"}


def test_nothing_is_overwritten_unasked(old: Path) -> None:
    for act in (check_output, lambda path: write_file(path, b"new")):
        with pytest.raises(OutputExistsError) as caught:
            act(old)
        assert f"cannot write {old}: the file exists" in str(caught.value)
        assert "`overwrite=True`" in str(caught.value)
    assert contents(old.parent) == {"out.bin": b"old"}


@pytest.mark.parametrize("has_links", [False, True])
def test_a_file_that_is_created_in_the_meantime_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    target = tmp_path / "out.bin"
    monkeypatch.setattr(os, "fsync", lambda _descriptor: target.write_bytes(b"theirs"))
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(OutputExistsError, match="the file exists"):
        write_file(target, b"new")
    assert contents(tmp_path) == {"out.bin": b"theirs"}


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    write_file(tmp_path / "out.bin", b"new")
    assert contents(tmp_path) == {"out.bin": b"new"}


# Whole or not at all


# What fails. If `link` fails, the file is renamed.
FAILURES: dict[str, list[tuple[object, str]]] = {
    "open": [(Path, "open")],
    "fsync": [(os, "fsync")],
    "rename": [(os, "link"), (os, "replace"), (os, "rename"), (Path, "replace"), (Path, "rename")],
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("before", [{}, {"out.bin": b"old"}])
def test_a_failure_leaves_all_as_it_was(
    tmp_path: Path, failure: str, before: dict[str, bytes]
) -> None:
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        for module, function in FAILURES[failure]:
            patch.setattr(module, function, no_space)
        with pytest.raises(FileError) as caught:
            write_file(tmp_path / "out.bin", b"much new data", overwrite=bool(before))
    assert (
        str(caught.value)
        == f"cannot write {tmp_path / 'out.bin'}: the disk is full; free some space"
    )
    assert contents(tmp_path) == before


# Links, permissions and devices


def test_a_link_is_followed(old: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "folder"
    elsewhere.mkdir()
    link = elsewhere / "link.bin"
    link.symlink_to(old)
    old.chmod(0o600)
    with pytest.raises(OutputExistsError):
        write_file(link, b"new")
    write_file(link, b"new", overwrite=True)
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    assert [path.name for path in elsewhere.iterdir()] == ["link.bin"]


def test_a_link_to_nothing_yet(tmp_path: Path) -> None:
    link = tmp_path / "link.bin"
    link.symlink_to(tmp_path / "out.bin")
    write_file(link, b"new")
    assert link.is_symlink()
    assert contents(tmp_path) == {"link.bin": b"new", "out.bin": b"new"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_link_that_leads_nowhere(tmp_path: Path, overwrite: bool) -> None:
    link = tmp_path / "link.bin"
    for leads_to, words in (
        ("no/out.bin", f"there is no folder {tmp_path}/no"),
        (link, "the link leads back to itself; name the file"),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / leads_to)
        for act in (check_output, lambda p, overwrite: write_file(p, b"new", overwrite=overwrite)):
            with pytest.raises(FileError, match=words):
                act(link, overwrite=overwrite)
        assert [path.name for path in tmp_path.iterdir()] == ["link.bin"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
@pytest.mark.parametrize("overwrite", [False, True])
def test_permissions_follow_the_umask(
    tmp_path: Path, mask: int, mode: int, overwrite: bool
) -> None:
    path = tmp_path / "out.bin"
    before = os.umask(mask)
    try:
        write_file(path, b"new", overwrite=overwrite)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755, 0o444, 0o4755])
def test_a_replaced_file_keeps_its_permissions(old: Path, mode: int) -> None:
    old.chmod(mode)
    write_file(old, b"new", overwrite=True)
    assert stat.S_IMODE(old.stat().st_mode) == mode & 0o777
    assert contents(old.parent) == {"out.bin": b"new"}


def test_a_replaced_file_keeps_its_owner_where_that_is_allowed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(os, "chown", lambda _path, owner, group: asked.append((owner, group)))
    write_file(old, b"new", overwrite=True)
    status = old.stat()
    assert asked == [(-1, status.st_gid), (status.st_uid, -1)]


def test_an_owner_that_may_not_be_set_does_not_stop_the_writing(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> NoReturn:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "chown", refuse)
    old.chmod(0o640)
    write_file(old, b"new", overwrite=True)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert contents(old.parent) == {"out.bin": b"new"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_device_is_written_to_as_it_is(overwrite: bool) -> None:
    check_output(os.devnull, overwrite=overwrite)
    write_file(os.devnull, b"new", overwrite=overwrite)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("kind", ["a FIFO", "a pipe by its number"])
def test_a_pipe_is_written_to_as_it_is(tmp_path: Path, kind: str) -> None:
    if kind == "a FIFO":
        path = tmp_path / "fifo"
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    else:  # as a shell names it for >(command), by a link that leads to no file's name
        reader, writer = os.pipe()
        path = Path(f"/dev/fd/{writer}")
    before = list(tmp_path.iterdir())
    write_file(path, b"new")
    assert os.read(reader, 99) == b"new"
    assert list(tmp_path.iterdir()) == before
    os.close(reader)
    if kind != "a FIFO":
        os.close(writer)


@pytest.mark.usefixtures("current_folder")  # the name of a socket may not be long
def test_a_socket_is_refused() -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
        with pytest.raises(FileError, match=f"cannot write socket: {os.strerror(errno.ENXIO)}"):
            write_file("socket", b"new", overwrite=True)
    assert Path("socket").is_socket()


# Where nothing can be written


@pytest.mark.parametrize(
    ("target", "error", "words"),
    [
        ("no/out.bin", MissingFileError, "there is no folder {folder}/no"),
        ("out.bin/new", MissingFileError, "there is no folder {folder}/out.bin"),
        (".", FileError, "it is a folder; name a file in it"),
        pytest.param("a" * 300, FileError, "the name is too long", id="300 letters"),
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_target_that_cannot_be(
    old: Path, target: str, error: type[FileError], words: str, overwrite: bool
) -> None:
    path = old.parent / target
    for act in (check_output, lambda p, overwrite: write_file(p, b"new", overwrite=overwrite)):
        with pytest.raises(error) as caught:
            act(path, overwrite=overwrite)
        assert f"cannot write {path}: " in str(caught.value)
        assert words.format(folder=old.parent) in str(caught.value)
    assert contents(old.parent) == {"out.bin": b"old"}


def test_a_read_only_folder(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may write anywhere, so the answer of the system is changed.
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (mode & os.W_OK and path == old.parent)
    )
    for path in (old, old.parent / "new.bin"):
        with pytest.raises(FileError, match="no permission to write in") as caught:
            check_output(path, overwrite=True)
        assert str(old.parent) in str(caught.value)
    with pytest.raises(FileError, match="no permission to write in"):
        check_folder(old.parent / "new")


# Reading


def test_a_file_is_read_by_path_or_name(old: Path) -> None:
    assert read_file(old) == read_file(str(old)) == b"old"


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("no.bin", MissingFileError, "no such file"),
        ("no/no.bin", MissingFileError, "no such file"),
        ("out.bin/x", FileError, os.strerror(errno.ENOTDIR)),
        (".", FileError, "it is a folder; name a file in it"),
        pytest.param(
            "a" * 300, FileError, "the name is too long; choose a shorter one", id="300 letters"
        ),
    ],
)
def test_what_cannot_be_read(old: Path, name: str, error: type[FileError], words: str) -> None:
    path = old.parent / name
    with pytest.raises(error) as caught:
        read_file(path)
    assert str(caught.value) == f"cannot read {path}: {words}"


# Folders


@pytest.mark.parametrize("name", ["a/b", "new", "."])
def test_a_folder_is_created_with_its_parents(current_folder: Path, name: str) -> None:
    for folder in (name, current_folder / name):
        check_folder(folder)
        create_folder(folder)
        assert (current_folder / name).is_dir()


@pytest.mark.parametrize("name", ["out.bin", "out.bin/sub"])
def test_a_file_is_no_folder(old: Path, name: str) -> None:
    with pytest.raises(FileError, match=r"out\.bin is a file"):
        check_folder(old.parent / name)
    with pytest.raises(FileError, match="cannot create"):
        create_folder(old.parent / name)
