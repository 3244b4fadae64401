"""A registry finds what the modules of a package declare."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from palette_core.registry import Choice, discover

_NUMBERS = itertools.count()
IMPORT = "from palette_core.registry import Choice\n"


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write a package of a new name, and return that."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(**modules: str) -> str:
        name = f"registered_{next(_NUMBERS)}"
        (tmp_path / name).mkdir()
        for module, code in {"__init__": "", **modules}.items():
            (tmp_path / name / f"{module}.py").write_text(IMPORT + code, encoding="utf-8")
        return name

    return make


def declare(name: str, position: int | None = None) -> str:
    where = "" if position is None else f", position={position}"
    return f"Choice(name={name!r}, label='', summary=''{where})"


def test_choices_are_sorted_by_position_then_module(make_package: Callable[..., str]) -> None:
    package = make_package(
        b=f"FOUND = ({declare('second', 2)}, {declare('third', 2)}, {declare('first', 1)})",
        a=f"FOUND = {declare('last')}",
        c=f"FOUND = [{declare('fourth', 2)}]",
        helper="OTHER = 1",
    )
    found = discover(package, "FOUND", Choice)
    assert list(found) == ["first", "second", "third", "fourth", "last"]
    assert all(choice.name == name for name, choice in found.items())


def test_a_name_is_declared_once(make_package: Callable[..., str]) -> None:
    twice = f"FOUND = {declare('twice')}"
    with pytest.raises(ValueError, match="'twice' is declared twice"):
        discover(make_package(a=twice, b=twice), "FOUND", Choice)


@pytest.mark.parametrize(("expected", "near"), [("FOUND", "FOUNDS"), ("KINDS", "KIND")])
def test_a_near_name_is_refused(expected: str, near: str, make_package: Callable[..., str]) -> None:
    code = f"{near} = {declare('any')}"
    with pytest.raises(ValueError, match=rf"\.a declares {near}; rename it to {expected}$"):
        discover(make_package(a=code), expected, Choice)
    both = f"{code}\n{expected} = {declare('other')}"
    assert list(discover(make_package(a=both), expected, Choice)) == ["other"]


@pytest.mark.parametrize("code", ["FOUND = 'name'", "FOUND = ['name']"])
def test_something_else_is_refused(code: str, make_package: Callable[..., str]) -> None:
    with pytest.raises(TypeError, match=r"FOUND of registered_\d+\.a is .*, expected Choice"):
        discover(make_package(a=code), "FOUND", Choice)
