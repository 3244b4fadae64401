"""What is seen in the preview is the result, in every combination of the settings."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.gimp.conftest import Studio
from tools.harness.gimp_session import decode, encode, python_of

SIZE = (30, 40)  # height, width of the canvas
CHECKS, CHECK_SIDE = (0x66, 0x99), 8
NEW_IMAGES = [{"output": "new-image", "apply_to": what} for what in ("layer", "visible")]
FRAMES = {"output": "new-image", "apply_to": "all-layers"}
OUTPUTS = [*NEW_IMAGES, FRAMES, {"output": "convert"}, {"output": "layer"}]
SAMPLES = ["automatic", "layer", "visible", "all-layers"]
SELECTIONS = ["only", "more", "ignore"]


class Rehearsal:
    """The filter's dialog without its window, in GIMP's own process."""

    def __init__(self, studio: Studio, home: Path, folder: Path) -> None:
        self.studio = studio
        self._environment = folder / "environment"
        self._environment.write_text(f"{python_of(home)}\n")

    def run(self, image: int, drawables: list[int] | None = None, **settings: Any) -> Any:
        """See the preview and press OK, and return both."""
        folder = f"{self.studio.gimp.directory()}/plug-ins/quantize-kmeans"
        arguments = {"colors": 5, "dither": "none", **settings}
        return self.studio.gimp.rehearse(
            image, drawables, folder, str(self._environment), **arguments
        )


@pytest.fixture
def rehearsal(studio: Studio, home: Path, tmp_path: Path) -> Rehearsal:
    return Rehearsal(studio, home, tmp_path)


def ramp(height: int, width: int, color: tuple[int, int, int], alpha: int) -> NDArray[np.uint8]:
    """Draw pixels that fade from a colour to black, of one alpha; transparent in a corner."""
    fading = np.linspace(1, 0, width)[np.newaxis, :, np.newaxis] * np.ones((height, 1, 1))
    pixels = np.dstack([fading * color, np.full((height, width), alpha)]).astype(np.uint8)
    if alpha < 255:
        pixels[: height // 3, : width // 3, 3] = 0
    return pixels


def layered(studio: Studio, *, blended: bool) -> int:
    """Make an image: a hidden layer, a text-like one that sticks out, and a photo at the bottom."""
    image = studio.draw(pixels=ramp(*SIZE, (255, 200, 90), 255))
    top = studio.add_layer(image, offset=(-6, 9), pixels=ramp(12, 20, (0, 90, 255), 200))
    hidden = studio.add_layer(image, "rgb", (3, 3), pixels=ramp(9, 9, (0, 255, 0), 255))
    studio.gimp.set_look(hidden, visible=False)
    if blended:
        mask = np.linspace(0, 255, 20).astype(np.uint8)[np.newaxis].repeat(12, axis=0)
        studio.gimp.add_mask(top, encode(mask))
        studio.gimp.set_look(top, opacity=60)
    return image


def over_checks(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Lay pixels over checks, as the preview does."""
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]] // CHECK_SIDE
    checks = np.array(CHECKS)[(y + x) % 2][..., np.newaxis]
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] * alpha + checks * (1 - alpha)


def seen_of(studio: Studio, done: Any, output: dict[str, str], layer: int) -> NDArray[np.uint8]:
    """Return the part of the resulting image that the preview has shown."""
    gimp = studio.gimp
    if output == NEW_IMAGES[0] or output == NEW_IMAGES[1]:
        return decode(gimp.read_rgba(gimp.layers(done["image"])[0]))
    if output["output"] != "layer":
        return decode(gimp.merged(done["image"]))
    pixels = decode(gimp.read_rgba(layer)).copy()
    mask = gimp.read_mask(layer)
    if mask is not None:
        shown = decode(mask)[..., 0].astype(int)
        pixels[..., 3] = (pixels[..., 3] * shown + 127) // 255
    left, top = (
        here - there
        for here, there in zip(
            done["place"], gimp.describe(done["image"])["layers"][1]["offsets"], strict=True
        )
    )
    return pixels[top:, left:][: done["preview"]["height"], : done["preview"]["width"]]


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda one: "-".join(one.values()))
def test_result_as_in_preview(studio: Studio, rehearsal: Rehearsal, output: dict[str, str]) -> None:
    for blended, selected, sample, selection in itertools.product(
        (False, True), (False, True), SAMPLES, SELECTIONS
    ):
        if (not selected and selection != "only") or (blended and sample == "layer"):
            continue
        image = layered(studio, blended=blended)
        layer = studio.gimp.layers(image)[1]
        if selected:
            studio.gimp.select_ellipse(image, 2, 4, 25, 20)
        done = rehearsal.run(image, [layer], sample=sample, selection=selection, **output)
        case = blended, selected, sample, selection
        assert "refusal" not in done, (case, done)
        preview = decode(done["preview"])[..., :3]
        result = over_checks(seen_of(studio, done, output, layer))
        assert preview.shape == result.shape, case
        assert np.abs(preview - result).max() <= 1.6, case
        studio.gimp.close_all()
