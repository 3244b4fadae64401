from __future__ import annotations

import numpy as np
import pytest

from palette_core.colorspaces import luminance, srgb_to_linear


@pytest.mark.parametrize(
    ("encoded", "linear"),
    # IEC 61966-2-1; 10 and 11 lie on both sides of the straight piece's end.
    [(0, 0.0), (10, 0.0030353), (11, 0.0033465), (128, 0.2158605), (255, 1.0)],
)
def test_srgb_to_linear(encoded: int, linear: float) -> None:
    assert srgb_to_linear(np.full((1, 3), encoded, np.uint8)) == pytest.approx(
        np.full((1, 3), linear), abs=1e-7
    )


def test_linear_light_rises_with_the_level() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    assert (np.diff(srgb_to_linear(ramp), axis=0) > 0).all()


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
def test_luminance(color: tuple[int, int, int], expected: float) -> None:
    assert luminance(np.array(color, np.uint8)) == pytest.approx(expected)
