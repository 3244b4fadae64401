"""Options: their names, their values, and errors that list the valid ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import validation
from .arrays import Bytes, Mask
from .color.hardware_grids import GRIDS, Grid
from .color.spaces import SPACES, ColorSpace
from .design import EFFORTS, INITS, METHODS
from .dither import DITHERS
from .errors import OptionError, PaletteError
from .image.alpha import binarize_alpha
from .image.pixels import Pixels
from .ordering import ORDERS
from .ordering.palette_slots import Color, Lock
from .palette import Palette

Locked: TypeAlias = ArrayLike | tuple[ArrayLike, int]

MAX_COLORS = 256
AUTO: Final = "auto"
# The targets that say how many colours are enough, and their ranges.
TARGETS = {"target_psnr": (0.0, 100.0), "target_delta_e": (0.0, 100.0)}
MAX_SEED = 2**32 - 1
LIGHTNESS_WEIGHTS = (0.1, 10.0)

_HEX = re.compile("#[0-9A-Fa-f]{6}")
_HEX_AT = re.compile("(#[0-9A-Fa-f]{6})@([0-9]{1,9})")


@dataclass(frozen=True)
class Options:
    """The options of the pipeline, checked. `quantize` tells what they mean.

    Raises
    ------
    OptionError
        If a value is not valid.
    """

    colors: int | Literal["auto"] = 16
    target_psnr: float | None = None
    target_delta_e: float | None = None
    method: str = "kmeans"
    init: str = "auto"
    effort: str = "balanced"
    space: str = "srgb"
    lightness_weight: float = 1.0
    dither: str = "none"
    dither_strength: float = 0.75
    dither_adaptive: bool = False
    alpha_threshold: int | None = None
    alpha_dither: bool = False
    matte: ArrayLike | None = None
    order: str = "kept"
    strict: bool = False
    locked: Palette | Iterable[Locked] = ()
    start: Palette | ArrayLike | None = None
    weights: ArrayLike | None = None
    mask: ArrayLike | None = None
    rare: float = 0.0
    grid: str | int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every value."""
        self._check_colors()
        validation.choice("method", self.method, METHODS)
        validation.choice("init", self.init, INITS)
        if self.init not in METHODS[self.method].inits:
            able = [name for name, method in METHODS.items() if self.init in method.inits]
            raise OptionError(
                f"init is {self.init!r}, expected 'auto' with the method {self.method!r}, which "
                f"takes no first guess; the methods that take one: {', '.join(able)}"
            )
        validation.choice("effort", self.effort, EFFORTS)
        validation.choice("space", self.space, SPACES)
        validation.number("lightness_weight", self.lightness_weight, *LIGHTNESS_WEIGHTS)
        validation.choice("dither", self.dither, DITHERS)
        validation.number("dither_strength", self.dither_strength, 0, 1)
        validation.switch("dither_adaptive", self.dither_adaptive)
        self._check_alpha()
        validation.choice("order", self.order, ORDERS)
        validation.switch("strict", self.strict)
        self._check_rules()
        self._check_emphasis()
        validation.whole_number("seed", self.seed, 0, MAX_SEED)

    @property
    def matte_color(self) -> Color | None:
        """The matte as (red, green, blue)."""
        return None if self.matte is None else _color("matte", self.matte)

    @property
    def color_space(self) -> ColorSpace:
        """The space with its weight of lightness."""
        return SPACES[self.space].with_lightness_weight(self.lightness_weight)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Name all options."""
        return tuple(field.name for field in fields(cls))

    def key(self, *names: str) -> tuple[object, ...]:
        """Give options, all of them unless named, as values that are equal if they mean the same.

        Weights are equal if they are the same array.
        """
        plain = {
            **{name: getattr(self, name) for name in self.names()},
            "matte": self.matte_color,
            "locked": self.locks,
            "start": None if self.start_colors is None else self.start_colors.tobytes(),
            "weights": None if self.weights is None else id(self.weights),
            "mask": None if self.mask is None else id(self.mask),
            "grid": self.color_grid,
        }
        return tuple(plain[name] for name in names or plain)

    def settle(self, pixels: ArrayLike) -> Pixels:
        """Check a picture, and leave of its alpha one bit, as `alpha.binarize_alpha` does."""
        return binarize_alpha(
            pixels,
            threshold=self.alpha_threshold,
            dither=self.alpha_dither,
            matte=self.matte_color,
            mask=self.pixel_mask,
        )

    def _check_colors(self) -> None:
        given = [name for name in TARGETS if getattr(self, name) is not None]
        for name in given:
            validation.number(name, getattr(self, name), *TARGETS[name])
        if isinstance(self.colors, str) and self.colors == AUTO:
            if len(given) != 1:
                raise OptionError(
                    f"colors is 'auto' with {' and '.join(given) or 'no target'}, expected one of "
                    "target_psnr (in dB, such as 30) and target_delta_e (CIEDE2000, such as 3)"
                )
            return
        validation.whole_number("colors", self.colors, 1, MAX_COLORS, " or 'auto' with a target")
        if given:
            raise OptionError(
                f"{given[0]} is {getattr(self, given[0]):g} with colors at {self.colors}, expected "
                "a target with colors='auto' only; give that, or drop the target"
            )

    @cached_property
    def locks(self) -> tuple[Lock, ...]:
        """The locked colours and their indices."""
        return _locks(self.locked)

    @cached_property
    def start_colors(self) -> Bytes | None:
        """The colours of the palette to start from: (S, 3)."""
        return None if self.start is None else _start(self.start)

    @cached_property
    def pixel_weights(self) -> NDArray[np.float64] | None:
        """The weights of the pixels, the largest of them 1."""
        return None if self.weights is None else _weights(self.weights)

    @cached_property
    def pixel_mask(self) -> Mask | None:
        """The pixels to quantize."""
        return None if self.mask is None else _mask(self.mask)

    @property
    def color_grid(self) -> Grid | None:
        """The colours that entries can have; None for all of them."""
        return None if self.grid is None else _grid(self.grid)

    def _check_rules(self) -> None:
        check_locks(self.locks, MAX_COLORS if self.colors == AUTO else self.colors)
        given = {
            "locked": bool(self.locks),
            "start": self.start_colors is not None,
            "grid": self.color_grid is not None,
        }
        for name in (
            name for name in given if given[name] and not METHODS[self.method].supports_constraints
        ):
            able = [method for method in METHODS if METHODS[method].supports_constraints]
            raise OptionError(
                f"{name} is given, expected nothing of it with the method {self.method!r}, which "
                f"keeps to no rules; the methods that do: {', '.join(able)}"
            )
        if self.start is not None and self.init != "auto":
            raise OptionError(
                f"init is {self.init!r}, expected 'auto' with a start, which is the first guess; "
                "give one of them"
            )
        placed = self.start is not None or any(lock.index is not None for lock in self.locks)
        if placed and self.order != "kept":
            raise OptionError(
                f"order is {self.order!r}, expected 'kept' with a start or a locked index, which "
                "say where entries are; give one of them"
            )
        if self.colors == AUTO and self.start is not None:
            raise OptionError(
                "colors is 'auto', expected a number with a start, of which more or less stays by "
                "how many entries there are to be; give one"
            )

    def _check_emphasis(self) -> None:
        validation.number("rare", self.rare, 0, 1)
        emphasized = self.rare > 0 or self.pixel_weights is not None
        if emphasized and METHODS[self.method].every_pixel:
            raise OptionError(
                f"{'rare' if self.rare else 'weights'} is given, expected nothing of it with the "
                f"method {self.method!r}, to which all pixels count the same; take another method"
            )

    def _check_alpha(self) -> None:
        if self.alpha_threshold is not None:
            validation.whole_number("alpha_threshold", self.alpha_threshold, 0, 255)
        validation.switch("alpha_dither", self.alpha_dither)
        _ = self.pixel_mask  # an error in the mask is raised now
        matte = self.matte_color
        if self.alpha_dither and matte is not None:
            raise OptionError(
                "alpha_dither is True, expected False with a matte, which leaves no pixel "
                "half-transparent; give one of them"
            )
        if self.alpha_dither and self.alpha_threshold in (0, 255):
            raise OptionError(
                f"alpha_threshold is {self.alpha_threshold}, expected a whole number, 1 to 254, "
                "with alpha_dither, to which 0 is always transparent and 255 opaque"
            )


def check_locks(locks: Sequence[Lock], places: int) -> None:
    """Check that locked colours have room in a palette.

    Raises
    ------
    OptionError
        If there are more than places, an index is not one of a place, or two have the same.
    """
    if len(locks) > places:
        raise OptionError(
            f"locked has {len(locks)} colours, expected at most {places}, which is how many "
            "entries there are; lock fewer colours or ask for more"
        )
    taken: set[int] = set()
    for lock in locks:
        if lock.index is None:
            continue
        if not 0 <= lock.index < places:
            raise OptionError(
                f"a colour is locked at the index {lock.index}, expected 0 to {places - 1}; "
                "choose another index or ask for more colours"
            )
        if lock.index in taken:
            raise OptionError(
                f"two colours are locked at the index {lock.index}, expected one; "
                "choose another index for one of them"
            )
        taken.add(lock.index)


def _color(name: str, value: ArrayLike) -> Color:
    """Give a colour, written "#rrggbb" or in numbers, as (red, green, blue)."""
    if isinstance(value, str) and _HEX.fullmatch(value):
        value = list(bytes.fromhex(value[1:]))
    try:
        levels = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        levels = np.empty(0)
    whole_numbers = levels.shape == (3,) and levels.dtype.kind in "iu"
    if not whole_numbers or levels.min() < 0 or levels.max() > 255:
        raise OptionError(
            f'{name} is {value!r}, expected "#rrggbb" or three whole numbers, 0 to 255'
        )
    red, green, blue = levels.tolist()
    return red, green, blue


def _locks(value: Palette | Iterable[Locked]) -> tuple[Lock, ...]:
    """Give locked colours as `Lock`s."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise OptionError(
            f'locked is {value!r}, expected a list of colours, such as ["#ff0000", "#000000@0"], '
            "or a Palette"
        )
    return tuple(_lock(item) for item in value)


def _lock(item: Locked) -> Lock:
    """Read "#rrggbb", "#rrggbb@INDEX", (red, green, blue), or a pair of a colour and an index."""
    color: Any = item
    index: object = None
    if isinstance(item, str) and (match := _HEX_AT.fullmatch(item)):
        color, index = match[1], int(match[2])
    elif isinstance(item, (tuple, list)) and len(item) == 2:
        color, index = item
    if index is not None and (not isinstance(index, (int, np.integer)) or isinstance(index, bool)):
        raise OptionError(
            f"locked has the index {index!r}, expected a whole number; give "
            "((red, green, blue), index)"
        )
    try:
        return Lock(_color("locked", color), None if index is None else int(index))
    except OptionError as error:
        raise OptionError(
            f'locked has {item!r}, expected "#rrggbb", "#rrggbb@INDEX", three whole numbers, 0 to '
            "255, or a pair of such a colour and an index"
        ) from error


def _start(value: Palette | ArrayLike) -> Bytes:
    try:
        palette = value if isinstance(value, Palette) else Palette(value)
    except PaletteError as error:
        raise OptionError(
            f"start is no palette, expected a Palette or an array: {error}"
        ) from error
    if not len(palette):
        raise OptionError("start has no colour, expected at least one; leave it out to start anew")
    return palette.colors


def _weights(value: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "biuf":
        raise OptionError(f"weights have dtype {array.dtype}, expected numbers, one for each pixel")
    weights = array.astype(np.float64)
    if not np.isfinite(weights).all() or weights.min(initial=0) < 0:
        raise OptionError("weights are negative or not finite, expected numbers of at least 0")
    most = weights.max(initial=0)
    return weights / most if most else weights


def _mask(value: ArrayLike) -> Mask:
    try:
        mask = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        mask = np.empty(0, object)
    if mask.dtype != np.bool_:
        raise OptionError(
            f"mask has dtype {mask.dtype}, expected bool, one for each pixel; compare it first, "
            "for instance mask > 127"
        )
    return mask


def _grid(value: object) -> Grid:
    if isinstance(value, str) and value in GRIDS:
        return GRIDS[value]
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and 1 <= value <= 8:
        return Grid((int(value),) * 3)
    raise OptionError(
        f"grid is {value!r}, expected one of: {', '.join(GRIDS)}, or the bits of each channel, "
        "1 to 8"
    )
