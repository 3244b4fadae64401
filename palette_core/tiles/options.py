"""The options of `quantize_tiles`, with those of the presets filled in."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TypeAlias

from numpy.typing import ArrayLike

from ..color.hardware_grids import Grid
from ..color.spaces import SPACES, ColorSpace
from ..design import EFFORTS
from ..errors import OptionError
from ..option_values import PaletteLike, color, hardware_grid, plain_palette
from ..ordering.palette_slots import Color
from ..palette import MAX_COLORS, Palette
from ..palette_library import find_palette
from ..validation import ConvertedOption, Option, choice, number, whole_number
from .mapping import TILE_DITHERS
from .presets import PRESETS, SHARED, TRANSPARENT, UNIQUE, TilePreset
from .rules import FeasibleColors, ListedColors

MAX_TILE_SIDE = 256
# The options that a machine with fixed palettes does not have.
_FIXED = ("tile_size", "palettes", "colors", "index_0", "grid", "master")
INDEX_0 = (UNIQUE, SHARED, TRANSPARENT)
_EVERY_BIT = 8
_BLEND = "set `matte` and `alpha_threshold=0` to blend them with a background"
# What holds where neither an option nor a preset says otherwise: the Game Boy Color's.
_DEFAULTS = TilePreset(name="", label="", summary="", palettes=8, colors=4)

Index0: TypeAlias = str | Color


def _tile_size(name: str, value: object) -> tuple[int, int]:
    """Return the width and height of tiles; a number is both."""
    sides = value if isinstance(value, (tuple, list)) else (value, value)
    if len(sides) != 2:
        raise OptionError(f"`{name}` must be a width and a height, not {value!r}")
    width, height = (whole_number(name, side, 1, MAX_TILE_SIDE) for side in sides)
    return width, height


def _index_0(name: str, value: object) -> Index0:
    """Return what the first entry of the palettes is."""
    if isinstance(value, str) and not value.startswith("#"):
        if value not in INDEX_0:
            raise OptionError(
                f"`{name}` cannot be {value!r}; use one of: {', '.join(INDEX_0)}, or a shared "
                "colour '#rrggbb'"
            )
        return value
    return color(name, value)


@dataclass(unsafe_hash=True)
class TileOptions:
    """The options of palettes for tiles.

    Parameters
    ----------
    preset : {choices}, optional
        A machine, whose values replace the defaults below. "zx-spectrum", "c64-hires" and
        "c64-multicolor" choose the best of all palettes of the computer for every tile. Their
        values cannot be changed.
    tile_size : int or (int, int), default 8
        The width and height in pixels of the tiles, 1 to 256. Tiles of the last row and column may
        be cut off.
    palettes : int, default 8
        The maximum number of palettes. With `colors` entries each they need at most 256 entries of
        the indexed image.
    colors : int, default 4
        The number of entries of each palette, entry 0 included.
    index_0 : {"unique", "shared", "transparent"} or colour, default "unique"
        Entry 0 of the palettes. "unique": it is an entry like the others. "shared": all palettes
        have the same colour there, which is found; or which is given as "#rrggbb" or three
        integers. "transparent": no opaque pixel has it; the default if pixels are transparent.
    grid : {"rgb332", "rgb444", "rgb555", "rgb565"} or int, default 8
        The colours that entries can have, as for `quantize`.
    master : Palette, or (K, 3) array_like of integers, optional
        The only colours that entries can have, in place of a grid.
    space : {choices}, optional
        The colour space in which colours are compared, as for `quantize`: by default "oklab" if
        `dither` is set, and "srgb" if it is "none".
    dither : {choices}, default "none"
        The dithering algorithm, as for `quantize`. Every pixel gets an entry of the palette of its
        tile. Error diffusion passes errors on across the edges of tiles.
    dither_strength : float, default 0.8
        As for `quantize`, 0 to 1.
    effort : {choices}, default "balanced"
        How long palettes are searched.
    alpha_threshold : int, optional
        The smallest alpha of an opaque pixel, as for `quantize`.
    matte : "#rrggbb" or (3,) array_like of integers, optional
        The background colour to blend semi-transparent pixels with, as for `quantize`.
    """

    preset: Option[str | None] = ConvertedOption(None, choice, PRESETS)
    _: KW_ONLY
    tile_size: ConvertedOption[int | tuple[int, int] | None, tuple[int, int]] = ConvertedOption(
        None, _tile_size
    )
    palettes: ConvertedOption[int | None, int] = ConvertedOption(None, whole_number, 1, MAX_COLORS)
    colors: ConvertedOption[int | None, int] = ConvertedOption(None, whole_number, 1, MAX_COLORS)
    index_0: ConvertedOption[ArrayLike | None, Index0 | None] = ConvertedOption(None, _index_0)
    grid: ConvertedOption[str | int | Grid | None, Grid | None] = ConvertedOption(
        None, hardware_grid
    )
    master: ConvertedOption[PaletteLike | None, Palette | None] = ConvertedOption(
        None, plain_palette
    )
    space: ConvertedOption[str | None, str] = ConvertedOption(None, choice, SPACES)
    dither: Option[str] = ConvertedOption("none", choice, TILE_DITHERS)
    dither_strength: Option[float] = ConvertedOption(0.8, number, 0, 1)
    effort: Option[str] = ConvertedOption("balanced", choice, EFFORTS)
    alpha_threshold: Option[int | None] = ConvertedOption(None, whole_number, 0, 255)
    matte: ConvertedOption[ArrayLike | None, Color | None] = ConvertedOption(None, color)

    def __post_init__(self) -> None:
        """Fill in the values of the preset, and check that the options can be combined."""
        preset, values = self.machine, vars(self)
        self._check_fixed()
        values["space"] = self.space or ("srgb" if self.dither == "none" else "oklab")
        for name in ("tile_size", "palettes", "colors"):
            if values[name] is None:
                values[name] = getattr(preset, name)
        if self.grid is not None and self.master is not None:
            raise OptionError("`grid` cannot be combined with `master`; remove one of them")
        self._check_counts()

    @property
    def machine(self) -> TilePreset:
        """The preset, or the defaults."""
        return _DEFAULTS if self.preset is None else PRESETS[self.preset]

    @property
    def color_space(self) -> ColorSpace:
        """The space in which colours are compared."""
        return SPACES[self.space]

    @property
    def mixing_strength(self) -> float:
        """How freely dithering mixes entries, 0 without dithering."""
        return 0.0 if self.dither == "none" else self.dither_strength

    @property
    def feasible_colors(self) -> FeasibleColors:
        """The colours that entries can have."""
        if self.master is not None:
            return ListedColors(self.master.colors)
        if self.grid is not None:
            return self.grid
        if self.fixed_palette is not None:
            return ListedColors(self.fixed_palette.colors)
        return hardware_grid("grid", self.machine.grid or _EVERY_BIT)

    @property
    def fixed_palette(self) -> Palette | None:
        """The palette of the machine, if it has one."""
        name = self.machine.master
        return None if name is None else find_palette(name).palette

    def resolve_index_0(self, *, has_transparency: bool) -> Index0:
        """Return what entry 0 is for an image with or without transparent pixels.

        Raises
        ------
        OptionError
            If transparent pixels have no entry, or the palettes no other one.
        """
        if has_transparency and self.machine.combinations is not None:
            raise OptionError(
                f"the image has transparent pixels, which `preset={self.preset!r}` does not "
                f"support; {_BLEND}",
                "opaque-machine",
            )
        found = self.index_0
        if found is None:
            found = TRANSPARENT if has_transparency else self.machine.index_0
        if has_transparency and found != TRANSPARENT:
            raise OptionError(
                "the image has transparent pixels, but entry 0 is not transparent; use "
                f"`index_0='transparent'`, or {_BLEND}"
            )
        if found == TRANSPARENT and self.colors == 1:
            raise OptionError(
                "a palette of 1 colour has no entry beside the transparent one; raise `colors`"
            )
        return found

    def _check_fixed(self) -> None:
        """Check that nothing changes the palettes of a machine that has all of them."""
        if self.machine.combinations is None:
            return
        for name in _FIXED:
            if getattr(self, name) is not None:
                raise OptionError(
                    f"`preset={self.preset!r}` cannot be combined with `{name}`, because the "
                    "palettes of this machine are fixed; remove one of them"
                )

    def _check_counts(self) -> None:
        needed = self.palettes * self.colors
        if needed > MAX_COLORS:
            raise OptionError(
                f"{self.palettes} palettes of {self.colors} colours need {needed} entries, but an "
                f"indexed image has {MAX_COLORS}; lower `palettes` or `colors`"
            )
