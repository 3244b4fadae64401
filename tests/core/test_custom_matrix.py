"""Ordered dithering by the user's own threshold matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.image.threshold_matrices import bayer

from .command_line import Cli, assert_one_line

CUSTOM: dict[str, Any] = {"dither": "custom"}


def test_bayers_matrix_gives_bayers_dithering(photo: Bytes) -> None:
    palette = pc.find_palette(photo, 8)
    expected = pc.map_pixels(photo, palette, dither="bayer-8")
    # Only the order of the levels matters.
    for matrix in (bayer(8), bayer(8) * 3.5 + 7, np.square(bayer(8).astype(float))):
        found = pc.map_pixels(photo, palette, **CUSTOM, threshold_matrix=matrix)
        assert np.array_equal(found.indices, expected.indices)
        assert found.dither == "custom"


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (40, 2), (256, 256), (1, 90)])
def test_any_matrix_keeps_the_mean(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(2).integers(0, 4, shape)
    patch = np.full((256, 320, 3), 100, np.uint8)
    palette = np.array([[60] * 3, [140] * 3])
    options: dict[str, Any] = {"space": "srgb", **CUSTOM, "dither_strength": 1}
    found = pc.map_pixels(patch, palette, threshold_matrix=matrix, **options)
    reached = (found.indices == 1).reshape(256, 320)
    height, width = shape
    tile = reached[:height, :width]
    repeated = np.tile(tile, (-(-256 // height), -(-320 // width)))[:256, :320]
    assert np.array_equal(reached, repeated)
    levels, counts = np.unique(matrix, return_counts=True)
    below = np.cumsum(counts) - counts / 2
    expected = counts[below / counts.sum() < 0.5].sum() / counts.sum()
    assert tile.mean() == pytest.approx(expected, abs=counts.max() / counts.sum() * 0.01 + 1e-9)
    assert len(levels) <= 4


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros((2, 257)), "is 257 x 2, but can be at most 256 x 256"),
        (np.zeros((0, 3)), "must be a matrix of numbers"),
        ([1, 2, 3], "must be a matrix of numbers"),
        ([[1, 2], [3]], "must be a matrix of numbers"),
        ([[1, np.nan]], "must be a matrix of numbers"),
        ("blue", "must be a matrix of numbers"),
        (None, "`dither='custom'` needs a matrix; set `threshold_matrix`"),
    ],
)
def test_what_is_no_matrix(matrix: Any, message: str, small_photo: Bytes) -> None:
    with pytest.raises(pc.OptionError, match=message):
        pc.quantize(small_photo, 4, **CUSTOM, threshold_matrix=matrix)


@pytest.mark.usefixtures("current_folder")
def test_the_command_line_reads_an_image(cli: Cli, small_photo: Bytes) -> None:
    Image.fromarray(small_photo).save("in.png")
    matrix = (bayer(8) * 4).astype(np.uint8)
    Image.fromarray(matrix).save("matrix.png")
    for command in ("quantize in.png -o out.png", "palette in.png -o out.gpl"):
        done = cli(*f"{command} -k 8 --threshold-matrix matrix.png".split())
        assert done.code == 0
    expected = pc.quantize(small_photo, 8, space="oklab", dither="bayer-8")
    assert np.array_equal(np.asarray(Image.open("out.png").convert("RGB")), expected.to_array())
    assert np.array_equal(pc.Palette.load("out.gpl").colors, expected.palette.colors)
    Image.new("L", (8, 8), 128).save("flat.png")
    Image.fromarray(np.eye(300, 2, dtype=np.uint8)).save("tall.png")
    for options, words in {
        "matrix.png --dither none": ["--threshold-matrix cannot be combined with --dither"],
        "flat.png": ["flat.png has only one grey"],
        "tall.png": ["--threshold-matrix", "2 x 300"],
    }.items():
        refused = cli(*f"quantize in.png -o no.png --threshold-matrix {options}".split())
        assert refused.code == 2
        assert_one_line(refused.err, words)
