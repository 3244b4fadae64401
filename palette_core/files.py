"""Writing files: whole or not at all, and never over another one unasked."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import IO, cast

from .errors import FileError, MissingFileError, OutputExistsError

# What stands for a descriptor of this process, be it a pipe, a terminal or a file.
_STANDARD = ("stdin", "stdout", "stderr")
_DESCRIPTOR = re.compile("/dev/(stdin|stdout|stderr)|(?:/dev|/proc/self)/fd/([0-9]{1,9})")


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is that of a pipe or device, or a name such as ``/dev/stdout``."""
    if _descriptor(path) is not None:
        return True
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):  # nothing is there, or no name of a file
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def check_output(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Find out before the work whether a file could be written.

    Raises
    ------
    MissingFileError
        If its folder is not there.
    OutputExistsError
        If the file is there, and `overwrite` is False.
    FileError
        If it is a folder, or its folder cannot be written to.
    """
    target = Path(path)
    descriptor = _descriptor(path)
    try:
        if descriptor is not None:
            os.fstat(descriptor)
            return
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            target.stat()
    except OSError as error:  # a name too long, a folder that may not be entered, a closed pipe
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error
    # A link is followed, which may lead to another folder.
    folder = Path(os.path.realpath(target)).parent if target.is_symlink() else target.parent
    if not is_stream(target) and not folder.is_dir():
        raise MissingFileError(f"cannot write {target}: there is no folder {folder}; make it first")
    if target.is_dir():
        raise FileError(f"cannot write {target}: it is a folder; name a file in it")
    if target.is_file() and not overwrite:
        raise OutputExistsError(f"cannot write {target}: it is there already; {_overwriting()}")
    if not os.access(target if is_stream(target) else folder, os.W_OK):
        raise FileError(f"cannot write {target}: no permission to write in {folder}")


def check_folder(folder: str | os.PathLike[str]) -> None:
    """Find out before the work whether a folder is there to write in, or could be made.

    Raises
    ------
    FileError
        If something else is there, or there is no permission.
    """
    target = Path(folder)
    nearest = next(place for place in (target, *target.parents) if place.exists())
    if not nearest.is_dir():
        raise FileError(f"cannot write in {folder}: {nearest} is a file; name another folder")
    if not os.access(nearest, os.W_OK):
        raise FileError(f"cannot write in {folder}: no permission to write in {nearest}")


def create_folder(folder: str | os.PathLike[str]) -> None:
    """Make a folder and those around it, where they are not there.

    Raises
    ------
    FileError
        If that cannot be.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make {folder}: {error.strerror or error}") from error


def write_file(path: str | os.PathLike[str], data: bytes, *, overwrite: bool = False) -> None:
    """Write a file as a whole: beside its place first, then moved there in one step.

    Parameters
    ----------
    path : path-like
        A symbolic link is followed: what it leads to is replaced, and the link stays. A device or
        pipe (``/dev/stdout``) is written to as it is.
    data : bytes
    overwrite : bool, default False
        Whether to replace a file that is there. The new file has the permissions of the old one,
        and its owner and group where the process may set them.

    Raises
    ------
    FileError
        As `check_output` raises it, or where the disk is full or broken. Nothing is left behind.
    """
    check_output(path, overwrite=overwrite)
    try:
        if is_stream(path):
            with _opened_stream(path, "wb") as stream:
                stream.write(data)
        else:
            write_atomically(Path(os.path.realpath(path)), data, overwrite=overwrite)
    except FileExistsError as error:
        raise OutputExistsError(
            f"cannot write {path}: it is there already; {_overwriting()}"
        ) from error
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror or error}") from error


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Read a file as a whole.

    Raises
    ------
    MissingFileError
        If it is not there.
    FileError
        If it is a folder, or cannot be read.
    """
    try:
        if is_stream(path):
            with _opened_stream(path, "rb") as stream:
                return stream.read()
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(f"cannot read {path}: there is no such file") from error
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error


def _overwriting() -> str:
    return "choose another name, or overwrite it by --force (overwrite=True)"


def _descriptor(path: str | os.PathLike[str]) -> int | None:
    """Return the descriptor that a path such as ``/dev/stdout`` stands for, if any."""
    match = _DESCRIPTOR.fullmatch(os.fspath(path))
    if match is None:
        return None
    return int(match[2]) if match[2] else _STANDARD.index(match[1])


def _opened_stream(path: str | os.PathLike[str], mode: str) -> IO[bytes]:
    """Open a stream. One by its descriptor goes on where it is, as to open it anew would not."""
    descriptor = _descriptor(path)
    if descriptor is None:
        return cast("IO[bytes]", Path(path).open(mode))
    return cast("IO[bytes]", os.fdopen(os.dup(descriptor), mode))


def write_atomically(target: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a file beside its place first, then move it there in one step.

    Raises
    ------
    FileExistsError
        If it is there, and `overwrite` is False.
    OSError
        If it cannot be written. Nothing is left behind.
    """
    beside = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.part")
    replaces = overwrite and target.exists()
    # Nobody else may open a file that replaces another before it has the permissions of that one.
    mode = 0o600 if replaces else 0o666
    try:
        beside.touch(mode, exist_ok=False)
        with beside.open("wb") as stream:
            if replaces:
                _copy_permissions(target, beside)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if overwrite:
            beside.replace(target)
        else:
            _move_to_free_place(beside, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def _copy_permissions(source: Path, target: Path) -> None:
    """Copy the owner, the group and the permissions of a file, as far as that is allowed.

    The owner comes first, since a change of it clears mode bits. Only root may give files away.
    """
    status = source.stat()
    with contextlib.suppress(OSError, AttributeError):  # Windows has no chown
        os.chown(target, -1, status.st_gid)
        os.chown(target, status.st_uid, -1)
    with contextlib.suppress(OSError):  # a file system without permissions
        target.chmod(stat.S_IMODE(status.st_mode) & 0o777)


def _move_to_free_place(beside: Path, target: Path) -> None:
    # A hard link fails where the target has come into being meanwhile; a rename would replace it.
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        beside.replace(target)
