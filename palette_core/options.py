"""Options: their names, their values, and errors that list the valid ones."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .alpha import settle
from .colorspaces import SPACES, ColorSpace
from .design import EFFORTS, INITS, METHODS
from .dither import DITHERS
from .errors import OptionError, UnknownOptionError
from .pixels import Pixels

P = ParamSpec("P")
R = TypeVar("R")

MAX_COLORS = 256
MAX_SEED = 2**32 - 1
LIGHTNESS_WEIGHTS = (0.1, 10.0)
TRANSPARENT_INDICES = ("first", "last")

_HEX = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Options:
    """The options of the pipeline, checked. `quantize` tells what they mean.

    Raises
    ------
    OptionError
        If a value is not valid.
    """

    colors: int = 16
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
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every value."""
        _whole_number("colors", self.colors, 1, MAX_COLORS)
        _choice("method", self.method, METHODS)
        _choice("init", self.init, INITS)
        if self.init not in METHODS[self.method].inits:
            able = [name for name, method in METHODS.items() if self.init in method.inits]
            raise OptionError(
                f"init is {self.init!r}, expected 'auto' with the method {self.method!r}, which "
                f"takes no first guess; the methods that take one: {', '.join(able)}"
            )
        _choice("effort", self.effort, EFFORTS)
        _choice("space", self.space, SPACES)
        _number("lightness_weight", self.lightness_weight, *LIGHTNESS_WEIGHTS)
        _choice("dither", self.dither, DITHERS)
        _number("dither_strength", self.dither_strength, 0, 1)
        _switch("dither_adaptive", self.dither_adaptive)
        self._check_alpha()
        _whole_number("seed", self.seed, 0, MAX_SEED)

    @property
    def matte_color(self) -> tuple[int, int, int] | None:
        """The matte as (red, green, blue)."""
        return None if self.matte is None else _color("matte", self.matte)

    @property
    def color_space(self) -> ColorSpace:
        """The space with its weight of lightness."""
        return SPACES[self.space].weighted(self.lightness_weight)

    def settle(self, pixels: ArrayLike) -> Pixels:
        """Check a picture, and leave of its alpha one bit, as `alpha.settle` does."""
        return settle(
            pixels,
            threshold=self.alpha_threshold,
            dither=self.alpha_dither,
            matte=self.matte_color,
        )

    def _check_alpha(self) -> None:
        if self.alpha_threshold is not None:
            _whole_number("alpha_threshold", self.alpha_threshold, 0, 255)
        _switch("alpha_dither", self.alpha_dither)
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


def refuse_unknown(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function refuse keywords that it does not have with a list of those that it has."""
    known = inspect.signature(function).parameters

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                raise UnknownOptionError(
                    f"{function.__name__}() has no option {name!r}, expected one of: "
                    f"{', '.join(known)}"
                )
        return function(*args, **kwargs)

    return checked


def check_transparent_index(value: object) -> None:
    """Check where the transparent entry of an indexed picture is to be.

    Raises
    ------
    OptionError
        If it is none of `TRANSPARENT_INDICES`.
    """
    _choice("transparent_index", value, TRANSPARENT_INDICES)


def _choice(name: str, value: object, valid: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in valid:
        raise OptionError(f"{name} is {value!r}, expected one of: {', '.join(valid)}")


def _whole_number(name: str, value: object, lowest: int, highest: int) -> None:
    if (
        not isinstance(value, (int, np.integer))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(f"{name} is {value!r}, expected a whole number, {lowest} to {highest}")


def _number(name: str, value: object, lowest: float, highest: float) -> None:
    if (
        not isinstance(value, (int, float, np.integer, np.floating))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(f"{name} is {value!r}, expected a number, {lowest:g} to {highest:g}")


def _switch(name: str, value: object) -> None:
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"{name} is {value!r}, expected True or False")


def _color(name: str, value: ArrayLike) -> tuple[int, int, int]:
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
