"""What the package shows, what it loads, and which way its modules depend on each other."""

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
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.rglob("*.py")
}


def imported(module: str) -> set[str]:
    """Name what a module imports, wherever in it: those of the package by "." and their names."""
    found = set()
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {"." + ".".join([*above, name]) for name in names}
    return found


def test_the_names() -> None:
    assert pc.__all__ == [
        "FileError",
        "ForeignColorError",
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
        "PictureFileError",
        "PixelTypeError",
        "PixelsError",
        "Quantized",
        "Study",
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


def test_the_reader_of_imports() -> None:
    # The checks below say nothing unless it sees each kind of import.
    assert {".errors", "numpy", "dataclasses"} <= imported("pixels")
    assert {".files", ".formats", ".pixels"} <= imported("palette")
    assert {".histogram", ".design.base"} <= imported("design.kmeans")
    assert {".design.kmeans", ".design.sklearn_kmeans"} <= imported("design.__init__")
    assert {".cli", "sys"} <= imported("__main__")


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"__main__"}))
def test_nothing_imports_the_command_line_or_gimp(module: str) -> None:
    names = imported(module)
    assert ".cli" not in names
    assert "gi" not in {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("module", "below"),
    [
        ("errors", set()),
        ("progress", set()),
        ("pixels", {".errors"}),
        ("files", {".errors"}),
        ("colorspaces", {".pixels"}),
        ("threads", {".progress"}),
        ("nearest", {".pixels", ".progress"}),
        ("zorder", {".pixels"}),
        ("histogram", {".errors", ".pixels", ".progress", ".zorder"}),
        ("lookup", {".pixels", ".progress", ".threads", ".zorder"}),
        ("mapping", {".lookup", ".nearest", ".pixels", ".progress"}),
        ("comparison", {".colorspaces", ".lookup", ".mapping", ".nearest", ".pixels", ".progress"}),
        ("alpha", {".dither.masks", ".pixels", ".threads"}),
        ("dither.kernels", set()),
        ("dither.masks", set()),
        ("dither.base", {".comparison", ".pixels", ".progress"}),
        ("ciede2000", {".colorspaces", ".pixels"}),
        ("metrics", {".ciede2000", ".errors", ".pixels"}),
        ("figures", {".colorspaces", ".errors", ".palette", ".pixels"}),
        ("pictures", {".errors", ".files", ".pixels"}),
        ("tour", set()),
        ("order", {".colorspaces", ".pixels", ".tour"}),
        ("grids", {".colorspaces", ".pixels"}),
        ("arrangement", {".colorspaces", ".grids", ".pixels"}),
        ("design.rules", {".colorspaces", ".grids", ".pixels"}),
        (
            "design.base",
            {".colorspaces", ".design.rules", ".histogram", ".pixels", ".progress"},
        ),
        ("animation.base", {".pixels"}),
        ("animation.reading", {".pictures", ".pixels"}),
        ("animation.gif", {".animation.base", ".errors"}),
        ("animation.apng", {".animation.base", ".pictures"}),
        ("batch.naming", {".errors", ".files", ".pictures"}),
        ("batch.workers", {".errors"}),
    ],
)
def test_dependencies_point_down(module: str, below: set[str]) -> None:
    assert {name for name in imported(module) if name.startswith(".")} <= below


@pytest.mark.parametrize("above", [".quantize", ".options", ".palette", ".metrics", ".pictures"])
def test_the_designers_see_histograms_only(above: str) -> None:
    designers = [module for module in MODULES if module.startswith("design.")]
    assert designers
    assert not [module for module in designers if above in imported(module)]
