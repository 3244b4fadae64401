"""A registry finds what the modules of a package declare."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from palette_core.registry import Entry, discover

_NUMBERS = itertools.count()
IMPORT = "from palette_core.registry import Entry\n"


def make_package(folder: Path, monkeypatch: pytest.MonkeyPatch, **modules: str) -> str:
    """Write a package of a new name, and return that."""
    name = f"registered_{next(_NUMBERS)}"
    (folder / name).mkdir()
    for module, code in {"__init__": "", **modules}.items():
        (folder / name / f"{module}.py").write_text(IMPORT + code, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return name


def declare(name: str, position: int | None = None) -> str:
    where = "" if position is None else f", position={position}"
    return f"Entry(name={name!r}, label='', summary=''{where})"


def test_entries_are_sorted_by_position_then_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make_package(
        tmp_path,
        monkeypatch,
        b=f"FOUND = ({declare('second', 2)}, {declare('third', 2)}, {declare('first', 1)})",
        a=f"FOUND = {declare('last')}",
        c=f"FOUND = [{declare('fourth', 2)}]",
        helper="OTHER = 1",
    )
    found = discover(package, "FOUND", Entry)
    assert list(found) == ["first", "second", "third", "fourth", "last"]
    assert all(entry.name == name for name, entry in found.items())


def test_a_name_is_declared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = make_package(
        tmp_path, monkeypatch, a=f"FOUND = {declare('twice')}", b=f"FOUND = {declare('twice')}"
    )
    with pytest.raises(ValueError, match="'twice' is declared twice"):
        discover(package, "FOUND", Entry)


@pytest.mark.parametrize("code", ["FOUND = 'name'", "FOUND = ['name']"])
def test_something_else_is_refused(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make_package(tmp_path, monkeypatch, a=code)
    with pytest.raises(TypeError, match=r"FOUND of registered_\d+\.a is .*, expected Entry"):
        discover(package, "FOUND", Entry)
