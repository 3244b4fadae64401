"""The plug-in's lists of words, which it cannot ask palette_core for, are palette_core's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from palette_core.color.hardware_grids import GRIDS
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, INITS, METHODS
from palette_core.dither import DITHERS
from palette_core.ordering import ORDERS

CHOICES = Path(__file__).parents[2] / "plugin" / "quantize-kmeans" / "procedure" / "choices.py"


def keys(name: str) -> list[str]:
    """Read a dictionary's keys out of the plug-in's source: importing it needs GIMP."""
    for node in ast.parse(CHOICES.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(node.value, ast.Dict)
            return [ast.literal_eval(key) for key in node.value.keys if key]
    raise AssertionError(f"{CHOICES.name} has no {name}")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("METHODS", METHODS),
        ("INITS", INITS),
        ("EFFORTS", EFFORTS),
        ("SPACES", SPACES),
        ("DITHERS", DITHERS),
        ("ORDERS", ORDERS),
    ],
)
def test_choices(name: str, words: tuple[str, ...]) -> None:
    assert keys(name) == list(words)


def test_grids() -> None:
    named = [word for word in keys("GRIDS") if not word.isdigit()]
    assert named == ["none", *GRIDS]
