"""What the package shows, and what it loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import palette_core as pc
from palette_core.design import METHODS

ROOT = Path(pc.__file__).parent


def test_the_names() -> None:
    assert pc.__all__ == [
        "FileError",
        "ForeignColorError",
        "ImageFileError",
        "Metrics",
        "MissingFileError",
        "MissingPackageError",
        "OptionError",
        "OutputExistsError",
        "Palette",
        "PaletteCoreError",
        "PaletteError",
        "PaletteFileError",
        "PaletteFileWarning",
        "PixelTypeError",
        "PixelsError",
        "Quantized",
        "Session",
        "TargetError",
        "UnknownOptionError",
        "WorkerError",
        "__version__",
        "compare",
        "find_palette",
        "find_shared_palette",
        "map_pixels",
        "quantize",
    ]
    assert all(getattr(pc, name).__doc__ for name in pc.__all__)


def test_the_version_is_that_of_the_distribution() -> None:
    assert metadata.version("palette-core") == pc.__version__


def test_importing_it_loads_numpy_only() -> None:
    code = "import sys; before = set(sys.modules); import palette_core; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    packages = {name.partition(".")[0] for name in loaded}
    assert {"numpy", "palette_core"} <= packages
    assert not packages & {"PIL", "sklearn", "scipy", "threadpoolctl", "gi", "argparse"}
    assert not packages & {"joblib", "tqdm", "distributed"}
    assert not {"palette_core.cli", "palette_core.batch", "palette_core.animation"} & set(loaded)


def test_one_picture_on_the_command_line_loads_no_workers(tmp_path: Path) -> None:
    code = (
        "import sys; from PIL import Image; from palette_core.cli import main\n"
        "Image.new('RGB', (9, 9)).save('in.png')\n"
        "code = main(['quantize', 'in.png', '-o', 'out.png'])\n"
        "print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stderr.split()
    packages = {name.partition(".")[0] for name in loaded}
    assert not packages & {"joblib", "tqdm", "distributed", "sklearn"}


OURS = [name for name in METHODS if not name.startswith("sklearn-")]


@pytest.mark.parametrize(
    ("method", "init"), [(name, init) for name in OURS for init in METHODS[name].inits]
)
def test_our_own_methods_load_numpy_only(method: str, init: str) -> None:
    code = (
        "import sys, numpy, palette_core\n"
        "pixels = numpy.arange(30000, dtype=numpy.uint8).reshape(100, 100, 3)\n"
        f"palette_core.quantize(pixels, 9, method={method!r}, init={init!r}, effort='best')\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {name.partition(".")[0] for name in loaded} & {"PIL", "sklearn", "scipy"}


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_imports_gimp(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert "gi" not in {name.partition(".")[0] for name in names}
