"""What the package shows, and what it loads."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import palette_core as pc
from palette_core.design import METHODS


def test_every_name_is_documented() -> None:
    assert all(getattr(pc, name).__doc__ for name in pc.__all__)


def test_the_version_is_that_of_the_distribution() -> None:
    assert metadata.version("palette-core") == pc.__version__


def loaded_modules(code: str, folder: Path | None = None) -> tuple[set[str], set[str]]:
    """Return the modules that a new process has loaded after `code`, and their packages."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stderr.split())
    return modules, {name.partition(".")[0] for name in modules}


def test_importing_it_loads_nothing_else() -> None:
    modules, packages = loaded_modules("import palette_core")
    assert not {name for name in modules if name.startswith("palette_core.")}
    assert "numpy" not in packages


def test_names_are_imported_when_they_are_used() -> None:
    for name in pc.__all__:
        modules, _ = loaded_modules(f"import palette_core\nassert palette_core.{name}")
        assert name not in ("Palette", "FileError") or "palette_core.design" not in modules
    with pytest.raises(AttributeError, match="'palette_core' has no attribute 'quantise'"):
        getattr(pc, "quantise")  # noqa: B009 - mypy knows that it does not exist
    assert set(pc.__all__) <= set(dir(pc))


def test_using_it_loads_numpy_only() -> None:
    modules, packages = loaded_modules("import palette_core\npalette_core.quantize")
    assert {"numpy", "palette_core"} <= packages
    assert not {"numpy.random", "concurrent.futures", "importlib.resources"} & modules
    assert not packages & {"PIL", "sklearn", "scipy", "threadpoolctl", "argparse"}
    assert not packages & {"joblib", "tqdm", "distributed"}
    assert not {"palette_core.cli", "palette_core.batch", "palette_core.animation"} & modules


def test_one_picture_on_the_command_line_loads_no_workers(tmp_path: Path) -> None:
    code = (
        "from PIL import Image; from palette_core.cli import main\n"
        "Image.new('RGB', (9, 9)).save('in.png')\n"
        "assert main(['quantize', 'in.png', '-o', 'out.png']) == 0"
    )
    modules, packages = loaded_modules(code, tmp_path)
    assert not packages & {"joblib", "tqdm", "distributed", "sklearn"}
    assert not modules & {"palette_core.formats", "palette_core.report"}


def test_our_own_methods_load_numpy_only() -> None:
    ours = [name for name in METHODS if not name.startswith("sklearn-")]
    code = (
        "import numpy, palette_core\n"
        "pixels = numpy.arange(30000, dtype=numpy.uint8).reshape(100, 100, 3)\n"
        f"for method, init in {[(name, init) for name in ours for init in METHODS[name].inits]}:\n"
        "    palette_core.quantize(pixels, 9, method=method, init=init, effort='best')"
    )
    _, packages = loaded_modules(code)
    assert "numpy" in packages
    assert not packages & {"PIL", "sklearn", "scipy"}
