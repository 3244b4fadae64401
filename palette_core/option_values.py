"""Checks of option values that are not plain: colours, locked colours, palettes, grids, arrays.

They return the value to store, and raise an `OptionError` if it is not valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Floats, Mask
from .color.hardware_grids import GRIDS, Grid
from .errors import OptionError, PaletteError
from .ordering.palette_slots import Color, Lock
from .palette import Palette
from .palette_values import spell_count

# "#rrggbb", "#rrggbb@INDEX", (red, green, blue), or a pair of a colour and an index.
Locked: TypeAlias = ArrayLike | tuple[ArrayLike, int] | Lock
PaletteLike: TypeAlias = Palette | ArrayLike | Iterable[ArrayLike]

_HEX = re.compile("#[0-9A-Fa-f]{6}")
_HEX_AT = re.compile("(#[0-9A-Fa-f]{6})@([0-9]{1,9})")


def color(name: str, value: object) -> Color:
    """Return a colour, "#rrggbb" or three integers, as (red, green, blue)."""
    levels: NDArray[Any] = np.empty(0)
    if not isinstance(value, str):
        levels = _array(value)
    elif _HEX.fullmatch(value):
        levels = np.array(list(bytes.fromhex(value[1:])))
    whole_numbers = levels.shape == (3,) and levels.dtype.kind in "iu"
    if not whole_numbers or levels.min() < 0 or levels.max() > 255:
        raise OptionError(
            f"{value!r} is not a colour for `{name}`; use '#rrggbb', or (red, green, blue) from "
            "0 to 255",
            "color",
            value=value,
        )
    red, green, blue = levels.tolist()
    return red, green, blue


def locks(name: str, value: Palette | Iterable[Locked]) -> tuple[Lock, ...]:
    """Return locked colours as `Lock` objects."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise OptionError(f"`{name}` must be a list of colours or a Palette, not {value!r}")
    return tuple(item if isinstance(item, Lock) else _lock(item) for item in value)


def _lock(item: object) -> Lock:
    locked: Any = item
    index: object = None
    if isinstance(item, str) and (match := _HEX_AT.fullmatch(item)):
        locked, index = match[1], int(match[2])
    elif isinstance(item, (tuple, list)) and len(item) == 2:
        locked, index = item
    if index is not None and (not isinstance(index, (int, np.integer)) or isinstance(index, bool)):
        raise OptionError(f"the index of a locked colour must be a whole number, not {index!r}")
    try:
        return Lock(color("locked", locked), None if index is None else int(index))
    except OptionError as error:
        raise OptionError(
            f"{item!r} is not a colour for `locked`; use '#rrggbb' or (red, green, blue), or with "
            "an index '#rrggbb@INDEX' or ((red, green, blue), index)",
            "color",
            value=item,
        ) from error


def check_locks(locked: Sequence[Lock], count: int) -> None:
    """Check that a palette of `count` entries has room for locked colours.

    It has not if there are too many, an index is too large, or two locks have the same one.
    """
    if len(locked) > count:
        # Of 256 entries one may be the transparent one, so that 255 cannot be raised.
        can_raise = count < 255
        advice = "lock fewer colours or raise `colors`" if can_raise else "lock fewer colours"
        raise OptionError(
            f"{len(locked)} colours are locked, but the palette has "
            f"{spell_count(count, 'entry', 'entries')}; {advice}",
            "lock-count" if can_raise else "lock-limit",
            count=len(locked),
            limit=count,
        )
    used: set[int] = set()
    for index in (lock.index for lock in locked if lock.index is not None):
        if not 0 <= index < count:
            raise OptionError(
                f"a colour is locked at index {index}, but the indices are 0 to {count - 1}; "
                "choose another index or raise `colors`",
                "lock-index",
                index=index,
                last=count - 1,
            )
        if index in used:
            raise OptionError(
                f"two colours are locked at index {index}; choose another index for one of them",
                "lock-index-twice",
                index=index,
            )
        used.add(index)


def plain_palette(name: str, value: PaletteLike) -> Palette:
    """Return a palette with at least one colour, without names."""
    try:
        palette = value if isinstance(value, Palette) else Palette(value)
    except PaletteError as error:
        raise OptionError(
            f"`{name}` is not a palette ({error}); give a Palette or an array of colours"
        ) from error
    if not len(palette):
        raise OptionError(
            f"`{name}` has no colours; remove it, or give a palette with at least one colour"
        )
    return Palette(palette.colors)


def hardware_grid(name: str, value: object) -> Grid:
    """Return the grid of a name, or of as many bits for each channel."""
    if isinstance(value, Grid):
        return value
    if isinstance(value, str) and value in GRIDS:
        return GRIDS[value]
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and 1 <= value <= 8:
        return Grid((int(value),) * 3)
    raise OptionError(
        f"`{name}` cannot be {value!r}; use one of: {', '.join(GRIDS)}, or 1 to 8 bits per channel"
    )


def pixel_weights(weights: ArrayLike | None) -> Floats | None:
    """Return the weights of pixels, scaled so that the largest is 1."""
    if weights is None:
        return None
    array = _array(weights)
    if array.dtype.kind not in "biuf":
        raise OptionError(
            f"`weights` must be numbers, not {array.dtype}; give one number for each pixel"
        )
    scaled = array.astype(np.float64)
    if not np.isfinite(scaled).all() or scaled.min(initial=0) < 0:
        raise OptionError(
            "`weights` has negative or non-finite values; use finite numbers of at least 0"
        )
    most = scaled.max(initial=0)
    return scaled / most if most else scaled


def pixel_mask(mask: ArrayLike | None) -> Mask | None:
    """Return which pixels are quantized."""
    if mask is None:
        return None
    array = _array(mask)
    if array.dtype != np.bool_:
        raise OptionError(
            f"`mask` must be an array of bool, not {array.dtype}; compare it first, for "
            "instance mask > 127"
        )
    return array.copy()


def _array(value: object) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError:  # lists of unequal lengths
        return np.empty(0, object)
