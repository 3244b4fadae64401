"""A session gives what single calls give, and does again only what has to be done again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.dither import DITHERS
from palette_core.image.histogram import ColorHistogram
from palette_core.image.threshold_matrices import bayer

from .reference_metrics import are_same
from .strategies import images

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["kmeans", "variance-cut", "wu"]),
        "effort": st.sampled_from(["fast", "balanced"]),
        "space": st.sampled_from(["srgb", "oklab"]),
        "lightness_weight": st.sampled_from([1.0, 2.0]),
        "dither": st.sampled_from(list(DITHERS)),
        "dither_strength": st.sampled_from([0.0, 0.5, 1.0]),
        "alpha_threshold": st.sampled_from([1, 128, 200]),
        "matte": st.sampled_from([None, "#1e6432", (30, 100, 50)]),
        "order": st.sampled_from(["kept", "hue", "popularity", "appearance"]),
        "rare": st.sampled_from([0.0, 0.5]),
        "visual_masking": st.sampled_from([0.0, 0.5]),
        "keep_exact": st.sampled_from([0.0, 0.5]),
        "lossy": st.sampled_from([0, 40]),
        "seed": st.sampled_from([0, 1]),
    },
)


def mapping(options: dict[str, Any]) -> dict[str, Any]:
    names = ("space", "lightness_weight", "dither", "dither_strength", "alpha_threshold", "matte")
    return {name: options[name] for name in names if name in options}


@given(
    pixels=images(channels=4),
    calls=st.lists(st.tuples(st.integers(1, 20), OPTIONS), min_size=2, max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_calls_one_after_another_are_as_alone(
    pixels: Bytes, calls: list[tuple[int, dict[str, Any]]]
) -> None:
    session = pc.Session(pixels)
    for colors, options in calls:
        expected = pc.quantize(pixels, colors, **options)
        assert session.palette(colors, **options) == expected.palette
        assert are_same(session.quantize(colors, **options), expected)
        palette = pc.Palette(expected.palette.colors[::-1])
        chosen = mapping(options)
        assert are_same(session.map(palette, **chosen), pc.map_pixels(pixels, palette, **chosen))


# Each after the one before it, of which it differs in one option.
STEPS: list[dict[str, Any]] = [
    {},
    {"colors": 9},
    {"dither": "floyd-steinberg"},
    {"dither_adaptive": True},
    {"dither_strength": 0.5},
    {"dither": "blue-noise"},
    {"dither": "custom", "threshold_matrix": bayer(4)},
    {"threshold_matrix": bayer(4).T[::-1]},
    {"dither": "blue-noise", "threshold_matrix": None},
    {"locked": ["#ff0000"]},
    {"locked": ["#00ff00"]},
    {"locked": []},
    {"grid": 4},
    {"grid": "rgb332"},
    {"grid": None},
    {"start": [[0, 0, 0], [200, 30, 40]]},
    {"start": [[0, 0, 0], [200, 30, 41]]},
    {"start": None},
    {"rare": 0.5},
    {"keep_exact": 0.01},
    {"visual_masking": 1},
    {"visual_masking": 0},
    {"lossy": 60},
    {"lossy": 61},
    {"lossy": 0},
    {"alpha": "dither"},
    {"colors": "auto", "target_psnr": 20, "rare": 0.0},
    {"target_psnr": 22},
    {"colors": 8, "target_psnr": None, "method": "sklearn-kmeans", "keep_exact": 0},
    {"method": "sklearn-minibatch"},
    {"init": "k-means++-single"},
]


def test_every_option_counts(picture: Bytes) -> None:
    pixels = np.dstack([picture, np.indices(picture.shape[:2]).sum(axis=0).astype(np.uint8)])
    session = pc.Session(pixels)
    options: dict[str, Any] = {"colors": 8}
    for step in STEPS:
        options |= step
        assert are_same(session.quantize(**options), pc.quantize(pixels, **options)), step


def test_weights_count(picture: Bytes) -> None:
    weights = np.linspace(0, 1, picture.shape[0] * picture.shape[1]).reshape(picture.shape[:2])
    session = pc.Session(picture, weights)
    for colors in (4, 8):
        expected = pc.quantize(picture, colors, weights=weights)
        assert are_same(session.quantize(colors), expected)
        assert are_same(session.map(expected.palette), pc.map_pixels(picture, expected.palette))


def test_colours_are_counted_once(picture: Bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    count, counted = ColorHistogram.unique, []

    def unique(*args: Any, **options: Any) -> ColorHistogram:
        counted.append(args)
        return count(*args, **options)

    monkeypatch.setattr(ColorHistogram, "unique", unique)
    session = pc.Session(picture)
    for colors in (5, 6, 7):
        session.palette(colors)
        session.quantize(colors, dither="floyd-steinberg", rare=0.5)
    assert len(counted) == 1
    session.palette(5, matte="#ffffff")  # other colours, as far as the session knows
    assert len(counted) == 2


def test_a_result_is_kept(picture: Bytes) -> None:
    session = pc.Session(picture)
    first = session.quantize(6, dither="atkinson")
    assert session.quantize(6, dither="atkinson") is first
    assert session.quantize(7, dither="atkinson") is not first
    with pytest.raises(ValueError, match="read-only"):
        first.indices[0, 0] = 1


def test_a_kept_result_reports_its_end(picture: Bytes) -> None:
    session = pc.Session(picture)
    for _ in range(2):
        told: list[float] = []
        session.quantize(6, progress=told.append)
        assert (told[0], told[-1]) == (0.0, 1.0)
        assert told == sorted(told)


class StopError(Exception):
    pass


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "blue-noise"])
@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_a_stop_at_any_time_does_no_harm(picture: Bytes, dither: str, space: str) -> None:
    def stop_after(reports: int) -> Any:
        left = iter(range(reports))

        def progress(_fraction: float) -> None:
            if next(left, None) is None:
                raise StopError

        return progress

    options = {"dither": dither, "space": space}
    expected = pc.quantize(picture, 9, **options)
    told: list[float] = []
    pc.quantize(picture, 9, **options, progress=told.append)
    session = pc.Session(picture)
    for reports in range(len(told)):
        with pytest.raises(StopError):
            session.quantize(9, **options, progress=stop_after(reports))
        session.palette(3)  # so that the next call has something to do
    assert are_same(session.quantize(9, **options), expected)


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "blue-noise"])
@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_large_pictures_report_within_every_stage(dither: str, space: str) -> None:
    height, width = 1200, 1000
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    told: list[float] = []
    pc.quantize(noise, 16, dither=dither, space=space, effort="fast", progress=told.append)
    counting = [fraction for fraction in told if 0 < fraction < 0.16]
    mapping = [fraction for fraction in told if 0.8 < fraction < 1]
    # A report for at most every 2^17 pixels that are counted, every 2^19 colours that are compared.
    assert len(counting) >= height * width >> 17
    assert len(mapping) >= height * width >> 17


def test_unknown_options_are_refused_with_a_list(picture: Bytes) -> None:
    session = pc.Session(picture)
    with pytest.raises(pc.UnknownOptionError, match=r"quantize\(\) has no option 'color'.*colors"):
        session.quantize(color=3)
    with pytest.raises(pc.UnknownOptionError, match=r"no option 'weights'"):
        session.quantize(3, weights=None)
    with pytest.raises(pc.PaletteError, match="has 0 colours"):
        session.map(pc.Palette(np.empty((0, 3), np.uint8)))
