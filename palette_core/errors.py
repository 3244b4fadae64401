"""The errors of palette_core.

Each derives from `PaletteCoreError` and from the matching builtin exception, so that both
``except PaletteCoreError`` and ``except ValueError`` work as a caller expects::

    PaletteCoreError
    ├── PixelsError          ValueError         an array that cannot be an image
    ├── PixelTypeError       TypeError          pixels of a type that is not 8-bit
    ├── OptionError          ValueError         a value that an option does not take
    ├── UnknownOptionError   TypeError          an option that does not exist
    ├── TargetError          ValueError         a target that no 256 colours reach
    ├── PaletteError         ValueError         what no palette can hold
    ├── ForeignColorError    ValueError         an image with colours that are not in the palette
    ├── PaletteFileError     ValueError         a file that is no palette, or cannot hold this one
    ├── ImageFileError       ValueError         a file that is not an image
    ├── FileError            OSError            a file that cannot be read or written
    │   ├── MissingFileError     FileNotFoundError
    │   └── OutputExistsError    FileExistsError
    ├── WorkerError          RuntimeError       worker processes that failed
    └── MissingPackageError  ImportError        a package that is not installed

A message says what is wrong, what was expected, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike


class PaletteCoreError(Exception):
    """The base of every error that palette_core raises.

    Attributes
    ----------
    code : str
        A short name of the problem, for a program that words or translates it itself. "" where
        only the message says what is wrong.
    values : dict
        What the message names, as plain values. Of options that exclude each other it has each
        option's value.
    """

    def __init__(self, message: str, code: str = "", **values: Any) -> None:  # noqa: ANN401
        super().__init__(message)
        self.code, self.values = code, values


class PixelsError(PaletteCoreError, ValueError):
    """An array that cannot be an image: its shape, or nothing in it to see."""


class PixelTypeError(PaletteCoreError, TypeError):
    """Pixels that are not 8-bit."""


class OptionError(PaletteCoreError, ValueError):
    """A value that an option does not take."""


class UnknownOptionError(PaletteCoreError, TypeError):
    """An option that does not exist."""


class TargetError(PaletteCoreError, ValueError):
    """A target that no 256 colours reach."""


class PaletteError(PaletteCoreError, ValueError):
    """Colours, names or columns that no palette can hold."""


class ForeignColorError(PaletteCoreError, ValueError):
    """An image with colours that are not in the palette, where all of them had to be."""


class PaletteFileError(PaletteCoreError, ValueError):
    """A file that is no palette, or one of a format that cannot hold this palette.

    Attributes
    ----------
    path : str
        The file.
    line : int or None
        The line of the error, counted from 1; None if it is not known.
    reason : str
        What is wrong.
    byte : int or None
        The first wrong byte of a binary file, counted from 0.
    """

    def __init__(
        self, path: str | PathLike[str], line: int | None, reason: str, byte: int | None = None
    ) -> None:
        self.path, self.line, self.reason, self.byte = str(path), line, reason, byte
        place = self.path
        if line is not None:
            place += f", line {line}"
        if byte is not None:
            place += f", byte {byte}"
        super().__init__(f"{place}: {reason}")

    def __reduce__(self) -> tuple[type[PaletteFileError], tuple[object, ...]]:
        """Return the arguments for pickle, which would pass the message alone otherwise."""
        return type(self), (self.path, self.line, self.reason, self.byte)


class ImageFileError(PaletteCoreError, ValueError):
    """A file that is not an image, or a broken one."""


class FileError(PaletteCoreError, OSError):
    """A file that cannot be read or written."""


class MissingFileError(FileError, FileNotFoundError):
    """A file or folder that is not there."""


class OutputExistsError(FileError, FileExistsError):
    """An output that is there already, and was not to be overwritten."""


class WorkerError(PaletteCoreError, RuntimeError):
    """Worker processes that have died, or cannot be reached."""


class MissingPackageError(PaletteCoreError, ImportError):
    """A package that is not installed."""


class PaletteFileWarning(UserWarning):
    """A careless palette file, and what was made of it."""
