"""Stages of the pipeline: functions whose results are cached by the options they depend on."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from .common_options import CommonOptions

OptionsType = TypeVar("OptionsType", bound=CommonOptions)
P = ParamSpec("P")
T = TypeVar("T")


class StageCache:
    """The last result of every stage for one image, and what it depends on."""

    def __init__(self) -> None:
        self._results: dict[object, tuple[object, Any]] = {}

    def find(self, stage: object, key: object) -> Any:  # noqa: ANN401 - of any stage
        """Return the result of a stage if its key is the same, else None."""
        last_key, result = self._results.get(stage, (None, None))
        return result if last_key == key else None

    def run(self, stage: Callable[P, T], key: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the last result of a stage if its key is the same, or run it."""
        result: T
        last_key, result = self._results.get(stage, (None, None))
        if last_key != key:
            del result  # before the new one takes memory too
            self._results.pop(stage, None)
            result = stage(*args, **kwargs)
            self._results[stage] = key, result
        return result


class Stage(Generic[OptionsType, P, T]):
    """A stage of the pipeline, made by the decorator `stage`."""

    def __init__(
        self, function: Callable[Concatenate[OptionsType, P], T], names: tuple[str, ...]
    ) -> None:
        self._function = function
        self._key_of = attrgetter(*names)
        self.__doc__ = function.__doc__

    def __call__(
        self, cache: StageCache | None, options: OptionsType, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the stage, unless the cache has its result."""
        if cache is None:
            return self._function(options, *args, **kwargs)
        return cache.run(self._function, self._key_of(options), options, *args, **kwargs)

    def cached(self, cache: StageCache | None, options: OptionsType) -> T | None:
        """Return the result if the cache has it, without running the stage."""
        return None if cache is None else cache.find(self._function, self._key_of(options))


def stage(
    *names: str,
) -> Callable[[Callable[Concatenate[OptionsType, P], T]], Stage[OptionsType, P, T]]:
    """Return a decorator for a stage whose result depends on the options of these names."""
    return lambda function: Stage(function, names)
