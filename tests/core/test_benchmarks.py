"""The parts of benchmarks/ that measure nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palette_core as pc
from benchmarks.appearance_report import DITHERED, PEER, UNDITHERED, Seen
from benchmarks.appearance_report import render as render_appearance
from benchmarks.drawn import PICTURES
from benchmarks.report import render
from benchmarks.stages import OTHER, profile
from benchmarks.store import Store
from benchmarks.summary import Summary, geometric_mean, mse
from benchmarks.tables import number, share
from palette_core.arrays import Bytes, pack
from palette_core.image.histogram import ColorHistogram
from palette_core.mapping import lookup_table


@pytest.mark.parametrize("name", PICTURES)
def test_drawn_pictures_are_the_same_every_time(name: str) -> None:
    picture = PICTURES[name]()
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert 0.3e6 <= picture.shape[0] * picture.shape[1] <= 0.9e6
    assert len(np.unique(pack(picture))) > 16
    np.testing.assert_array_equal(picture, PICTURES[name]())


def test_geometric_mean() -> None:
    assert geometric_mean([1, 4, 16]) == pytest.approx(4)
    assert geometric_mean(iter([3.0, 0.0])) == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234.5, "1234"), (12.345, "12.3"), (1.0049, "1.00"), (0.98765, "0.988"),
     (0.016543, "0.0165")],
)  # fmt: skip
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_ratios_near_one_tell_the_third_decimal() -> None:
    assert share(1.0034) == "1.003"
    assert share(0.98512) == "0.985"


def test_store_goes_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.jsonl"
    Store(path).add(kind="memory", way="wü", bytes=7)
    with path.open("ab") as file:
        file.write(b'{"kind": "mem')
    store = Store(path)
    assert store.find(kind="memory", way="wü") == [{"kind": "memory", "way": "wü", "bytes": 7}]
    assert not store.find(kind="memory", way="other")
    store.add(kind="picture", picture="a/b")
    assert [json.loads(line)["kind"] for line in path.read_text().splitlines()] == [
        "memory",
        "picture",
    ]


def _records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = [
        {"kind": "machine", "date": "2026-01-02", "cores": 3, "pngquant": None}
    ]
    measured = (
        ("f/a.png", 900, {"balanced": 4.0, "sklearn-kmeans": 8.0}),
        ("f/b.png", 800, {"balanced": 1.2, "sklearn-kmeans": 2.0}),
        ("f/c", 16, {"balanced": 0.0, "sklearn-kmeans": 0.0}),
    )
    for name, unique, errors in measured:
        size = {"width": 800, "height": 500}
        records.append({"kind": "picture", "picture": name, "unique": unique, **size})
        for way, error in errors.items():
            found = {"mse": error, "cie76": 2.0, "ciede2000": 1.0, "seconds": [3, 1, 2]}
            records.append({"kind": "quality", "picture": name, "colors": 16, "way": way, **found})
    return records


def test_ratio_leaves_out_pictures_of_few_colours() -> None:
    summary = Summary(_records())
    ratio = summary.ratio(mse, "balanced", "sklearn-kmeans", 16)
    assert ratio is not None
    assert (ratio.count, ratio.picture, ratio.worst) == (2, "f/b.png", 0.6)
    assert ratio.mean == pytest.approx((0.5 * 0.6) ** 0.5)
    assert summary.ratio(mse, "balanced", "fast", 16) is None
    assert summary.kept() == [("f/c", 16)]


def test_document_holds_what_was_measured() -> None:
    document = render(_records(), {"f/a.png|16": 11.5}, "From a folder of mine.")
    assert "Measured on 2026-01-02" in document
    assert "From a folder of mine." in document
    lines = document.splitlines()
    target = (
        "| MSE of `balanced` / `sklearn-kmeans` | 16 | ≤ 0.985 | 0.548 | ≤ 1.020 | 0.600, b.png"
    )
    assert f"{target} | 2 | yes |" in lines
    assert any(
        line.startswith("| `balanced` | 2.19 | 6.57 | 44.72 | 2.00 | 1.00") for line in lines
    )
    assert "| f/c | 16 | 16 | none |" in lines
    assert "| `balanced` | 1.043 | 1.043, a.png |" in lines
    assert "## Growth" not in lines  # nothing of it was measured


def test_stages_add_up_and_leave_no_clock_behind(small_photo: Bytes) -> None:
    before = (lookup_table.look_up, vars(ColorHistogram)["unique"])
    expected = pc.quantize(small_photo, 4)
    found = []
    seconds = profile(lambda: found.append(pc.quantize(small_photo, 4)))
    np.testing.assert_array_equal(found[0].indices, expected.indices)
    assert seconds["map"] > 0
    assert all(second >= 0 for second in seconds.values())
    assert OTHER in seconds
    assert (lookup_table.look_up, vars(ColorHistogram)["unique"]) == before


def test_the_page_on_appearance_has_targets_and_means() -> None:
    measures = ("butteraugli", "ssim", "ciede2000", "mse", "cast", "cast_ciede2000")
    values = {DITHERED: 20.0, UNDITHERED: 9.0, f"{PEER}, dithered": 14.5, f"{PEER}, none": 0.5}
    records = [
        {"kind": "appearance", "picture": picture, "colors": 16, "way": way}
        | {"ssimulacra2": value + more, **dict.fromkeys(measures, value)}
        for way, value in values.items()
        for picture, more in (("a/x.png", 0.25), ("a/y.png", 0.75), ("drawn/z", 50))
    ]
    page = render_appearance(Seen(records))
    ahead = f"SSIMULACRA 2 of `{DITHERED}` less that of `{PEER}, dithered`"
    assert f"| {ahead} | 16 | ≥ 7 | 5.5 | **no** |" in page
    assert f"`{PEER}, none` | 16 | ≥ 8 | 8.5 | yes |" in page
    assert "### K 16, 2 pictures" in page
    assert f"| `{DITHERED}` | 20.50 | 20.00 | 20.000 |" in page
    assert f"| `{DITHERED}` | 70.00 |" in page  # among the drawn ones
