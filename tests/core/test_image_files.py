from __future__ import annotations

import io
import struct
import sys
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.image.image_files import encode_png
from palette_core.image.pixels import to_array

from .png_files import GREY, RGBA, write_png
from .reference_metrics import decoded, encode_image, read_image

INKS_ALONE = "CMYK without a usable colour profile converted to RGB by its inks alone"
SIXTEEN_BITS = "16 bits per channel reduced to 8"


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def fits() -> bytes:
    """Return a FITS file of two 16-bit numbers."""
    cards = ("SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 1", "END")
    header = "".join(card.ljust(80) for card in cards).ljust(2880)
    return header.encode() + struct.pack(">2H", 5, 900).ljust(2880, b"\0")


# Two rows of two, in plain colours.
PLAIN = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 99, 199]]], np.uint8)
IMAGE = Image.fromarray(PLAIN)
INDEXED = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8))
INDEXED.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
INDEXED_PIXELS = [[[10, 20, 30], [40, 50, 60]], [[70, 80, 90], [40, 50, 60]]]


def bmp_of_words(
    words: list[list[int]], masks: tuple[int, ...], height: int | None = None
) -> bytes:
    """Return a BMP of 16 bits per pixel with a BITMAPV4HEADER, of rows from the bottom up."""
    rows = b"".join(struct.pack("<3Hxx", *row) for row in words)
    size, start = (3, height or len(words)), 14 + 108
    header = struct.pack("<IiiHHIIiiII", 108, *size, 1, 16, 3, len(rows), 0, 0, 0, 0)
    header += struct.pack("<4I", *masks) + b"BGRs".ljust(52, b"\0")
    return struct.pack("<2sIHHI", b"BM", start + len(rows), 0, 0, start) + header + rows


A1R5G5B5 = (0x7C00, 0x3E0, 0x1F, 0x8000)
A4R4G4B4 = (0xF00, 0xF0, 0xF, 0xF000)
# Every depth and colour type of PNG, with every kind of profile, is in test_png_files.
READ: dict[str, tuple[bytes, list[Any], list[str]]] = {
    "PNG": (encode_image(IMAGE, "PNG"), PLAIN.tolist(), []),
    "BMP": (encode_image(IMAGE, "BMP"), PLAIN.tolist(), []),
    "BMP, A1R5G5B5": (
        bmp_of_words([[0x83E0, 0x03E0, 0x801F], [0xFC00, 0x7C00, 0xFFFF]], A1R5G5B5),
        [
            [[255, 0, 0, 255], [255, 0, 0, 0], [255, 255, 255, 255]],
            [[0, 255, 0, 255], [0, 255, 0, 0], [0, 0, 255, 255]],
        ],
        [],
    ),
    "BMP, A4R4G4B4, from the top down": (
        bmp_of_words([[0xFF00, 0x7F00, 0x00F0], [0x80F0, 0xF123, 0xF00F]], A4R4G4B4, -2),
        [
            [[255, 0, 0, 255], [255, 0, 0, 119], [0, 255, 0, 0]],
            [[0, 255, 0, 136], [17, 34, 51, 255], [0, 0, 255, 255]],
        ],
        [],
    ),
    "BMP, X1R5G5B5": (
        bmp_of_words([[0x83E0, 0x03E0, 0x801F]], (*A1R5G5B5[:3], 0)),
        [[[0, 255, 0], [0, 255, 0], [0, 0, 255]]],
        [],
    ),
    "TIFF": (encode_image(IMAGE, "TIFF"), PLAIN.tolist(), []),
    "16-bit RGBA": (
        write_png(np.array([[[0, 0x8080, 0xFFFF, 0x8080]]]), 16, RGBA),
        [[[0, 128, 255, 128]]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey is rounded": (
        write_png(np.array([[[128], [129]]]), 16, GREY),
        [[[0] * 3, [1] * 3]],
        [SIXTEEN_BITS],
    ),
    "16-bit PPM": (
        b"P6 1 1 65535\n" + bytes([0, 0, 0x80, 0x80, 0xFF, 0xFF]),
        [[[0, 128, 255]]],
        [SIXTEEN_BITS],
    ),
    "GIF": (encode_image(INDEXED, "GIF"), INDEXED_PIXELS, []),
    "animated GIF": (
        encode_image(
            INDEXED,
            "GIF",
            save_all=True,
            append_images=[INDEXED.transpose(Image.Transpose.ROTATE_90)],
        ),
        INDEXED_PIXELS,
        ["only the first of 2 frames is used"],
    ),
    "animated PNG": (
        encode_image(IMAGE, "PNG", save_all=True, append_images=[IMAGE.rotate(90)]),
        PLAIN.tolist(),
        ["only the first of 2 frames is used"],
    ),
    "turned": (
        encode_image(IMAGE, "PNG", exif=turned(6)),
        np.rot90(PLAIN, -1).tolist(),
        ["turned upright, as its EXIF data says"],
    ),
    "turned in no known way": (encode_image(IMAGE, "PNG", exif=turned(9)), PLAIN.tolist(), []),
}


@pytest.mark.parametrize("name", READ)
def test_pixels_and_notes(name: str) -> None:
    data, pixels, notes = READ[name]
    picture = decoded(data)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.tolist() == pixels
    assert picture.notes == notes


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "TGA"])
def test_eight_bits_are_not_taken_for_sixteen(kind: str) -> None:
    # Pillow's decoders get numbers beside the mode, as the length of a row: some have a 16 in them.
    noted = {
        width: decoded(encode_image(Image.new("RGB", (width, 2)), kind)).notes
        for width in range(1, 61)
    }
    assert not {width: notes for width, notes in noted.items() if notes}


def test_a_jpeg_with_everything(drawn: Bytes) -> None:
    cmyk = Image.fromarray(drawn).convert("CMYK")
    plain = encode_image(cmyk, "JPEG", quality=95)
    all_of_it = encode_image(cmyk, "JPEG", quality=95, exif=turned(8), icc_profile=b"no profile")
    assert decoded(plain).notes == [INKS_ALONE]
    assert np.abs(decoded(plain).pixels.astype(int) - drawn).mean() < 4
    picture = decoded(all_of_it)
    assert picture.notes == [
        "turned upright, as its EXIF data says",
        "its colour profile is broken and was ignored",
        INKS_ALONE,
    ]
    assert np.array_equal(picture.pixels, np.rot90(decoded(plain).pixels))


TURNS: dict[int, Callable[[Bytes], Bytes]] = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
    8: np.rot90,
}


@pytest.mark.parametrize("orientation", TURNS)
def test_a_jpeg_is_turned_upright(drawn: Bytes, orientation: int) -> None:
    image = Image.fromarray(drawn)
    picture = decoded(encode_image(image, "JPEG", exif=turned(orientation)))
    assert np.array_equal(
        picture.pixels, TURNS[orientation](decoded(encode_image(image, "JPEG")).pixels)
    )
    assert len(picture.notes) == (orientation != 1)


# What is no picture


BROKEN = {
    "nothing": (b"", "the file is empty"),
    "text": (b"Dear Sir or Madam,\n", "not an image in a supported format"),
    "the first bytes of a PNG": (encode_image(IMAGE, "PNG")[:8], "cannot read"),
    "a truncated JPEG": (encode_image(IMAGE.resize((99, 99)), "JPEG")[:-200], "truncated"),
    "a PNG with a wrong checksum": (encode_image(IMAGE, "PNG").replace(b"IDAT", b"IDAt"), "cannot"),
    "floats": (encode_image(Image.new("F", (2, 2), 200), "TIFF"), "scale them to the range 0 to 1"),
    "measurements": (fits(), "is not defined"),
    "an XPM of 16-bit colours": (
        b'/* XPM */\nstatic char *u[] = {\n"1 1 1 1 ",\n". c #1D3C268F2704",\n"."\n};\n',
        "its colours have twelve digits instead of six",
    ),
    "a BMP with alpha that ends early": (
        bmp_of_words([[0x83E0, 0x03E0, 0x801F]], A1R5G5B5)[:-1],
        "the file is truncated; get a complete copy of it",
    ),
    "a BMP of a mask that no pixel has": (
        bmp_of_words([[0x83E0, 0x03E0, 0x801F]], (1 << 16, 0x3E0, 0x1F, 0x8000)),
        "its header is broken; save it again",
    ),
    "a BMP with a JPEG in it": (
        encode_image(IMAGE, "BMP")[:30] + b"\4" + encode_image(IMAGE, "BMP")[31:],
        "of an unsupported kind (Unsupported BMP compression (4)); get another copy of it, or save",
    ),
    "signed levels": (encode_image(Image.new("I", (2, 2), 70000), "TIFF"), "is not defined"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_picture(tmp_path: Path, name: str) -> None:
    data, words = BROKEN[name]
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    with pytest.raises(pc.ImageFileError) as caught:
        read_image(path)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith(f"cannot read {path}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PPM", "TGA"])
def test_a_file_cut_short_anywhere_is_read_or_refused(drawn: Bytes, kind: str) -> None:
    frames = [
        Image.fromarray(drawn[y : y + 4, :5]).convert("P" if kind == "GIF" else "RGB")
        for y in (0, 20)
    ]
    several = {"save_all": True, "append_images": frames[1:]} if kind in ("GIF", "TIFF") else {}
    data = encode_image(frames[0], kind, **several)
    refused = 0
    for end in range(len(data)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, of broken metadata
            try:
                assert decoded(data[:end]).pixels.shape == (4, 5, 3)
            except pc.ImageFileError:
                refused += 1
    assert refused > 20


def test_a_large_picture_is_not_a_hostile_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Between once and twice the limit Pillow warns; beyond, it refuses.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3)
    assert decoded(encode_image(IMAGE, "PNG")).pixels.shape == (2, 2, 3)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1)
    with pytest.raises(pc.ImageFileError, match="decompression bomb"):
        decoded(encode_image(IMAGE, "PNG"))


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "picture.bin"
    path.write_bytes(encode_image(IMAGE, "PNG"))
    assert np.array_equal(read_image(path).pixels, PLAIN)


# Out


def test_duplicates_and_unused_entries_stay_in_a_png(drawn: Bytes) -> None:
    palette = [[0, 0, 0], [255, 255, 255], [0, 0, 0], [255, 255, 255], [1, 2, 3]]
    png_bytes = encode_png(pc.map_pixels(drawn, palette).to_image())
    with Image.open(io.BytesIO(png_bytes)) as image:
        assert image.getpalette() == [level for color in palette for level in color]


def test_arrays_while_another_thread_loads_pillow(
    drawn: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", types.ModuleType("PIL.Image"))
    assert to_array(drawn) is drawn
