"""The fewest colours that reach a target, against what every number of colours gives."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design import METHODS, Design, DesignProblem
from palette_core.image.alpha import binarize_alpha
from palette_core.image.histogram import ColorHistogram
from palette_core.palette import MAX_COLORS
from palette_core.progress import Progress, no_progress
from palette_core.target_search import Target, find_smallest_palette, first_below

from .strategies import SEEDS

MOST = 40


def error_of(metrics: pc.Metrics, measure: str) -> float:
    """Return a measure of which more is worse."""
    value: float = getattr(metrics, measure)
    return -value if measure == "psnr" else value


# The search


@given(
    errors=st.lists(st.floats(0, 1e6), min_size=1, max_size=256),
    guesses=st.lists(st.floats(1e-12, 1e6), min_size=256, max_size=256),
    limit=st.floats(0, 1e6),
    least=st.just(1) | st.integers(1, 256),
)
def test_whatever_the_guesses_the_last_word_is_measured(
    errors: list[float], guesses: list[float], limit: float, least: int
) -> None:
    measured: dict[int, float] = {}

    def measure(count: int) -> float:
        assert count not in measured
        measured[count] = errors[count - 1]
        return measured[count]

    most = len(errors)
    least = min(least, most)
    count = first_below(limit, measure, lambda count: guesses[count - 1], most, least)
    assert least <= count <= most + 1
    assert count > most or measured[count] <= limit
    assert count == least or measured[count - 1] > limit
    assert min(measured) >= least


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
    unmasked = {**options, "visual_masking": 0}
    results = [pc.quantize(pixels, count, **unmasked) for count in range(1, MOST + 1)]
    every = [(one.palette.colors, pc.compare(pixels, one.to_array())) for one in results]
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
                problem = DesignProblem(histogram, count, SPACES[space], progress=progress)
                return METHODS["kmeans"].solve(problem)

            candidates = range(1, MAX_COLORS + 1)
            count, found = find_smallest_palette(
                histogram, candidates, target, SPACES[space], design, no_progress
            )
            assert {count - 1, count} <= set(counts)
            assert len(counts) <= 7
            assert np.array_equal(found.colors, design(count, no_progress).colors)


# What is meant


@pytest.mark.parametrize("dither", ["floyd-steinberg", "blue-noise"])
def test_dithering_changes_nothing_about_the_number(small_photo: Bytes, dither: str) -> None:
    plain = pc.quantize(small_photo, "auto", target_psnr=27, space="oklab")
    dithered = pc.quantize(small_photo, "auto", target_psnr=27, space="oklab", dither=dither)
    count = len(plain.palette)
    # Without a target, visual masking is the default.
    options: dict[str, Any] = {"space": "oklab", "dither": dither, "visual_masking": 0}
    expected = pc.quantize(small_photo, count, **options)
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
    settled = binarize_alpha(cutout, threshold=threshold, matte=matte).to_array()
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


# Under rules, and with emphasis


def locked_and_weighted(pixels: Bytes, seed: int) -> dict[str, Any]:
    """Draw options that change the palette."""
    random = np.random.default_rng(seed)
    locked = [(color, None) for color in random.integers(0, 256, (seed % 4, 3))]
    if seed % 3 == 0:
        locked.append((np.array((1, 2, 3)), int(random.integers(0, 9))))
    weights = random.integers(0, 3, pixels.shape[:2]) if seed % 2 else None
    return {"locked": locked, "weights": weights, "rare": float(random.choice([0, 0.5, 1]))}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("measure", ["psnr", "delta_e"])
def test_one_colour_less_misses_it_whatever_else_is_asked(
    small_photo: Bytes, seed: int, measure: str
) -> None:
    target = {"psnr": 27.0, "delta_e": 4.0}[measure]
    options = {**locked_and_weighted(small_photo, seed), "effort": "fast"}
    found = pc.quantize(small_photo, "auto", **{f"target_{measure}": target}, **options)
    count = len(found.palette)

    def misses(count: int) -> bool:
        one = pc.quantize(small_photo, count, **options)
        error = error_of(pc.compare(small_photo, one.to_array()), measure)
        return error > (-target if measure == "psnr" else target)

    assert found.palette == pc.find_palette(small_photo, count, **options)
    assert not misses(count)
    assert misses(count - 1)


def test_there_are_as_many_as_locked_colours_need(small_photo: Bytes) -> None:
    locked = ["#010203", "#102030@6", "#ffffff"]
    found = pc.find_palette(small_photo, "auto", target_psnr=1, locked=locked)
    assert found.hex[6] == "#102030"
    assert found == pc.find_palette(small_photo, 7, locked=locked)
    assert len(pc.find_palette(small_photo, "auto", target_psnr=1, locked=locked[::2])) == 2
    beyond = np.dstack([small_photo, np.full(small_photo.shape[:2], 255, np.uint8)])
    beyond[0, 0, 3] = 0
    with pytest.raises(pc.OptionError, match="indices are 0 to 254"):
        pc.find_palette(beyond, "auto", target_psnr=30, locked=["#000000@255"])


def test_the_target_is_that_of_all_pixels(small_photo: Bytes) -> None:
    """Half the picture has no say in the palette, but in the error."""
    weights = np.ones(small_photo.shape[:2])
    weights[:, : weights.shape[1] // 2] = 0
    found = pc.quantize(small_photo, "auto", target_psnr=24, weights=weights)
    half = pc.quantize(small_photo[:, weights.shape[1] // 2 :], "auto", target_psnr=24)
    assert pc.compare(small_photo, found.to_array()).psnr >= 24
    assert pc.compare(small_photo, pc.map_pixels(small_photo, half.palette).to_array()).psnr < 24
    assert len(found.palette) > len(half.palette)


def test_targets_apply_to_shared_palettes(small_photo: Bytes) -> None:
    options: dict[str, Any] = {"target_psnr": 25, "rare": 0.7, "locked": ["#ff00ff"]}
    shared = pc.find_shared_palette([small_photo[:30], small_photo[30:]], "auto", **options)
    assert shared == pc.find_palette(small_photo, "auto", **options)


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
    (name,), message = target, str(caught.value)
    most = MAX_COLORS if alpha else MAX_COLORS - 1
    assert message.startswith(f"{most} colours reach ")
    assert f"`{name}`" in message
    best = getattr(pc.compare(pixels, pc.quantize(pixels, 256, effort="fast").to_array()), measure)
    named = float(re.findall(r"\d+\.\d+", message)[0])
    assert named == pytest.approx(best, abs=0.01)
    assert (named <= best) if measure == "psnr" else (named >= best)
    reached = pc.quantize(pixels, "auto", **{name: named}, effort="fast")
    assert len(reached.palette) <= most
