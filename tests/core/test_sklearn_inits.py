"""The methods of scikit-learn and their first guesses beside direct calls of scikit-learn."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.cluster
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import INITS, METHODS, DesignProblem, sklearn_fit
from palette_core.design.lloyd import Floats, Points
from palette_core.image.histogram import ColorHistogram

SCIKIT_LEARN = [name for name in METHODS if name.startswith("sklearn-")]
SHARED: dict[str, Any] = {"max_iter": 100, "tol": 1e-4, "random_state": 7}


def to_bytes(centers: Floats) -> Bytes:
    return np.round(centers * 255).clip(0, 255).astype(np.uint8)


def first(init: str, rows: Floats, weights: Floats | None, count: int) -> dict[str, Any]:
    """Say to scikit-learn what an init means."""
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
            for init in INITS:
                design = METHODS[method].design(DesignProblem(histogram, 5, init=init))
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


def test_minibatch_does_not_depend_on_the_order_of_the_pixels(small_photo: Bytes) -> None:
    turned, palette = (
        pc.find_palette(pixels, 16, method="sklearn-minibatch")
        for pixels in (small_photo[::-1], small_photo)
    )
    assert turned == palette
