"""Files that are read and written as a whole, and only overwritten on request."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from pathlib import Path
from typing import IO, cast

from .errors import FileError, MissingFileError, OutputExistsError

_OVERWRITE_HINT = "choose another name, or use `overwrite=True`"
_STANDARD = ("stdin", "stdout", "stderr")
# Paths of the process's file descriptors, which can be pipes, terminals or files.
_DESCRIPTOR = re.compile("/dev/(stdin|stdout|stderr)|(?:/dev|/proc/self)/fd/([0-9]{1,9})")


def explain(error: OSError) -> str:
    """Return what is wrong with a file, and what to do where that is clear."""
    advice = {
        errno.EISDIR: "it is a folder; name a file in it",
        errno.ELOOP: "the link leads back to itself; name the file",
        errno.ENOSPC: "the disk is full; free some space",
        errno.EACCES: "permission denied; change the permissions, or choose another place",
        errno.EROFS: "the disk is read-only; choose another place",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    }
    return advice.get(error.errno or 0, error.strerror or str(error))


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is that of a pipe or device, or a name such as ``/dev/stdout``."""
    if _find_descriptor(path) is not None:
        return True
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):  # there is no such file, or the name is invalid
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def check_output(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Raise an error before the work if a file could not be written.

    Raises
    ------
    MissingFileError
        If the folder does not exist.
    OutputExistsError
        If the file exists and `overwrite` is False.
    FileError
        If the path is a folder, or its folder is not writable.
    """
    target = Path(path)
    descriptor = _find_descriptor(path)
    try:
        if descriptor is not None:
            os.fstat(descriptor)
            return
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            target.stat()
    except OSError as error:  # the name is too long, the folder is not accessible, or a closed pipe
        raise FileError(f"cannot write {target}: {explain(error)}") from error
    # A symbolic link can lead to another folder.
    folder = Path(os.path.realpath(target)).parent if target.is_symlink() else target.parent
    if not is_stream(target) and not folder.is_dir():
        raise MissingFileError(
            f"cannot write {target}: there is no folder {folder}; create it first"
        )
    if target.is_dir():
        raise FileError(f"cannot write {target}: it is a folder; name a file in it")
    if target.is_file() and not overwrite:
        raise OutputExistsError(f"cannot write {target}: the file exists; {_OVERWRITE_HINT}")
    if not os.access(target if is_stream(target) else folder, os.W_OK):
        raise FileError(f"cannot write {target}: no permission to write in {folder}")


def check_folder(folder: str | os.PathLike[str]) -> None:
    """Raise a `FileError` before the work if a folder is not writable and cannot be created."""
    target = Path(folder)
    nearest = next(place for place in (target, *target.parents) if place.exists())
    if not nearest.is_dir():
        raise FileError(f"cannot write in {folder}: {nearest} is a file; name another folder")
    if not os.access(nearest, os.W_OK):
        raise FileError(f"cannot write in {folder}: no permission to write in {nearest}")


def create_folder(folder: str | os.PathLike[str]) -> None:
    """Create a folder and its parents if they do not exist, or raise a `FileError`."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot create {folder}: {explain(error)}") from error


def write_file(path: str | os.PathLike[str], data: bytes, *, overwrite: bool = False) -> None:
    """Write a file as a whole: to a temporary file first, which is then renamed.

    Parameters
    ----------
    path : path-like
        The target of a symbolic link is replaced, and the link stays. Devices and pipes
        (``/dev/stdout``) are written to directly.
    overwrite : bool, default False
        Whether to replace an existing file. The new file gets the permissions of the old one, and
        its owner and group if the process is allowed to set them.

    Raises
    ------
    FileError
        As `check_output` raises it, or if the disk is full or broken. No temporary file remains.
    """
    check_output(path, overwrite=overwrite)
    try:
        if is_stream(path):
            with _open_stream(path, "wb") as stream:
                stream.write(data)
        else:
            write_atomically(Path(os.path.realpath(path)), data, overwrite=overwrite)
    except FileExistsError as error:
        raise OutputExistsError(
            f"cannot write {path}: the file exists; {_OVERWRITE_HINT}"
        ) from error
    except OSError as error:
        raise FileError(f"cannot write {path}: {explain(error)}") from error


def read_file(path: str | os.PathLike[str], name: str | None = None) -> bytes:
    """Return the content of a file, which messages call by its name, by default the path.

    Raises
    ------
    MissingFileError
        If it does not exist.
    FileError
        If it is a folder, or cannot be read.
    """
    try:
        if is_stream(path):
            with _open_stream(path, "rb") as stream:
                return stream.read()
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(f"cannot read {name or path}: no such file") from error
    except OSError as error:
        raise FileError(f"cannot read {name or path}: {explain(error)}") from error


def _find_descriptor(path: str | os.PathLike[str]) -> int | None:
    """Return the descriptor that a path such as ``/dev/stdout`` stands for, if any."""
    match = _DESCRIPTOR.fullmatch(os.fspath(path))
    if match is None:
        return None
    return int(match[2]) if match[2] else _STANDARD.index(match[1])


def _open_stream(path: str | os.PathLike[str], mode: str) -> IO[bytes]:
    """Return an open stream; a descriptor is duplicated, so that it keeps its position."""
    descriptor = _find_descriptor(path)
    if descriptor is None:
        return cast("IO[bytes]", Path(path).open(mode))
    return cast("IO[bytes]", os.fdopen(os.dup(descriptor), mode))


def write_atomically(target: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a temporary file in the same folder, then rename it. No temporary file remains.

    Raises
    ------
    FileExistsError
        If the target exists and `overwrite` is False.
    OSError
        If it cannot be written.
    """
    temporary = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.part")
    replaces = overwrite and target.exists()
    # Others must not open the new file before it has the permissions of the old one.
    mode = 0o600 if replaces else 0o666
    try:
        temporary.touch(mode, exist_ok=False)
        with temporary.open("wb") as stream:
            if replaces:
                _copy_permissions(target, temporary)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if overwrite:
            temporary.replace(target)
        else:
            _move_without_replacing(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _copy_permissions(source: Path, target: Path) -> None:
    """Copy the owner, the group and the permissions of a file, as far as the process is allowed to.

    The owner is set first, because that clears mode bits. Only root can change the owner.
    """
    status = source.stat()
    with contextlib.suppress(OSError, AttributeError):  # Windows has no chown
        os.chown(target, -1, status.st_gid)
        os.chown(target, status.st_uid, -1)
    with contextlib.suppress(OSError):  # a file system without permissions
        target.chmod(stat.S_IMODE(status.st_mode) & 0o777)


def _move_without_replacing(temporary: Path, target: Path) -> None:
    # A hard link fails if the target was created in the meantime. A rename would replace it.
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        temporary.replace(target)
