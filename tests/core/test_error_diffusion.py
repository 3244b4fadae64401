"""Error diffusion by diagonals is what one pixel after the other gives, to the last bit."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import palette_core as pc
from palette_core.arrays import Bytes, Mask
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS, color_words, error_diffusion
from palette_core.dither.base import DitherProblem
from palette_core.dither.cell_lookup import CellLookup
from palette_core.dither.diffusion_kernel import Kernel, Tap
from palette_core.dither.error_diffusion import ErrorDiffusion
from palette_core.mapping.nearest_entry import NearestEntryFinder

from .strategies import SEEDS, colors, images

KERNELS = {
    name: dither.kernel for name, dither in DITHERS.items() if isinstance(dither, ErrorDiffusion)
}
# The number of weights of the published kernels, and the columns that rows are apart.
PUBLISHED = {
    "floyd-steinberg": (4, 2), "jarvis-judice-ninke": (12, 3), "stucki": (12, 3),
    "burkes": (7, 3), "sierra": (10, 3), "sierra-lite": (3, 2), "atkinson": (6, 2),
}  # fmt: skip
# Kernels without the features of the published ones: a single weight, and weights in one row.
SMALL = {
    "right": Kernel.of(1, "* 1"),
    "below": Kernel.of(2, "*", "1"),
    "left below": Kernel.of(1, ". . *", "1 . ."),
    "row": Kernel.of(4, "* 2 1"),
}
EVERY_KERNEL = pytest.mark.parametrize("name", KERNELS)


# Making the table takes longer than all the rest.
CACHED_LOOKUP = functools.lru_cache(maxsize=8)(CellLookup)


@pytest.fixture(autouse=True)
def tables_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_diffusion, "CellLookup", CACHED_LOOKUP)


def one_by_one(
    rgb: Bytes, finder: NearestEntryFinder, kernel: Kernel, strength: float, passive: Mask | None
) -> Bytes:
    """Diffuse errors in plain loops, in raster order."""
    height, width = rgb.shape[:2]
    cells = CACHED_LOOKUP(finder)
    find = cells.make_lookup(1)
    quads = np.dstack([rgb, np.zeros(rgb.shape[:2], np.uint8)]).reshape(-1, 4)
    source = cells.lanes(quads).reshape(height, width, 4)
    errors: dict[tuple[int, int], NDArray[np.float32]] = {}
    found = np.zeros((height, width), np.uint8)
    none = np.zeros(4, np.float32)
    entry = np.empty(1, np.complex128)
    for y in range(height):
        for x in range(width):
            total = none
            for tap in kernel.taps:
                weight = np.float32(tap.share) * np.float32(strength)
                total = total + errors.get((y - tap.down, x - tap.right), none) * weight
            color = np.minimum(np.maximum(total + source[y, x], cells.low), cells.high)
            find(color, entry)
            found[y, x] = entry.view(np.float32)[3]
            if passive is None or not passive[y, x]:
                errors[y, x] = color - entry.view(np.float32)
    return found


def diffused(
    rgb: Bytes,
    finder: NearestEntryFinder,
    kernel: Kernel,
    strength: float,
    passive: Mask | None = None,
) -> Bytes:
    dither = ErrorDiffusion(name="test", label="", summary="", kernel=kernel)
    return dither(DitherProblem(rgb=rgb, finder=finder, strength=strength, passive=passive))


@EVERY_KERNEL
@pytest.mark.parametrize("shape", [(300, 40), (90, 90), (33, 200), (400, 1)])
@pytest.mark.parametrize("is_masked", [False, True])
def test_a_window_of_rows_gives_the_same(
    name: str, shape: tuple[int, int], is_masked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    rgb = random.integers(0, 256, (*shape, 3), np.uint8)
    passive = random.random(shape) < 0.3 if is_masked else None
    finder = NearestEntryFinder(random.integers(0, 256, (20, 3), np.uint8), SPACES["oklab"])
    whole = diffused(rgb, finder, KERNELS[name], 1.0, passive)
    monkeypatch.setattr(error_diffusion, "_MAX_PREPARED", 0)
    assert np.array_equal(diffused(rgb, finder, KERNELS[name], 1.0, passive), whole)


@EVERY_KERNEL
@given(
    rgb=images(side=14),
    palette=colors(1, 256),
    space=st.sampled_from(list(SPACES)),
    weight=st.sampled_from([1.0, 0.3, 4.0]),
    strength=st.sampled_from([0.37, 1.0]),
    masked=st.booleans(),
    seed=SEEDS,
)
@settings(max_examples=10)
def test_every_kernel_on_any_picture(
    name: str,
    rgb: Bytes,
    palette: Bytes,
    space: str,
    weight: float,
    strength: float,
    masked: bool,
    seed: int,
) -> None:
    finder = NearestEntryFinder(palette, SPACES[space].with_lightness_weight(weight))
    passive = np.random.default_rng(seed).random(rgb.shape[:2]) < 0.3 if masked else None
    result = diffused(rgb, finder, KERNELS[name], strength, passive)
    expected = one_by_one(rgb, finder, KERNELS[name], strength, passive)
    assert result.dtype == np.uint8
    assert np.array_equal(result, expected)


@EVERY_KERNEL
def test_an_image_of_several_batches_and_a_line(name: str, small_photo: Bytes) -> None:
    palette = np.unique(small_photo[::9, ::9].reshape(-1, 3), axis=0)
    finder = NearestEntryFinder(palette, SPACES["oklab"])
    for rgb in (small_photo, small_photo.transpose(1, 0, 2), small_photo[:1], small_photo[:, :1]):
        expected = one_by_one(rgb, finder, KERNELS[name], 1.0, None)
        assert np.array_equal(diffused(rgb, finder, KERNELS[name], 1.0), expected)


def test_the_kernels_as_published() -> None:
    assert KERNELS["floyd-steinberg"].taps == (
        Tap(1, 0, 7 / 16), Tap(-1, 1, 3 / 16), Tap(0, 1, 5 / 16), Tap(1, 1, 1 / 16),
    )  # fmt: skip
    kernels = {name: KERNELS[name] for name in PUBLISHED}
    sums = {name: sum(tap.share for tap in kernel.taps) for name, kernel in kernels.items()}
    assert sums.pop("atkinson") == 0.75
    assert list(sums.values()) == pytest.approx([1.0] * len(sums))
    assert {name: (len(k.taps), k.skew) for name, k in kernels.items()} == PUBLISHED


@pytest.mark.parametrize("name", SMALL)
@given(rgb=images(side=9), palette=colors(1, 16))
@settings(max_examples=10)
def test_kernels_of_few_weights(name: str, rgb: Bytes, palette: Bytes) -> None:
    finder = NearestEntryFinder(palette, SPACES["srgb"])
    expected = one_by_one(rgb, finder, SMALL[name], 1.0, None)
    assert np.array_equal(diffused(rgb, finder, SMALL[name], 1.0), expected)


def test_a_dot_and_a_zero_get_no_error() -> None:
    assert Kernel.of(4, "0 * 2", "1 0 1") == Kernel.of(4, ". * 2", "1 . 1")


@pytest.mark.parametrize(
    ("divisor", "rows", "message"),
    [
        (1, (), "must have one .* in its first row"),
        (1, (". 1",), "must have one .* in its first row"),
        (1, ("1", "*"), "must have one .* in its first row"),
        (2, ("* 1 *",), "must have one .* in its first row"),
        (1, ("*",), "no weights; add one"),
        (1, (". *", "0 ."), "no weights; add one"),
        (
            1,
            ("1 *",),
            "the kernel passes error 1 column to the left, in the same row, to a pixel that is "
            "already done; move it to a later pixel",
        ),
        (16, (". * 7\n3 5 1",), "a row contains a line break; give each row as its own string"),
        (16, (". * 7", "3 5 1\r"), "a row contains a line break"),
        (16, ("* x",), "has 'x'; use whole numbers"),
        (16, ("* 7", "-3 5"), "has '-3'; use whole numbers"),
        (16, ("* ²",), "has '²'; use whole numbers"),
        (15, (". * 7", "3 5 1"), "must be at least 16, .* not 15"),
        (0, ("* 1",), "must be at least 1, .* not 0"),
    ],
)
def test_a_kernel_that_cannot_be(divisor: int, rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Kernel.of(divisor, *rows)


@pytest.mark.parametrize(
    ("divisor", "rows", "message"),
    [
        (16.0, (". * 7", "3 5 1"), "the divisor of the kernel must be an int, not 16.0"),
        (16, (". * 7", (3, 5, 1)), r"the rows of the kernel must be str, not \(3, 5, 1\)"),
    ],
)
def test_the_types_of_a_kernel_are_checked(divisor: Any, rows: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Kernel.of(divisor, *rows)


@pytest.mark.parametrize(
    ("taps", "message"),
    [
        ([(1, -1, 1.0)], "error 1 column to the right, 1 row up, to a pixel that is already done"),
        ([(0, -2, 1.0)], "error in the same column, 2 rows up, to a pixel"),
        ([(-2, 0, 1.0)], "error 2 columns to the left, in the same row, to a pixel"),
        ([(0, 0, 1.0)], "error to the pixel itself; move it to a later pixel"),
        ([(0.5, 1, 1.0)], "a weight at 0.5, 1; use whole numbers"),
        ([(1, 0, 0.5), (0, 1, 0.0)], "the share 0.0; use shares above 0"),
        ([(1, 0, -0.5)], "the share -0.5; use shares above 0"),
        ([(1, 0, math.nan)], "the share nan; use shares above 0"),
        ([(1, 0, 0.75), (0, 1, 0.5)], "sum to 1.25; scale them to at most 1"),
        ([(1, 0, 0.5), (1, 0, 0.25)], "two weights for one pixel; add them up"),
    ],
)
def test_taps_that_no_kernel_can_have(taps: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Kernel(tuple(Tap(*tap) for tap in taps))


def test_shares_may_sum_to_one_apart_from_rounding() -> None:
    taps = tuple(Tap(right, 0, 0.1) for right in range(1, 9))
    assert Kernel((*taps, Tap(0, 1, 0.1 + 0.1 + 1e-15))).skew == 1


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("dither", ["floyd-steinberg", "riemersma", "dbs"])
def test_the_unique_colors_of_large_images_are_dithered_like_pixels(
    dither: str, space: str, small_photo: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    palette = pc.find_palette(small_photo, 9)
    options: dict[str, Any] = {"dither": dither, "space": space}
    expected = pc.map_pixels(small_photo, palette, **options)
    monkeypatch.setattr(color_words, "_INDEX_MIN_PIXELS", 0)
    assert np.array_equal(pc.map_pixels(small_photo, palette, **options).indices, expected.indices)
