"""Adobe's swatches: .aco and .ase, by bytes from the specification and from other programs."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageColor

import palette_core as pc
from palette_core.formats import aco, ase, spaces

ACO, ASE = Path("folder/odd.aco"), Path("folder/odd.ase")

# Colours in other spaces


def test_lab_is_converted_as_by_a_colour_management_system() -> None:
    """Compare with Little CMS, to which Pillow hands it: in 8 bits, L* a multiple of 100/255."""
    grid = [
        (lightness, a, b)
        for lightness in range(10, 256, 24)
        for a in range(-60, 61, 20)
        for b in range(-60, 61, 20)
    ]
    packed = bytes(value & 0xFF for entry in grid for value in entry)
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"),
        ImageCms.createProfile("sRGB"),
        "LAB",
        "RGB",
        flags=ImageCms.Flags.NOOPTIMIZE,
    )
    image = ImageCms.applyTransform(Image.frombytes("LAB", (len(grid), 1), packed), transform)
    theirs = np.asarray(image)[0].astype(int)
    ours = np.array([spaces.from_lab(lightness / 2.55, a, b) for lightness, a, b in grid])
    assert np.abs(ours - theirs).max() <= 1


@pytest.mark.parametrize("hue", range(0, 360, 30))
@pytest.mark.parametrize(("saturation", "brightness"), [(100, 100), (50, 75), (0, 30), (80, 0)])
def test_hsb_is_converted_as_by_pillow(hue: int, saturation: int, brightness: int) -> None:
    theirs = ImageColor.getrgb(f"hsv({hue}, {saturation}%, {brightness}%)")
    ours = spaces.from_hsb(hue / 360, saturation / 100, brightness / 100)
    assert np.abs(np.subtract(ours, theirs)).max() <= 1


def test_cmyk_is_converted_as_by_pillow() -> None:
    levels = np.random.default_rng(0).integers(0, 256, (200, 1, 4), dtype=np.uint8)
    theirs = np.asarray(Image.frombytes("CMYK", (1, 200), levels.tobytes()).convert("RGB"))
    ours = [spaces.from_cmyk(*(inks / 255)) for inks in levels[:, 0]]
    assert np.abs(np.subtract(ours, theirs[:, 0].astype(int))).max() <= 1


# Photoshop's swatches

# What Photoshop 7 wrote for a red "Swatch 1" and a green "Swatch 2".
PHOTOSHOP = bytes.fromhex(
    "0001 0002"
    "0000 ffff 0000 0000 0000"
    "0000 0000 ffff 0000 0000"
    "0002 0002"
    "0000 ffff 0000 0000 0000 0000 0009 0053 0077 0061 0074 0063 0068 0020 0031 0000"
    "0000 0000 ffff 0000 0000 0000 0009 0053 0077 0061 0074 0063 0068 0020 0032 0000"
)
SWATCHES = pc.Palette([[255, 0, 0], [0, 255, 0]], ["Swatch 1", "Swatch 2"])


def swatches(*entries: tuple[int, ...], version: int = 1, count: int | None = None) -> bytes:
    """Write a list of version 1: of each entry the space and four components."""
    head = struct.pack(">HH", version, len(entries) if count is None else count)
    return head + b"".join(struct.pack(">5H", *(value & 0xFFFF for value in e)) for e in entries)


def test_photoshop_files_are_written_byte_by_byte() -> None:
    assert aco.write(SWATCHES, ACO) == PHOTOSHOP
    assert aco.read(PHOTOSHOP, ACO) == SWATCHES


def test_old_files_and_new_ones() -> None:
    first, second = PHOTOSHOP[:24], PHOTOSHOP[24:]
    assert aco.read(first, ACO) == pc.Palette(list(SWATCHES))
    assert aco.read(second, ACO) == SWATCHES
    # Photoshop CC adds the folders of its swatches.
    assert aco.read(PHOTOSHOP + b"8BIMphry\0\0\0\4....", ACO) == SWATCHES


@pytest.mark.parametrize(
    ("entry", "color"),
    [
        # The examples of the specification.
        ((0, 65535, 0, 0, 0), (255, 0, 0)),
        ((1, 0, 65535, 65535, 0), (255, 0, 0)),
        ((2, 0, 65535, 65535, 65535), (0, 255, 255)),
        ((7, 10000, 0, 0, 0), (255, 255, 255)),
        # RGB with the same byte twice, and with a lower byte of zero as old programs write it.
        ((0, 0x1212, 0xFEFE, 0x0101, 0), (0x12, 0xFE, 0x01)),
        ((0, 0x1200, 0xFE00, 0x0100, 7), (0x12, 0xFE, 0x01)),
        ((1, 0x5555, 0x8000, 0x8000, 0), (64, 128, 64)),
        ((2, 65535, 65535, 65535, 0), (0, 0, 0)),
        ((2, 65535, 32768, 65535, 65535), (255, 128, 255)),
        ((7, 0, 0, 0, 0), (0, 0, 0)),
        ((7, 5000, 5000, -4000, 0), (174, 81, 188)),
        ((8, 0, 0, 0, 0), (255, 255, 255)),
        ((8, 7500, 0, 0, 0), (64, 64, 64)),
        ((9, 0, 10000, 10000, 10000), (0, 255, 255)),
    ],
)
def test_colour_spaces_of_photoshop(entry: tuple[int, ...], color: tuple[int, int, int]) -> None:
    assert list(aco.read(swatches(entry), ACO)) == [color]


@pytest.mark.parametrize(
    ("data", "byte", "words"),
    [
        (b"", 0, "too few bytes for the version (0 of 2)"),
        (b"\0\3\0\0", 0, "its version is 3 instead of 1 or 2"),
        (b"\0\1", 2, "too few bytes for the number of swatches"),
        (swatches((0, 1, 2, 3, 4), count=65535), 2, "the number of swatches is 65535, but"),
        (swatches((0, 1, 2, 3, 4), (3, 0, 0, 0, 0)), 14, "swatch 1 has the unknown colour space 3"),
        (swatches((7, 10001, 0, 0, 0)), 4, "swatch 0 is outside the range"),
        (swatches((7, 0, 12801, 0, 0)), 4, "outside the range"),
        (swatches((7, 0, 0, -12801, 0)), 4, "outside the range"),
        (swatches((8, 10001, 0, 0, 0)), 4, "outside the range"),
        (swatches((9, 0, 0, 0, 10001)), 4, "outside the range"),
        (PHOTOSHOP[:24] + PHOTOSHOP[:24], 24, "its version is 1 instead of 2"),
        (PHOTOSHOP[:-1], 74, "too few bytes for the name of swatch 1 (17 of 18)"),
        (PHOTOSHOP[:38] + b"\xff" * 4 + PHOTOSHOP[42:], 42, "for the name of swatch 0"),
    ],
)
def test_broken_photoshop_swatches(data: bytes, byte: int, words: str) -> None:
    with pytest.raises(pc.PaletteFileError) as caught:
        aco.read(data, ACO)
    assert (caught.value.line, caught.value.byte) == (None, byte)
    assert words in caught.value.reason


# Adobe Swatch Exchange

# What the Python package swatch 0.4.0 writes for a group "g" of a CMYK, a grey and a Lab colour,
# and an RGB colour outside it.
EXCHANGE = bytes.fromhex(
    "41534546 0001 0000 00000006"
    "c001 00000006 0002 0067 0000"
    "0001 0000001c 0002 0041 0000 434d594b 00000000 3f000000 3f000000 00000000 0002"
    "0001 00000010 0002 0042 0000 47726179 3e800000 0002"
    "0001 00000018 0002 0043 0000 4c414220 3f000000 42480000 c2200000 0001"
    "c002 00000000"
    "0001 00000020 0006 0061 006c 006f 006e 0065 0000 52474220 3f800000 3f000000 00000000 0002"
)
HEAD = b"ASEF\0\1\0\0"


def block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def color(space: bytes, *values: float, name: bytes = b"\0\1\0\0", tail: bytes = b"") -> bytes:
    """Write a block of a colour without a name."""
    floats = struct.pack(f">{len(values)}f", *values)
    return block(1, name + space + floats + b"\0\2" + tail)


def exchange(*blocks: bytes, count: int | None = None) -> bytes:
    number = len(blocks) if count is None else count
    return HEAD + struct.pack(">I", number) + b"".join(blocks)


def test_the_bytes_of_a_swatch_exchange_file() -> None:
    assert ase.write(pc.Palette([[255, 0, 1]], ["é"], "B"), ASE) == exchange(
        block(0xC001, b"\0\2\0B\0\0"),
        # 1/255 is 3b808081.
        block(1, b"\0\2\0\xe9\0\0RGB " + bytes.fromhex("3f800000 00000000 3b808081 0002")),
        block(0xC002, b""),
    )


def test_a_file_of_another_program() -> None:
    assert ase.read(EXCHANGE, ASE) == pc.Palette(
        [[255, 128, 128], [64, 64, 64], [174, 81, 188], [255, 128, 0]],
        ["A", "B", "C", "alone"],
        "g",
    )


def test_levels_as_illustrator_rounds_them() -> None:
    # Its floats have few bits: for 1, 2, 4, 5 and 6 of 255.
    words = ["3b810000", "3c008000", "3c808000", "3ca0c000", "3cc0c000"]
    values = [struct.unpack(">f", bytes.fromhex(word))[0] for word in words]
    data = exchange(*(color(b"RGB ", value, 0, 0) for value in values))
    assert [red for red, _, _ in ase.read(data, ASE)] == [1, 2, 4, 5, 6]


@pytest.mark.parametrize(
    ("data", "name", "count"),
    [
        (exchange(), "", 0),
        (exchange(color(b"Gray", 0)), "", 1),
        (exchange(color(b"GRAY", 0)), "", 1),
        (exchange(block(0xC001, b"\0\2\0A\0\0"), color(b"Gray", 0)), "A", 1),
        (exchange(block(0xC001, b"\0\1\0A"), color(b"Gray", 0)), "A", 1),
        (exchange(block(0xC001, b"\0\2\0A\0\0"), block(0xC001, b"\0\2\0B\0\0")), "", 0),
        (exchange(color(b"LAB ", 1, 0, 0, tail=b"more")), "", 1),
        (exchange(color(b"Gray", 1)) + b"more", "", 1),
    ],
    ids=["empty", "one", "capitals", "no end", "no zero", "two groups", "more in a block", "more"],
)
def test_groups_and_additions(data: bytes, name: str, count: int) -> None:
    palette = ase.read(data, ASE)
    assert (palette.name, len(palette)) == (name, count)


@pytest.mark.parametrize(
    ("data", "byte", "words"),
    [
        (b"", 0, "too few bytes for the header (0 of 4)"),
        (b"JASC-PAL", 0, "it begins with b'JASC' instead of b'ASEF'"),
        (b"\x10\x20\0\0\xe0\xa5", 0, "this is a sprite of Aseprite"),
        (exchange(count=0xFFFFFFFF), 8, "the number of blocks is 4294967295, but"),
        (exchange(color(b"Gray", 0), count=2), 32, "too few bytes for a block's header"),
        (exchange(struct.pack(">HI", 1, 0xFFFFFFFF)), 18, "for a block (0 of 4294967295)"),
        (exchange(block(7, b"what")), 12, "unknown kind of block, 0x0007"),
        (exchange(block(1, b"")), 18, "too few bytes for a name's length"),
        (exchange(block(1, b"\xff\xff")), 20, "too few bytes for a name (0 of 131070)"),
        (exchange(color(b"HSB ", 0, 0, 0)), 22, "unknown colour space b'HSB '"),
        (exchange(block(1, b"\0\0RGB \0\0\0\0")), 24, "too few bytes for a colour's values"),
        (exchange(color(b"RGB ", 0, 1.01, 0)), 26, "a value is 1.01; use 0 to 1"),
        (exchange(color(b"Gray", -0.5)), 26, "a value is -0.5; use 0 to 1"),
        (exchange(color(b"CMYK", 0, 0, 0, float("nan"))), 26, "a value is nan"),
        (exchange(color(b"LAB ", 0.5, 0, float("inf"))), 26, "a value is inf; use -128 to 128"),
    ],
)
def test_broken_swatch_exchange_files(data: bytes, byte: int, words: str) -> None:
    with pytest.raises(pc.PaletteFileError) as caught:
        ase.read(data, ASE)
    assert (caught.value.line, caught.value.byte) == (None, byte)
    assert words in caught.value.reason


# Names


@pytest.mark.parametrize("name", ["x" * 70000, "🐝" * 40000, "x" + "🐝" * 40000])
def test_a_name_too_long_is_cut_between_characters(name: str) -> None:
    for form, path in ((aco, ACO), (ase, ASE)):
        (found,) = form.read(form.write(pc.Palette([[1, 2, 3]], [name]), path), path).names
        assert name.startswith(found)
        assert len(found.encode("utf-16-be")) // 2 in (65533, 65534)
