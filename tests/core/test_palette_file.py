"""The file of a palette that GIMP is to read: whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import math
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from gimp_io import palette_file

COLORS = pc.Palette([[0, 0, 0], [255, 204, 9], [18, 52, 86]]).hex
# As the filter gives them: one line, and not empty.
NAMES = st.text(max_size=60).map(lambda text: pc.Palette([[0, 0, 0]], name=text).name).filter(bool)


@given(name=NAMES)
def test_any_name_is_in_the_file_and_none_leads_elsewhere(name: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "palettes"
        folder.mkdir()
        path = palette_file.write(folder, name, COLORS)
        assert list(Path(place).rglob("*.gpl")) == [path]
        assert [entry for entry in Path(place).rglob("*") if entry.is_file()] == [path]
        assert path.parent == folder
        assert not path.name.startswith(".")
        read = pc.Palette.load(path)
    assert (read.name, read.hex) == (name, COLORS)


@pytest.mark.parametrize("links", [True, False])
def test_another_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    first = palette_file.write(tmp_path, "One name", COLORS[:1])
    with pytest.raises(FileExistsError):
        palette_file.write(tmp_path, "One/name", COLORS)
    assert list(tmp_path.iterdir()) == [first]
    assert pc.Palette.load(first).hex == COLORS[:1]


def test_a_disk_that_is_full_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        palette_file.write(tmp_path, "Name", COLORS)
    assert list(tmp_path.iterdir()) == []


def test_rows_are_even_and_no_more_than_they_need_be() -> None:
    for count in range(1, 257):
        columns = palette_file.columns_for(count)
        rows = math.ceil(count / columns)
        assert 1 <= columns <= 16
        assert rows == math.ceil(count / 16)
        assert rows * columns - count < rows  # no row is shorter by as much as a column for all
