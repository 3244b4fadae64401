"""Targets: what the engine is to reach against its peers, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .start import CUT, CUT_AND_COUNT, GREEDY, GREEDY_UNIQUE
from .summary import Measure, Ratio, Summary, mse, seconds, worst_and_mean
from .ways import SCRIPT

# Sizes are met within this factor.
_ABOUT = 4 / 3


@dataclass(frozen=True)
class Target:
    """A ratio and its limits.

    Attributes
    ----------
    claim : str
        What is compared, and of what.
    colors : int
    limit : float
        What the geometric mean may be at most.
    measured : Ratio or None
        None where it was not measured.
    worst : float or None
        What no picture may be above, if there is such a limit.
    """

    claim: str
    colors: int
    limit: float
    measured: Ratio | None
    worst: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        if self.measured is None:
            return False
        return self.measured.mean <= self.limit and (
            self.worst is None or self.measured.worst <= self.worst
        )


def targets(summary: Summary, best_known: dict[str, float]) -> Iterator[Target]:
    """Give every target; `best_known` has Celebi's MSE by "picture|colours"."""
    usual = [16, 64, 256]
    many = [colors for colors in summary.colors() if colors >= 16]
    for colors in summary.colors():
        limit = {16: 0.985, 64: 0.985, 256: 0.99}.get(colors, 1.0)
        yield _of(summary, mse, "balanced", SCRIPT, colors, limit, worst=1.02)
    yield _of(summary, seconds, "balanced", SCRIPT, 16, 1 / 12, megapixels=0.4)
    yield _of(summary, seconds, "balanced", SCRIPT, 256, 1 / 60, megapixels=0.4)
    for colors in many:
        yield _of(summary, mse, "balanced", "libimagequant-4", colors, 0.9)
    for megapixels, limit in ((0.4, 0.7), (10, 0.2)):
        for colors in (16, 256):
            yield _of(summary, seconds, "balanced", "libimagequant-4", colors, limit, megapixels)
    for colors in summary.colors():
        yield _of(summary, mse, "balanced", "pillow-octree", colors, 0.4)
    yield _of(summary, seconds, "balanced", "pillow-octree", 16, 1.3, megapixels=10)
    yield _of(summary, seconds, "balanced", "pillow-octree", 256, 2.5, megapixels=10)
    for colors in usual if best_known else []:
        measured = against_best_known(summary, "best", colors, best_known)
        yield Target("MSE of `best` / best known", colors, 1.003, measured, worst=1.01)
    for colors in many:
        yield _of(summary, mse, "fast", "pillow-median-cut", colors, 0.5, worst=0.9)
    for colors in (16, 256):
        yield _of(summary, seconds, "fast", "pillow-median-cut", colors, 0.2, megapixels=10)
    yield from _start(summary)


def against_best_known(
    summary: Summary, way: str, colors: int, best_known: dict[str, float]
) -> Ratio | None:
    """Compare a way with the lowest errors that are known."""
    ratios = {}
    for picture in summary.designed(colors):
        known = best_known.get(f"{picture}|{colors}")
        record = summary.ways(picture, colors).get(way)
        if known and record:
            ratios[picture] = 3 * mse(record) / known
    return worst_and_mean(ratios)


def _of(
    summary: Summary,
    measure: Measure,
    mine: str,
    peer: str,
    colors: int,
    limit: float,
    megapixels: float | None = None,
    worst: float | None = None,
) -> Target:
    """Give a target of one way against another one."""
    claim = f"{'MSE' if measure is mse else 'time'} of `{mine}` / `{peer}`"
    if megapixels is not None:
        claim += f", {megapixels:g} megapixels"

    def has_size(picture: str) -> bool:
        if megapixels is None:
            return True
        return megapixels / _ABOUT <= summary.megapixels(picture) <= megapixels * _ABOUT

    return Target(claim, colors, limit, summary.ratio(measure, mine, peer, colors, has_size), worst)


def _start(summary: Summary) -> Iterator[Target]:
    """Give the targets of the variance cut: faster than k-means++ at every K above 16."""
    times: dict[int, dict[str, dict[str, float]]] = {}
    for record in summary.of_kind("start"):
        of_picture = times.setdefault(record["colors"], {}).setdefault(record["picture"], {})
        of_picture[record["way"]] = seconds(record)
    for mine, peer in ((CUT, GREEDY_UNIQUE), (CUT_AND_COUNT, GREEDY)):
        for colors in sorted(colors for colors in times if colors > 16):
            ratios = {picture: t[mine] / t[peer] for picture, t in times[colors].items()}
            yield Target(f"time of {mine} / {peer}", colors, 1.0, worst_and_mean(ratios), 1.0)
