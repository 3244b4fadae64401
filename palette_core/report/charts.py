"""Charts of a report as SVG, in the classes of its style sheet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from ..arrays import AnyFloats
from ..elbow import Elbow

# Lengths are in the units of the viewBox, which are about a pixel on the screen of a phone.
_WIDTH, _HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 28
_ACROSS, _DOWN = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_BINS = 25
# The curve ends here, in dB: larger values cannot be told from an equal image.
_MAX_PSNR = 60.0


def draw_histogram(differences: AnyFloats, end: float) -> str:
    """Draw the share of the pixels by their difference; the last bar counts all from `end` on."""
    bins = np.minimum(differences * (_BINS / end), _BINS - 1).astype(np.intp)
    shares = np.bincount(bins, minlength=_BINS) / len(differences)
    highest = float(shares.max())
    step = _ACROSS / _BINS
    bars = []
    for number, share in enumerate(shares.tolist()):
        height = _DOWN * share / highest
        left, top = _LEFT + number * step, _TOP + _DOWN - height
        text = f"from {number * end / _BINS:.3g}: {share:.2%}"
        bars.append(
            f'<rect class="bar" x="{left:.1f}" y="{top:.1f}" width="{step - 1:.1f}" '
            f'height="{height:.1f}"><title>{text}</title></rect>'
        )
    ends = ((share, f"{share * highest:.0%}") for share in (0.0, 0.5, 1.0))
    label = f"Histogram of colour differences; the highest bar has {highest:.0%} of the pixels"
    words = [_text(_LEFT, "0", "start"), _text(_LEFT + _ACROSS, f"{end:g} and more", "end")]
    return _frame(label, [*_levels(ends), *bars, *words])


def draw_elbow(elbow: Elbow, colors: int) -> str:
    """Draw the PSNR over the number of colours, in powers of two, and mark that of the result."""
    last = max(2, elbow.counts[-1], colors)
    psnr = np.minimum(elbow.psnr, _MAX_PSNR)
    highest = 10 * max(1, math.ceil(psnr.max() / 10))

    def place(count: float, level: float) -> tuple[float, float]:
        across, up = math.log(count) / math.log(last), level / highest
        return _LEFT + _ACROSS * across, _TOP + _DOWN * (1 - up)

    points = [place(*point) for point in zip(elbow.counts, psnr.tolist(), strict=True)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    # The curve is interpolated: the result may have another number, and be dithered.
    level = float(np.interp(math.log(colors), np.log(elbow.counts), psnr))
    chosen = place(colors, level)
    suggested = points[elbow.counts.index(elbow.colors)]
    marks = [
        _disc("suggested", suggested, 7, f"suggested: {elbow.colors}"),
        _disc("chosen", chosen, 4, f"here: {colors}"),
    ]
    powers = [2**power for power in range(last.bit_length()) if 2**power <= last]
    words = [_text(place(count, 0)[0], str(count), "middle") for count in powers]
    levels = _levels((level / highest, str(level)) for level in range(0, highest + 1, 10))
    label = f"PSNR over the number of colours; {elbow.colors} colours are suggested"
    return _frame(label, [*levels, f'<polyline class="curve" points="{line}"/>', *marks, *words])


def _levels(levels: Iterable[tuple[float, str]]) -> list[str]:
    """Return horizontal lines at shares of the height, with their labels."""
    parts = []
    for share, text in levels:
        y = _TOP + _DOWN * (1 - share)
        parts.append(
            f'<path class="grid" d="M{_LEFT} {y:.1f}h{_ACROSS}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
        )
    return parts


def _text(x: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{text}</text>'


def _disc(name: str, center: tuple[float, float], radius: float, title: str) -> str:
    x, y = center
    return (
        f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
        f"<title>{title}</title></circle>"
    )


def _frame(label: str, parts: Sequence[str]) -> str:
    start = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
    return "\n".join([start, *parts, "</svg>"])
