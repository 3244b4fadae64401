"""Checks of the values that users choose.

They return the value to store, and raise an `OptionError` that says what is valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeAlias, TypeVar, cast, overload

import numpy as np

from .errors import OptionError

T = TypeVar("T")
In = TypeVar("In")
Out = TypeVar("Out")


class ConvertedOption(Generic[In, Out]):
    """A field of an options class: a default, and how a value is checked and converted.

    It cannot be changed once it is set.

    Parameters
    ----------
    default : In
        None needs no check.
    check : callable
        Is called with the option's name, a value and `limits`, and returns the value to store.
        Checking a stored value again changes nothing.
    """

    def __init__(self, default: In, check: Callable[..., Out], *limits: object) -> None:
        self._default, self._check, self._limits = default, check, limits

    @property
    def choices(self) -> tuple[str, ...]:
        """The valid words, or an empty tuple if the value is not a choice."""
        return tuple(cast("Iterable[str]", self._limits[0])) if self._check is choice else ()

    def __set_name__(self, owner: type, name: str) -> None:
        """Store the name of the option."""
        self._name = name

    @overload
    def __get__(self, options: None, owner: type) -> In: ...
    @overload
    def __get__(self, options: object, owner: type) -> Out: ...
    def __get__(self, options: object | None, owner: type) -> In | Out:
        """Return the value, or the default if accessed on the class."""
        if options is None:
            return self._default
        value: Out = vars(options)[self._name]
        return value

    def __set__(self, options: object, value: In) -> None:
        """Check and store the value."""
        if self._name in vars(options):
            raise AttributeError(f"{self._name} cannot be changed; use dataclasses.replace")
        is_unset = value is None and self._default is None
        stored = None if is_unset else self._check(self._name, value, *self._limits)
        vars(options)[self._name] = stored


# An option that is stored as it is given.
Option: TypeAlias = ConvertedOption[T, T]


def choice(name: str, value: object, valid: Iterable[str]) -> str:
    """Return a value after checking that it is one of the valid words."""
    if not isinstance(value, str) or value not in valid:
        raise OptionError(f"`{name}` cannot be {value!r}; use one of: {', '.join(valid)}")
    return value


def whole_number(name: str, value: object, lowest: int, highest: int, otherwise: str = "") -> int:
    """Return a value after checking that it is a whole number in a range."""
    if (
        not isinstance(value, (int, np.integer))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(
            f"`{name}` must be a whole number from {lowest} to {highest}{otherwise}, not {value!r}"
        )
    return int(value)


def number(name: str, value: object, lowest: float, highest: float) -> float:
    """Return a value after checking that it is a number in a range, ends included."""
    if (
        not isinstance(value, (int, float, np.integer, np.floating))
        or isinstance(value, bool)
        or not lowest <= value <= highest
    ):
        raise OptionError(
            f"`{name}` must be a number from {lowest:g} to {highest:g}, not {value!r}"
        )
    return float(value)


def switch(name: str, value: object) -> bool:
    """Return a value after checking that it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"`{name}` must be True or False, not {value!r}")
    return bool(value)
