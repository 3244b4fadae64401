"""The examples of CONTRIBUTING.md are done, step by step, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .markdown_pages import PROJECT, Block, blocks

PAGE = PROJECT / "CONTRIBUTING.md"
TEXT = PAGE.read_text(encoding="utf-8")
# mypy's cache is copied, so that it looks at nothing but what changes.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".pytest_cache", ".ruff_cache", "__pycache__", "build", "dist"
)
# The last file that is named before a block of code, at the end of a paragraph.
_NAMED = re.compile(r"`([\w/]+\.py)` is:\n\n$")


def examples() -> dict[str, list[Block]]:
    """Give the blocks of the sections that have a change to the project in them."""
    found = {}
    headings = [*re.finditer(r"^## (.+)$", TEXT, re.MULTILINE)]
    starts = [TEXT.count("\n", 0, heading.start()) + 1 for heading in headings]
    for heading, start, end in zip(headings, starts, [*starts[1:], sys.maxsize], strict=True):
        section = [block for block in blocks(PAGE) if start < block.line < end]
        if any(block.tag == "diff" for block in section):
            found[heading[1]] = section
    return found


EXAMPLES = examples()


def test_there_is_one_for_each_of_the_three() -> None:
    assert list(EXAMPLES) == ["A new design method", "A new dithering", "A new palette format"]


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_from_beginning_to_end(title: str, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    shutil.copytree(PROJECT, copy, ignore=LEFT_OUT)
    for block in EXAMPLES[title]:
        do(block, copy)


def do(block: Block, project: Path) -> None:
    """Do one step."""
    if block.tag == "diff":
        apply(block.text, project)
    elif block.tag == "python":
        above = "".join(TEXT.splitlines(keepends=True)[: block.line - 1])
        named = _NAMED.search(above)
        assert named is not None, f"line {block.line}: which file is it?"
        new = project / named[1]
        assert not new.exists()
        new.write_text(block.text, encoding="utf-8")
    else:
        assert block.tag == "sh"
        run(block.text, project)


def apply(diff: str, project: Path) -> None:
    """Change files as a diff without numbers of lines says: its old lines are there once."""
    for part in re.split("^--- ", diff, flags=re.MULTILINE)[1:]:
        name, _, changes = part.partition("\n")
        path = project / name
        text = path.read_text(encoding="utf-8")
        for change in changes.split("@@\n"):
            lines = [line for line in change.splitlines(keepends=True) if line.strip()]
            old, new = ("".join(line[1:] for line in lines if line[0] != sign) for sign in "+-")
            assert text.count(old) == 1, f"{name} has {text.count(old)} times:\n{old}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def run(commands: str, project: Path) -> None:
    """Run commands as in a shell in the project, with its package and our environment."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(project),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
