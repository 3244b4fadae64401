"""What palette formats have in common."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import PaletteError, PaletteFileError, PaletteFileWarning
from ..palette import Palette
from ..palette_values import spell_count
from ..registry import Choice


def _never(_: bytes) -> bool:
    return False


@dataclass(frozen=True, kw_only=True, eq=False)
class PaletteReader(Choice):
    """A palette file format that can be read.

    Attributes
    ----------
    read : callable
        Returns the palette in a file's bytes. The path is for messages, and names palettes without
        a name. It raises `PaletteFileError` if the bytes are something else or a value is invalid,
        and calls `warn` if it guesses or leaves something out.
    has_signature : callable
        Returns whether a file's bytes begin with the signature of this format. Then the suffix does
        not matter.
    resembles : callable
        Returns whether the content of a file may be of this format. It is only called for
        files whose signature and suffix name no format.
    guess_rank : int, default 0
        Formats of a lower rank are asked first what they resemble.
    min_entries : int, default 0
        The least number of entries in a file.
    """

    read: Callable[[bytes, Path], Palette]
    has_signature: Callable[[bytes], bool] = _never
    resembles: Callable[[bytes], bool] = _never
    guess_rank: int = 0
    min_entries: int = 0

    def read_checked(self, data: bytes, path: Path) -> Palette:
        """Return the palette in a file's bytes, if it has as many entries as the format needs."""
        if not data:
            raise PaletteFileError(path, None, "the file is empty; get a complete copy of it")
        try:
            palette = self.read(data, path)
        except PaletteError as error:
            raise PaletteFileError(path, None, str(error)) from error
        if len(palette) < self.min_entries:
            raise PaletteFileError(
                path,
                None,
                f"the file has {spell_count(len(palette))}; this format needs at least "
                f"{self.min_entries}",
            )
        return palette


@dataclass(frozen=True, kw_only=True, eq=False)
class PaletteFormat(PaletteReader):
    """A palette file format that can be read and written.

    Attributes
    ----------
    write : callable
        Returns the bytes of a palette; the path names one without a name. It is called with as many
        entries as the format can hold.
    suffixes : tuple of str
        The suffixes of its files in lower case, such as ``(".gpl",)``. No other format that can be
        written may have one of them.
    keeps : tuple of str
        What it keeps beside the colours: some of "names", those of the entries, "name", the
        palette's, and "columns".
    max_entries : int, optional
        The greatest number of entries that it can hold.
    """

    write: Callable[[Palette, Path], bytes]
    suffixes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    max_entries: int | None = None

    def __post_init__(self) -> None:
        """Check the suffixes, because a str would count as a suffix for each letter."""
        if not isinstance(self.suffixes, tuple) or not all(map(_is_suffix, self.suffixes)):
            raise ValueError(
                f"the format {self.name!r} has the suffixes {self.suffixes!r}; use a tuple of "
                'suffixes in lower case, each with a dot, such as (".gpl",)'
            )

    def write_checked(self, palette: Palette, path: Path) -> bytes:
        """Return the bytes of a palette, if the format can hold as many entries."""
        count, lowest, highest = len(palette), self.min_entries, self.max_entries
        if count < lowest or (highest is not None and count > highest):
            expected = f"{lowest} or more" if highest is None else f"{lowest} to {highest:,}"
            raise PaletteFileError(
                path,
                None,
                f"the palette has {spell_count(count, 'entry', 'entries')}; this format holds "
                f"{expected}",
            )
        return self.write(palette, path)


def _is_suffix(suffix: object) -> bool:
    """Return whether a path can have this suffix in lower case."""
    if not isinstance(suffix, str) or len(suffix) < 2:
        return False
    return suffix == Path(f"file{suffix}").suffix.lower()


def names_or_hex(palette: Palette) -> list[str]:
    """Return a name for every entry: its colour as "#rrggbb" where it has none."""
    return [name or code for name, code in zip(palette.names, palette.hex, strict=True)]


def names_without_hex(
    names: Sequence[str], colors: Sequence[tuple[int, int, int]]
) -> tuple[str, ...]:
    """Undo `names_or_hex`: an entry whose name is its colour has no name."""
    codes = Palette(colors).hex
    return tuple("" if name == code else name for name, code in zip(names, codes, strict=True))


def warn(path: Path, line: int | None, reason: str) -> None:
    """Warn of a careless file, for the line that called this package."""
    frame, level = sys._getframe(), 1  # noqa: SLF001 - only Python 3.12 has `skip_file_prefixes`
    while frame.f_back is not None and frame.f_globals["__name__"].startswith("palette_core."):
        frame, level = frame.f_back, level + 1
    place = path if line is None else f"{path}, line {line}"
    warnings.warn(PaletteFileWarning(f"{place}: {reason}"), stacklevel=level)


def warn_of_alpha(path: Path, lines: Sequence[int] | None, alphas: Sequence[int]) -> None:
    """Warn of the first colour that is not opaque, in its line of a text file."""
    for index, alpha in enumerate(alphas):
        if alpha < 255:
            place = None if lines is None else lines[index]
            warn(path, place, "alpha left out, colours read as opaque")
            return
