from __future__ import annotations

from pathlib import Path

import pytest

import palette_core as pc
from palette_core.formats import FORMATS, format_of


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_finds_its_format_in_any_case(suffix: str) -> None:
    for name in ("a" + suffix, "a.b" + suffix.upper(), Path("folder.xyz", "a" + suffix)):
        assert format_of(name) is FORMATS[suffix]


@pytest.mark.parametrize("name", ["a.xyz", "a", "folder.gpl/a", ".gpl", "-", ""])
def test_other_suffixes_are_refused_with_a_list(name: str) -> None:
    with pytest.raises(pc.PaletteFileError) as caught:
        format_of(name)
    assert ", ".join(FORMATS) in str(caught.value)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_keeps_the_colours_in_their_order(suffix: str) -> None:
    palette = pc.Palette([[9, 8, 7], [0, 0, 0], [9, 8, 7], [255, 255, 255]], name="Four")
    path = Path("four" + suffix)
    again = FORMATS[suffix].read(FORMATS[suffix].write(palette, path), path)
    assert list(again) == list(palette)
