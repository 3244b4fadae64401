from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from palette_core.arrays import Bytes, pack
from palette_core.mapping import lookup_table
from palette_core.mapping.lookup_table import ColorIndex, find_unique_colors, look_up

from .strategies import images

# Whether a picture is sorted or looked up in a table depends on the count of pixels alone.
BOTH_WAYS = pytest.mark.parametrize("threshold", [0, 1 << 40])


@BOTH_WAYS
@given(rgb=images())
def test_an_index_knows_every_pixel(threshold: int, rgb: Bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup_table, "_TABLE_PAYS", threshold)
        index = ColorIndex(rgb)
    assert np.array_equal(index.colors, find_unique_colors(rgb))
    assert len(np.unique(pack(index.colors))) == len(index.colors)

    read = index.reader(pack(index.colors))
    rows = slice(len(rgb) // 2, None)
    assert np.array_equal(read(rows), pack(rgb[rows]))
    values = np.arange(len(index.colors)) % 7
    everything = index.reader(values)(slice(None))
    assert everything.dtype == values.dtype
    assert np.array_equal(everything, look_up(rgb, index.colors, values))


@pytest.mark.parametrize("height", [7, 2200])
def test_colours_that_are_known_may_be_more(height: int) -> None:
    rng = np.random.default_rng(height)
    rgb = rng.integers(0, 256, (height, 500, 3), dtype=np.uint8)
    known = rng.permutation(np.concatenate([find_unique_colors(rgb), 255 - rgb[0]]))
    index = ColorIndex(rgb, np.unique(known, axis=0))
    assert np.array_equal(index.reader(pack(index.colors))(slice(None)), pack(rgb))
