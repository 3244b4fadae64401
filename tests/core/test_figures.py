from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import linear_to_oklab, srgb_to_linear
from palette_core.report.figures import (
    draw_error_map,
    font,
    over_checkerboard,
    ramp,
    round_scale_end,
    swatches,
)

from .strategies import colors


@given(
    entries=colors(largest=256),
    width=st.integers(200, 500),
    height=st.integers(16, 60),
)
def test_swatches_show_every_colour_in_its_order(entries: Bytes, width: int, height: int) -> None:
    image = swatches(pc.Palette(entries), width, height)
    assert (image.mode, image.size) == ("RGB", (width, height))
    drawn = np.asarray(image)
    # Without repetitions, from left to right and from top to bottom, it is the palette again.
    rows = drawn[np.r_[True, (drawn[1:] != drawn[:-1]).any(axis=(1, 2))]]
    fields = np.concatenate([row[np.r_[True, (row[1:] != row[:-1]).any(axis=1)]] for row in rows])
    expected = entries[np.r_[True, (entries[1:] != entries[:-1]).any(axis=1)]]
    seen = {tuple(color) for color in fields.tolist()}
    assert {tuple(color) for color in entries.tolist()} <= seen
    if len(np.unique(entries, axis=0)) == len(entries) and not (entries == 255).all(axis=1).any():
        white = (fields == 255).all(axis=1)
        assert np.array_equal(fields[~white], expected)


@pytest.mark.parametrize("count", [1, 3, 16, 64, 256])
def test_swatches_are_of_one_size(count: int) -> None:
    entries = np.stack([np.arange(count), 255 - np.arange(count), np.full(count, 9)], axis=1)
    drawn = np.asarray(swatches(pc.Palette(entries), 320, 28)).reshape(-1, 3)
    _, areas = np.unique(drawn, axis=0, return_counts=True)
    assert len(areas) == count  # nothing is left over
    assert areas.max() <= 2 * areas.min()


def test_the_colours_of_losses_get_lighter_step_by_step() -> None:
    lightness = linear_to_oklab(srgb_to_linear(ramp()))[:, 0]
    steps = np.diff(lightness)
    assert steps.min() > 0
    # Evenly, but for the rounding to 8 bits, of which a dark level is a large one.
    assert np.abs(lightness - np.linspace(lightness[0], lightness[-1], 256)).max() < 0.01
    assert lightness[0] < 0.15
    assert lightness[-1] > 0.95
    assert not ramp().flags.writeable


def test_a_loss_map_has_the_colours_of_its_scale() -> None:
    losses = np.array([[0, 2.5, 5], [5.1, np.inf, np.nan]], np.float32)
    image = draw_error_map(losses, 5)
    assert (image.mode, image.size) == ("RGBA", (3, 2))
    drawn = np.asarray(image)
    assert drawn[..., 3].tolist() == [[255, 255, 255], [255, 255, 0]]
    first, middle, last = ramp()[[0, 128, 255]]
    assert np.array_equal(drawn[0, :, :3], [first, middle, last])
    assert np.array_equal(drawn[1, :2, :3], [last, last])


@given(largest=st.floats(1e-6, 1e6))
def test_a_scale_ends_at_a_round_number(largest: float) -> None:
    end = round_scale_end(largest)
    assert largest <= end <= 1.6 * largest
    assert float(f"{end:.2g}") == pytest.approx(end)


def test_a_chequerboard_shows_through() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[:10] = (200, 10, 20, 255)
    pixels[10, 0] = (0, 0, 0, 128)
    drawn = np.asarray(over_checkerboard(Image.fromarray(pixels)))
    assert (drawn[:10] == (200, 10, 20)).all()
    assert {tuple(color) for color in drawn[11:].reshape(-1, 3).tolist()} == {
        (255, 255, 255),
        (214, 214, 214),
    }
    assert drawn[10, 0, 0] in range(106, 129)
    opaque = Image.new("RGB", (3, 3), (1, 2, 3))
    assert over_checkerboard(opaque).tobytes() == opaque.tobytes()


def test_a_pillow_without_freetype_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert font(13).getname()[0] == "Aileron"
    monkeypatch.setattr(ImageFont, "load_default", lambda _size: ImageFont.ImageFont())
    with pytest.raises(pc.MissingPackageError, match="FreeType"):
        font(13)
