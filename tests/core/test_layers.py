"""The picture of the layers in docs/architecture.md is that of the imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from .layers import PROJECT, Import, imports, modules, picture, pictures

CORE = PROJECT / "palette_core"
DRAWN = pictures()["palette_core"]

SKETCH = """\
house/
    __init__          the door
    upper/
        __init__
        left, right   side by side
    lower
    cellar
    cellar ↑ lower    when it floods
"""


def test_every_module_is_in_the_picture() -> None:
    assert DRAWN.layers.keys() == modules(CORE).keys()


def test_imports_point_down() -> None:
    assert not DRAWN.faults(imports(CORE))


def test_a_picture_is_read() -> None:
    layers, upward = picture(SKETCH)
    assert layers == {
        "__init__": 0,
        "upper.__init__": 2,
        "upper.left": 3,
        "upper.right": 3,
        "lower": 4,
        "cellar": 5,
    }
    assert upward == {("cellar", "lower")}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Make a package that is as `SKETCH` shows it."""
    folder = tmp_path / "house"
    (folder / "upper").mkdir(parents=True)
    for name, text in {
        "__init__": "from .upper import left\n",
        "upper/__init__": "from . import left, right\nimport os\n",
        "upper/left": "import house.lower\n",
        "upper/right": "from ..lower import anything\n",
        "lower": "from house import cellar\n",
        "cellar": "def flood():\n    from .lower import pump\n",
    }.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_imports_of_every_kind_are_found(house: Path) -> None:
    assert imports(house) == {
        Import("__init__", "upper.__init__", at_once=True),
        Import("__init__", "upper.left", at_once=True),
        Import("upper.__init__", "upper.left", at_once=True),
        Import("upper.__init__", "upper.right", at_once=True),
        Import("upper.left", "lower", at_once=True),
        Import("upper.right", "lower", at_once=True),
        Import("lower", "cellar", at_once=True),
        Import("cellar", "lower", at_once=False),
    }
    assert not picture(SKETCH).faults(imports(house))


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("lower", "from .upper.left import x", "lower imports upper.left, which is not below it"),
        ("lower", "import house", "lower imports __init__, which is not below it"),
        ("upper/left", "def f():\n    from . import right", "upper.left imports upper.right,"),
        ("upper/left", "if TYPE_CHECKING:\n    from .right import R", "upper.left imports upper.r"),
        ("upper/right", "from . import whatever", "upper.right imports upper.__init__, which is"),
        ("cellar", "from .lower import pump", "cellar imports lower, but not inside a function"),
        ("cellar", "", "cellar does not import lower"),
    ],
)
def test_what_points_up_is_found(house: Path, module: str, text: str, fault: str) -> None:
    (house / f"{module}.py").write_text(text, encoding="utf-8")
    assert any(said.startswith(fault) for said in picture(SKETCH).faults(imports(house)))


def test_modules_beside_each_other_import_by_name(tmp_path: Path) -> None:
    (tmp_path / "quantize-it.py").write_text("import gi\nfrom job import work\n", encoding="utf-8")
    (tmp_path / "job.py").write_text("import words, os.path\n", encoding="utf-8")
    (tmp_path / "words.py").touch()
    assert imports(tmp_path) == {
        Import("quantize-it", "job", at_once=True),
        Import("job", "words", at_once=True),
    }
