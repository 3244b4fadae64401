"""Sheets, by what can be found on the page: pictures to the last pixel, and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.metrics import differences
from palette_core.report import contact_sheet
from palette_core.report.figures import (
    INK,
    PAPER,
    draw_error_map,
    font,
    over_checkerboard,
    ramp,
    round_scale_end,
)


def places(page: Bytes, part: Bytes) -> list[tuple[int, int]]:
    """Return (top, left) of every place of a page that shows a part, from top to bottom."""
    windows = np.lib.stride_tricks.sliding_window_view(page, part.shape[:2], axis=(0, 1))
    found = np.ones(windows.shape[:2], np.bool_)
    for row, column in ((0, 0), (-1, -1), (part.shape[0] // 2, part.shape[1] // 2)):
        found &= (windows[:, :, :, row, column] == part[row, column]).all(axis=2)
    return [
        (int(top), int(left))
        for top, left in np.argwhere(found)
        if np.array_equal(page[top : top + part.shape[0], left : left + part.shape[1]], part)
    ]


def written(words: str, size: int = 13) -> Bytes:
    """Draw words as a sheet does, without the paper around them."""
    drawn = Image.new("RGB", (600, 40), PAPER)
    ImageDraw.Draw(drawn).text((4, 4), words, INK, font(size))
    pixels = np.asarray(drawn)
    inked = (pixels != PAPER).any(axis=2)
    down, across = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return pixels[down[0] : down[-1] + 1, across[0] : across[-1] + 1]


def drawn_sheet(
    picture: Bytes, counts: Sequence[int], width: int, **options: Any
) -> tuple[Bytes, list[contact_sheet.Column], list[pc.Quantized]]:
    found = [pc.quantize(picture, count, **options) for count in counts]
    columns = [contact_sheet.measure(picture, quantized, width=width) for quantized in found]
    page = contact_sheet.sheet(picture, columns, width=width)
    assert page.mode == "RGB"
    return np.asarray(page), columns, found


def test_everything_is_there_once_and_in_order(drawn: Bytes) -> None:
    page, columns, found = drawn_sheet(drawn, (3, 16), width=80)
    (original,) = places(page, drawn)
    (title,) = places(page, written("Original", 17))
    assert title[0] < original[0]
    lefts = [original[1]]
    end = round_scale_end(max(float(np.quantile(column.differences, 0.99)) for column in columns))
    for column, quantized in zip(columns, found, strict=True):
        (result,) = places(page, quantized.to_array())
        (losses,) = places(page, np.asarray(draw_error_map(column.differences, end))[..., :3])
        (heading,) = places(page, written(f"{len(quantized.palette)} colours", 17))
        assert result[0] == original[0]
        assert result[1] == losses[1]
        assert heading[0] < result[0] < losses[0]
        between = page[result[0] + len(drawn) : losses[0], result[1] :]
        strip = {tuple(color) for color in between.reshape(-1, 3).tolist()}
        assert set(quantized.palette) <= strip
        lefts.append(result[1])
    assert lefts == sorted(lefts)
    assert places(page, written(f"{end:g} and more"))
    colors = {tuple(color) for color in ramp().tolist()}
    legend = page[original[0] + len(drawn) :, original[1] :]
    bars = [row for row in legend.tolist() if tuple(row[0]) in colors]
    assert bars[0][0] == ramp()[0].tolist()
    length = next(place for place, color in enumerate(bars[0]) if tuple(color) not in colors)
    assert length > 200
    assert bars[0][length - 1] == ramp()[-1].tolist()


def test_the_captions_say_what_compare_says(small_photo: Bytes) -> None:
    page, columns, found = drawn_sheet(small_photo, (4, 32), width=92, dither="burkes")
    for column, quantized in zip(columns, found, strict=True):
        result = quantized.to_array()
        expected = pc.compare(small_photo, result)
        assert column.metrics == expected
        assert np.array_equal(column.differences, differences(small_photo, result))
        for name, value in (("MSE", expected.mse), ("CIEDE2000", expected.delta_e)):
            assert len(places(page, written(f"{name} {value:.2f}"))) == 1
            assert not places(page, written(f"{name} {value + 0.01:.2f}"))
    colors = len(np.unique(small_photo.reshape(-1, 3), axis=0))
    assert places(page, written(f"92 x 61 pixels, {colors:,} colours"))


def test_shrunk_losses_have_the_same_mean_and_the_metrics_do_not_change(photo: Bytes) -> None:
    part = photo[:400, :640]
    quantized = pc.quantize(part, 8)
    column = contact_sheet.measure(part, quantized, width=160)
    assert column.differences.shape == (100, 160)
    assert column.image.size == (160, 100)
    assert column.differences.mean() == pytest.approx(column.metrics.delta_e, rel=1e-4)
    assert column.metrics == pc.compare(part, quantized.to_array())


def test_small_pictures_are_enlarged_by_a_whole_number(drawn: Bytes) -> None:
    page, _, (quantized,) = drawn_sheet(drawn, (5,), width=250)
    for picture in (drawn, quantized.to_array()):
        assert len(places(page, picture.repeat(3, axis=0).repeat(3, axis=1))) == 1


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((40, 4000), (100, 1)),
        ((4000, 40), (2, 150)),
        ((1, 9000), (100, 1)),
        ((9000, 1), (1, 150)),
        ((300, 200), (100, 150)),
        ((1, 1), (100, 100)),
        ((150, 100), (100, 150)),
        ((75, 51), (51, 75)),
    ],
)
def test_wide_and_tall_pictures_fit(shape: tuple[int, int], size: tuple[int, int]) -> None:
    picture = np.zeros((*shape, 3), np.uint8)
    column = contact_sheet.measure(picture, pc.quantize(picture, 2), width=100)
    assert column.image.size == size
    assert column.differences.shape == size[::-1]
    page = contact_sheet.sheet(picture, [column], width=100)
    assert page.height > 2 * size[1]
    assert page.width > 2 * size[0]


def test_many_results_go_on_in_further_rows(drawn: Bytes) -> None:
    page, _, found = drawn_sheet(drawn, (2, 3, 4, 5, 6, 7, 8), width=80)
    tops = [places(page, quantized.to_array())[0][0] for quantized in found]
    assert len(set(tops)) == 2
    assert tops == sorted(tops)
    assert tops.count(tops[-1]) == 4


def test_transparent_pixels_are_on_a_chequerboard(cutout: Bytes) -> None:
    quantized = pc.quantize(cutout, 6)
    column = contact_sheet.measure(cutout, quantized, width=80)
    opaque = cutout[..., 3] >= 128
    assert np.array_equal(np.isnan(column.differences), ~opaque)
    page = np.asarray(contact_sheet.sheet(cutout, [column], width=80))
    for picture in (cutout, quantized.to_array()):
        assert len(places(page, np.asarray(over_checkerboard(Image.fromarray(picture))))) == 1
    assert column.metrics == pc.compare(cutout, quantized.to_array())


def test_losses_beside_transparent_pixels_are_not_made_less() -> None:
    picture = np.zeros((8, 8, 4), np.uint8)
    picture[:, :3] = (255, 255, 255, 255)  # an edge within a block of 4 x 4
    black = pc.map_pixels(picture, [[0, 0, 0]])
    losses = contact_sheet.measure(picture, black, width=2).differences
    assert np.array_equal(losses, [[100, np.nan], [100, np.nan]], equal_nan=True)


def test_no_loss_at_all_has_a_scale_too(drawn: Bytes) -> None:
    flat = drawn // 64 * 64
    page, (column,), _ = drawn_sheet(flat, (256,), width=80)
    assert not column.differences.any()
    assert places(page, written("1 and more"))
    assert places(page, written("MSE 0.00"))


def test_one_colour_is_one_colour(drawn: Bytes) -> None:
    page, _, _ = drawn_sheet(drawn, (1,), width=80)
    assert places(page, written("1 colour", 17))
    assert not places(page, written("1 colours", 17))


def test_notes_are_written_below_the_original(drawn: Bytes) -> None:
    column = contact_sheet.measure(drawn, pc.quantize(drawn, 4), width=80)
    plain = contact_sheet.sheet(drawn, [column], width=80)
    noted = contact_sheet.sheet(drawn, [column], width=80, notes=["space: oklab"] * 9)
    assert noted.height > plain.height
    assert (np.asarray(noted) != PAPER).any(axis=(1, 2))[plain.height :].any()


def test_grey_is_shown_as_grey(drawn: Bytes) -> None:
    grey = drawn[..., 1]
    column = contact_sheet.measure(grey, pc.quantize(grey, 4), width=80)
    page = np.asarray(contact_sheet.sheet(grey, [column], width=80))
    assert len(places(page, np.repeat(grey[..., np.newaxis], 3, axis=2))) == 1


def test_loose_colours_are_refused(drawn: Bytes) -> None:
    loose = drawn.reshape(-1, 3)
    with pytest.raises(pc.PixelsError, match="a list of colours is not an image"):
        contact_sheet.measure(loose, pc.quantize(loose, 4))


def test_a_transparent_result_is_refused(cutout: Bytes) -> None:
    hidden = cutout.copy()
    hidden[..., 3] = 0
    with pytest.raises(pc.PixelsError, match="there is nothing to show"):
        contact_sheet.measure(hidden, pc.map_pixels(hidden, [[0, 0, 0]]))
