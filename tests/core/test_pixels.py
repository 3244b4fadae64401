from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from palette_core import PaletteCoreError, PixelsError, PixelTypeError
from palette_core.arrays import Bytes, pack, unpack
from palette_core.image.alpha import binarize_alpha

from .strategies import colors, images


@pytest.mark.parametrize(
    ("shape", "rgb", "has_alpha"),
    [
        ((2, 5, 3), (2, 5, 3), False),
        ((2, 5, 4), (2, 5, 3), True),
        ((2, 5, 2), (2, 5, 3), True),
        ((2, 5, 1), (2, 5, 3), False),
        ((2, 5), (2, 5, 3), False),
        ((7, 3), (7, 3), False),
        ((1, 1, 3), (1, 1, 3), False),
        ((3, 2), (3, 2, 3), False),
    ],
)
def test_shapes_of_pixels(shape: tuple[int, ...], rgb: tuple[int, ...], has_alpha: bool) -> None:
    pixels = binarize_alpha(np.zeros(shape, np.uint8))
    assert pixels.rgb.shape == rgb
    assert pixels.shape == rgb[:-1]
    assert (pixels.opaque is not None) == has_alpha


def test_grey_is_repeated_and_alpha_split_off() -> None:
    grey_alpha = np.array([[[7, 0], [9, 255]]], np.uint8)
    pixels = binarize_alpha(grey_alpha)
    assert pixels.rgb.tolist() == [[[7, 7, 7], [9, 9, 9]]]
    assert pixels.opaque.tolist() == [[False, True]]
    assert pixels.opaque_colors().tolist() == [[9, 9, 9]]


@pytest.mark.parametrize(
    ("threshold", "opaque"),
    [(0, None), (1, [False, True, True, True]), (128, [False, False, True, True])],
)
def test_opaque_where_alpha_reaches_the_threshold(
    threshold: int, opaque: list[bool] | None
) -> None:
    alpha = np.array([0, 127, 128, 255], np.uint8)
    picture = np.dstack([np.zeros((1, 4, 3), np.uint8), alpha[np.newaxis]])
    found = binarize_alpha(picture, threshold=threshold).opaque
    assert (None if found is None else found[0].tolist()) == opaque


def test_nothing_visible_is_an_empty_list_of_colours() -> None:
    assert binarize_alpha(np.zeros((2, 2, 4), np.uint8)).opaque_colors().shape == (0, 3)


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.uint16, np.int8, np.bool_, object])
def test_other_types_are_refused(dtype: type) -> None:
    with pytest.raises(PixelTypeError, match=r"must be uint8 \(0 to 255\), not ") as caught:
        binarize_alpha(np.zeros((2, 2, 3), dtype))
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, PaletteCoreError)
    assert np.dtype(dtype).name in str(caught.value)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.array([[[0, 128 * 257, 65535]]], np.uint16), [0, 128, 255]),
        (np.array([[[0, 128 * 257, 65535]]], ">u2"), [0, 128, 255]),
        (np.array([[[0, 128, 255]]]), [0, 128, 255]),
        ([[[0, 128, 255]]], [0, 128, 255]),
        (np.array([[[0, 0.5, 1]]], np.float32), [0, 128, 255]),
        (np.array([[[False, True, True]]]), [0, 255, 255]),
    ],
)
def test_the_message_says_how_to_convert_a_type(pixels: Any, expected: list[int]) -> None:
    with pytest.raises(PixelTypeError) as caught:
        binarize_alpha(pixels)
    advice = str(caught.value).partition("for instance ")[2].partition(" for ")[0]
    converted = eval(advice, {"np": np, "x": pixels})  # noqa: S307 - the advice of the message
    assert binarize_alpha(converted).rgb.tolist() == [[expected]]


@pytest.mark.parametrize("pixels", ["photo.jpg", Path("photo.jpg"), None])
def test_the_name_of_a_file_is_refused(pixels: Any) -> None:
    with pytest.raises(PixelTypeError, match=r"open a file with PIL\.Image\.open first"):
        binarize_alpha(pixels)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((), "shape ()"),
        ((3,), "shape (3,)"),
        ((2, 2, 0), "shape (2, 2, 0)"),
        ((2, 2, 5), "(H, W, 3) or (H, W, 4)"),
        ((1, 2, 2, 3), "shape (1, 2, 2, 3)"),
        ((0, 3), "has no pixels"),
        ((0, 5), "has no pixels"),
        ((0, 4, 3), "has no pixels"),
        ((4, 0, 4), "has no pixels"),
    ],
)
def test_other_shapes_are_refused(shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(PixelsError) as caught:
        binarize_alpha(np.zeros(shape, np.uint8))
    assert isinstance(caught.value, ValueError)
    assert words in str(caught.value)


@pytest.mark.parametrize("pixels", [[[1, 2], [3]], [[[1, 2, 3]], [[4, 5]]]])
def test_ragged_lists_are_refused(pixels: ArrayLike) -> None:
    with pytest.raises(PaletteCoreError):
        binarize_alpha(pixels)


@given(images(channels=4))
def test_visible_colours_come_in_picture_order(picture: Bytes) -> None:
    expected = [pixel[:3] for row in picture.tolist() for pixel in row if pixel[3] == 255]
    assert binarize_alpha(picture).opaque_colors().tolist() == expected


@given(colors())
def test_packing_round_trip(rgb: Bytes) -> None:
    packed = pack(rgb)
    assert packed.dtype == np.uint32
    assert packed.tolist() == [r << 16 | g << 8 | b for r, g, b in rgb.tolist()]
    assert np.array_equal(unpack(packed), rgb)


# Longer arrays are read in words of four bytes where pixels are evenly spaced.
LONG = (50, 120)
LAYOUTS = {
    "RGB": lambda bytes_: bytes_[: 3 * 6000].reshape(*LONG, 3),
    "RGBA": lambda bytes_: bytes_.reshape(*LONG, 4)[..., :3],
    "ARGB": lambda bytes_: bytes_.reshape(*LONG, 4)[..., 1:],
    "BGR": lambda bytes_: bytes_[: 3 * 6000].reshape(*LONG, 3)[..., ::-1],
    "planes": lambda bytes_: np.moveaxis(bytes_[: 3 * 6000].reshape(3, *LONG), 0, -1),
    "columns": lambda bytes_: bytes_.reshape(*LONG, 4)[:, 3:-5, :3],
    "every other row": lambda bytes_: bytes_.reshape(*LONG, 4)[::2, :, :3],
    "from the end": lambda bytes_: bytes_.reshape(-1, 4)[::-1, :3],
    "one color": lambda bytes_: np.broadcast_to(bytes_[:3], (*LONG, 3)),
    "grey": lambda bytes_: np.broadcast_to(bytes_[:6000, np.newaxis], (6000, 3)),
    "Fortran order": lambda bytes_: np.asfortranarray(bytes_[: 3 * 6000].reshape(*LONG, 3)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_packing_reads_any_layout(layout: str) -> None:
    bytes_ = np.random.default_rng(0).integers(0, 256, 4 * 6000, dtype=np.uint8)
    bytes_.flags.writeable = False
    rgb = LAYOUTS[layout](bytes_)
    red, green, blue = (rgb[..., channel].astype(np.uint32) for channel in range(3))
    assert np.array_equal(pack(rgb), red * 65536 + green * 256 + blue)


@given(st.sampled_from([np.uint32, np.int64]), st.lists(st.integers(0, 0xFFFFFF), max_size=9))
def test_unpacking_round_trip(dtype: type, numbers: list[int]) -> None:
    rgb = unpack(np.array(numbers, dtype))
    assert rgb.dtype == np.uint8
    assert pack(rgb).tolist() == numbers


@given(images(channels=4))
def test_colour_and_opacity_together_again(picture: Bytes) -> None:
    pixels = binarize_alpha(picture)
    expected = np.where(picture[..., 3:] == 255, picture, 0)
    channels = 3 if (picture[..., 3] == 255).all() else 4
    assert np.array_equal(pixels.to_array(), expected[..., :channels])
