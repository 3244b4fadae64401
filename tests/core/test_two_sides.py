"""The plug-in's two sides: what they import, and that it matters not where the pixels' side is."""

from __future__ import annotations

import ast
import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palette_core as pc
from engine import compute
from engine.layout import Layout, Place
from engine.worker_client import Remote
from errors import UserError
from palette_core.arrays import Bytes
from procedure.settings import Settings
from ui.scene import Scene
from ui.viewport import Viewport

PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"
MODULES = {
    ".".join(path.relative_to(PLUGIN).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PLUGIN.rglob("*.py")
}
PIXELS_SIDE = {
    f"engine.{name}"
    for name in (
        *("compute", "costs", "draft", "drawing", "index_map", "picture", "plane", "raster"),
        *("recolored", "told", "work", "worker"),
    )
}
BOTH_SIDES = {
    *("engine.kept", "engine.layout", "errors", "i18n", "procedure.settings"),
    *("ui.scene", "ui.viewport"),
}
# The only way from GIMP's side to the pixels': in this Python, if it can.
DOOR = ("engine", "engine.compute")


def imports(tree: ast.AST) -> Iterator[str]:
    """Give what a source imports wherever, but for the sake of types."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names)
    elif isinstance(tree, ast.ImportFrom):
        assert tree.module
        names = [f"{tree.module}.{alias.name}" for alias in tree.names]
        yield from (name if name in MODULES else tree.module for name in names)
    for child in ast.iter_child_nodes(tree):
        yield from imports(child)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_side_imports_the_other(module: str) -> None:
    found = set(imports(ast.parse(MODULES[module].read_text())))
    ours = found & MODULES.keys()
    others = {name.partition(".")[0] for name in found - ours}
    if module in BOTH_SIDES:
        assert ours <= BOTH_SIDES
        assert others <= sys.stdlib_module_names
    elif module in PIXELS_SIDE:
        assert ours <= PIXELS_SIDE | BOTH_SIDES
        assert others <= sys.stdlib_module_names | {"numpy", "palette_core", "PIL"}
    else:
        assert {(module, other) for other in ours & PIXELS_SIDE} <= {DOOR}
        assert others <= sys.stdlib_module_names | {"gi"}


# The same here and there

HEIGHT, WIDTH = 90, 120
DESIGN = {
    "method": "kmeans",
    "init": "auto",
    "effort": "balanced",
    "seed": 0,
    "order": "kept",
    "rare": 0.0,
    "locked": [],
    "start": None,
    "grid": None,
}
MAPPING = {
    "space": "oklab",
    "lightness_weight": 1.0,
    "dither": "floyd-steinberg",
    "dither_strength": 0.75,
    "dither_adaptive": False,
    "alpha_threshold": None,
    "alpha_dither": False,
    "matte": None,
}
PLAIN = Settings(
    output="new-image",
    selection="only",
    sample="layer",
    apply_to="layer",
    crop=False,
    selection_weight=10.0,
    keep_palette=True,
    palette_name="",
    colors=9,
    design=DESIGN,
    mapping=MAPPING,
    given=None,
    strict=False,
)


@pytest.fixture(scope="module")
def there() -> Iterator[Any]:
    """What computes in a worker."""
    remote = Remote([sys.executable, "-sE", str(PLUGIN / "engine" / "worker.py")])
    yield remote.compute
    remote.close()


def drawn() -> tuple[Bytes, Bytes]:
    """Draw pixels of every alpha, and a selection with a soft edge."""
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    pixels[..., :3] //= np.linspace(1, 9, WIDTH, dtype=np.uint8)[:, np.newaxis]
    pixels[: HEIGHT // 2, :, 3] = 255
    mask = np.clip(np.linspace(-300, 500, WIDTH), 0, 255).astype(np.uint8)
    return pixels, np.repeat(mask[np.newaxis, :, np.newaxis], HEIGHT, axis=0)


def plane_of(core: Any, array: Bytes, kind: str) -> Any:
    plane = core.plane(array.shape[1], array.shape[0], kind)
    for top in range(0, len(array), 40):
        strip = array[top : top + 40]
        plane.put(top, len(strip), strip.tobytes())
    return plane


def everything(core: Any, settings: Settings, selected: bool, samples: int) -> dict[str, Any]:
    """Do all that the plug-in does with pixels; give what comes of it, in plain values."""
    rgba, mask = drawn()
    pixels, alpha = plane_of(core, rgba, "rgba"), (rgba[..., 3:] / 255).astype(np.float32)
    selection = plane_of(core, mask, "mask") if selected else None
    picture = core.Picture(pixels, selection, settings.selection)
    upside_down = plane_of(core, rgba[::-1, :, :3], "rgb")
    others = [core.Picture(upside_down, None, "only")] * (samples - 1)
    pictures = [picture, *others]
    sample = core.Sample(pictures)
    places = [Place(0, 0, WIDTH, HEIGHT, True), Place(-9, 7, WIDTH, HEIGHT, True)]
    original = pixels if selection is None else pixels.masked(selection)
    in_layer = (selection, selection) if settings.output == "layer" else ()
    targets = pictures if settings.scope == "all-layers" else pictures[:1]
    layout = Layout((WIDTH, HEIGHT), tuple(places[: len(targets)]))
    work = core.Work(targets, sample, layout, original, settings, *in_layer)
    fractions: list[float] = []
    maps = work.quantized(fractions.append)
    assert fractions == sorted(fractions)
    made = work.composed(maps)
    costs, loss = (
        work.measure(maps, fractions.append),
        work.map_losses(made, (0, 0, WIDTH, HEIGHT), (60, 45), fractions.append),
    )
    view = Viewport.fit((WIDTH, HEIGHT), (300, 200))
    scene = Scene(pixels.raster(), work.raster(made), loss, split=0.5)
    draft = core.draft(scene.original, made.colors, settings.mapping)
    draft.prepare(view)
    scenes = {
        "split": scene,
        "loss": dataclasses.replace(scene, mode="loss"),
        "highlight": dataclasses.replace(scene, result=made.raster(2)),
        "draft": dataclasses.replace(scene, result=draft),
    }
    painter = core.painter()
    exact = plane_of(core, alpha, "alpha")
    return {
        "palette": work.palette(fractions.append),
        "map": (made.colors, made.width, made.height, made.has_holes, strips(made, 40)),
        "layers": [strips(one, 1000) for one in maps],
        "pixels": made.pixels(0, HEIGHT),
        "recolored": strips(work.recolored(made, None), 40),
        "exactly": strips(work.recolored(made, exact), 40),
        "costs": (costs.used, costs.mse, costs.psnr, costs.delta_e, costs.pixels),
        "loss": (loss.part, loss.highest),
        "holes": (picture.has_holes(settings), plane_of(core, mask, "mask").selects()),
        "selected": (picture.has_selected(), picture.is_used("only")),
        "equal": (pixels.equals(pixels), picture.equals(picture), sample.equals(sample)),
        "size": (pixels.part(3, 4, 5, 6).width, scene.original.size, draft.size),
        "name": core.clean_name("A\nname"),
        **{name: painter.paint(shown, view, 1, (9, 8, 7)) for name, shown in scenes.items()},
    }


def strips(made: Any, rows: int) -> list[Any]:
    return [made.strip(top, rows) for top in range(0, HEIGHT, rows)]


GRAYS = tuple(f"#{level:02x}{level:02x}{level:02x}" for level in range(0, 256, 5))


@pytest.mark.parametrize(
    ("changes", "selected", "samples"),
    [
        ({}, False, 1),
        ({}, True, 1),
        ({"selection": "more"}, True, 1),
        ({}, False, 2),
        ({"selection": "more"}, True, 2),
        ({"output": "convert"}, False, 2),
        ({"output": "layer"}, True, 1),
        ({"output": "layer", "mapping": {**MAPPING, "matte": "#123456"}}, True, 1),
        ({"given": GRAYS}, False, 1),
        ({"design": {**DESIGN, "start": GRAYS[:9], "locked": ["#ff0000@3"]}}, False, 1),
        (
            {"mapping": {**MAPPING, "alpha_dither": True}, "colors": "auto",
             "design": {**DESIGN, "target_psnr": 20.0}},
            False,
            1,
        ),
    ],
)  # fmt: skip
def test_a_worker_gives_the_same(
    there: Any, changes: dict[str, Any], selected: bool, samples: int
) -> None:
    settings = dataclasses.replace(PLAIN, **changes)
    here = everything(compute, settings, selected, samples)
    assert everything(there, settings, selected, samples) == here
    if not changes and not selected and samples == 1:
        expected = pc.quantize(drawn()[0], 9, space="oklab", dither="floyd-steinberg")
        assert here["map"][0] == expected.palette.hex
        indices = b"".join(indices for indices, _ in here["map"][-1])
        assert indices == expected.indices.tobytes()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mapping": {**MAPPING, "matte": "mud"}}, "Matte is 'mud'"),
        ({"given": GRAYS, "strict": True}, "are not in the palette"),
        ({"colors": "auto", "design": {**DESIGN, "target_psnr": 99.0}}, "99"),
        ({"design": {**DESIGN, "locked": ["#12345"]}}, "#12345"),
    ],
)
def test_a_worker_refuses_in_the_same_words(
    there: Any, changes: dict[str, Any], words: str
) -> None:
    said = []
    for core in (compute, there):
        pixels = plane_of(core, drawn()[0], "rgba")
        picture = core.Picture(pixels, None, "only")
        settings = dataclasses.replace(PLAIN, **changes)
        layout = Layout((WIDTH, HEIGHT), (Place(0, 0, WIDTH, HEIGHT, True),))
        work = core.Work([picture], core.Sample([picture]), layout, pixels, settings)
        with pytest.raises(UserError) as caught:
            work.quantized(lambda _part: None)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert words in said[0]
    assert said[0][0] == said[0][0].upper()
    assert said[0].endswith(".")


# Which of them it is


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the plug-in."""
    return Path(shutil.copytree(PLUGIN, tmp_path / "copy"))


def name_in(copy: Path, *options: str) -> str:
    """Let a copy clean a name, by a Python with these options; give what is printed."""
    (copy / "try_it.py").write_text(
        "import engine, errors, sys\n"
        "try:\n"
        "    print(engine.load().clean_name('A name'))\n"
        "except errors.UserError as reason:\n"
        "    print(reason)\n"
        "print('numpy' in sys.modules)\n"
    )
    command = [sys.executable, "-E", *options, copy / "try_it.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_python_that_can_computes_itself(copy: Path) -> None:
    (copy / "environment").write_text("/no/python\n")
    assert name_in(copy) == "A name\nTrue\n"


def test_for_one_that_cannot_the_named_one_does(copy: Path) -> None:
    (copy / "environment").write_text(f"{sys.executable}\n", encoding="utf-8")
    assert name_in(copy, "-S") == "A name\nFalse\n"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (None, (sys.executable, "No module named 'palette_core'", "environment", "install.sh")),
        ("/no/python", ("/no/python", "install.sh")),
        ("", ("does not start", "install.sh")),
    ],
)
def test_without_any_the_reason_is_told(
    copy: Path, named: str | None, words: tuple[str, ...]
) -> None:
    if named is not None:
        (copy / "environment").write_text(named)
    said = name_in(copy, "-S")
    for word in words:
        assert word in said
