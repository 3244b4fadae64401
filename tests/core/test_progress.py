from __future__ import annotations

import pytest

from palette_core.progress import part


@pytest.mark.parametrize(("fraction", "whole"), [(0.0, 0.2), (0.5, 0.5), (1.0, 0.8)])
def test_a_part_reports_its_place_in_the_whole(fraction: float, whole: float) -> None:
    reported: list[float] = []
    part(reported.append, 0.2, 0.8)(fraction)
    assert reported == [pytest.approx(whole)]


def test_parts_nest() -> None:
    reported: list[float] = []
    part(part(reported.append, 0.5, 1.0), 0.0, 0.5)(1.0)
    assert reported == [pytest.approx(0.75)]
