from __future__ import annotations

import inspect
import itertools
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import METHODS
from palette_core.options import QuantizeOptions
from palette_core.shared_palette import count_image, merge_colors

from .strategies import SEEDS

SHARING = [name for name, method in METHODS.items() if not method.every_pixel]


def test_the_options_are_those_for_one_picture() -> None:
    one, many = (
        list(inspect.signature(find).parameters.values())[1:]
        for find in (pc.find_palette, pc.find_shared_palette)
    )
    # A mask and weights are those of the pixels of one image.
    assert [parameter for parameter in one if parameter.name not in ("mask", "weights")] == many


@pytest.mark.parametrize("method", SHARING)
def test_the_palette_of_one_picture_is_its_own(method: str, picture: Bytes) -> None:
    assert pc.find_shared_palette([picture], 9, method=method) == pc.find_palette(
        picture, 9, method=method
    )


@pytest.mark.parametrize("options", [{}, {"space": "oklab", "dither": "atkinson"}])
def test_it_is_that_of_one_picture_of_all_pixels(
    options: dict[str, str], flower: Bytes, small_photo: Bytes, drawn: Bytes
) -> None:
    parts = [flower, small_photo, drawn]
    whole = np.concatenate([part.reshape(-1, 3) for part in parts])
    expected = pc.find_palette(whole, 12, **options)
    for order in itertools.permutations(parts):
        assert pc.find_shared_palette(order, 12, **options) == expected


@given(seed=SEEDS)
def test_counts_are_those_of_all_pixels_in_any_grouping(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = [rng.integers(0, 4, (rng.integers(1, 60), 3), np.uint8) for _ in range(9)]
    options = QuantizeOptions()
    merged = merge_colors(count_image(options, frame) for frame in frames).histogram
    whole = count_image(options, np.concatenate(frames)).histogram
    assert np.array_equal(merged.colors, whole.colors)
    assert np.array_equal(merged.weights, whole.weights)


@pytest.mark.parametrize("options", [{}, {"matte": "#ff0000"}, {"alpha": "dither"}])
def test_alpha_is_settled_as_elsewhere(options: dict[str, Any], cutout: Bytes) -> None:
    halves = np.split(cutout, 2, axis=1) if not options.get("alpha") else [cutout]
    expected = pc.find_palette(cutout, 7, **options)
    assert pc.find_shared_palette(halves, 7, **options) == expected


def test_one_transparent_pixel_in_one_picture_takes_an_entry() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1).reshape(16, 16, 3)
    assert len(pc.find_shared_palette([greys], 256)) == 256
    hidden = np.zeros((1, 1, 4), np.uint8)
    palette = pc.find_shared_palette([greys, hidden], 256)
    assert len(palette) == 255
    opaque = np.dstack([greys, np.full((16, 16), 255, np.uint8)])
    assert pc.map_pixels(opaque, palette).opaque is None


def frames(count: int) -> Iterator[Bytes]:
    """Make small frames of new colours each."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield rng.integers(0, 16, (40, 50, 3), np.uint8)


def test_memory_does_not_grow_with_the_number_of_pictures() -> None:
    pc.find_shared_palette(frames(1000), 8)  # what is kept for later is made now
    peaks = []
    for count in (20, 1000):
        tracemalloc.start()
        pc.find_shared_palette(frames(count), 8)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    frame = 40 * 50 * 3
    assert peaks[1] - peaks[0] < 20 * frame  # of 980 more


def test_the_progress_rises_to_one(flower: Bytes) -> None:
    told: list[float] = []
    pc.find_shared_palette([flower, flower, flower], 4, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (pytest.approx(1 / 6), 1.0)
    told.clear()
    pc.find_shared_palette(iter([flower, flower]), 4, progress=told.append)
    assert told[:2] == [0.0, 0.0]
    assert told[-1] == 1.0


def test_progress_can_stop_it(flower: Bytes) -> None:
    class StopError(Exception):
        pass

    def stop(_fraction: float) -> None:
        raise StopError

    pictures = iter([flower] * 10)
    with pytest.raises(StopError):
        pc.find_shared_palette(pictures, 4, progress=stop)
    assert len(list(pictures)) > 7


def test_a_stack_of_frames_in_one_array(flower: Bytes) -> None:
    stack = np.stack([flower, flower[::-1]])
    assert pc.find_shared_palette(stack, 6) == pc.find_palette(flower, 6)


@pytest.mark.parametrize("shape", [(4, 5, 3), (4, 5, 4), (4, 5), (7, 3)])
def test_one_picture_is_not_taken_for_many(shape: tuple[int, ...]) -> None:
    with pytest.raises(pc.PixelsError, match="into a list"):
        pc.find_shared_palette(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("nothing", [[], [np.zeros((2, 3, 4), np.uint8)]])
def test_images_without_opaque_pixels_are_refused(nothing: list[Bytes]) -> None:
    with pytest.raises(pc.PixelsError, match="no opaque pixels in any image"):
        pc.find_shared_palette(nothing)


def test_wrong_options_and_pixels_are_refused(flower: Bytes) -> None:
    with pytest.raises(pc.OptionError, match=r"needs the pixels of one image.*variance-cut"):
        pc.find_shared_palette([flower], method="sklearn-kmeans")
    with pytest.raises(pc.OptionError, match=r"`colors` must be .*, not 0"):
        pc.find_shared_palette([flower], 0)
    with pytest.raises(pc.PixelTypeError, match="float64"):
        pc.find_shared_palette([flower, np.zeros((2, 2, 3))])
    with pytest.raises(pc.UnknownOptionError, match="no option 'colours'"):
        pc.find_shared_palette([flower], colours=3)
