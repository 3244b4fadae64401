"""What holds for every palette format."""

from __future__ import annotations

import base64
import dataclasses
import tracemalloc
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.formats import FORMATS, SUFFIXES, find_format, find_reader, find_suffixes

from .command_line import Cli
from .strategies import SEEDS, palettes

SUFFIX_OF = {name: suffix for suffix, name in SUFFIXES.items()} | {"riff": ".pal"}
PATHS = {name: Path(f"folder/odd{SUFFIX_OF[name]}") for name in FORMATS}
CORPUS = Path(__file__).parent / "corpus"
MOST = {name: form.max_entries for name, form in FORMATS.items() if form.max_entries}
BEE = pc.Palette(
    [[0, 0, 0], [255, 204, 0], [7, 80, 100], [255, 204, 0]], ["Black", "Honey", "", "x"], "Bee", 2
)


def read(name: str, data: bytes) -> pc.Palette:
    """Read a file, careless or not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pc.PaletteFileWarning)
        return FORMATS[name].read(data, PATHS[name])


# Which format


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_suffix_finds_its_format_in_any_case(suffix: str) -> None:
    for name in ("a" + suffix, "a.b" + suffix.upper(), Path("folder.xyz", "a" + suffix)):
        assert find_format(name) is FORMATS[SUFFIXES[suffix]]


@pytest.mark.parametrize("name", ["a.xyz", "a", "folder.gpl/a", ".gpl", "-", ""])
def test_other_suffixes_are_refused_with_a_list(name: str) -> None:
    for find in (find_format, lambda name: find_reader(name, b"")):
        with pytest.raises(pc.PaletteFileError) as caught:
            find(name)
        assert ", ".join(SUFFIXES) in str(caught.value)


def test_every_format_can_be_asked_for_by_name() -> None:
    assert all(find_format("any", name) is FORMATS[name] for name in FORMATS)
    with pytest.raises(pc.OptionError, match="`format` cannot be 'gif'; use one of: gpl, "):
        find_format("a.gpl", "gif")


def test_the_first_bytes_tell_formats_of_one_suffix_apart(tmp_path: Path) -> None:
    for name in ("jasc", "riff"):
        BEE.save(tmp_path / f"{name}.PAL", format=name)
        assert list(pc.Palette.load(tmp_path / f"{name}.PAL")) == list(BEE)
    BEE.save(tmp_path / "unasked.pal")
    assert (tmp_path / "unasked.pal").read_bytes() == (tmp_path / "jasc.PAL").read_bytes()


def test_a_suffix_has_one_format() -> None:
    other = dataclasses.replace(FORMATS["json"], name="other", suffixes=(".new", ".gpl"))
    with pytest.raises(ValueError, match=r"'gpl' and 'other' both declare the suffix '\.gpl'"):
        find_suffixes([*FORMATS.values(), other])


@pytest.mark.parametrize(
    "suffixes", [".rgb4", [".rgb4"], ("rgb4",), (".RGB4",), (".tar.gz",), ("",), (".",), (4,)]
)
def test_suffixes_are_a_tuple_in_lower_case(suffixes: Any) -> None:
    with pytest.raises(ValueError, match=r"'json' has the suffixes .*; use a tuple of suffixes"):
        dataclasses.replace(FORMATS["json"], suffixes=suffixes)


# There and back


@pytest.mark.parametrize("name", FORMATS)
@given(palette=palettes())
def test_round_trip_within_what_the_format_holds(name: str, palette: pc.Palette) -> None:
    if name == "png":  # one more entry may be needed where the last row has room left
        palette = pc.Palette(palette.colors[:255], palette.names[:255], columns=palette.columns)
    data = FORMATS[name].write(palette, PATHS[name])
    assert FORMATS[name].write(palette, PATHS[name]) == data
    again = FORMATS[name].read(data, PATHS[name])
    assert list(again) == list(palette)
    codes = zip(palette.names, palette.hex, strict=True)
    # A nameless entry is written with its colour for a name, so that one is not told apart from it.
    names = tuple("" if entry == code and name != "json" else entry for entry, code in codes)
    if "names" in FORMATS[name].keeps:
        assert again.names == names
    if "name" in FORMATS[name].keeps:
        # Some formats name a palette without a name after its file.
        assert again.name in ([palette.name] if palette.name else ["", "odd"])
    if "columns" in FORMATS[name].keeps and palette.columns:
        assert again.columns == palette.columns


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if MOST.get(name, 3000) >= 3000 and name != "png"]
)
def test_more_entries_than_a_picture_can_have(name: str) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (3000, 3), dtype=np.uint8)
    again = FORMATS[name].read(FORMATS[name].write(pc.Palette(rgb), PATHS[name]), PATHS[name])
    assert np.array_equal(again.colors, rgb)


@pytest.mark.parametrize("name", MOST)
def test_more_entries_than_a_format_holds(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"many{SUFFIX_OF[name]}"
    pc.Palette(np.zeros((MOST[name], 3), np.uint8)).save(path, format=name)
    assert len(pc.Palette.load(path)) == MOST[name]
    before = path.read_bytes()
    with pytest.raises(pc.PaletteFileError, match=f"{MOST[name] + 1:,} entries; .* holds .* to"):
        pc.Palette(np.zeros((MOST[name] + 1, 3), np.uint8)).save(path, overwrite=True, format=name)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_palette_without_entries(name: str) -> None:
    empty = pc.Palette([])
    if FORMATS[name].min_entries == 1:
        with pytest.raises(pc.PaletteFileError, match="0 entries; this format holds 1"):
            FORMATS[name].write_checked(empty, PATHS[name])
    else:
        assert len(read(name, FORMATS[name].write(empty, PATHS[name]))) == 0


# Broken files


@pytest.fixture
def careless_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a format that leaves all checks of its files to others."""

    def read_table(data: bytes, _: Path) -> pc.Palette:
        return pc.Palette([tuple(map(int, line.split(b","))) for line in data.split()])

    form = dataclasses.replace(
        FORMATS["json"], name="table", suffixes=(".table",), min_entries=1, read=read_table
    )
    monkeypatch.setitem(FORMATS, "table", form)
    monkeypatch.setitem(SUFFIXES, ".table", "table")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"1,2,3\n300,1,2\n", "colour 1 is (300, 1, 2); use whole numbers from 0 to 255"),
        (b"1,2\n", "colours must have the shape (K, 3), not (1, 2)"),
        (b"\n", "the file has 0 colours; this format needs at least 1"),
    ],
)
@pytest.mark.usefixtures("careless_format")
def test_every_error_of_a_reader_names_the_file(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.table"
    path.write_bytes(data)
    with pytest.raises(pc.PaletteFileError) as caught:
        pc.Palette.load(path)
    assert (caught.value.path, caught.value.reason) == (str(path), reason)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_file_has_no_palette(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"empty{SUFFIX_OF[name]}"
    path.touch()
    with pytest.raises(pc.PaletteFileError, match="the file is empty; get a complete copy of it"):
        pc.Palette.load(path)


def outcome(name: str, data: bytes) -> pc.Palette | pc.PaletteFileError:
    """Read a file; anything but a palette or its own error ends the test."""
    try:
        return read(name, data)
    except pc.PaletteFileError as error:
        refused = error
    assert refused.path == str(PATHS[name])
    # Pillow does not tell at what place a picture is broken.
    assert name == "png" or (refused.line is None) != (refused.byte is None)
    assert "\n" not in str(refused)
    return refused


@pytest.mark.parametrize("name", FORMATS)
@given(junk=st.binary(max_size=200), kept=st.integers(0, 24))
def test_junk_is_read_or_refused(name: str, junk: bytes, kept: int) -> None:
    outcome(name, FORMATS[name].write(BEE, PATHS[name])[:kept] + junk)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=100)
@given(palette=palettes(largest=40), seed=SEEDS)
def test_a_changed_file_is_read_or_refused(name: str, palette: pc.Palette, seed: int) -> None:
    outcome(name, changed(FORMATS[name].write(palette, PATHS[name]), seed))


# A part of these is a whole file too.
SHORTER = {"aco": [4 + 10 * len(BEE)], "act": range(3, 769, 3)}


@pytest.mark.parametrize("name", ["riff", "act", "aco", "ase", "json", "kpl", "soc", "swatches"])
def test_a_file_cut_short_is_refused(name: str) -> None:
    data = FORMATS[name].write(BEE, PATHS[name]).rstrip()
    for length in range(len(data)):
        refused = isinstance(outcome(name, data[:length]), pc.PaletteFileError)
        assert refused == (length not in SHORTER.get(name, ())), length


PROMISES = [
    ("riff", b"RIFF\0\0\0\0PAL data\xff\xff\xff\xff\0\3\xff\xff\1\2\3\0"),
    ("riff", b"RIFF\0\0\0\0PAL junk\xff\xff\xff\xff"),
    ("aco", b"\0\1\xff\xff" + bytes(20)),
    ("aco", b"\0\2\0\1" + bytes(10) + b"\xff\xff\xff\xff"),
    ("ase", b"ASEF\0\1\0\0\xff\xff\xff\xff" + bytes(20)),
    ("ase", b"ASEF\0\1\0\0\0\0\0\1\0\1\xff\xff\xff\xff" + bytes(20)),
]


def outcomes_and_memory(name: str, files: Iterable[bytes]) -> tuple[set[type], int]:
    tracemalloc.start()
    try:
        return {type(outcome(name, data)) for data in files}, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("name", "data"), PROMISES)
def test_a_count_beyond_the_end_takes_no_memory(name: str, data: bytes) -> None:
    outcomes, peak = outcomes_and_memory(name, [data])
    assert outcomes == {pc.PaletteFileError}
    assert peak < 100_000


@pytest.mark.parametrize("name", [path.stem for path in sorted(CORPUS.glob("*.txt"))])
def test_what_fuzzing_found_is_read_or_refused(name: str) -> None:
    # tools/fuzz_readers.py has found them: each reaches code that the others do not.
    lines = (CORPUS / f"{name}.txt").read_text().split()
    outcomes, peak = outcomes_and_memory(name, map(base64.b64decode, lines))
    assert outcomes == {pc.Palette, pc.PaletteFileError}
    # The largest picture has 2^24 pixels, whatever the size of its file.
    assert peak < (12 << 24 if name == "png" else 1_000_000)


@pytest.mark.parametrize("name", FORMATS)
def test_no_traceback_from_the_command_line(name: str, tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / f"broken{SUFFIX_OF[name]}"
    whole = FORMATS[name].write(BEE, path)
    for seed in range(25):
        path.write_bytes(changed(whole, seed))
        done = cli("show", str(path))
        assert done.code in (0, 1)
        assert all(line.startswith("palette-core: ") for line in done.err.splitlines())
        assert done.code == 0 or done.err.count("palette-core: error: ") == 1


def changed(data: bytes, seed: int) -> bytes:
    """Change a few bytes of a file, cut it or repeat a part."""
    rng = np.random.default_rng(seed)
    found = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        start = int(rng.integers(0, len(found) + 1))
        end = start + int(rng.integers(0, 9))
        kind = rng.integers(0, 4)
        if kind == 0:
            found[start:end] = rng.bytes(end - start)
        elif kind == 1:
            found[start:end] = rng.choice([b"\xff", b"\0", b"9"]) * (end - start)
        elif kind == 2:
            found[start:start] = found[start:end]
        else:
            del found[start : end if rng.random() < 0.7 else len(found)]
    return bytes(found)
