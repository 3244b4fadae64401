"""Fixtures of the GIMP tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import palette_core as pc
from tests.gimp.pictures import PALETTE_HEX, drawn
from tools.harness.gimp_session import Gimp, decode, encode


class Studio:
    """GIMP, and what a test makes in it."""

    def __init__(self, gimp: Gimp) -> None:
        self.gimp = gimp

    def draw(
        self,
        kind: str = "rgb",
        precision: str = "u8",
        offset: tuple[int, int] = (0, 0),
        canvas: tuple[int, int] | None = None,
        pixels: NDArray[np.uint8] | None = None,
    ) -> int:
        """Make an image with one layer, and return its number."""
        pixels = drawn(kind) if pixels is None else pixels
        height, width = pixels.shape[:2]
        palette = PALETTE_HEX if kind.startswith("indexed") else None
        return self.gimp.make_image(
            kind, precision, width, height, encode(pixels), offset, palette, canvas
        )

    def add_layer(
        self,
        image: int,
        kind: str = "rgba",
        offset: tuple[int, int] = (0, 0),
        name: str = "Läyer",
        pixels: NDArray[np.uint8] | None = None,
    ) -> int:
        """Insert a layer on top, and return its number."""
        pixels = drawn(kind, seed=1) if pixels is None else pixels
        height, width = pixels.shape[:2]
        return self.gimp.add_layer(image, kind, width, height, encode(pixels), offset, name)

    def quantize(
        self, image: int, drawables: list[int] | None = None, **arguments: Any
    ) -> dict[str, Any]:
        """Run the filter, which has to succeed, and return its results."""
        outcome = self.gimp.quantize(image, drawables, **arguments)
        assert outcome["ok"], outcome
        return outcome

    def seen(self, image: int) -> NDArray[np.uint8]:
        """Return the top layer's pixels as GIMP shows them, read by the test itself."""
        return decode(self.gimp.read_rgba(self.gimp.layers(image)[0]))

    def expect_image(self, image: int, expected: pc.Quantized) -> None:
        """Check the colormap of an image and its top layer against palette_core's result."""
        assert self.gimp.colormap(image) == expected.palette.colors.tolist()
        self.expect_indexed(self.gimp.layers(image)[0], expected)

    def expect_indexed(self, layer: int, expected: pc.Quantized) -> None:
        """Check a layer's raw indices and alpha against palette_core's."""
        native = decode(self.gimp.read_native(layer))
        np.testing.assert_array_equal(native[..., 0], expected.indices)
        if expected.opaque is not None:
            np.testing.assert_array_equal(native[..., 1], np.where(expected.opaque, 255, 0))
        elif native.shape[-1] == 2:
            assert (native[..., 1] == 255).all()


@pytest.fixture
def studio(gimp: Gimp) -> Iterator[Studio]:
    """GIMP, in which every image is closed after the test."""
    yield Studio(gimp)
    gimp.close_all()
