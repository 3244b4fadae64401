"""Which Python computes: GIMP's own if it can, else the one that the plug-in names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLUGIN, tmp_path / "copy"))


def clean_name(copy: Path, *options: str) -> str:
    """Clean a name by a copy of the plug-in, run by a Python with these options."""
    (copy / "try_it.py").write_text(
        "import engine, errors, sys\n"
        "try:\n"
        "    print(engine.session().clean_name('A name'))\n"
        "except errors.UserError as reason:\n"
        "    print(reason)\n"
        "print('numpy' in sys.modules)\n"
    )
    command = [sys.executable, "-E", *options, copy / "try_it.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    return done.stdout


def test_a_python_that_can_computes_itself(copy: Path) -> None:
    (copy / "environment").write_text("/no/python\n")
    assert clean_name(copy) == "A name\nTrue\n"


@pytest.mark.parametrize("line", ["{python}\n", '\ufeff"{python}"\r\n'])
def test_for_one_that_cannot_the_named_one_does(copy: Path, line: str) -> None:
    text = line.format(python=sys.executable)
    (copy / "environment").write_text(text, encoding="utf-8")
    assert clean_name(copy, "-S") == "A name\nFalse\n"


def find_guide(copy: Path) -> str:
    """Return the guide's page that a copy of the plug-in finds."""
    code = "import engine; print(engine.find_guide())"
    command = [sys.executable, "-E", "-c", code]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_guide_is_in_the_plugin_or_beside_the_environment(copy: Path, tmp_path: Path) -> None:
    (copy / "environment").write_text(f"{tmp_path}/data/venv/bin/python\n")
    assert find_guide(copy) == "None"
    for folder in (tmp_path / "data", copy):  # the second is that of Flathub's extension
        page = folder / "docs" / "guide" / "gimp.html"
        page.parent.mkdir(parents=True)
        page.write_text("")
        assert find_guide(copy) == str(page)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (None, ("not completely installed", "No module named 'palette_core'", "installer")),
        ("/no/python", ("/no/python", "installer")),
        ("", ("does not start", "installer")),
    ],
)
def test_without_any_the_reason_is_told(
    copy: Path, named: str | None, words: tuple[str, ...]
) -> None:
    if named is not None:
        (copy / "environment").write_text(named)
    shown = clean_name(copy, "-S")
    for word in words:
        assert word in shown
