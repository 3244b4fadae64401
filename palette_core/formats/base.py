"""What palette formats have in common."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import PaletteFileError, PaletteFileWarning
from ..palette import Palette
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
        a name.
    has_signature : callable
        Returns whether a file's bytes begin as no other format's do: it is this one then, whatever
        its suffix is.
    resembles : callable
        Returns whether the content of a file may be of this format. It is only called for
        files whose signature and suffix name no format.
    guess_rank : int, default 0
        Formats of a lower rank are asked first what they resemble.
    """

    read: Callable[[bytes, Path], Palette]
    has_signature: Callable[[bytes], bool] = _never
    resembles: Callable[[bytes], bool] = _never
    guess_rank: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class PaletteFormat(PaletteReader):
    """A palette file format that can be read and written.

    Attributes
    ----------
    write : callable
        Returns the bytes of a palette; the path names one without a name. It is called with as many
        entries as the format can hold.
    suffixes : tuple of str
        The suffixes of its files, such as ".gpl".
    keeps : tuple of str
        What it keeps beside the colours: some of "names", those of the entries, "name", the
        palette's, and "columns".
    min_entries, max_entries : int
        How many entries it can hold.
    """

    write: Callable[[Palette, Path], bytes]
    suffixes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    min_entries: int = 0
    max_entries: int | None = None

    def write_checked(self, palette: Palette, path: Path) -> bytes:
        """Return the bytes of a palette, if the format can hold it.

        Raises
        ------
        PaletteFileError
            If the palette has more entries, or fewer, than the format can hold.
        """
        count, lowest, highest = len(palette), self.min_entries, self.max_entries
        if count < lowest or (highest is not None and count > highest):
            expected = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"
            raise PaletteFileError(
                path, None, f"the palette has {count} entries; this format holds {expected}"
            )
        return self.write(palette, path)


def names_or_hex(palette: Palette) -> list[str]:
    """Return a name for every entry: its colour as "#rrggbb" where it has none."""
    return [name or code for name, code in zip(palette.names, palette.hex, strict=True)]


def names_without_hex(
    names: Sequence[str], colors: Sequence[tuple[int, int, int]]
) -> tuple[str, ...]:
    """Undo `names_or_hex`: an entry whose name is its colour has no name."""
    codes = Palette(colors).hex
    return tuple("" if name == code else name for name, code in zip(names, codes, strict=True))


def warn(path: Path, line: int | None, reason: str, stacklevel: int) -> None:
    """Warn of a careless file; `stacklevel` is as `warnings.warn` would take it in the caller."""
    place = path if line is None else f"{path}, line {line}"
    warnings.warn(PaletteFileWarning(f"{place}: {reason}"), stacklevel=stacklevel + 1)


def warn_of_alpha(
    path: Path, lines: Sequence[int] | None, alphas: Sequence[int], stacklevel: int
) -> None:
    """Warn of the first colour that is not opaque, in its line of a text file."""
    for index, alpha in enumerate(alphas):
        if alpha < 255:
            place = None if lines is None else lines[index]
            warn(path, place, "alpha left out, colours read as opaque", stacklevel + 1)
            return
