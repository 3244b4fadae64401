"""JASC, RIFF and raw palettes (.pal), and Adobe's colour tables (.act)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

import palette_core as pc
from palette_core.formats import act, jasc, raw, riff

PAL, ACT = Path("folder/odd.pal"), Path("folder/odd.act")
TWO = [(0, 0, 0), (255, 204, 0)]

# JASC

JASC_FILE = b"JASC-PAL\r\n0100\r\n2\r\n0 0 0\r\n255 204 0\r\n"
JASC_READ = {
    "as it is written": JASC_FILE,
    "LF": JASC_FILE.replace(b"\r\n", b"\n"),
    "CR": JASC_FILE.replace(b"\r\n", b"\r"),
    "a byte order mark": b"\xef\xbb\xbf" + JASC_FILE,
    "no last line end": JASC_FILE.rstrip(),
    "blank lines at the end": JASC_FILE + b"\r\n \r\n",
    "blanks and tabs": b"JASC-PAL \n0100\n2\n 0\t0  0 \n255 204 000\n",
}
JASC_REFUSED = {
    "empty": (b"", 1, "found 'nothing' instead of 'JASC-PAL'"),
    "GIMP's": (b"GIMP Palette\n1 2 3\n", 1, "found 'GIMP Palette'"),
    "junk": (bytes(range(256)), 1, "not a JASC palette"),
    "another version": (JASC_FILE.replace(b"0100", b"0200"), 2, "found '0200' instead of '0100'"),
    "no count": (b"JASC-PAL\n0100\n", 3, "'nothing' is not a number of colours"),
    "a count in words": (b"JASC-PAL\n0100\ntwo\n0 0 0\n1 1 1\n", 3, "'two' is not a number"),
    "a negative count": (b"JASC-PAL\n0100\n-1\n", 3, "'-1' is not a number"),
    "out of range": (
        b"JASC-PAL\n0100\n1\n0 256 0\n",
        4,
        "'0 256 0' is not a colour; write red",
    ),
    "two components": (b"JASC-PAL\n0100\n1\n1 2\n", 4, "'1 2'"),
    "five components": (b"JASC-PAL\n0100\n1\n1 2 3 4 5\n", 4, "0 to 255"),
    "commas": (b"JASC-PAL\n0100\n1\n1,2,3\n", 4, "'1,2,3'"),
    "other digits": ("JASC-PAL\n0100\n1\n٣ ٣ ٣\n".encode(), 4, "write red"),
    "after a blank line": (b"JASC-PAL\n0100\n\n1\n\nred\n", 6, "'red'"),
}


def test_the_bytes_of_a_jasc_palette() -> None:
    assert jasc.write(pc.Palette(TWO, ["Black", "Honey"], "Bee"), PAL) == JASC_FILE


def test_alpha_in_a_jasc_palette_is_left_out(tmp_path: Path) -> None:
    opaque, half = b"JASC-PAL\n0100\n1\n1 2 3 255\n", b"JASC-PAL\n0100\n2\n1 2 3 255\n4 5 6 127\n"
    (tmp_path / "opaque.pal").write_bytes(opaque)
    (tmp_path / "half.pal").write_bytes(half)
    assert list(pc.Palette.load(tmp_path / "opaque.pal")) == [(1, 2, 3)]
    with pytest.warns(pc.PaletteFileWarning, match=r"half.pal, line 5: alpha left out") as caught:
        assert list(pc.Palette.load(tmp_path / "half.pal")) == [(1, 2, 3), (4, 5, 6)]
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (16, "line 3: 16 colours promised, 2 follow; these are read"),
        (999999999, "999999999 colours promised"),
        (1, "line 3: 1 colours promised, 2 follow; the first 1 are read"),
        (0, "0 colours promised"),
    ],
)
def test_another_count_than_that_of_a_jasc_palette(count: int, words: str) -> None:
    data = JASC_FILE.replace(b"\n2\r", f"\n{count}\r".encode())
    with pytest.warns(pc.PaletteFileWarning, match=words):
        assert list(jasc.read(data, PAL)) == TWO[:count]


# RIFF

# The head of the 256-colour palettes on the CD of Windows 98, as collectors of file signatures
# give it: size 1040, data of 1028 bytes, version 0x0300, 256 entries.
WINDOWS_HEAD = bytes.fromhex("52494646 10040000 50414C20 64617461 04040000 0003 0001")


def riff_file(
    entries: bytes,
    count: int | None = None,
    version: int = 0x0300,
    before: bytes = b"",
    kind: bytes = b"PAL ",
) -> bytes:
    """Write a RIFF palette as the specification lays it out."""
    count = len(entries) // 4 if count is None else count
    chunk = struct.pack("<4sIHH", b"data", 4 + len(entries), version, count) + entries
    content = kind + before + chunk
    return b"RIFF" + struct.pack("<I", len(content)) + content


RIFF_FILE = riff_file(bytes([0, 0, 0, 0, 255, 204, 0, 0]))
RIFF_READ = {
    "as it is written": RIFF_FILE,
    "with flags": riff_file(bytes([0, 0, 0, 1, 255, 204, 0, 4])),
    "bytes behind": RIFF_FILE + b"offl\4\0\0\0\1\2\3\4",
    "another chunk before": riff_file(RIFF_FILE[-8:], before=b"tran\3\0\0\0\1\2\3\0"),
    "four bytes too many counted": RIFF_FILE.replace(b"data\x0c", b"data\x10"),
}
RIFF_REFUSED = {
    "empty": (b"", 0, "too few bytes for the header (0 of 12)"),
    "a sound": (riff_file(b"", kind=b"WAVE"), 0, "not a RIFF palette: found b'RIFF"),
    "no chunk": (RIFF_FILE[:12], 12, "too few bytes for the header of a chunk 'data'"),
    "the end in a chunk": (RIFF_FILE[:12] + b"tran\xff\xff\xff\xff12", 20, "the chunk b'tran'"),
    "another version": (riff_file(b"", version=0x0100), 20, "version 0x0100; only 0x0300"),
    "more promised": (riff_file(RIFF_FILE[-8:], count=3), 22,
                      "the number of entries is 3, but the 8 bytes that follow hold at most 2"),
    "half an entry": (RIFF_FILE[:-1], 22, "the number of entries is 2, but"),
}  # fmt: skip


def test_the_bytes_of_a_riff_palette() -> None:
    assert riff.write(pc.Palette(TWO, ["Black", "Honey"], "Bee"), PAL) == RIFF_FILE
    rgb = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
    written = riff.write(pc.Palette(rgb), PAL)
    assert len(written) == 1048
    assert written.startswith(WINDOWS_HEAD)
    assert written[24:] == np.insert(rgb, 3, 0, axis=1).tobytes()


# Adobe's colour tables, as the Photoshop File Formats Specification describes them: 256 times red,
# green, blue; then, in files of 772 bytes, how many count and which is transparent.

TABLE = bytes(TWO[0] + TWO[1]) + bytes(3 * 254)


def test_the_bytes_of_a_colour_table() -> None:
    assert act.write(pc.Palette(TWO), ACT) == TABLE + b"\0\2\xff\xff"
    rgb = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
    assert act.write(pc.Palette(rgb), ACT) == rgb.tobytes()


@pytest.mark.parametrize(
    ("tail", "count"),
    [
        (b"", 256),
        (b"\0\2\xff\xff", 2),
        (b"\0\2\0\2", 2),
        (b"\1\0\xff\xff", 256),
        (b"\0\0\xff\xff", 256),  # as some programs write it
        (b"\2\0\xff\xff", 2),  # little-endian
    ],
)
def test_a_colour_table_counts_its_entries(tail: bytes, count: int) -> None:
    assert list(act.read(TABLE + tail, ACT)) == (TWO + [(0, 0, 0)] * 254)[:count]


def test_a_transparent_entry_of_a_colour_table_keeps_its_place() -> None:
    with pytest.warns(pc.PaletteFileWarning, match="entry 0 is transparent, read as opaque"):
        assert list(act.read(TABLE + b"\0\2\0\0", ACT)) == TWO


@pytest.mark.parametrize("count", [1, 2, 16, 255])
def test_colour_tables_of_other_lengths(count: int) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (count, 3), dtype=np.uint8)
    assert np.array_equal(act.read(rgb.tobytes(), ACT).colors, rgb)


# Raw tables


@pytest.mark.parametrize("count", [1, 16, 64, 256, 512])
def test_raw_tables(count: int, tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (count, 3), dtype=np.uint8)
    rgb[0] = (0, 64, 255)
    (tmp_path / "raw.pal").write_bytes(rgb.tobytes())
    assert np.array_equal(pc.Palette.load(tmp_path / "raw.pal").colors, rgb)


def test_a_raw_table_of_6_bits(tmp_path: Path) -> None:
    # The levels that VGA's converter makes of 6 bits, as DOSBox has them: 4 v + v // 16.
    path = tmp_path / "vga.pal"
    path.write_bytes(bytes(range(64)) * 12)
    with pytest.warns(pc.PaletteFileWarning, match="no level is above 63: read as VGA's") as caught:
        levels = pc.Palette.load(path).colors.ravel()[:64]
    assert [warning.filename for warning in caught] == [__file__]
    assert levels.tolist() == [4 * level + level // 16 for level in range(64)]


@pytest.mark.parametrize("size", [6, 12, 192, 768, 772])
def test_text_is_no_colour_table(size: int, tmp_path: Path) -> None:
    (tmp_path / "words.act").write_bytes((b"Line\n" * 200)[:size])
    with pytest.raises(pc.PaletteFileError, match="not an Adobe Color Table, but a text file"):
        pc.Palette.load(tmp_path / "words.act")


# All of them

READ = {
    **{f"JASC, {name}": (jasc.read, data) for name, data in JASC_READ.items()},
    **{f"RIFF, {name}": (riff.read, data) for name, data in RIFF_READ.items()},
}
ACT_REFUSED = {
    "empty": (b"", 0, "0 bytes, not 772 or three per colour"),
    "one byte less": (TABLE[:-1], 765, "767 bytes"),
    "half of the end": (TABLE + b"\0\2", 768, "770 bytes"),
    "one byte more": (TABLE + b"\0\2\xff\xff\0", 768, "773 bytes"),
    "a count too high": (
        TABLE + b"\1\1\xff\xff",
        768,
        "colours is 257; the maximum is 256",
    ),
    "a colour more": (
        bytes(3 * 257),
        768,
        "771 bytes, not 772 or three per colour and at most 768",
    ),
}
RAW_REFUSED = {
    f"{size} bytes": (bytes([200]) * size, byte, f"{size} bytes, not three")
    for size, byte in ((0, 0), (191, 191), (767, 767), (1539, 1536))
}
REFUSED = {
    **{f"JASC, {name}": (jasc.read, PAL, "line", *case) for name, case in JASC_REFUSED.items()},
    **{f"RIFF, {name}": (riff.read, PAL, "byte", *case) for name, case in RIFF_REFUSED.items()},
    **{f"ACT, {name}": (act.read, ACT, "byte", *case) for name, case in ACT_REFUSED.items()},
    **{f"raw, {name}": (raw.read, PAL, "byte", *case) for name, case in RAW_REFUSED.items()},
}


@pytest.mark.parametrize("name", READ)
def test_palettes_as_programs_write_them(name: str) -> None:
    read, data = READ[name]
    assert read(data, PAL) == pc.Palette(TWO)


@pytest.mark.parametrize("name", REFUSED)
def test_broken_palettes(name: str) -> None:
    read, path, unit, data, place, words = REFUSED[name]
    with pytest.raises(pc.PaletteFileError) as caught:
        read(data, path)
    assert words in caught.value.reason
    assert str(caught.value).startswith(f"{path}, {unit} {place}: ")
    assert getattr(caught.value, unit) == place
