"""The palette files that a preview session writes for GIMP."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from engine import LocalSession

COLORS = pc.Palette([[0, 0, 0], [255, 204, 9], [18, 52, 86]]).hex
# In one line, and not empty.
NAMES = st.text(max_size=60).map(lambda text: pc.Palette([[0, 0, 0]], name=text).name).filter(bool)


@given(name=NAMES)
def test_any_name_is_in_the_file_and_none_leads_elsewhere(name: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "palettes"
        folder.mkdir()
        path = Path(LocalSession().save_palette(str(folder), name, COLORS))
        assert [entry for entry in Path(place).rglob("*") if entry.is_file()] == [path]
        assert path.parent == folder
        assert not path.name.startswith(".")
        read = pc.Palette.load(path)
    assert (read.name, read.hex) == (name, COLORS)


def test_another_file_stays(session: Any, tmp_path: Path) -> None:
    first = session.save_palette(str(tmp_path), "One name", COLORS[:1])
    with pytest.raises(FileExistsError):
        session.save_palette(str(tmp_path), "One/name", COLORS)
    assert list(tmp_path.iterdir()) == [Path(first)]
    assert pc.Palette.load(first).hex == COLORS[:1]


def test_a_folder_that_is_not_there(session: Any, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        session.save_palette(str(tmp_path / "none"), "Name", COLORS)
    assert caught.value.strerror


def test_rows_are_even_and_no_more_than_necessary(tmp_path: Path) -> None:
    for count in range(1, 257, 5):
        colors = [f"#0000{entry:02x}" for entry in range(count)]
        path = LocalSession().save_palette(str(tmp_path), str(count), colors)
        columns = pc.Palette.load(path).columns
        rows = math.ceil(count / columns)
        assert 1 <= columns <= 16
        assert rows == math.ceil(count / 16)
        assert rows * columns - count < rows  # no row is shorter by as much as a column for all
