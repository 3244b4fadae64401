"""GIMP palette files, good and careless: palette_core reads them as GIMP does, or better."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio

HEAD = b"GIMP Palette\nName: %s\nColumns: 4\n#\n"
ODD_BODIES = {
    "plain": b"  1   2   3\tone\n255 255 255\twhite\n",
    "no final newline": b"1 2 3\tone\n4 5 6\ttwo",
    "carriage returns": b"1 2 3\tone\r\n4 5 6\ttwo\r\n",
    "comments and empty lines": b"# a\n1 2 3\n\n#b\n4 5 6 two words\n\n",
    "blanks and tabs": b"\t1\t 2  3   name with  blanks \n   7 8 9\n",
    "out of range": b"-1 256 300\tclipped\n",
    "no numbers": b"1.9 foo 0x10\tatoi\n+5 -0 007\tsigns\n",
    "missing parts": b"10 20 30\tfull\n40 50\n60\n70 80 90\n",
    "latin-1": b"1 2 3\tM\xe4rz\n4 5 6\tplain\n",
    "many": b"".join(b"%d %d %d\tentry\n" % (i % 256, i // 256, 7) for i in range(1000)),
}
REFUSED = {
    "no magic": b"Palette\n1 2 3\n",
    "columns in words": b"GIMP Palette\nName: columns in words\nColumns: four\n1 2 3\n",
    "empty": b"",
}
ODD_HEADS = {
    "version 2": b"GIMP Palette v2\nName: version 2\nColumns: 4\n1 2 3\n",
    "no columns": b"GIMP Palette\nName: no columns\n1 2 3\n",
    "too many columns": b"GIMP Palette\nName: too many columns\nColumns: 300\n1 2 3\n",
    "no colours": b"GIMP Palette\nName: no colours\nColumns: 4\n#\n",
    "name alone": b"GIMP Palette\nName: name alone\n",
    "columns alone": b"GIMP Palette\nName: columns alone\nColumns: 4",
    "magic alone.gpl": b"GIMP Palette",
    "old.gpl": b"GIMP Palette\n1 2 3\tone\n4 5 6\n",
}
# Files of other programs, with the colours that are meant. GIMP reads others, or another name.
READ_BETTER = {
    "blank line": (HEAD % b"blank line" + b"10 20 30\n  \n1 2 3\n", [[10, 20, 30], [1, 2, 3]]),
    "extra header": (HEAD % b"extra header" + b"Channels: RGBA\n1 2 3\n", [[1, 2, 3]]),
    "commas": (HEAD % b"commas" + b"1,2,3\n4 5 6x\n", [[1, 2, 3], [4, 5, 6]]),
    "byte order mark": (b"\xef\xbb\xbfGIMP Palette\nName: byte order mark\n1 2 3\n", [[1, 2, 3]]),
    "comment first": (b"GIMP Palette\n# hello\nName: comment first\n1 2 3\tone\n", [[1, 2, 3]]),
}


def read_both(
    studio: Studio, name: str, file: str, data: bytes
) -> tuple[dict[str, Any] | None, pc.Palette | None]:
    """Read a file with GIMP and with palette_core."""
    path = Path(studio.gimp.directory()) / "palettes" / file
    path.write_bytes(data)
    try:
        studio.gimp.read_palette_files()
        theirs = studio.gimp.palette(name)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", pc.PaletteFileWarning)
                ours = pc.Palette.load(path)
        except pc.PaletteFileError:
            ours = None
    finally:
        path.unlink()
        studio.gimp.read_palette_files()
    return theirs, ours


@pytest.mark.parametrize("case", ODD_BODIES)
def test_odd_entries_are_read_as_gimp_reads_them(studio: Studio, case: str) -> None:
    theirs, ours = read_both(studio, case, "body.gpl", HEAD % case.encode() + ODD_BODIES[case])
    assert theirs is not None
    assert ours is not None
    assert theirs["colors"] == ours.colors.tolist()
    assert theirs["columns"] == ours.columns == 4
    if case != "latin-1":  # names that GIMP's Python bindings cannot read
        names = [name.strip() for name in theirs["names"]]
        assert names == [name or "Untitled" for name in ours.names]


@pytest.mark.parametrize("case", ODD_HEADS)
def test_odd_heads_are_read_as_gimp_reads_them(studio: Studio, case: str) -> None:
    theirs, ours = read_both(
        studio, case, case if case.endswith(".gpl") else "head.gpl", ODD_HEADS[case]
    )
    assert ours is not None
    assert ours.name == case
    assert theirs is not None
    assert theirs["colors"] == ours.colors.tolist()
    assert theirs["columns"] == ours.columns


@pytest.mark.parametrize("case", READ_BETTER)
def test_what_is_read_better_than_by_gimp(studio: Studio, case: str) -> None:
    data, colors = READ_BETTER[case]
    theirs, ours = read_both(studio, case, "better.gpl", data)
    assert ours is not None
    assert ours.name == case
    assert ours.colors.tolist() == colors
    assert theirs is None or theirs["colors"] != colors


@pytest.mark.parametrize("case", REFUSED)
def test_what_gimp_refuses_is_refused(studio: Studio, case: str) -> None:
    before = studio.gimp.palettes()
    theirs, ours = read_both(studio, case, "refused.gpl", REFUSED[case])
    assert theirs is None
    assert ours is None
    assert studio.gimp.palettes() == before


def test_gimp_reads_what_palette_core_writes(studio: Studio) -> None:
    colors = [(i, 255 - i, i * 7 % 256) for i in range(256)]
    palette = pc.Palette(colors, [f"Färbe {i}" for i in range(256)], "Written — ours", 16)
    path = Path(studio.gimp.directory()) / "palettes" / "written.gpl"
    palette.save(path)
    studio.gimp.read_palette_files()

    read = studio.gimp.palette("Written — ours")

    assert read == {
        "colors": palette.colors.tolist(),
        "columns": 16,
        "names": list(palette.names),
    }
