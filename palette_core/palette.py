"""Palettes, which are immutable."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from . import files, validation
from .arrays import Bytes, Indices
from .color.spaces import SPACES
from .errors import PaletteError
from .ordering import BY_COLOR, Keys, argsort_by_keys
from .palette_values import OPAQUE, check_alpha, check_colors, one_line, spell_count
from .registry import fill_choices

# The greatest number of entries to which pixels can be mapped.
MAX_COLORS = 256
MAX_COLUMNS = 256
TOLERANCES = (0.0, 100.0)


@dataclass(frozen=True, eq=False, init=False)
class Palette:
    """An ordered list of colours, with optional names.

    Parameters
    ----------
    colors : (K, 3) array_like of integers, or iterable of K str or (3,) array_like
        sRGB, 0 to 255, or "#rrggbb" or "#rgb". K may be 0, as in an empty palette file, or more
        than 256.
    names : sequence of K str, optional
        The names of the entries; "" for an entry without one. Control characters become spaces.
    name : str, default ""
        The palette's name.
    columns : int, default 0
        The number of columns in which programs show it, 0 (any number) to 256.
    alpha : (K,) array_like of integers, optional
        The alpha of the entries, 0 to 255, as ``quantize(alpha="palette")`` finds it. None if all
        entries are opaque.

    Raises
    ------
    PaletteError
        If the colours are neither (K, 3) integers from 0 to 255 nor such codes, if the number of
        names is not K, if `columns` is out of range, or if `alpha` is not K integers from 0 to 255.

    Examples
    --------
    >>> palette = Palette([[0, 0, 0], [255, 204, 0]], name="Bee")
    >>> palette.hex
    ('#000000', '#ffcc00')
    >>> Palette(["#000", "#fc0"], name="Bee") == palette
    True
    """

    colors: Bytes
    names: tuple[str, ...]
    name: str
    columns: int
    alpha: Bytes | None

    def __init__(
        self,
        colors: ArrayLike | Iterable[ArrayLike],
        names: Sequence[str] | None = None,
        name: str = "",
        columns: int = 0,
        alpha: ArrayLike | None = None,
    ) -> None:
        checked = check_colors(colors)
        if names is None:
            names = [""] * len(checked)
        if len(names) != len(checked):
            raise PaletteError(
                f"there are {spell_count(len(names), 'name')} for {spell_count(len(checked))}; "
                "give one name per colour"
            )
        if not isinstance(columns, (int, np.integer)) or not 0 <= columns <= MAX_COLUMNS:
            raise PaletteError(
                f"columns must be a whole number from 0 to {MAX_COLUMNS}, not {columns!r}"
            )
        if not all(isinstance(text, str) for text in (name, *names)):
            raise PaletteError("names must be str; convert them first")
        object.__setattr__(self, "colors", checked)
        object.__setattr__(self, "names", tuple(one_line(entry) for entry in names))
        object.__setattr__(self, "name", one_line(name))
        object.__setattr__(self, "columns", int(columns))
        object.__setattr__(self, "alpha", check_alpha(alpha, len(checked)))

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Palette:
        """Read a palette file, or the colours of an image.

        Parameters
        ----------
        path : path-like
            The format is recognized by the signature at the beginning of the file, otherwise by the
            suffix, otherwise by the content. A pipe may have any name. From an indexed image the
            colour table is read, without transparent entries. Any other image may have at most 256
            colours.

        Returns
        -------
        Palette
            With the names and columns that the format stores. If a palette in a format of GIMP or
            Adobe has no name, it gets the name of the file.

        Raises
        ------
        PaletteFileError
            If the file is not a valid palette. The error contains the position and the reason.
        FileError
            If the file cannot be read.
        """
        from . import formats  # the formats build palettes

        data = files.read_file(path)
        return formats.find_reader(path, data).read_checked(data, Path(path))

    @staticmethod
    def named(name: str) -> Palette:
        """Return a palette of the library: of a computer, a console or a display.

        Parameters
        ----------
        name : str
            Such as "c64" or "nes"; ``palette-core palettes`` lists them with their sources.

        Returns
        -------
        Palette
            Its entries are in the order of the machine, so that an index is the number that
            programs of the machine use. Some of them may be equal.

        Raises
        ------
        OptionError
            If there is none with this name.

        Examples
        --------
        >>> Palette.named("cga-1").hex
        ('#000000', '#55ffff', '#ff55ff', '#ffffff')
        """
        from . import palette_library  # it builds palettes

        return palette_library.find_palette(name).palette

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        format: str | None = None,  # noqa: A002 - its name in Pillow's `save` too
    ) -> None:
        """Write a palette file, completely or not at all.

        Parameters
        ----------
        path : path-like
        overwrite : bool, default False
            Whether to replace an existing file.
        format : str, optional
            The name of a format, such as "gpl" or "riff"; ``palette-core convert --help`` lists
            them. By default the suffix decides; ``.pal`` is "jasc".

        Raises
        ------
        OptionError
            If the format is unknown.
        PaletteFileError
            If the suffix is unknown, or the format cannot hold so many entries.
        OutputExistsError
            If the file exists and `overwrite` is False.
        FileError
            If the file cannot be written.
        """
        from . import formats

        data = formats.find_format(path, format).write_checked(self, Path(path))
        files.write_file(path, data, overwrite=overwrite)

    @fill_choices(BY_COLOR)
    def sorted(self, order: str = "luminance") -> Palette:
        """Return the same entries in another order.

        Parameters
        ----------
        order : {choices}, default "luminance"
            As for `quantize`.

        Returns
        -------
        Palette
            The names stay with their colours. Translucent entries come before opaque ones.

        Raises
        ------
        OptionError
            If `order` is not one of these.
        """
        validation.choice("order", order, BY_COLOR)
        if order == "kept":
            return self
        return select(self, argsort_entries(self, BY_COLOR[order](self.colors)))

    def merged(self, tolerance: float) -> Palette:
        """Merge entries that hardly differ into one.

        Parameters
        ----------
        tolerance : float
            The largest difference of colours to merge, 0 to 100, in CIELAB under D65 (CIE 1976,
            Delta E*ab): 0 merges equal colours alone, a difference of 2.3 can just be seen (Mahy,
            Van Eycken and Oosterlinck, Evaluation of uniform color spaces, 1994), and black and
            white are 100 apart.

        Returns
        -------
        Palette
            Without the entries that are within the tolerance of an earlier entry that stays and has
            the same alpha. The first entry of a group stays unchanged, with its name. To choose
            which entries stay, sort them to the front first, for instance those of the most pixels:
            ``quantized.sorted("popularity").palette.merged(2.3)``.

        Raises
        ------
        OptionError
            If `tolerance` is not a number from 0 to 100.
        """
        validation.number("tolerance", tolerance, *TOLERANCES)
        space = SPACES["cielab"]
        points = space.from_srgb(self.colors).astype(np.float64) / space.scale
        if self.alpha is not None:  # entries of different alpha are too far apart to be merged
            points = np.column_stack([points, 2 * TOLERANCES[1] * self.alpha.astype(np.float64)])
        kept: list[int] = []
        for entry, point in enumerate(points):
            if (np.square(points[kept] - point).sum(axis=1) > tolerance**2).all():
                kept.append(entry)
        return select(self, np.array(kept, np.intp))

    @property
    def hex(self) -> tuple[str, ...]:
        """The colours as "#rrggbb"."""
        return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in self)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.colors)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Return the colours as (red, green, blue)."""
        return (tuple(color) for color in self.colors.tolist())

    def __eq__(self, other: object) -> bool:
        """Compare colours, names, name, columns and alpha."""
        if not isinstance(other, Palette):
            return NotImplemented
        return self._value() == other._value()

    def __hash__(self) -> int:
        """Hash what `==` compares."""
        return hash(self._value())

    def __reduce__(self) -> tuple[type[Palette], tuple[object, ...]]:
        """Copy and pickle by the arguments, because NumPy makes copies of arrays writeable."""
        return Palette, (self.colors, self.names, self.name, self.columns, self.alpha)

    def _value(self) -> tuple[object, ...]:
        alpha = None if self.alpha is None else self.alpha.tobytes()
        return self.colors.tobytes(), self.names, self.name, self.columns, alpha


def select(palette: Palette, indices: Indices) -> Palette:
    """Return some entries of a palette with their names, in the order of these indices: (N,)."""
    names = [palette.names[index] for index in indices]
    alpha = None if palette.alpha is None else palette.alpha[indices]
    return Palette(palette.colors[indices], names, palette.name, palette.columns, alpha)


def argsort_entries(palette: Palette, keys: Keys) -> Indices:
    """Return the order of a palette's entries by keys, (K,), translucent entries first.

    In a PNG file the alphas of the entries end with the last translucent one.
    """
    order = argsort_by_keys(palette.colors, keys)
    if palette.alpha is None:
        return order
    return order[np.argsort(palette.alpha[order] == OPAQUE, kind="stable")]


def to_mappable_palette(palette: Palette | ArrayLike | Iterable[ArrayLike]) -> Palette:
    """Return a palette that pixels can be mapped to.

    Raises
    ------
    PaletteError
        If it is no palette, or has no colour or more than 256.
    """
    if not isinstance(palette, Palette):
        palette = Palette(palette)
    if not 1 <= len(palette) <= MAX_COLORS:
        raise PaletteError(
            f"the palette has {len(palette)} colours; give one with 1 to {MAX_COLORS}",
            "palette-size",
            count=len(palette),
        )
    return palette
