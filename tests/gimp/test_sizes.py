"""Layers as long as GIMP has them, one pixel high or wide."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tools.harness.gimp_session import decode

LONG = 500_000


@pytest.mark.parametrize(
    ("output", "shape"),
    [
        ("new-image", (1, LONG)),
        ("convert", (LONG, 1)),
        ("layer", (1, LONG)),
        ("layer", (LONG, 1)),
    ],
)
def test_a_very_long_line_is_quantized(studio: Studio, output: str, shape: tuple[int, int]) -> None:
    steps = np.random.default_rng(0).integers(-3, 4, (LONG, 4))
    pixels = (np.cumsum(steps, axis=0) % 256).astype(np.uint8)
    pixels[:, 3] = np.where(pixels[:, 3] < 60, 0, 255)
    image = studio.draw("rgba", pixels=pixels.reshape(*shape, 4))
    expected = pc.quantize(studio.seen(image), 7)

    outcome = studio.quantize(image, colors=7, output=output, save_palette=False)
    (layer,) = studio.gimp.layers(outcome["image"])
    if output == "layer":
        shown = decode(studio.gimp.read_rgba(layer)).reshape(-1, 4)
        visible = pixels[:, 3] > 0
        wanted = expected.to_array().reshape(-1, 4)
        np.testing.assert_array_equal(shown[visible], wanted[visible])
    else:
        assert studio.gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()
        studio.expect_indexed(layer, expected)
