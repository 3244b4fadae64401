"""Registries: the choices that the modules of a package declare.

A package such as `design` or `dither` has no list of its modules. `discover` imports all of them
and collects what they declare, so that a new choice is one new module. The name of the declaration
depends on the package:

========== =========== ========================================
package    name        value
========== =========== ========================================
`design`   `METHOD`    one `Method`
`dither`   `DITHERS`   a tuple of `Dither`
`ordering` `ORDERS`    a tuple of `Order`
`formats`  `FORMAT`    one `PaletteFormat` or `PaletteReader`
========== =========== ========================================

A module without this name declares no choice, such as a module of helper functions. A module with
the singular in place of the plural, or the reverse, is an error.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

# Choices without a position come after the built-in ones.
_LAST = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Something that users choose by its name.

    Attributes
    ----------
    name : str
        How Python and the command line spell it.
    label : str
        The name in the dialog, in US English; the plug-in's catalogues translate it. Labels of
        palette formats are not in the dialog, but in `convert --help`.
    summary : str
        What it is, in one line without a full stop, for `--help` and the tables of the guide.
    position : int, default 100
        The place in lists: choices with a lower position come first. Choices with the same position
        are sorted by module name, and keep the order of their module.
    """

    name: str
    label: str
    summary: str
    position: int = _LAST


ChoiceType = TypeVar("ChoiceType", bound=Choice)
Function = TypeVar("Function", bound=Callable[..., object])


def discover(package: str, attribute: str, kind: type[ChoiceType]) -> dict[str, ChoiceType]:
    """Return the choices that the modules of a package declare, by name and in list order.

    Parameters
    ----------
    package : str
        The full name of the package; all modules in its folder are imported.
    attribute : str
        The name under which a module declares its choice, or a sequence of several. Modules without
        it have none.
    kind : type
        The class of the choices.

    Raises
    ------
    TypeError
        If a module declares something else.
    ValueError
        If two choices have one name, or a module declares `attribute` in the singular in place of
        the plural, or the reverse.
    """
    near = attribute[:-1] if attribute.endswith("S") else f"{attribute}S"
    found: list[ChoiceType] = []
    folder = importlib.import_module(package).__path__
    for name in sorted(info.name for info in pkgutil.iter_modules(folder)):
        module = importlib.import_module(f"{package}.{name}")
        if hasattr(module, near) and not hasattr(module, attribute):
            raise ValueError(f"{package}.{name} declares {near}; rename it to {attribute}")
        declared = getattr(module, attribute, ())
        choices = [declared] if isinstance(declared, kind) else list(declared)
        if not all(isinstance(choice, kind) for choice in choices):
            raise TypeError(
                f"{attribute} of {package}.{name} is {declared!r}, expected {kind.__name__} or "
                "several of them"
            )
        found += choices
    return by_name(sorted(found, key=lambda choice: choice.position))


def by_name(choices: list[ChoiceType]) -> dict[str, ChoiceType]:
    """Return choices by their names, in their order.

    Raises
    ------
    ValueError
        If two choices have one name.
    """
    table = {choice.name: choice for choice in choices}
    if len(table) < len(choices):
        names = [choice.name for choice in choices]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is declared twice; rename one of them")
    return table


def fill_choices(names: Iterable[str]) -> Callable[[Function], Function]:
    """Return a decorator that puts names in place of ``{choices}`` in a function's docstring."""

    def fill(function: Function) -> Function:
        listed = ", ".join(f'"{name}"' for name in names)
        function.__doc__ = (function.__doc__ or "").replace("{choices}", f"{{{listed}}}")
        return function

    return fill
