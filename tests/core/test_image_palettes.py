"""Palettes as pictures: sheets of swatches, and the palettes of indexed PNG."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import ArrayLike
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.formats import image as palette_image

from .animation_files import GifFrame, gif
from .reference_metrics import encode_image
from .strategies import palettes

HERE = Path("folder/odd.png")


def png(image: Image.Image, **options: object) -> bytes:
    return encode_image(image, "PNG", **options)


def write_sheet(palette: pc.Palette) -> Image.Image:
    """Return the image of a palette."""
    return Image.open(io.BytesIO(palette_image.write(palette, HERE)))


def read_colors(data: bytes) -> list[tuple[int, int, int]]:
    return list(palette_image.read(data, HERE))


# The sheet


def test_a_square_for_every_entry_and_nothing_where_there_is_none() -> None:
    palette = pc.Palette([[9, 8, 7], [0, 0, 0], [9, 8, 7], [255, 255, 255], [1, 2, 3]])
    image = write_sheet(palette)
    assert (image.format, image.mode, image.size) == ("PNG", "P", (96, 64))
    squares = np.asarray(image.convert("RGBA")).reshape(2, 32, 3, 32, 4)
    assert (squares == squares[:, :1, :, :1]).all()
    shown = squares[:, 0, :, 0].reshape(6, 4)
    assert shown[:5].tolist() == [[*color, 255] for color in palette]
    assert shown[5, 3] == 0


@pytest.mark.parametrize(
    ("count", "columns", "size"),
    [(1, 0, (1, 1)), (16, 0, (4, 4)), (17, 0, (5, 4)), (10, 4, (4, 3)), (3, 16, (3, 1))],
)
def test_the_columns_are_those_of_the_palette(
    count: int, columns: int, size: tuple[int, int]
) -> None:
    palette = pc.Palette([[level] * 3 for level in range(count)], columns=columns)
    image = write_sheet(palette)
    assert image.size == (32 * size[0], 32 * size[1])


@given(palettes())
def test_pillow_finds_the_palette_in_its_order(palette: pc.Palette) -> None:
    image = write_sheet(palette)
    if image.mode == "P":
        assert (image.getpalette() or [])[: 3 * len(palette)] == palette.colors.ravel().tolist()
    else:  # 256 entries and room for more
        assert (image.mode, len(palette)) == ("RGBA", 256)
        assert {rgb[:3] for _, rgb in image.getcolors() or [] if rgb[3]} == set(palette)


def test_a_sheet_of_many_entries_stays_small() -> None:
    palette = pc.Palette(np.random.default_rng(0).integers(0, 256, (70_000, 3)))
    image = write_sheet(palette)
    assert max(image.size) <= 4096
    side = image.size[0] // 265
    shown = np.asarray(image)[::side, ::side, :3].reshape(-1, 3)[:70_000]
    assert np.array_equal(shown, palette.colors)


# What is read


def test_an_indexed_picture_gives_its_palette_used_or_not() -> None:
    image = Image.fromarray(np.array([[2, 0], [2, 0]], np.uint8))
    image.putpalette([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
    assert read_colors(png(image)) == [(1, 2, 3), (4, 5, 6), (7, 8, 9), (1, 2, 3)]
    # Fully transparent entries are no colours.
    assert read_colors(png(image, transparency=3)) == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
    with pytest.warns(pc.PaletteFileWarning, match="entry 1 is transparent and left out"):
        assert read_colors(png(image, transparency=1)) == [(1, 2, 3), (7, 8, 9), (1, 2, 3)]
    with pytest.warns(pc.PaletteFileWarning, match="entry 0 is transparent and left out"):
        some = read_colors(png(image, transparency=bytes([0, 1, 255, 0])))
    assert some == [(4, 5, 6), (7, 8, 9)]


@pytest.mark.parametrize("transparent_index", ["first", "last"])
def test_our_indexed_pictures_give_the_palette_they_were_made_with(
    cutout: Bytes, transparent_index: str
) -> None:
    quantized = pc.quantize(cutout, 7)
    data = png(quantized.to_image(transparent_index=transparent_index))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pc.PaletteFileWarning)  # of indices that change
        assert read_colors(data) == list(quantized.palette)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PCX", "TGA"])
@pytest.mark.parametrize("count", [2, 3, 5, 8, 100, 256])
def test_an_indexed_image_of_any_format_gives_its_table(
    kind: str, count: int, tmp_path: Path
) -> None:
    rgb = np.random.default_rng(count).integers(1, 256, (count, 3), dtype=np.uint8)
    image = Image.fromarray((np.arange(256) % count).astype(np.uint8).reshape(16, 16))
    image.putpalette(rgb.tobytes())
    path = tmp_path / f"indexed.{kind.lower()}"
    image.save(path)
    assert np.array_equal(pc.Palette.load(path).colors, rgb)


def make_gif(table: ArrayLike, pixel: int = 0, key: int | None = None) -> bytes:
    """Return a GIF of one pixel, with a colour table that Pillow would not write."""
    frame = GifFrame(np.full((1, 1), pixel, np.uint8), transparent=key)
    return gif((1, 1), [frame], np.asarray(table, np.uint8))


def test_what_fills_up_the_table_of_a_gif_is_no_entry() -> None:
    entries = [(1, 2, 3), (0, 0, 0), (7, 8, 9), (0, 0, 0), (4, 5, 6)]
    table = [*entries, (0, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert read_colors(make_gif(table)) == entries
    # But an entry that a pixel has is one.
    assert read_colors(make_gif(table, pixel=6)) == table[:7]
    with pytest.warns(pc.PaletteFileWarning, match="entry 1 is transparent and left out"):
        assert read_colors(make_gif(table, key=1)) == [entries[0], *entries[2:]]


@pytest.mark.parametrize("count", [4, 256])
def test_a_table_of_greys_in_their_order(count: int) -> None:
    # Pillow takes such a file for one without a table.
    greys = [(level, level, level) for level in range(count)]
    assert read_colors(make_gif(greys)) == greys


def test_other_pictures_give_their_colours_in_reading_order() -> None:
    rgb = np.array([[[9, 9, 9], [0, 0, 0]], [[255, 0, 0], [9, 9, 9]]], np.uint8)
    expected = [(9, 9, 9), (0, 0, 0), (255, 0, 0)]
    assert read_colors(png(Image.fromarray(rgb))) == expected
    alpha = np.array([[255, 0], [1, 255]], np.uint8)
    rgba = Image.fromarray(np.dstack([rgb, alpha]))
    assert read_colors(png(rgba)) == [(9, 9, 9), (255, 0, 0)]
    grey = Image.fromarray(np.array([[7, 3], [7, 255]], np.uint8))
    assert read_colors(png(grey)) == [(7, 7, 7), (3, 3, 3), (255, 255, 255)]


def test_256_colours_are_the_most() -> None:
    rgb = np.zeros((257, 1, 3), np.uint8)
    rgb[:256, 0, 1] = np.arange(256)
    assert len(palette_image.read(png(Image.fromarray(rgb)), HERE)) == 256
    rgb[256, 0, 0] = 1
    with pytest.raises(pc.PaletteFileError, match="more than 256 colours; use one with 1 to"):
        palette_image.read(png(Image.fromarray(rgb)), HERE)


def test_the_reading_order_of_a_large_picture() -> None:
    colors = np.random.default_rng(0).integers(0, 256, (200, 3), dtype=np.uint8)
    rows = colors.repeat(2000, axis=0).reshape(-1, 1000, 3)
    rows[1::2] = rows[0::2][:, ::-1]  # nothing new in every other row
    assert np.array_equal(palette_image.read(png(Image.fromarray(rows)), HERE).colors, colors)


def test_a_very_large_picture_has_to_be_indexed() -> None:
    image = Image.new("P", (4097, 4096), 1)
    image.putpalette([1, 2, 3, 4, 5, 6])
    assert read_colors(png(image)) == [(1, 2, 3), (4, 5, 6)]
    with pytest.raises(pc.PaletteFileError, match=r"4097 x 4096 pixels; use at most"):
        palette_image.read(png(image.convert("L")), HERE)


def test_photos_and_broken_pictures_are_refused(small_photo: Bytes, drawn: Bytes) -> None:
    indexed = png(Image.fromarray(drawn).quantize(16))
    plain = png(Image.fromarray(np.zeros((9, 9, 3), np.uint8)))
    for data, words in (
        (b"", "not a readable image: the file is empty"),
        (b"Dear Sir or Madam,\n", "not a readable image: its format is not supported"),
        (encode_image(Image.fromarray(small_photo), "JPEG"), "more than 256 colours"),
        (indexed[: len(indexed) // 2], "not a readable image"),
        (plain[: len(plain) // 2], "not a readable image"),
        (png(Image.fromarray(small_photo)), "find a palette with 'palette-core palette'"),
        (png(Image.new("RGBA", (3, 3))), "no opaque pixel"),
    ):
        with pytest.raises(pc.PaletteFileError) as caught:
            palette_image.read(data, HERE)
        assert words in caught.value.reason
        assert str(caught.value).startswith(f"{HERE}: ")
