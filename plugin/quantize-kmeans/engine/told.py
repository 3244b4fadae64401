"""Errors of palette_core, told as GIMP shows messages, before they come to GIMP's side."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from errors import NO_MEMORY, UserError
from palette_core import PaletteCoreError

P = ParamSpec("P")
R = TypeVar("R")


def told(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function that GIMP's side calls refuse in a sentence, here as in a worker."""

    @functools.wraps(function)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except PaletteCoreError as error:
            text = str(error)
            raise UserError(f"{text[:1].upper()}{text[1:]}.") from error
        except MemoryError as error:
            raise UserError(NO_MEMORY) from error

    return telling
