"""GIMP's side of the plug-in needs the standard library and GIMP's bindings alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"
MODULES = sorted(PLUGIN.rglob("*.py"))
OWN = {path.relative_to(PLUGIN).parts[0].removesuffix(".py") for path in MODULES}
# The engine tries to import the preview session, and starts a worker's program if it cannot.
ENGINE = [PLUGIN / "engine" / "__init__.py", PLUGIN / "engine" / "worker_main.py"]


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the packages that a source imports, except for types."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in tree.names)
    elif isinstance(tree, ast.ImportFrom):
        assert tree.module
        yield tree.module.partition(".")[0]
    for child in ast.iter_child_nodes(tree):
        yield from imports(child)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PLUGIN)))
def test_gimps_side_needs_no_package(path: Path) -> None:
    found = set(imports(ast.parse(path.read_text()))) - OWN - sys.stdlib_module_names - {"gi"}
    assert found == ({"palette_core"} if path in ENGINE else set())
