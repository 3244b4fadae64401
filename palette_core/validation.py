"""Checks of what users choose, with errors that list what is valid."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

import numpy as np

from .errors import OptionError, UnknownOptionError

P = ParamSpec("P")
R = TypeVar("R")


def choice(name: str, value: object, valid: Iterable[str]) -> None:
    """Refuse what is none of the valid words.

    Raises
    ------
    OptionError
        That says what was expected.
    """
    if not isinstance(value, str) or value not in valid:
        raise OptionError(f"{name} is {value!r}, expected one of: {', '.join(valid)}")


def whole_number(name: str, value: object, lowest: int, highest: int, otherwise: str = "") -> None:
    """Refuse what is no whole number in a range; `otherwise` is what else is valid.

    Raises
    ------
    OptionError
        That says what was expected.
    """
    if (
        not isinstance(value, (int, np.integer))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(
            f"{name} is {value!r}, expected a whole number, {lowest} to {highest}{otherwise}"
        )


def number(name: str, value: object, lowest: float, highest: float) -> None:
    """Refuse what is no number in a range, both ends of it included.

    Raises
    ------
    OptionError
        That says what was expected.
    """
    if (
        not isinstance(value, (int, float, np.integer, np.floating))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(f"{name} is {value!r}, expected a number, {lowest:g} to {highest:g}")


def switch(name: str, value: object) -> None:
    """Refuse what is neither True nor False.

    Raises
    ------
    OptionError
        That says what was expected.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"{name} is {value!r}, expected True or False")


def refuse_unknown(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function refuse keywords that it does not have with a list of those that it has."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        known(function, kwargs)
        return function(*args, **kwargs)

    return checked


def known(
    function: Callable[..., object], names: Iterable[str], without: Sequence[str] = ()
) -> None:
    """Check that a function has options of these names, `without` being none to choose.

    Raises
    ------
    UnknownOptionError
        If it lacks one; it lists those that there are.
    """
    known = [name for name in inspect.signature(function).parameters if name not in without]
    for name in names:
        if name not in known:
            raise UnknownOptionError(
                f"{function.__name__}() has no option {name!r}, expected one of: {', '.join(known)}"
            )
