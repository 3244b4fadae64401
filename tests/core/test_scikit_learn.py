"""The methods of scikit-learn beside direct calls of scikit-learn and the book's script."""

# The script is as printed: its names, its spaces and its unused N.
# ruff: noqa: ANN201, F841, N803, N806

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.cluster
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes, Floats
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS, DesignProblem, sklearn_fit
from palette_core.design.lloyd import Points
from palette_core.image.histogram import ColorHistogram

SCIKIT_LEARN = [name for name in METHODS if name.startswith("sklearn-")]
SHARED: dict[str, Any] = {"max_iter": 100, "tol": 1e-4, "random_state": 7}


# The book's script


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


# Fits and first guesses


def to_bytes(centers: Floats) -> Bytes:
    return np.round(centers * 255).clip(0, 255).astype(np.uint8)


def first(init: str, rows: Floats, weights: Floats | None, count: int) -> dict[str, Any]:
    """Return scikit-learn's arguments for an init."""
    if init == "k-means++-single":
        guess, _ = sklearn.cluster.kmeans_plusplus(
            rows, count, sample_weight=weights, n_local_trials=1, random_state=7
        )
        return {"init": guess, "n_init": 1}
    return {"init": init, "n_init": 10 if init == "random" else 1}


@pytest.mark.parametrize("init", ["k-means++", "k-means++-single", "random"])
@pytest.mark.parametrize("count", [1, 5, 32])
def test_kmeans_is_fitted_to_all_pixels(picture: Bytes, init: str, count: int) -> None:
    rows = picture.reshape(-1, 3) / 255.0
    with threadpool_limits(limits=1):
        expected = sklearn.cluster.KMeans(
            count, algorithm="lloyd", **first(init, rows, None, count), **SHARED
        ).fit(rows)
    found = pc.quantize(picture, count, method="sklearn-kmeans", init=init, seed=7)
    assert np.array_equal(found.palette.colors, to_bytes(expected.cluster_centers_))
    assert np.array_equal(found.indices.ravel(), expected.labels_)


@pytest.mark.parametrize("init", ["k-means++", "k-means++-single", "random"])
@pytest.mark.parametrize("count", [1, 5, 32])
def test_minibatch_is_fitted_to_weighted_colours(picture: Bytes, init: str, count: int) -> None:
    histogram = ColorHistogram.unique(picture.reshape(-1, 3))
    rows, weights = histogram.colors / 255.0, histogram.weights
    with threadpool_limits(limits=1):
        expected = sklearn.cluster.MiniBatchKMeans(
            count,
            batch_size=4096,
            reassignment_ratio=0,
            **first(init, rows, weights, count),
            **SHARED,
        ).fit(rows, sample_weight=weights)
    palette = pc.find_palette(picture, count, method="sklearn-minibatch", init=init, seed=7)
    assert set(palette) == {tuple(row) for row in to_bytes(expected.cluster_centers_).tolist()}


@pytest.mark.parametrize("method", SCIKIT_LEARN)
def test_auto_is_k_means_plus_plus(picture: Bytes, method: str) -> None:
    auto, named = (pc.quantize(picture, 9, method=method, init=i) for i in ("auto", "k-means++"))
    assert auto.palette == named.palette
    assert np.array_equal(auto.indices, named.indices)


@pytest.mark.parametrize(
    ("method", "estimator"),
    [("sklearn-kmeans", "KMeans"), ("sklearn-minibatch", "MiniBatchKMeans")],
)
def test_the_variance_cut_is_passed_as_the_first_guess(
    picture: Bytes, method: str, estimator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, Any]] = []
    make = getattr(sklearn.cluster, estimator)

    def spy(**settings: Any) -> object:
        made.append(settings)
        return make(**settings)

    monkeypatch.setattr(sklearn.cluster, estimator, spy)
    pc.find_palette(picture, 24, method=method, init="variance-cut")
    (settings,) = made
    assert settings["n_init"] == 1
    assert settings["n_clusters"] == len(settings["init"]) == 24
    expected = pc.find_palette(picture, 24, method="variance-cut")
    assert {tuple(row) for row in to_bytes(settings["init"]).tolist()} == set(expected)


@pytest.mark.parametrize("method", SCIKIT_LEARN)
def test_a_guess_of_fewer_centres_gives_fewer_clusters(
    drawn: Bytes, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def three(_points: Points, _clusters: int) -> Floats:
        return np.array([[10.0, 90.0, 250.0], [200.0, 200.0, 30.0], [100.0, 150.0, 100.0]])

    monkeypatch.setattr(sklearn_fit, "cut_by_variance", three)
    assert len(pc.find_palette(drawn, 8, method=method, init="variance-cut")) == 3


def test_fewer_colours_than_clusters_are_no_warning() -> None:
    # The pipeline does not ask for that; a designer that is called without it may be.
    rgb = np.repeat(np.array([[0, 0, 0], [9, 9, 9], [200, 0, 90]], np.uint8), 7, axis=0)
    with pytest.warns(ConvergenceWarning), threadpool_limits(limits=1):
        sklearn.cluster.KMeans(5, n_init=1, random_state=0).fit(rgb / 255.0)
    histogram = ColorHistogram.every_pixel(rgb)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for method in SCIKIT_LEARN:
            for init in INITIALIZATIONS:
                design = METHODS[method].solve(DesignProblem(histogram, 5, init=init))
                assert {tuple(c) for c in design.colors} == {tuple(c) for c in rgb}
    assert not heard


def test_minibatch_keeps_its_palette_where_one_colour_is_nearly_all() -> None:
    # scikit-learn's own ways put most centres on the one colour.
    rng = np.random.default_rng(9)
    pixels = np.full((300, 300, 3), 255, np.uint8)
    pixels[:20] = rng.integers(0, 256, (20, 300, 3))
    quantized = pc.quantize(pixels, 64, method="sklearn-minibatch")
    assert len(quantized.palette) == 64
    cut = pc.quantize(pixels, 64, method="variance-cut")
    errors = [pc.compare(pixels, found.to_array()).mse for found in (quantized, cut)]
    assert errors[0] <= 1.1 * errors[1]


# Without scikit-learn


def test_levels_are_rounded_and_clipped() -> None:
    levels = np.array([[-0.01, 0.0, 0.4 / 255], [0.6 / 255, 1.0, 1.01]])
    assert sklearn_fit.to_bytes(levels).tolist() == [[0, 0, 0], [1, 255, 255]]


@pytest.mark.parametrize("method", SCIKIT_LEARN)
@pytest.mark.parametrize("module", ["sklearn.cluster", "threadpoolctl"])
def test_a_missing_package_is_named_with_its_cure(
    method: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # how Python marks a module as not to be had
    with pytest.raises(pc.MissingPackageError) as caught:
        pc.quantize(np.arange(30, dtype=np.uint8).reshape(2, 5, 3), 3, method=method)
    assert isinstance(caught.value, ImportError)
    assert caught.value.code == "missing-package"
    assert caught.value.values == {"package": "scikit-learn"}
    assert "scikit-learn" in str(caught.value)
    assert "pip install scikit-learn" in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("colors", [3, 4])
def test_few_colours_need_no_package(
    method: str, colors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
    pixels = np.array([[2, 2, 2], [0, 0, 0], [1, 1, 1], [0, 0, 0]], np.uint8)
    assert list(pc.find_palette(pixels, colors, method=method)) == [(0,) * 3, (1,) * 3, (2,) * 3]
