"""Metadata: what of it is in the files that are written."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

import palette_core as pc
from palette_core import batch
from palette_core.batch import JobOptions, ProcessedImage
from palette_core.image.image_files import EncodedImage
from palette_core.image.metadata import read_metadata
from palette_core.options import QuantizeOptions

from .command_line import Cli
from .png_files import PngFile, chunk
from .reference_metrics import encode_frames, encode_image

PIXELS = np.arange(8 * 6 * 3, dtype=np.uint8).reshape(6, 8, 3)
ORIENTATION, COPYRIGHT, ARTIST, DESCRIPTION = 0x0112, 0x8298, 0x013B, 0x010E
DETAILS, GPS = 0x8769, 0x8825
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:Make="Ö"/></rdf:RDF>'
    "</x:xmpmeta>"
).encode()
UPRIGHT_XMP = XMP.replace(b'Orientation="6"', b'Orientation="1"')


def saved(kind: str, **options: Any) -> bytes:
    return encode_image(Image.fromarray(PIXELS), kind, **options)


def make(data: bytes, suffix: str | None = ".png", **options: Any) -> ProcessedImage:
    return batch.process_image(
        EncodedImage("it", data), JobOptions(QuantizeOptions(4), **options), suffix
    )


def png_of(data: bytes, **options: Any) -> PngFile:
    return PngFile(make(data, **options).data)


def exif_of(png: PngFile) -> Image.Exif:
    """Return what Pillow reads in the eXIf chunk."""
    exif = Image.Exif()
    exif.load(png.content("eXIf"))
    return exif


def photo_exif(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[COPYRIGHT] = "© me".encode()
    exif[ARTIST] = "A. Painter"
    exif[0x0110] = "Camera 3000"
    exif[DETAILS] = {0xA001: 0xFFFF, 0xA002: 8, 0xA003: 6, 0x927C: b"maker's", 0x829A: 0.5}
    exif[GPS] = {1: "N", 2: (60.0, 10.0, 0.0)}
    return exif.tobytes()


def resolution_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 300.0, 150.0, 2
    return exif


# PNG's own chunks


def test_pixels_are_declared_to_be_srgb_and_nothing_else() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (saved("PNG"), saved("PNG", icc_profile=profile), saved("JPEG")):
        for strip in (False, True):
            png = png_of(data, strip=strip)
            assert png.content("sRGB") == b"\0"
            assert png.names.index("sRGB") < png.names.index("PLTE") < png.names.index("IDAT")
            assert not {"iCCP", "gAMA", "cHRM", "cICP"} & set(png.names)


def test_a_picture_without_metadata_gets_none() -> None:
    for kind in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"):
        png = png_of(saved(kind))
        extra = set(png.names) - {"IHDR", "sRGB", "PLTE", "IDAT", "IEND"}
        assert not extra - {"pHYs", "eXIf"}, kind
        assert "eXIf" not in extra, kind
        assert kind in ("BMP", "TIFF") or "pHYs" not in extra, kind


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("PNG", {"dpi": (300, 300)}, (11811, 11811)),
        ("JPEG", {"dpi": (300, 150)}, (11811, 5906)),
        ("TIFF", {"dpi": (300, 300)}, (11811, 11811)),
        ("TIFF", {"resolution_unit": "cm", "x_resolution": 100, "y_resolution": 50}, (10000, 5000)),
        ("BMP", {"dpi": (96, 96)}, (3780, 3780)),
        ("WEBP", {"exif": resolution_exif()}, (11811, 5906)),
    ],
)
def test_resolution_is_kept(kind: str, options: dict[str, Any], expected: tuple[int, int]) -> None:
    png = png_of(saved(kind, **options))
    assert struct.unpack(">IIB", png.content("pHYs")) == (*expected, 1)
    assert png.names.index("pHYs") < png.names.index("IDAT")


def test_the_resolution_of_a_jpeg_in_dots_a_centimetre() -> None:
    data = bytearray(saved("JPEG", dpi=(100, 50)))
    assert data[13] == 1  # the unit in its JFIF header
    data[13] = 2
    assert struct.unpack(">II", png_of(bytes(data)).content("pHYs")[:8]) == (10000, 5000)
    data[13] = 0  # an aspect ratio, and no resolution
    assert "pHYs" not in png_of(bytes(data)).names


def test_a_resolution_that_is_none() -> None:
    for across in (0, 2**32 - 1):
        data = _with(saved("PNG"), chunk(b"pHYs", struct.pack(">IIB", across, 300, 1)))
        assert "pHYs" not in png_of(data).names


def _with(png: bytes, *chunks: bytes, after: bytes = b"IHDR") -> bytes:
    """Return a PNG file with more chunks behind the first of a name."""
    place = png.index(after) - 4
    end = place + 12 + int.from_bytes(png[place : place + 4])
    return png[:end] + b"".join(chunks) + png[end:]


# Texts


def test_texts_of_a_png_are_kept_as_they_are() -> None:
    info = PngInfo()
    info.add_text("Copyright", "© me")
    info.add_text("Comment", "long " * 99, zip=True)
    info.add_itxt("Title", "Tïtle 題", "ja", "題", zip=True)
    info.add_text("Author", "one")
    data = _with(saved("PNG", pnginfo=info), chunk(b"tEXt", b"Author\0another"), after=b"IDAT")
    before, after = PngFile(data), png_of(data)
    texts = [chunk for chunk in before.chunks if chunk[0] in (b"tEXt", b"zTXt", b"iTXt")]
    assert len(texts) == 5
    assert [chunk for chunk in after.chunks if chunk[0] in (b"tEXt", b"zTXt", b"iTXt")] == texts


@pytest.mark.parametrize("comment", ["by me", "von mír, 題", "zwei\nZeilen"])
@pytest.mark.parametrize("kind", ["GIF", "JPEG"])
def test_a_comment_is_kept(kind: str, comment: str) -> None:
    data = saved(kind, comment=comment.encode())
    with Image.open(io.BytesIO(make(data).data)) as image:
        image.load()
        assert image.text == {"Comment": comment}
    with Image.open(io.BytesIO(make(data, ".gif").data)) as image:
        assert image.info["comment"].decode() == comment


def test_texts_become_comments_of_a_gif() -> None:
    info = PngInfo()
    info.add_text("Comment", "a comment")
    info.add_text("Copyright", "© me", zip=True)
    info.add_itxt("Title", "題", zip=True)
    data = make(saved("PNG", pnginfo=info, exif=photo_exif()), ".gif").data
    lines = "a comment", "Copyright: © me", "Title: 題", "Author: A. Painter"
    assert _gif_comments(data) == ["\n".join(lines)]
    assert _gif_comments(make(data, ".gif").data) == ["\n".join(lines)]  # once, not twice


def _gif_comments(gif: bytes) -> list[str]:
    """Find the comments before the first frame."""
    found = []
    place = 13 + (3 << (gif[10] & 7) + 1)
    while gif[place] == 0x21:
        label, place, content = gif[place + 1], place + 2, b""
        while gif[place]:
            content += gif[place + 1 : place + 1 + gif[place]]
            place += 1 + gif[place]
        place += 1
        if label == 0xFE:
            found.append(content.decode())
    return found


def test_a_comment_behind_the_frames_of_a_gif() -> None:
    data = saved("GIF")
    assert data.endswith(b";")
    for comment in (b"short", bytes(range(32, 127)) * 9):
        blocks = [comment[start : start + 255] for start in range(0, len(comment), 255)]
        body = b"".join(bytes([len(block)]) + block for block in blocks)
        commented = data[:-1] + b"!\xfe" + body + b"\0;"
        assert png_of(commented).content("tEXt") == b"Comment\0" + comment
        assert _gif_comments(make(commented, ".gif").data) == [comment.decode()]


@pytest.mark.parametrize("suffix", [".png", ".gif"])
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_keep_theirs(kind: str, suffix: str) -> None:
    frames = [Image.fromarray(np.roll(PIXELS, step, axis=1)) for step in range(3)]
    info = PngInfo()
    info.add_text("Comment", "of mine")
    options: dict[str, Any] = {
        "GIF": {"comment": b"of mine"},
        "PNG": {"pnginfo": info, "dpi": (300, 300)},
        "WEBP": {"exif": photo_exif(1), "lossless": True},
    }[kind]
    made = make(encode_frames(frames, kind, duration=50, **options), suffix)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.n_frames == made.frames == 3
    if suffix == ".gif":
        expected = ["Author: A. Painter\nCopyright: © me"] if kind == "WEBP" else ["of mine"]
        assert _gif_comments(made.data) == expected
        return
    png = PngFile(made.data)
    assert png.names.count("acTL") == 1
    if kind == "WEBP":
        assert exif_of(png)[ARTIST] == "A. Painter"
    else:
        assert png.all_of("tEXt") == [b"Comment\0of mine"]
        assert ("pHYs" in png.names) is (kind == "PNG")


# EXIF and XMP


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_of_a_picture_that_is_turned_upright(kind: str, orientation: int) -> None:
    options = {} if kind == "WEBP" else {"dpi": (300, 150)}
    data = saved(kind, exif=photo_exif(orientation), **options)
    if kind == "TIFF":  # where Pillow itself writes ASCII alone
        data = data.replace(b"?? me", "© me".encode())
    png = png_of(data)
    exif = exif_of(png)
    turned = orientation > 4
    assert (png.width, png.height) == ((6, 8) if turned else (8, 6))
    assert exif[ORIENTATION] == 1
    assert exif[COPYRIGHT].encode("latin-1").decode() == "© me"
    assert exif[ARTIST] == "A. Painter"
    assert exif[0x0110] == "Camera 3000"
    details = exif.get_ifd(DETAILS)
    assert (details[0xA002], details[0xA003]) == (png.width, png.height)
    assert details[0xA001] == 1  # sRGB
    assert details[0x829A] == 0.5
    assert 0x927C not in details
    assert exif.get_ifd(GPS)[1] == "N"
    if kind != "WEBP":
        expected = (5906, 11811) if turned else (11811, 5906)
        assert struct.unpack(">II", png.content("pHYs")[:8]) == expected
    with Image.open(io.BytesIO(make(saved(kind, exif=photo_exif(orientation))).data)) as image:
        assert image.getexif()[ORIENTATION] == 1


def test_a_thumbnail_is_left_out() -> None:
    thumbnail = saved("JPEG")
    # Two directories, big-endian: the second has the place and the length of the thumbnail.
    first = struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, 6, 0, 26)
    second = struct.pack(">HHHII", 2, 0x0201, 4, 1, 56) + struct.pack(
        ">HHII", 0x0202, 4, 1, len(thumbnail)
    )
    data = b"Exif\0\0MM\0*" + struct.pack(">I", 8) + first + second + struct.pack(">I", 0)
    data += thumbnail
    photo = saved("JPEG", exif=data)
    assert thumbnail in photo
    png = png_of(photo)
    assert len(png.content("eXIf")) < 60
    assert exif_of(png)[ORIENTATION] == 1


def test_how_a_tiff_stores_its_pixels_is_no_metadata() -> None:
    data = saved("TIFF", dpi=(300, 300), description="a scan", compression="tiff_lzw")
    exif = exif_of(png_of(data))
    assert exif[DESCRIPTION] == "a scan"
    assert not {0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0111, 0x0115, 0x0116, 0x0117} & set(exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_xmp_is_kept_with_the_orientation_upright(kind: str) -> None:
    options: dict[str, Any] = {"xmp": XMP}
    if kind == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
        options = {"pnginfo": info}
    elif kind == "TIFF":
        options = {"tiffinfo": {700: XMP}}
    data = saved(kind, **options)
    (text,) = png_of(data).all_of("iTXt")
    assert text == b"XML:com.adobe.xmp\0\0\0\0\0" + UPRIGHT_XMP
    gif = make(data, ".gif").data
    assert b"!\xff\x0bXMP DataXMP" + UPRIGHT_XMP + b"\x01\xff\xfe" in gif
    with Image.open(io.BytesIO(gif)) as image:  # readers that skip it find the frame
        assert np.asarray(image).shape[:2] in ((6, 8), (8, 6))
    assert png_of(gif).all_of("iTXt") == [text]


def test_raw_profiles_of_imagemagick_are_read() -> None:
    exif = photo_exif()
    lines = "\n".join(exif.hex()[start : start + 72] for start in range(0, 2 * len(exif), 72))
    info = PngInfo()
    info.add_text("Raw profile type exif", f"\nexif\n{len(exif):8}\n{lines}\n", zip=True)
    info.add_text("Raw profile type icc", "\nicc\n       4\n00000000\n", zip=True)
    png = png_of(saved("PNG", pnginfo=info))
    assert exif_of(png)[ARTIST] == "A. Painter"
    assert not png.all_of("zTXt")


# What is broken, or not wanted


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"MM\0*", b"MM\0+"),
        lambda data: data.replace(b"II*\0", b"II+\0"),
        lambda data: data.replace(b"Camera 3000", b"\xff" * 11),
        lambda data: data.replace(struct.pack(">H", COPYRIGHT), b"\xff\xff"),
        # More entries than there are bytes.
        lambda data: data.replace(b"MM\0*\0\0\0\x08\0", b"MM\0*\0\0\0\x08\7"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_broken_metadata_does_not_stop_the_work(
    kind: str, damage: Callable[[bytes], bytes]
) -> None:
    data = saved(kind, exif=photo_exif(1))
    png = png_of(_checked(damage(data)) if kind == "PNG" else damage(data))
    assert png.width == 8


def _checked(png: bytes) -> bytes:
    """Return a PNG file with the checksums of its contents."""
    parts, place = [png[:8]], 8
    while place + 12 <= len(png):
        length = int.from_bytes(png[place : place + 4])
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        parts.append(chunk(name, content))
        place += 12 + length
    return b"".join(parts)


def test_no_damage_stops_the_reading_of_metadata() -> None:
    rng = np.random.default_rng(0)
    for kind in ("JPEG", "PNG", "TIFF", "WEBP", "GIF"):
        whole = saved(kind, exif=photo_exif(), comment=b"mine")
        for _ in range(200):
            damaged = bytearray(whole)
            for place in rng.integers(0, min(len(whole), 400), 4).tolist():
                damaged[place] = int(rng.choice([0, 1, 255]))
            data = bytes(damaged)
            found = read_metadata(EncodedImage("it", _checked(data) if kind == "PNG" else data), [])
            assert isinstance(found.comment(), str)


def test_texts_that_are_no_texts_are_left_out() -> None:
    bomb = zlib.compress(bytes(1 << 23))
    for name, content in [
        (b"tEXt", b"no separator"),
        (b"zTXt", b"Comment\0\0no stream"),
        (b"zTXt", b"Comment\0\0" + bomb),
        (b"iTXt", b"Comment\0\0\0"),
        (b"iTXt", b"Comment\0\0\0\0\0\xff\xfe"),
    ]:
        data = _with(saved("PNG"), chunk(name, content), after=b"IDAT")
        found = read_metadata(EncodedImage("it", data), [])
        assert not found.texts, (name, content[:20])


def test_stripped_files_have_none_of_it(tmp_path: Path, cli: Cli) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(saved("JPEG", exif=photo_exif(), dpi=(300, 300), comment=b"mine", xmp=XMP))
    for output in ("out.png", "out.gif"):
        for option in ([], ["--strip"]):
            command = ["quantize", str(photo), "-o", str(tmp_path / output), "--force", *option]
            assert cli(*command).code == 0
            data = (tmp_path / output).read_bytes()
            assert (b"mine" in data) is (not option)
            assert (b"adobe" in data) is (not option)
            with Image.open(io.BytesIO(data)) as image:
                assert image.size == (6, 8)
            if output == "out.png":
                extra = {"pHYs", "eXIf", "tEXt", "iTXt"}
                assert extra & set(PngFile(data).names) == (set() if option else extra)


def test_a_palette_alone_needs_no_metadata() -> None:
    made = make(saved("PNG"), None)
    assert (made.data, made.bytes_out) == (b"", None)
    assert isinstance(made.palette, pc.Palette)
