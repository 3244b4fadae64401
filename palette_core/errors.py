"""The errors of palette_core.

Each derives from `PaletteCoreError` and from the matching builtin exception, so that both
``except PaletteCoreError`` and ``except ValueError`` work as a caller expects::

    PaletteCoreError
    ├── PixelsError          ValueError         an array that is not an image
    ├── PixelTypeError       TypeError          pixels that are not 8-bit
    ├── OptionError          ValueError         an invalid value of an option
    ├── UnknownOptionError   TypeError          an option that does not exist
    ├── TargetError          ValueError         a target that 256 colours do not reach
    ├── PaletteError         ValueError         colours, names or columns that are invalid
    ├── ForeignColorError    ValueError         an image with colours that are not in the palette
    ├── PaletteFileError     ValueError         a file that is not a palette, or cannot hold it
    ├── ImageFileError       ValueError         a file that is not an image
    ├── FileError            OSError            a file that cannot be read or written
    │   ├── MissingFileError     FileNotFoundError
    │   └── OutputExistsError    FileExistsError
    ├── WorkerError          RuntimeError       worker processes that failed
    └── MissingPackageError  ImportError        a package that is not installed

A message says what is wrong, then what to do. Options are in backticks, such as `locked` or
`method='wu'`; the command line replaces them by its own spelling.
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
        A name of the problem, for programs with messages of their own; "" if it has none.
    values : dict
        The values in the message; for options that cannot be combined, their values by name.
    """

    def __init__(self, message: str, code: str = "", **values: Any) -> None:  # noqa: ANN401 - of any type
        super().__init__(message)
        self.code, self.values = code, values


class PixelsError(PaletteCoreError, ValueError):
    """An array that is not an image, or has no opaque pixel."""


class PixelTypeError(PaletteCoreError, TypeError):
    """Pixels that are not 8-bit."""


class OptionError(PaletteCoreError, ValueError):
    """An invalid value of an option, or options that cannot be combined."""


class UnknownOptionError(PaletteCoreError, TypeError):
    """An option that does not exist."""


class TargetError(PaletteCoreError, ValueError):
    """A target that 256 colours do not reach."""


class PaletteError(PaletteCoreError, ValueError):
    """Colours, names or columns that are not valid in a palette."""


class ForeignColorError(PaletteCoreError, ValueError):
    """An image with colours that are not in the palette, although `strict` is True."""


class PaletteFileError(PaletteCoreError, ValueError):
    """A file that is not a palette, or a format that cannot hold this palette.

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
    """A file that is not an image, or is broken."""


class FileError(PaletteCoreError, OSError):
    """A file that cannot be read or written."""


class MissingFileError(FileError, FileNotFoundError):
    """A file or folder that does not exist."""


class OutputExistsError(FileError, FileExistsError):
    """An output file that exists and must not be overwritten."""


class WorkerError(PaletteCoreError, RuntimeError):
    """Worker processes that ended unexpectedly or cannot be reached."""


class MissingPackageError(PaletteCoreError, ImportError):
    """A package that is not installed."""


class PaletteFileWarning(UserWarning):
    """A palette file with mistakes, and how it was read."""
