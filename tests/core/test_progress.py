from __future__ import annotations

import pytest

from palette_core.progress import subprogress, with_progress


@pytest.mark.parametrize(("fraction", "whole"), [(0.0, 0.2), (0.5, 0.5), (1.0, 0.8)])
def test_a_part_reports_its_place_in_the_whole(fraction: float, whole: float) -> None:
    told: list[float] = []
    subprogress(told.append, 0.2, 0.8)(fraction)
    assert told == [pytest.approx(whole)]


def test_parts_nest() -> None:
    told: list[float] = []
    subprogress(subprogress(told.append, 0.5, 1.0), 0.0, 0.5)(1.0)
    assert told == [pytest.approx(0.75)]


@pytest.mark.parametrize(("total", "fractions"), [(4, [0.25, 0.5, 0.75, 1.0]), (None, [0.0] * 4)])
def test_items_are_reported_when_they_are_done(total: int | None, fractions: list[float]) -> None:
    told: list[float] = []
    for number, item in enumerate(with_progress("abcd", total, told.append)):
        assert item == "abcd"[number]
        assert len(told) == number
    assert told == fractions
