"""The fewest colours that reach a target, against what every number of colours gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from palette_core.alpha import settle
from palette_core.auto import Target, fewest, first_below
from palette_core.colorspaces import SPACES
from palette_core.design import METHODS, Design
from palette_core.histogram import ColorHistogram
from palette_core.options import MAX_COLORS
from palette_core.pixels import Bytes
from palette_core.progress import Progress, silent

from .strategies import SEEDS

MOST = 40


def every_number(pixels: Bytes, **options: Any) -> list[tuple[Bytes, pc.Metrics]]:
    """Give the palette and the errors of every number of colours from 1."""
    found = [pc.quantize(pixels, count, **options) for count in range(1, MOST + 1)]
    return [(one.palette.colors, pc.compare(pixels, one.to_array())) for one in found]


def error_of(metrics: pc.Metrics, measure: str) -> float:
    """Give a measure of which more is worse."""
    value: float = getattr(metrics, measure)
    return -value if measure == "psnr" else value


# The search


@given(
    errors=st.lists(st.floats(0, 1e6), min_size=1, max_size=256),
    guesses=st.lists(st.floats(1e-12, 1e6), min_size=256, max_size=256),
    limit=st.floats(0, 1e6),
)
def test_whatever_the_guesses_the_last_word_is_measured(
    errors: list[float], guesses: list[float], limit: float
) -> None:
    measured: dict[int, float] = {}

    def measure(count: int) -> float:
        assert count not in measured
        measured[count] = errors[count - 1]
        return measured[count]

    most = len(errors)
    count = first_below(limit, measure, lambda count: guesses[count - 1], most)
    assert 1 <= count <= most + 1
    assert count > most or measured[count] <= limit
    assert count == 1 or measured[count - 1] > limit


@given(power=st.floats(0.3, 1.5), wrong=st.floats(0.7, 1.4), target=st.floats(1, 255), seed=SEEDS)
def test_good_guesses_spare_measurements(
    power: float, wrong: float, target: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).lognormal(0, 0.002, 257)
    calls: list[int] = []

    def measure(count: int) -> float:
        calls.append(count)
        return float(count**-power * noise[count])

    first_below(target**-power, measure, lambda count: wrong * count ** -(power * 1.1), 256)
    assert len(calls) <= 9


# Against every number of colours

CASES: list[tuple[str, dict[str, Any]]] = [
    ("drawn", {}),
    ("drawn", {"space": "oklab", "effort": "fast"}),
    ("drawn", {"method": "wu"}),
    ("small_photo", {"effort": "fast"}),
    ("small_photo", {"space": "cielab", "lightness_weight": 2.0}),
    ("flower", {"space": "linear"}),
    ("flower", {"method": "median-cut"}),
]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_one_colour_less_misses_the_target(
    name: str, options: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    pixels: Bytes = request.getfixturevalue(name)
    every = every_number(pixels, **options)
    for measure in ("psnr", "delta_e"):
        errors = [math.inf, *(error_of(metrics, measure) for _, metrics in every)]
        for number in (1, 2, 5, 16, 33):
            limit = errors[number]  # what this number of colours just reaches, to the last bit
            target = {f"target_{measure}": abs(limit)}
            found = pc.quantize(pixels, "auto", **target, **options)
            ends = [n for n in range(1, MOST + 1) if errors[n] <= limit < errors[n - 1]]
            matches = [n for n in ends if np.array_equal(found.palette.colors, every[n - 1][0])]
            assert matches
            # Where the errors cross the limit once, that is the least of all numbers.
            assert len(ends) > 1 or matches == [min(n for n, e in enumerate(errors) if e <= limit)]
            assert error_of(pc.compare(pixels, found.to_array()), measure) <= limit


def test_it_takes_a_handful_of_palettes(photo: Bytes) -> None:
    histogram = ColorHistogram.unique(photo.reshape(-1, 3))
    for space in ("srgb", "oklab"):
        for target in (Target(28, None), Target(33, None), Target(None, 6), Target(None, 3)):
            counts: list[int] = []

            def design(
                count: int, progress: Progress, space: str = space, counts: list[int] = counts
            ) -> Design:
                counts.append(count)
                return METHODS["kmeans"].design(
                    histogram,
                    count,
                    space=SPACES[space],
                    init="auto",
                    effort="balanced",
                    seed=0,
                    progress=progress,
                )

            count, found = fewest(histogram, MAX_COLORS, target, SPACES[space], design, silent)
            assert {count - 1, count} <= set(counts)
            assert len(counts) <= 7
            assert np.array_equal(found.colors, design(count, silent).colors)


# What is meant


@pytest.mark.parametrize("dither", ["floyd-steinberg", "blue-noise"])
def test_dithering_changes_nothing_about_the_number(small_photo: Bytes, dither: str) -> None:
    plain = pc.quantize(small_photo, "auto", target_psnr=27, space="oklab")
    dithered = pc.quantize(small_photo, "auto", target_psnr=27, space="oklab", dither=dither)
    count = len(plain.palette)
    expected = pc.quantize(small_photo, count, space="oklab", dither=dither)
    assert np.array_equal(dithered.palette.colors, expected.palette.colors)
    assert np.array_equal(dithered.indices, expected.indices)
    assert pc.compare(small_photo, plain.to_array()).psnr >= 27
    assert pc.compare(small_photo, dithered.to_array()).psnr < 27


@pytest.mark.parametrize(("threshold", "matte"), [(None, None), (10, None), (None, (255, 128, 0))])
def test_only_what_is_opaque_in_the_result_counts(
    cutout: Bytes, threshold: int | None, matte: tuple[int, int, int] | None
) -> None:
    options: dict[str, Any] = {"alpha_threshold": threshold, "matte": matte}
    found = pc.quantize(cutout, "auto", target_delta_e=2.5, **options)
    less = pc.quantize(cutout, len(found.palette) - 1, **options)
    settled = settle(cutout, threshold=threshold, matte=matte).to_array()
    assert pc.compare(settled, found.to_array()).delta_e <= 2.5
    assert pc.compare(settled, less.to_array()).delta_e > 2.5


@pytest.mark.parametrize("target", [{"target_delta_e": 0}, {"target_psnr": 100}])
@pytest.mark.parametrize("count", [1, 2, 17, 256])
def test_no_loss_takes_every_colour(count: int, target: dict[str, float]) -> None:
    rng = np.random.default_rng(count)
    colors = rng.choice(1 << 24, count, replace=False)
    rgb = (colors[:, np.newaxis] >> np.array([16, 8, 0]) & 0xFF).astype(np.uint8)
    pixels = rgb[rng.permutation(np.arange(max(count, 30)) % count)][np.newaxis]
    found = pc.quantize(pixels, "auto", **target)
    assert np.array_equal(found.to_array(), pixels)
    assert len(found.palette) == count


def test_every_method_can_be_asked(drawn: Bytes) -> None:
    for method in METHODS:
        found = pc.quantize(drawn, "auto", target_psnr=22, method=method)
        mapped = pc.map_pixels(drawn, found.palette)
        assert pc.compare(drawn, mapped.to_array()).psnr >= 22


def test_find_palette_finds_the_same(small_photo: Bytes) -> None:
    for dither in ("none", "stucki"):
        options: dict[str, Any] = {"target_delta_e": 5, "dither": dither}
        expected = pc.quantize(small_photo, "auto", **options).palette
        assert pc.find_palette(small_photo, "auto", **options) == expected


# What cannot be reached


@pytest.mark.parametrize(
    ("target", "measure"), [({"target_psnr": 60}, "psnr"), ({"target_delta_e": 0.1}, "delta_e")]
)
@pytest.mark.parametrize("alpha", [255, 0])
def test_a_target_out_of_reach_names_the_best(
    photo: Bytes, target: dict[str, float], measure: str, alpha: int
) -> None:
    part = photo[:120, :160]
    opacity = np.full(part.shape[:2], 255, np.uint8)
    opacity[0, 0] = alpha
    pixels = np.dstack([part, opacity])
    with pytest.raises(pc.TargetError) as caught:
        pc.quantize(pixels, "auto", **target, effort="fast")
    (name, value), message = *target.items(), str(caught.value)
    most = MAX_COLORS if alpha else MAX_COLORS - 1
    assert message.startswith(f"{name} is {value:g}, expected at ")
    assert f"the best of {most} colours" in message
    best = getattr(pc.compare(pixels, pc.quantize(pixels, 256, effort="fast").to_array()), measure)
    named = float(message.split("expected at ")[1].split()[1].rstrip(":"))
    assert named == pytest.approx(best, abs=0.01)
    assert (named <= best) if measure == "psnr" else (named >= best)
    reached = pc.quantize(pixels, "auto", **{name: named}, effort="fast")
    assert len(reached.palette) <= most
