"""Options: their names, their values, and errors that list the valid ones."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np

from .colorspaces import SPACES
from .design import EFFORTS, INITS, METHODS
from .dither import DITHERS
from .errors import OptionError, UnknownOptionError

P = ParamSpec("P")
R = TypeVar("R")

MAX_COLORS = 256
MAX_SEED = 2**32 - 1
LIGHTNESS_WEIGHTS = (0.1, 10.0)


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
    alpha_threshold: int = 128
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
        _whole_number("alpha_threshold", self.alpha_threshold, 0, 255)
        _whole_number("seed", self.seed, 0, MAX_SEED)


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
