"""The book as the oracle of the method ``sklearn-kmeans``."""

# The script is as printed: its names, its spaces and its unused N.
# ruff: noqa: ANN201, F841, N803, N806

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.design import EFFORTS

if TYPE_CHECKING:
    from palette_core.image.pixels import Bytes


# fmt: off
def run(img: Image.Image, K: int):
    data = np.array(img) / 255.0
    H, W, C = data.shape
    X = data.reshape(-1, C)
    N = X.shape[0]

    kmeans = KMeans(
        n_clusters=K,           # each cluster is a palette color
        init="k-means++",       # standard k-means++ init
        n_init=1,               # try initialization just once
        max_iter=100,           # usually stops before this limit
        tol=1e-4,               # stop when error goes this low
        random_state=123,       # make it deterministic
        algorithm="lloyd",      # use the standard variant
    )

    indices = kmeans.fit_predict(X)   # shape (N,)
    centers = kmeans.cluster_centers_ # shape (K, C)
    palette = np.round(centers*255).clip(0,255).astype(np.uint8)

    result = palette[indices, :].reshape(H, W, C)
    return Image.fromarray(result), palette  # the book returns the image only
# fmt: on


def assert_as_printed(pixels: Bytes, count: int) -> None:
    # On several threads the script's sums depend on which of them finishes first.
    with threadpool_limits(limits=1):
        image, palette = run(Image.fromarray(pixels), count)
    quantized = pc.quantize(pixels, count, method="sklearn-kmeans", seed=123)
    assert np.array_equal(quantized.palette.colors, palette)
    assert np.array_equal(quantized.to_array(), np.asarray(image))


@pytest.mark.parametrize("count", [1, 2, 5, 16, 64, 256])
def test_palette_order_and_picture_are_those_of_the_book(picture: Bytes, count: int) -> None:
    assert_as_printed(picture, count)


@pytest.mark.parametrize("count", [16, 64])
def test_a_whole_photo_is_that_of_the_book(photo: Bytes, count: int) -> None:
    assert_as_printed(photo, count)


@pytest.mark.parametrize("effort", EFFORTS)
def test_effort_changes_nothing(drawn: Bytes, effort: str) -> None:
    expected = pc.find_palette(drawn, 16, method="sklearn-kmeans", seed=123)
    assert pc.find_palette(drawn, 16, method="sklearn-kmeans", seed=123, effort=effort) == expected


def test_transparent_pixels_are_left_out(cutout: Bytes) -> None:
    quantized = pc.quantize(cutout, 8, method="sklearn-kmeans", seed=123)
    with threadpool_limits(limits=1):
        image, palette = run(Image.fromarray(cutout[cutout[..., 3] >= 128][np.newaxis, :, :3]), 8)
    assert np.array_equal(quantized.palette.colors, palette)
    assert np.array_equal(quantized.to_array()[quantized.opaque][:, :3], np.asarray(image)[0])
