from __future__ import annotations

import numpy as np
import pytest

from palette_core.arrays import Bytes
from palette_core.color.spaces import (
    SPACES,
    cielab_to_linear,
    linear_to_cielab,
    linear_to_oklab,
    linear_to_srgb,
    luminance,
    oklab_to_linear,
    srgb_to_linear,
)

EVERY_SPACE = pytest.mark.parametrize("name", SPACES)
WEIGHTS = pytest.mark.parametrize("weight", [0.1, 1.0, 3.0, 10.0])


def sample() -> Bytes:
    """All corners and edges of the cube, and half a million colours in it."""
    lattice = np.stack(np.meshgrid(*[[0, 1, 2, 10, 11, 128, 254, 255]] * 3), axis=-1)
    loose = np.random.default_rng(0).integers(0, 256, (1 << 19, 3))
    return np.concatenate([lattice.reshape(-1, 3), loose]).astype(np.uint8)


@pytest.mark.parametrize(
    ("encoded", "linear"),
    # IEC 61966-2-1; 10 and 11 lie on both sides of the straight piece's end.
    [(0, 0.0), (10, 0.0030353), (11, 0.0033465), (128, 0.2158605), (255, 1.0)],
)
def test_srgb_is_linearized_as_published(encoded: int, linear: float) -> None:
    for dtype in (np.uint8, np.float64):
        assert srgb_to_linear(np.full((1, 3), encoded, dtype)) == pytest.approx(
            np.full((1, 3), linear), abs=1e-7
        )
    assert linear_to_srgb(np.full((1, 3), linear)) == pytest.approx(encoded, abs=1e-3)


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ((0, 0, 0), 0.0),
        ((255, 255, 255), 1.0),
        ((255, 0, 0), 0.2126),
        ((0, 255, 0), 0.7152),
        ((0, 0, 255), 0.0722),
    ],
)
def test_luminance_as_published(color: tuple[int, int, int], expected: float) -> None:
    assert luminance(np.array(color, np.uint8)) == pytest.approx(expected)


# The XYZ of sRGB's primaries, in columns (IEC 61966-2-1).
PRIMARIES = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


@pytest.mark.parametrize(
    ("xyz", "oklab"),
    # Ottosson's table of XYZ and Oklab pairs, to check implementations with.
    [
        ((0.950, 1.000, 1.089), (1.000, 0.000, 0.000)),
        ((1.000, 0.000, 0.000), (0.450, 1.236, -0.019)),
        ((0.000, 1.000, 0.000), (0.922, -0.671, 0.263)),
        ((0.000, 0.000, 1.000), (0.153, -1.415, -0.449)),
    ],
)
def test_oklab_as_published(
    xyz: tuple[float, float, float], oklab: tuple[float, float, float]
) -> None:
    linear = np.linalg.solve(PRIMARIES, xyz)[np.newaxis]
    assert linear_to_oklab(linear) == pytest.approx(np.array([oklab]), abs=2e-3)
    assert oklab_to_linear(linear_to_oklab(linear)) == pytest.approx(linear, abs=1e-6)


@pytest.mark.parametrize(
    ("color", "cielab"),
    # Of sRGB's primaries under D65, widely published (Lindbloom's calculator, for instance).
    [
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((119, 119, 119), (50.03, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
    ],
)
def test_cielab_as_published(
    color: tuple[int, int, int], cielab: tuple[float, float, float]
) -> None:
    linear = srgb_to_linear(np.array([color], np.uint8))
    assert linear_to_cielab(linear) == pytest.approx(np.array([cielab]), abs=0.01)
    assert cielab_to_linear(linear_to_cielab(linear)) == pytest.approx(linear, abs=1e-9)
    space = SPACES["cielab"]
    found = space.from_srgb(np.array([color], np.uint8)) / space.scale
    assert found == pytest.approx(np.array([cielab]), abs=0.01)


@EVERY_SPACE
@WEIGHTS
def test_8_bit_colours_come_back_exactly(name: str, weight: float) -> None:
    space = SPACES[name].with_lightness_weight(weight)
    rgb = sample()
    coordinates = space.from_srgb(rgb)
    assert coordinates.dtype == np.float32
    assert np.array_equal(space.to_srgb(coordinates), rgb)


@EVERY_SPACE
def test_what_is_beyond_the_cube_is_clipped(name: str) -> None:
    space = SPACES[name]
    white, black = space.from_srgb(np.array([[255] * 3, [0] * 3], np.uint8))
    assert space.to_srgb([2 * white - black, 2 * black - white]).tolist() == [[255] * 3, [0] * 3]


@EVERY_SPACE
def test_white_is_as_far_from_black_in_every_space(name: str) -> None:
    space = SPACES[name]
    black, white = space.from_srgb(np.array([[0] * 3, [255] * 3], np.uint8))
    assert np.linalg.norm(white - black) == pytest.approx(255 * np.sqrt(3), rel=1e-5)
    low, high = space.bounds
    found = space.from_srgb(sample())
    assert (found >= low).all()
    assert (found <= high).all()


@EVERY_SPACE
@WEIGHTS
def test_the_weight_of_lightness(name: str, weight: float) -> None:
    plain, weighted = SPACES[name], SPACES[name].with_lightness_weight(weight)
    greys = np.repeat(np.array([[30], [200]], np.uint8), 3, axis=1)
    apart, heavier = (
        np.linalg.norm(np.diff(s.from_srgb(greys), axis=0)) for s in (plain, weighted)
    )
    assert heavier == pytest.approx(weight * apart, rel=1e-4)

    # Two points of equal lightness: as far apart as without the weight.
    lightness = {"srgb": (0.2126, 0.7152, 0.0722), "linear": (0.2126, 0.7152, 0.0722)}
    functional = np.array(lightness.get(name, (1.0, 0.0, 0.0)))
    across = np.cross(functional, (0.3, -0.2, 0.9))
    points = (np.array([[90.0, 20.0, 10.0]]) + np.outer([0, 40], across)).astype(np.float32)
    before, after = (
        np.linalg.norm(np.diff(p, axis=0))
        for p in (points, weighted.apply_lightness_weight(points))
    )
    assert after == pytest.approx(before, rel=1e-4)


@EVERY_SPACE
def test_coordinates_do_not_depend_on_the_position_of_the_colour(name: str) -> None:
    rgb = np.repeat(sample()[:50], 401, axis=0)
    coordinates = SPACES[name].from_srgb(rgb)
    assert (coordinates.reshape(50, 401, 3) == coordinates[::401, np.newaxis]).all()
