"""Functions whose parameters are the fields of a dataclass.

A parameter that several functions share is declared, checked and documented once. `help`, type
checkers and editors still show it for each function.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from .errors import UnknownOptionError

A = TypeVar("A")
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

# A parameter in a docstring: its name, its type, and the indented lines that describe it.
_PARAMETER = re.compile(r"^(\w+) : .*(?:\n(?: .*)?)*", re.MULTILINE)


def takes(arguments: Callable[P, A]) -> Callable[[Callable[[A], R]], Callable[P, R]]:
    """Return a decorator that gives a function the fields of its argument as parameters.

    The argument is a dataclass. The section "Parameters" in its docstring and those of its bases
    becomes that of the function.
    """

    def decorate(function: Callable[[A], R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            return function(_collect(arguments, call, (), args, kwargs))

        _describe(call, arguments, [])
        return call

    return decorate


def method_takes(
    arguments: Callable[P, A],
) -> Callable[[Callable[[S, A], R]], Callable[Concatenate[S, P], R]]:
    """Return a decorator that does the same for a method."""

    def decorate(function: Callable[[S, A], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(function)
        def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return function(self, _collect(arguments, call, (self,), args, kwargs))

        _describe(call, arguments, [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)])
        return call

    return decorate


def _collect(
    arguments: Callable[..., A],
    function: Callable[..., object],
    before: tuple[object, ...],
    args: tuple[object, ...],
    kwargs: dict[str, Any],
) -> A:
    """Return the arguments of a call of a function as a dataclass.

    Raises
    ------
    UnknownOptionError
        If there is no such option.
    TypeError
        If the call is wrong. The error names the function, not the dataclass.
    """
    signature = inspect.signature(function)
    known = [name for name in signature.parameters if name != "self"]
    for name in kwargs.keys() - known:
        raise UnknownOptionError(
            f"{function.__name__}() has no option {name!r}; its options are: {', '.join(known)}"
        )
    try:
        return arguments(*args, **kwargs)
    except TypeError:
        try:
            signature.bind(*before, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{function.__name__}(): {error}") from None
        raise


def _describe(
    function: Callable[..., object],
    arguments: Callable[..., object],
    before: list[inspect.Parameter],
) -> None:
    """Set the signature and the docstring."""
    bases = inspect.getmro(arguments)  # type: ignore[arg-type] # a class, as the callers know
    parameters = _sort(
        list(inspect.signature(arguments).parameters.values()), bases[1:] + bases[:1]
    )
    function.__signature__ = inspect.Signature(before + parameters)  # type: ignore[attr-defined] # read by inspect
    texts: dict[str, str] = {}
    for base in bases:
        texts |= _parameter_texts(base)
    section = "\n".join(texts[one.name] for one in parameters)
    own = inspect.cleandoc(function.__doc__ or "")
    function.__doc__ = own.replace(
        "Returns\n--", f"Parameters\n----------\n{section}\n\nReturns\n--"
    )


def _sort(parameters: list[inspect.Parameter], bases: Sequence[type]) -> list[inspect.Parameter]:
    """Return parameters without types: positional ones, then those of each base, then progress."""
    names = [name for base in bases for name in vars(base).get("__annotations__", ())]

    def key(parameter: inspect.Parameter) -> tuple[bool, bool, int]:
        is_keyword = parameter.kind == parameter.KEYWORD_ONLY
        index = names.index(parameter.name) if is_keyword else 0
        return is_keyword, parameter.name == "progress", index

    return [one.replace(annotation=one.empty) for one in sorted(parameters, key=key)]


def _parameter_texts(part: type) -> dict[str, str]:
    """Return the documentation of each parameter, with the choices filled in."""
    docstring = inspect.cleandoc(part.__doc__ or "")
    section = docstring.partition("Parameters\n----------\n")[2].partition("\n\nRaises\n")[0]
    texts = {}
    for found in _PARAMETER.finditer(section):
        option = vars(part).get(found[1])
        listed = ", ".join(f'"{word}"' for word in getattr(option, "choices", ()))
        texts[found[1]] = found[0].rstrip().replace("{choices}", f"{{{listed}}}")
    return texts
