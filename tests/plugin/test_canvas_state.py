"""What the canvas shows of an image: views in windows of any size, and the split line."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_core.preview.geometry import View
from ui.canvas_state import CLOSEST, CanvasState, Viewport

SIDES = st.integers(1, 5000)
SIZES = st.tuples(SIDES, SIDES)


def shown_box(view: Viewport) -> tuple[int, int, int, int]:
    """Return the part of the window that the image covers."""
    return View(**view.describe()).box


@given(image=SIZES, window=SIZES)
def test_a_fitted_image_is_seen_whole_and_in_the_middle(
    image: tuple[int, int], window: tuple[int, int]
) -> None:
    view = Viewport.fit(image, window)
    left, top, right, bottom = shown_box(view)
    assert 0 <= left < right <= window[0]
    assert 0 <= top < bottom <= window[1]
    assert abs(left - (window[0] - right)) <= 1
    assert abs(top - (window[1] - bottom)) <= 1
    assert not view.can_move
    touches = right - left >= window[0] - 1 or bottom - top >= window[1] - 1
    assert touches or (view.zoom >= 1 and view.zoom == int(view.zoom))


@given(
    image=SIZES,
    window=st.tuples(st.integers(50, 900), st.integers(50, 900)),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    steps=st.lists(st.sampled_from([-1, 1, 2]), max_size=12),
)
def test_zooming_keeps_what_is_under_the_pointer(
    image: tuple[int, int],
    window: tuple[int, int],
    share: tuple[float, float],
    steps: list[int],
) -> None:
    view = Viewport.fit(image, window)
    pointer = share[0] * window[0], share[1] * window[1]
    for step in steps:
        before, view = view, view.stepped(step, pointer)
        assert view.zoom <= max(CLOSEST, Viewport.fit(image, window).zoom)
        kept = zip(before.at(*pointer), view.at(*pointer), image, window, strict=True)
        for axis, (was, now, length, side) in enumerate(kept):
            middle = view.center[axis]
            half = side / 2 / view.zoom
            at_an_end = middle <= half + 1e-6 or middle >= length - half - 1e-6
            assert at_an_end or abs(was - now) <= 1e-6 * length


@given(image=SIZES, window=SIZES, moves=st.lists(st.tuples(st.integers(-900, 900), SIDES)))
def test_a_image_cannot_be_moved_out_of_the_window(
    image: tuple[int, int], window: tuple[int, int], moves: list[tuple[int, int]]
) -> None:
    view = Viewport.fit(image, window).zoomed(2.0)
    for move in moves:
        view = view.moved(*move)
    box = shown_box(view)
    for length, start, end, side in zip(image, box[:2], box[2:], window, strict=True):
        assert end - start == min(side, 2 * length)


def test_stepping_out_ends_where_all_is_seen() -> None:
    view = Viewport.fit((4000, 3000), (640, 480))
    closer = view.stepped(3)
    assert closer.zoom == pytest.approx(1 / 3)
    assert closer.stepped(-9) == view
    assert view.stepped(99).zoom == CLOSEST
    assert closer.resized((300, 300)).zoom == closer.zoom
    assert view.resized((320, 240)) == Viewport.fit((4000, 3000), (320, 240))


@pytest.mark.parametrize(
    ("changes", "shown", "line"),
    [
        ({}, "result", 20),
        ({"split": None}, "result", None),
        ({"mode": "original"}, "original", None),
        ({"mode": "loss"}, "error-map", None),
        ({"mode": "loss", "is_peeking": True}, "original", None),
        ({"is_peeking": True}, "original", None),
        ({"result": None}, "original", None),
    ],
)
def test_what_is_shown_in_each_mode(changes: dict[str, Any], shown: str, line: int | None) -> None:
    view = Viewport.fit((40, 30), (80, 60))
    state = CanvasState(view, result="result", highlight=3, split=0.25)
    found = dataclasses.replace(state, **changes).describe()
    assert (found["shown"], found["line"]) == (shown, line)
    assert found["highlight"] == (3 if shown == "result" else None)
