"""Locked colours: they stay as they are and where they are, and the others make the best of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes, Floats
from palette_core.color.spaces import SPACES, luminance
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.design import swap_search as module
from palette_core.design.constraints import FeasibleSet
from palette_core.design.initialization import initialize_centers
from palette_core.design.lloyd import Points, run_lloyd
from palette_core.design.refine_exact import ExactRefiner
from palette_core.design.refine_reduced import ReducedRefiner
from palette_core.design.swap_search import add_centers, find_cuts, search_swaps
from palette_core.image.histogram import ColorHistogram, ReducedHistogram
from palette_core.progress import no_progress

from .reference_metrics import image_error
from .strategies import SEEDS, colors, images, locks

CHEAP = tuple(EFFORTS)[:3]
# To single precision, in which other spaces than sRGB are measured.
NEARLY = 1 + 1e-5


def locked_ones(rgb: Bytes, count: int, seed: int = 0) -> Bytes:
    """Some colours of a picture, and some that are not in it."""
    random = np.random.default_rng(seed)
    own = rgb.reshape(-1, 3)[random.integers(0, rgb.size // 3, count)]
    foreign = random.integers(0, 256, (count, 3))
    return np.unique(np.vstack([own[::2], foreign[1::2]]), axis=0).astype(np.uint8)


# What is promised


@given(data=st.data(), pixels=images(channels=4), count=st.integers(1, 20))
def test_locked_colors_are_entries_at_their_indices(
    data: st.DataObject, pixels: Bytes, count: int
) -> None:
    locked = data.draw(locks(count))
    space = data.draw(st.sampled_from(sorted(SPACES)))
    quantized = pc.quantize(pixels, count, locked=locked, space=space, effort="fast")
    palette = list(quantized.palette)
    assert len(palette) <= count
    for color, index in locked:
        assert color in palette if index is None else palette[index] == color
    assert pc.find_palette(pixels, count, locked=locked, space=space, effort="fast") == (
        quantized.palette
    )
    mapped = pc.map_pixels(pixels, quantized.palette, space=space)
    assert np.array_equal(quantized.indices, mapped.indices)


@pytest.mark.parametrize("space", list(SPACES))
@given(rgb=colors(20), seed=SEEDS, count=st.integers(2, 30), share=st.floats(0, 1))
@settings(max_examples=25)
def test_never_worse_than_fewer_entries_nor_than_less_effort(
    rgb: Bytes, seed: int, count: int, share: float, space: str
) -> None:
    locked = locked_ones(rgb, 1 + int(share * (count - 1)), seed)
    options: dict[str, Any] = {"space": space, "seed": seed, "keep_exact": 0}
    errors = []
    for effort in CHEAP:
        free = [locked]
        if count > len(locked):
            fewer = pc.find_palette(rgb, count - len(locked), effort=effort, **options)
            free.append(fewer.colors)
        ours = pc.find_palette(rgb, count, locked=locked, effort=effort, **options)
        errors.append(image_error(rgb, ours.colors, space))
        assert errors[-1] <= image_error(rgb, np.concatenate(free), space) * NEARLY
    assert all(later <= earlier * NEARLY for earlier, later in pairwise(errors))


@pytest.mark.parametrize("init", INITIALIZATIONS)
@pytest.mark.parametrize("count", [2, 3, 16])
def test_the_best_effort_and_every_start(picture: Bytes, init: str, count: int) -> None:
    locked = locked_ones(picture, max(1, count // 4))
    options: dict[str, Any] = {"init": init, "effort": "best" if count == 16 else "balanced"}
    ours = pc.find_palette(picture, count, locked=locked, **options)
    fewer = pc.find_palette(picture, count - len(locked), **options)
    naive = image_error(picture, np.concatenate([fewer.colors, locked]))
    assert image_error(picture, ours.colors) <= naive


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_free_entries_are_designed_around_locked_colors(picture: Bytes, space: str) -> None:
    # A quarter of a good palette: what a design that knows nothing of it finds again.
    locked = pc.find_palette(picture, 16, space=space).colors[::4]
    ours = pc.find_palette(picture, 16, locked=locked, space=space)
    fewer = pc.find_palette(picture, 12, space=space)
    naive = image_error(picture, np.concatenate([fewer.colors, locked]), space)
    assert image_error(picture, ours.colors, space) < 0.95 * naive
    assert len(set(ours.hex)) == 16


def test_the_rest_goes_from_dark_to_light_in_the_first_free_places(small_photo: Bytes) -> None:
    palette = pc.find_palette(small_photo, 8, locked=["#ff00ff", "#00ff00@1", "#0000ff"])
    assert [palette.hex[index] for index in (0, 1, 2)] == ["#ff00ff", "#00ff00", "#0000ff"]
    lights = luminance(palette.colors[3:])
    assert (np.diff(lights) > 0).all()


def test_all_entries_can_be_locked(small_photo: Bytes) -> None:
    locked = pc.Palette([[9, 9, 9], [200, 0, 0], [9, 9, 9]])
    for effort in CHEAP:
        assert pc.find_palette(small_photo, 3, locked=locked, effort=effort).hex == locked.hex


def test_a_colour_in_two_places_takes_two_entries(small_photo: Bytes) -> None:
    palette = pc.find_palette(small_photo, 6, locked=["#102030@2", "#102030@4"])
    assert palette.hex[2] == palette.hex[4] == "#102030"
    assert len(palette) == 6
    assert len(set(palette.hex)) == 5


def test_few_colours_stay_exact() -> None:
    few = np.array([[0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
    palette = pc.find_palette(few, 4, locked=["#ff0000@3"])
    # The place that is left over holds what is not there yet.
    assert palette.hex == ("#000000", "#0000ff", "#000001", "#ff0000")
    assert image_error(few, pc.find_palette(few, 4, locked=["#ffffff", "#ff0000"]).colors) == 0


def test_a_place_that_is_left_over_is_taken_by_no_pixel() -> None:
    black = np.zeros((2, 2, 3), np.uint8)
    quantized = pc.quantize(black, 4, locked=["#000000@3"])
    assert quantized.palette.hex == ("#000001",) * 3 + ("#000000",)
    assert (quantized.indices == 3).all()


def test_transparent_pixels_have_the_last_entry(cutout: Bytes) -> None:
    quantized = pc.quantize(cutout, 256, locked=["#123456@254"])
    assert quantized.palette.hex[254] == "#123456"
    assert quantized.to_image().info["transparency"] == 255
    with pytest.raises(pc.OptionError, match="index 255, but the indices are 0 to 254"):
        pc.quantize(cutout, 256, locked=["#123456@255"])
    message = "256 colours are locked, but the palette has 255 entries; lock fewer colours$"
    with pytest.raises(pc.OptionError, match=message):
        pc.quantize(cutout, 256, locked=[(0, 0, level) for level in range(256)])


def test_all_notations_of_locked_colors_are_equal(small_photo: Bytes) -> None:
    expected = pc.find_palette(small_photo, 8, locked=["#0a141e", "#FF0000@5"])
    pairs: list[Any] = [
        [(10, 20, 30), ((255, 0, 0), 5)],
        [np.array([10, 20, 30], np.uint8), ["#ff0000", np.int64(5)]],
        iter([((10, 20, 30), None), ([255, 0, 0], 5)]),
    ]
    for locked in pairs:
        assert pc.find_palette(small_photo, 8, locked=locked) == expected
    rows = np.array([[1, 2, 3], [200, 100, 0]])
    palettes = [pc.find_palette(small_photo, 8, locked=x) for x in (rows, pc.Palette(rows))]
    assert palettes[0] == palettes[1]
    assert palettes[0].colors[:2].tolist() == rows.tolist()


def test_an_empty_list_locks_nothing(small_photo: Bytes) -> None:
    assert pc.find_palette(small_photo, 8, locked=[]) == pc.find_palette(small_photo, 8)


# What is refused


@pytest.mark.parametrize(
    ("locked", "words"),
    [
        ([(0, 0, level) for level in range(20)], "20 colours are locked, but the palette has 16"),
        (["#000000@3", "#ffffff@3"], "two colours are locked at index 3"),
        (["#000000@16"], "index 16, but the indices are 0 to 15"),
        ([((0, 0, 0), -1)], "index -1, but the indices are 0 to 15"),
        ([((0, 0, 0), 1.0)], "must be a whole number, not 1.0"),
        ([((0, 0, 0), True)], "must be a whole number, not True"),
        (["black"], "'black' is not a colour for `locked`; use '#rrggbb'"),
        (["#000000@"], "'#000000@' is not a colour"),
        (["#000000@-1"], "'#000000@-1' is not a colour"),
        (["#000000@1@2"], "'#000000@1@2' is not a colour"),
        ([(0, 0)], "(0, 0) is not a colour"),
        ([(0, 0, 256)], "(0, 0, 256) is not a colour"),
        ([None], "None is not a colour"),
        ((255, 0, 0), "255 is not a colour"),
        ("#ff0000", "`locked` must be a list of colours or a Palette, not '#ff0000'"),
        (7, "`locked` must be a list of colours or a Palette, not 7"),
        (None, "`locked` must be a list of colours or a Palette, not None"),
    ],
)
def test_invalid_values_are_refused(small_photo: Bytes, locked: Any, words: str) -> None:
    for function in (pc.quantize, pc.find_palette):
        with pytest.raises(pc.OptionError) as caught:
            function(small_photo, 16, locked=locked)
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "method", [name for name in METHODS if not METHODS[name].supports_constraints]
)
@pytest.mark.parametrize(
    ("name", "value"),
    [("locked", ["#000000"]), ("grid", 4), ("start", [[0, 0, 0]]), ("keep_exact", 1)],
)
def test_other_methods_refuse_constraints(
    small_photo: Bytes, method: str, name: str, value: Any
) -> None:
    with pytest.raises(pc.OptionError, match=rf"does not support `{name}`; use `method='kmeans'`$"):
        pc.find_palette(small_photo, 16, method=method, **{name: value})


# The parts


@pytest.fixture
def points(small_photo: Bytes) -> Points:
    return Points.from_histogram(ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(2048))


FIXED = FeasibleSet(SPACES["srgb"], np.array([[250, 0, 250], [60, 60, 60], [0, 255, 0]], np.uint8))


def around(points: Points, count: int) -> Floats:
    return initialize_centers("random", points, count, np.random.default_rng(0), FIXED)


def test_lloyd_keeps_locked_centers_and_returns_the_true_error(points: Points) -> None:
    clusters = run_lloyd(points, around(points, 8), 5, FIXED)
    assert np.array_equal(clusters.centers[:3], FIXED.locked_centers)
    apart = points.rows[:, :3] - clusters.centers[clusters.labels]
    expected = (points.weights * np.square(apart).sum(axis=1)).sum()
    assert clusters.squared_error == pytest.approx(expected, rel=1e-5)
    assert np.allclose(clusters.means[3:], clusters.centers[3:])


@pytest.mark.parametrize("count", [4, 16])
def test_swaps_move_free_centers_only(points: Points, count: int) -> None:
    start = around(points, count)
    found = search_swaps(points, start, 8, 3, np.random.default_rng(0), no_progress, FIXED)
    assert np.array_equal(found[:3], FIXED.locked_centers)
    before, after = (
        run_lloyd(points, centers, 1, FIXED).squared_error for centers in (start, found)
    )
    assert after < before


def test_what_a_locked_one_serves_already_is_left_to_it() -> None:
    # Two clusters for two centres, one of them locked near one of the clusters.
    places = np.array([[50.0, 50, 50], [52, 50, 50], [200, 200, 200], [202, 200, 200]])
    points = Points.from_histogram(ReducedHistogram(places, np.ones(4)))
    feasible = FeasibleSet(SPACES["srgb"], np.array([[51, 50, 50]], np.uint8))
    centers = add_centers(points, feasible.locked_centers, 2, feasible)
    assert run_lloyd(points, centers, 1, feasible).centers.tolist() == [
        [51, 50, 50],
        [201, 200, 200],
    ]


def test_a_cut_of_a_locked_cluster_tells_what_the_further_centre_gains() -> None:
    places = np.array([[100.0, 0, 0], [101, 0, 0], [160, 0, 0], [170, 0, 0]])
    points = Points.from_histogram(ReducedHistogram(places, np.ones(4)))
    feasible = FeasibleSet(SPACES["srgb"], np.array([[100, 0, 0]], np.uint8))
    whole = run_lloyd(points, feasible.locked_centers, 1, feasible)
    _, gains, left, right = find_cuts(points, whole, 1, feasible)
    assert right.tolist() == [[100, 0, 0]]
    two = run_lloyd(points, np.concatenate([right, left]), 1, feasible)
    # All points but the first are on one side.
    assert left[0, 0] == pytest.approx((101 + 160 + 170) / 3)
    assert gains[0] <= whole.squared_error - two.squared_error


def test_a_merger_leaves_a_locked_centre_where_it_is(points: Points) -> None:
    clusters = run_lloyd(points, around(points, 10), 2, FIXED)
    costs, partners, merged = module._find_mergers(clusters, 3)  # noqa: SLF001
    assert np.isinf(costs[:3]).all()
    into_locked = np.flatnonzero(partners < 3)
    assert (into_locked >= 3).any()
    for source in into_locked[into_locked >= 3]:
        place = FIXED.locked_centers[partners[source]]
        apart = np.square(clusters.centers[source] - place).sum()
        assert costs[source] == pytest.approx(clusters.weights[source] * apart, rel=1e-6)
        assert np.allclose(merged[source], place, atol=1e-6)


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("steps", [0, 3])
def test_refinement_keeps_unused_locked_colors(small_photo: Bytes, space: str, steps: int) -> None:
    histogram = ColorHistogram.unique(small_photo.reshape(-1, 3))
    feasible = FeasibleSet(SPACES[space], FIXED.locked)
    judge = (
        ExactRefiner(histogram, feasible)
        if space == "srgb"
        else ReducedRefiner(histogram, 4096, feasible)
    )
    palette = feasible.make_palette(small_photo[::20, ::30].reshape(-1, 3))
    polished = judge.refine(palette, len(palette), steps)
    assert np.array_equal(polished.palette[:3], FIXED.locked)
    assert not (polished.palette[3:] == [255, 0, 255]).all(axis=1).any()


@pytest.mark.parametrize("init", INITIALIZATIONS)
@given(rgb=colors(5), seed=SEEDS, count=st.integers(3, 30))
def test_initial_centers_begin_with_locked_colors(
    init: str, rgb: Bytes, seed: int, count: int
) -> None:
    points = Points.from_histogram(ColorHistogram.unique(rgb).reduce(1000))
    centers = initialize_centers(init, points, count, np.random.default_rng(seed), FIXED)
    assert np.array_equal(centers[:3], FIXED.locked_centers)
    assert 3 <= len(centers) <= count
