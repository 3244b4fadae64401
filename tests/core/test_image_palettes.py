"""Palettes as pictures: sheets of swatches, and the palettes of indexed PNG."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.formats import image as palette_image

from .strategies import palettes

HERE = Path("folder/odd.png")


def png(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    """Let Pillow read a picture, broken or not at all."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


# The sheet


def test_a_square_for_every_entry_and_nothing_where_there_is_none() -> None:
    palette = pc.Palette([[9, 8, 7], [0, 0, 0], [9, 8, 7], [255, 255, 255], [1, 2, 3]])
    image = opened(palette_image.write(palette, HERE))
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
    image = opened(palette_image.write(palette, HERE))
    assert image.size == (32 * size[0], 32 * size[1])


@given(palettes())
def test_pillow_finds_the_palette_in_its_order(palette: pc.Palette) -> None:
    image = opened(palette_image.write(palette, HERE))
    if image.mode == "P":
        assert (image.getpalette() or [])[: 3 * len(palette)] == palette.colors.ravel().tolist()
    else:  # 256 entries and room for more
        assert (image.mode, len(palette)) == ("RGBA", 256)
        assert {rgb[:3] for _, rgb in image.getcolors() or [] if rgb[3]} == set(palette)


def test_a_sheet_of_many_entries_stays_small() -> None:
    palette = pc.Palette(np.random.default_rng(0).integers(0, 256, (70_000, 3)))
    image = opened(palette_image.write(palette, HERE))
    assert max(image.size) <= 4096
    side = image.size[0] // 265
    shown = np.asarray(image)[::side, ::side, :3].reshape(-1, 3)[:70_000]
    assert np.array_equal(shown, palette.colors)


# What is read


def test_an_indexed_picture_gives_its_palette_used_or_not() -> None:
    image = Image.fromarray(np.array([[2, 0], [2, 0]], np.uint8))
    image.putpalette([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
    assert list(palette_image.read(png(image), HERE)) == [
        (1, 2, 3),
        (4, 5, 6),
        (7, 8, 9),
        (1, 2, 3),
    ]
    # Fully transparent entries are no colours.
    last = palette_image.read(png(image, transparency=3), HERE)
    assert list(last) == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
    with pytest.warns(pc.PaletteFileWarning, match="entry 1 is transparent and left out"):
        one = palette_image.read(png(image, transparency=1), HERE)
    assert list(one) == [(1, 2, 3), (7, 8, 9), (1, 2, 3)]
    with pytest.warns(pc.PaletteFileWarning, match="entry 0 is transparent and left out"):
        some = palette_image.read(png(image, transparency=bytes([0, 1, 255, 0])), HERE)
    assert list(some) == [(4, 5, 6), (7, 8, 9)]


@pytest.mark.parametrize("transparent_index", ["first", "last"])
def test_our_indexed_pictures_give_the_palette_they_were_made_with(
    cutout: Bytes, transparent_index: str
) -> None:
    quantized = pc.quantize(cutout, 7)
    data = png(quantized.to_image(transparent_index=transparent_index))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pc.PaletteFileWarning)  # of indices that change
        assert list(palette_image.read(data, HERE)) == list(quantized.palette)


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


def gif(table: bytes, pixel: int = 0, key: int | None = None) -> bytes:
    """Write a GIF of one pixel, by the specification: its colour table is as long as it says."""
    size = len(table) // 3
    bits = size.bit_length() - 2
    data = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80 | bits, 0, 0) + table
    if key is not None:
        data += bytes([0x21, 0xF9, 4, 1, 0, 0, key, 0])
    # 9-bit codes: clear, the pixel, end.
    codes = 256 | pixel << 9 | 257 << 18
    return (
        data
        + b","
        + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
        + b"\x08\x04"
        + codes.to_bytes(4, "little")
        + b"\0;"
    )


def test_what_fills_up_the_table_of_a_gif_is_no_entry() -> None:
    five = bytes([1, 2, 3, 0, 0, 0, 7, 8, 9, 0, 0, 0, 4, 5, 6])
    entries = [(1, 2, 3), (0, 0, 0), (7, 8, 9), (0, 0, 0), (4, 5, 6)]
    assert list(palette_image.read(gif(five + bytes(9)), HERE)) == entries
    # But an entry that a pixel has is one.
    black = [(0, 0, 0)]
    assert list(palette_image.read(gif(five + bytes(9), pixel=6), HERE)) == entries + 2 * black
    with pytest.warns(pc.PaletteFileWarning, match="entry 1 is transparent and left out"):
        assert list(palette_image.read(gif(five + bytes(9), key=1), HERE)) == [
            entries[0],
            *entries[2:],
        ]


@pytest.mark.parametrize("count", [4, 256])
def test_a_table_of_greys_in_their_order(count: int) -> None:
    # Pillow takes such a file for one without a table.
    greys = [(level, level, level) for level in range(count)]
    assert list(palette_image.read(gif(bytes(np.array(greys, np.uint8))), HERE)) == greys


def test_other_pictures_give_their_colours_in_reading_order() -> None:
    rgb = np.array([[[9, 9, 9], [0, 0, 0]], [[255, 0, 0], [9, 9, 9]]], np.uint8)
    expected = [(9, 9, 9), (0, 0, 0), (255, 0, 0)]
    assert list(palette_image.read(png(Image.fromarray(rgb)), HERE)) == expected
    alpha = np.array([[255, 0], [1, 255]], np.uint8)
    rgba = Image.fromarray(np.dstack([rgb, alpha]))
    assert list(palette_image.read(png(rgba), HERE)) == [(9, 9, 9), (255, 0, 0)]
    grey = Image.fromarray(np.array([[7, 3], [7, 255]], np.uint8))
    assert list(palette_image.read(png(grey), HERE)) == [(7, 7, 7), (3, 3, 3), (255, 255, 255)]


def test_256_colours_are_the_most() -> None:
    rgb = np.zeros((257, 1, 3), np.uint8)
    rgb[:256, 0, 1] = np.arange(256)
    assert len(palette_image.read(png(Image.fromarray(rgb)), HERE)) == 256
    rgb[256, 0, 0] = 1
    with pytest.raises(pc.PaletteFileError, match="more than 256 colours, expected an image of"):
        palette_image.read(png(Image.fromarray(rgb)), HERE)


def test_the_reading_order_of_a_large_picture() -> None:
    colors = np.random.default_rng(0).integers(0, 256, (200, 3), dtype=np.uint8)
    rows = colors.repeat(2000, axis=0).reshape(-1, 1000, 3)
    rows[1::2] = rows[0::2][:, ::-1]  # nothing new in every other row
    assert np.array_equal(palette_image.read(png(Image.fromarray(rows)), HERE).colors, colors)


def test_a_very_large_picture_has_to_be_indexed() -> None:
    image = Image.new("P", (4097, 4096), 1)
    image.putpalette([1, 2, 3, 4, 5, 6])
    assert list(palette_image.read(png(image), HERE)) == [(1, 2, 3), (4, 5, 6)]
    with pytest.raises(pc.PaletteFileError, match=r"4097 x 4096 pixels that are not indexed"):
        palette_image.read(png(image.convert("L")), HERE)


def test_photos_and_broken_pictures_are_refused(small_photo: Bytes, drawn: Bytes) -> None:
    indexed = png(Image.fromarray(drawn).quantize(16))
    plain = png(Image.fromarray(np.zeros((9, 9, 3), np.uint8)))
    jpeg = io.BytesIO()
    Image.fromarray(small_photo).save(jpeg, "JPEG")
    for data, words in (
        (b"", "no image that can be read"),
        (b"Dear Sir or Madam,\n", "no image that can be read"),
        (jpeg.getvalue(), "more than 256 colours"),
        (indexed[: len(indexed) // 2], "no image that can be read"),
        (plain[: len(plain) // 2], "no image that can be read"),
        (png(Image.fromarray(small_photo)), "'palette-core palette' finds the best few colours"),
        (png(Image.new("RGBA", (3, 3))), "no opaque pixel"),
    ):
        with pytest.raises(pc.PaletteFileError) as caught:
            palette_image.read(data, HERE)
        assert words in caught.value.reason
        assert str(caught.value).startswith(f"{HERE}: ")
