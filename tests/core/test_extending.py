"""The examples of docs/extending.md run in a copy of the package, each as one new module."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .markdown_pages import PROJECT, blocks

PAGE = PROJECT / "docs" / "extending.md"
# The file that is named at the end of the paragraph before a block of code.
_NAMED = re.compile(r"`(palette_core/\w+/\w+\.py)` is:\n\n```python\n")
MODULES = _NAMED.findall(PAGE.read_text(encoding="utf-8"))
EXAMPLES = [block for block in blocks(PAGE) if block.tag == "python"]


def test_there_is_an_example_for_each_registry() -> None:
    folders = [Path(module).parent.name for module in MODULES]
    assert folders == ["design", "dither", "ordering", "formats"]


@pytest.mark.parametrize("module", MODULES)
def test_an_example_is_one_new_module(module: str, tmp_path: Path) -> None:
    code = EXAMPLES[MODULES.index(module)]
    commands = next(
        block.text for block in blocks(PAGE) if block.tag == "sh" and block.line > code.line
    )
    shutil.copytree(PROJECT / "palette_core", tmp_path / "palette_core")
    image = Path("docs/images/quantized.png")
    (tmp_path / image).parent.mkdir(parents=True)
    shutil.copy(PROJECT / image, tmp_path / image)
    assert not (PROJECT / module).exists()
    (tmp_path / module).write_text(code.text, encoding="utf-8")
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for check in (["check"], ["format", "--check"]):
        run([sys.executable, "-m", "ruff", *check, module], tmp_path)
    run(["bash", "-euo", "pipefail", "-c", commands], tmp_path)


def run(command: list[str], project: Path) -> None:
    """Run a command in the copy, with its package and our environment."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(project),
    }
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
