from __future__ import annotations

import io
import struct
import tempfile
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.image.image_files import DecodedImage, encode_png

from .reference_metrics import read_image

INKS_ALONE = "CMYK without a usable colour profile converted to RGB by its inks alone"
SIXTEEN_BITS = "16 bits per channel reduced to 8"
RGB, GREY_ALPHA, RGBA, GREY = 2, 4, 6, 0  # colour types of PNG


def png(
    width: int, height: int, depth: int, color_type: int, samples: bytes, **chunks: bytes
) -> bytes:
    """Write a PNG by hand, one with what Pillow does not write."""
    lines = len(samples) // height
    rows = (b"\0" + samples[lines * y : lines * (y + 1)] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        *((name.encode(), data) for name, data in chunks.items()),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def shorts(*samples: int) -> bytes:
    return struct.pack(f">{len(samples)}H", *samples)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def read(data: bytes) -> DecodedImage:
    return read_image(io.BytesIO(data))


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def swapped_profile() -> bytes:
    """Give the profile of an RGB space whose red is the green of sRGB, and the other way round."""
    profile: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"temp"), (b"gXYZ", b"rXYZ"), (b"temp", b"gXYZ")):
        assert old in profile
        profile = profile.replace(old, new)
    return profile.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))


def fits() -> bytes:
    """Return a FITS file of two 16-bit numbers."""
    cards = ("SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 1", "END")
    header = "".join(card.ljust(80) for card in cards).ljust(2880)
    return header.encode() + shorts(5, 900).ljust(2880, b"\0")


# Two rows of two, in plain colours.
PLAIN = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 99, 199]]], np.uint8)
IMAGE = Image.fromarray(PLAIN)
INDEXED = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8))
INDEXED.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
INDEXED_PIXELS = [[[10, 20, 30], [40, 50, 60]], [[70, 80, 90], [40, 50, 60]]]
GREYS = Image.fromarray(np.array([[0, 77], [200, 255]], np.uint8))
GREY_PIXELS = [[[0] * 3, [77] * 3], [[200] * 3, [255] * 3]]
LEVELS, EIGHT = (0x0000, 0x8080, 0xFFFF), [[[0, 128, 255]]]

READ: dict[str, tuple[bytes, list[Any], list[str]]] = {
    "RGB": (saved(IMAGE, "PNG"), PLAIN.tolist(), []),
    "RGBA": (
        png(2, 1, 8, RGBA, bytes([1, 2, 3, 4, 5, 6, 7, 0])),
        [[[1, 2, 3, 4], [5, 6, 7, 0]]],
        [],
    ),
    "BMP": (saved(IMAGE, "BMP"), PLAIN.tolist(), []),
    "TIFF": (saved(IMAGE, "TIFF"), PLAIN.tolist(), []),
    "16-bit RGB": (png(1, 1, 16, RGB, shorts(*LEVELS)), EIGHT, [SIXTEEN_BITS]),
    "16-bit RGBA": (
        png(1, 1, 16, RGBA, shorts(*LEVELS, 0x8080)),
        [[[0, 128, 255, 128]]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey": (
        png(3, 1, 16, GREY, shorts(*LEVELS)),
        [[[0] * 3, [128] * 3, [255] * 3]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey is rounded": (
        png(2, 1, 16, GREY, shorts(128, 129)),
        [[[0] * 3, [1] * 3]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey and alpha": (
        png(1, 1, 16, GREY_ALPHA, shorts(0x8080, 0x0101)),
        [[[128] * 3 + [1]]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey, one level transparent": (
        png(2, 1, 16, GREY, shorts(0x8080, 0xFFFF), tRNS=shorts(0x8080)),
        [[[128, 128, 128, 0], [255] * 4]],
        [SIXTEEN_BITS],
    ),
    "16-bit grey PGM": (
        b"P5 1 1 65535\n" + shorts(0x8080),
        [[[128] * 3]],
        [SIXTEEN_BITS],
    ),
    "16-bit RGB PPM": (b"P6 1 1 65535\n" + shorts(*LEVELS), EIGHT, [SIXTEEN_BITS]),
    "grey": (saved(GREYS, "PNG"), GREY_PIXELS, []),
    "grey and alpha": (
        png(2, 1, 8, GREY_ALPHA, bytes([7, 0, 8, 255])),
        [[[7, 7, 7, 0], [8, 8, 8, 255]]],
        [],
    ),
    "grey, one level transparent": (
        saved(GREYS, "PNG", transparency=77),
        [[[0, 0, 0, 255], [77, 77, 77, 0]], [[200] * 3 + [255], [255] * 4]],
        [],
    ),
    "RGB, one colour transparent": (
        png(2, 1, 8, RGB, bytes([1, 2, 3, 4, 5, 6]), tRNS=shorts(1, 2, 3)),
        [[[1, 2, 3, 0], [4, 5, 6, 255]]],
        [],
    ),
    "black and white": (
        png(2, 2, 1, GREY, bytes([0x80, 0x40])),
        [[[255] * 3, [0] * 3], [[0] * 3, [255] * 3]],
        [],
    ),
    "palette": (saved(INDEXED, "PNG"), INDEXED_PIXELS, []),
    "palette with a transparent entry": (
        saved(INDEXED, "PNG", transparency=1),
        [[[10, 20, 30, 255], [40, 50, 60, 0]], [[70, 80, 90, 255], [40, 50, 60, 0]]],
        [],
    ),
    "palette with half-transparent entries": (
        saved(INDEXED, "PNG", transparency=bytes([7, 255, 128])),
        [[[10, 20, 30, 7], [40, 50, 60, 255]], [[70, 80, 90, 128], [40, 50, 60, 255]]],
        [],
    ),
    "GIF": (saved(INDEXED, "GIF"), INDEXED_PIXELS, []),
    "animated GIF": (
        saved(
            INDEXED,
            "GIF",
            save_all=True,
            append_images=[INDEXED.transpose(Image.Transpose.ROTATE_90)],
        ),
        INDEXED_PIXELS,
        ["only the first of 2 frames is used"],
    ),
    "animated PNG": (
        saved(IMAGE, "PNG", save_all=True, append_images=[IMAGE.rotate(90)]),
        PLAIN.tolist(),
        ["only the first of 2 frames is used"],
    ),
    "turned": (
        saved(IMAGE, "PNG", exif=turned(6)),
        np.rot90(PLAIN, -1).tolist(),
        ["turned upright, as its EXIF data says"],
    ),
    "not turned": (saved(IMAGE, "PNG", exif=turned(1)), PLAIN.tolist(), []),
    "turned in no known way": (saved(IMAGE, "PNG", exif=turned(9)), PLAIN.tolist(), []),
    "sRGB profile": (
        saved(
            IMAGE,
            "PNG",
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        ),
        PLAIN.tolist(),
        [],
    ),
    "broken profile": (
        saved(IMAGE, "PNG", icc_profile=b"no profile"),
        PLAIN.tolist(),
        ["its colour profile is broken and was ignored"],
    ),
    "a profile for other pixels": (
        saved(GREYS, "PNG", icc_profile=swapped_profile()),
        GREY_PIXELS,
        ["its colour profile 'Swap built-in' is for RGB, not for grey, and was ignored"],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_read_and_what_is_said_of_it(name: str) -> None:
    data, pixels, notes = READ[name]
    picture = read(data)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.tolist() == pixels
    assert picture.notes == notes


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "TGA"])
def test_eight_bits_are_not_taken_for_sixteen(kind: str) -> None:
    # Pillow's decoders get numbers beside the mode, as the length of a row: some have a 16 in them.
    noted = {width: read(saved(Image.new("RGB", (width, 2)), kind)).notes for width in range(1, 61)}
    assert not {width: notes for width, notes in noted.items() if notes}


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_another_profile_is_converted_to_srgb(drawn: Bytes, mode: str) -> None:
    pixels = drawn if mode == "RGB" else np.dstack([drawn, drawn[..., 2]])
    picture = read(saved(Image.fromarray(pixels), "PNG", icc_profile=swapped_profile()))
    (note,) = picture.notes
    assert note.startswith("colours converted from 'Swap")
    assert note.endswith("to sRGB")
    expected = pixels.astype(int)
    expected[..., [0, 1]] = expected[..., [1, 0]]
    assert np.abs(picture.pixels - expected).max() <= 1
    assert np.array_equal(picture.pixels[..., 3:], pixels[..., 3:])


def test_a_jpeg_with_everything(drawn: Bytes) -> None:
    cmyk = Image.fromarray(drawn).convert("CMYK")
    plain = saved(cmyk, "JPEG", quality=95)
    all_of_it = saved(cmyk, "JPEG", quality=95, exif=turned(8), icc_profile=b"no profile")
    assert read(plain).notes == [INKS_ALONE]
    assert np.abs(read(plain).pixels.astype(int) - drawn).mean() < 4
    picture = read(all_of_it)
    assert picture.notes == [
        "turned upright, as its EXIF data says",
        "its colour profile is broken and was ignored",
        INKS_ALONE,
    ]
    assert np.array_equal(picture.pixels, np.rot90(read(plain).pixels))


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
    picture = read(saved(image, "JPEG", exif=turned(orientation)))
    assert np.array_equal(picture.pixels, TURNS[orientation](read(saved(image, "JPEG")).pixels))
    assert len(picture.notes) == (orientation != 1)


# What is no picture


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, error, words in (
        (tmp_path / "no.png", pc.MissingFileError, "there is no such file"),
        (tmp_path, pc.FileError, "Is a directory"),
    ):
        with pytest.raises(error) as caught:
            read_image(path)
        assert isinstance(caught.value, OSError)
        assert str(caught.value) == f"cannot read {path}: {words}"


BROKEN = {
    "nothing": (b"", "it is empty"),
    "text": (b"Dear Sir or Madam,\n", "it is no picture in a format that Pillow knows"),
    "the first bytes of a PNG": (saved(IMAGE, "PNG")[:8], "cannot read"),
    "a truncated JPEG": (saved(IMAGE.resize((99, 99)), "JPEG")[:-200], "truncated"),
    "a PNG with a wrong checksum": (
        png(1, 1, 8, RGB, bytes(3)).replace(b"IDAT", b"IDAt"),
        "cannot",
    ),
    "more pixels than Pillow takes": (
        png(20000, 20000, 8, GREY, b"\0" * 20000),
        "decompression bomb",
    ),
    "floats": (saved(Image.new("F", (2, 2), 200), "TIFF"), "expected a range of 0 to 1"),
    "measurements": (fits(), "no agreed range"),
    "an XPM of 16-bit colours": (
        b'/* XPM */\nstatic char *u[] = {\n"1 1 1 1 ",\n". c #1D3C268F2704",\n"."\n};\n',
        "its colours have twelve digits, expected six",
    ),
    "signed levels": (saved(Image.new("I", (2, 2), 70000), "TIFF"), "no agreed range"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_picture(tmp_path: Path, name: str) -> None:
    data, words = BROKEN[name]
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    for source, called in ((path, path), (str(path), path), (io.BytesIO(data), "standard input")):
        with pytest.raises(pc.ImageFileError) as caught:
            read_image(source)
        assert isinstance(caught.value, ValueError)
        assert str(caught.value).startswith(f"cannot read {called}: ")
        assert words in str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PPM", "TGA"])
def test_a_file_cut_short_anywhere_is_read_or_refused(drawn: Bytes, kind: str) -> None:
    frames = [
        Image.fromarray(drawn[y : y + 4, :5]).convert("P" if kind == "GIF" else "RGB")
        for y in (0, 20)
    ]
    several = {"save_all": True, "append_images": frames[1:]} if kind in ("GIF", "TIFF") else {}
    data = saved(frames[0], kind, **several)
    refused = 0
    for end in range(len(data)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, of broken metadata
            try:
                assert read(data[:end]).pixels.shape == (4, 5, 3)
            except pc.ImageFileError:
                refused += 1
    assert refused > 20


def test_a_large_picture_is_not_a_hostile_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Between once and twice the limit Pillow warns; beyond, it refuses.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3)
    assert read(saved(IMAGE, "PNG")).pixels.shape == (2, 2, 3)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1)
    with pytest.raises(pc.ImageFileError, match="decompression bomb"):
        read(saved(IMAGE, "PNG"))


# Open files


@pytest.mark.parametrize(
    "opened",
    [
        io.BytesIO,
        tempfile.TemporaryFile,
        tempfile.NamedTemporaryFile,
        tempfile.SpooledTemporaryFile,
    ],
)
def test_open_files(opened: Callable[[], IO[bytes]]) -> None:
    with opened() as stream:
        stream.write(saved(IMAGE, "PNG"))
        stream.seek(0)
        assert np.array_equal(read_image(stream).pixels, PLAIN)


def test_a_file_opened_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "picture.bin"  # the suffix does not matter
    path.write_bytes(saved(IMAGE, "PNG"))
    with path.open("rb") as stream:
        assert np.array_equal(read_image(stream).pixels, PLAIN)
    assert np.array_equal(read_image(path).pixels, PLAIN)


# Out


@pytest.mark.parametrize("count", [1, 2, 3, 16, 17, 255, 256])
@pytest.mark.parametrize("name", ["drawn", "cutout"])
def test_a_png_keeps_the_palette_in_its_order(
    name: str, count: int, request: pytest.FixtureRequest
) -> None:
    quantized = pc.quantize(request.getfixturevalue(name), count)
    with Image.open(io.BytesIO(encode_png(quantized.to_image()))) as image:
        assert (image.format, image.mode) == ("PNG", "P")
        entries = np.array(image.getpalette()).reshape(-1, 3)
        assert np.array_equal(entries[: len(quantized.palette)], quantized.palette.colors)
        assert len(entries) - len(quantized.palette) == (name == "cutout")
        mode = "RGB" if quantized.opaque is None else "RGBA"
        assert np.array_equal(np.asarray(image.convert(mode)), quantized.to_array())


def test_duplicates_and_unused_entries_stay_in_a_png(drawn: Bytes) -> None:
    palette = [[0, 0, 0], [255, 255, 255], [0, 0, 0], [255, 255, 255], [1, 2, 3]]
    png_bytes = encode_png(pc.map_pixels(drawn, palette).to_image())
    with Image.open(io.BytesIO(png_bytes)) as image:
        assert image.getpalette() == [level for color in palette for level in color]
