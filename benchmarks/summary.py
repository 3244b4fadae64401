"""Means and ratios of the measurements, and the targets for them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .initialization import CUT, CUT_HISTOGRAM, GREEDY, GREEDY_HISTOGRAM
from .quantizers import BOOK_SCRIPT
from .results_store import Record, mse, seconds

# The slow quantizers are not measured on images above this size.
LARGE_MEGAPIXELS = 1.0
# An image has about the size of a target within this factor.
_ABOUT = 4 / 3

Measure = Callable[[Record], float]


@dataclass(frozen=True)
class Ratio:
    """Ratios over images: their geometric mean, the largest and its image, and their number."""

    mean: float
    worst: float
    image: str
    count: int


@dataclass(frozen=True)
class Target:
    """What is compared, and the limits for the mean and, if any, for a single image."""

    claim: str
    colors: int
    limit: float
    measured: Ratio | None
    worst: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        found = self.measured
        if found is None:
            return False
        return found.mean <= self.limit and (self.worst is None or found.worst <= self.worst)


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean; 0 if a value is 0."""
    known = list(values)
    return math.exp(statistics.fmean(map(math.log, known))) if min(known) else 0.0


def summarize(ratios: dict[str, float]) -> Ratio | None:
    """Return the mean and the worst of ratios by image; None without any."""
    if not ratios:
        return None
    worst = max(ratios, key=lambda image: ratios[image])
    return Ratio(geometric_mean(ratios.values()), ratios[worst], worst, len(ratios))


class Summary:
    """The records of one file.

    An image with no more colours than K is in no mean and no ratio: there is nothing to choose, and
    a quantizer that keeps it exactly has no error.

    Parameters
    ----------
    records : list of dict
        As `ResultsStore` has them.
    best_known : dict, optional
        The lowest known MSE, in Celebi's convention, by "folder/file|K".
    """

    def __init__(self, records: list[Record], best_known: dict[str, float] | None = None) -> None:
        self.records = records
        self.best_known = best_known or {}
        self.images = {r["image"]: r for r in records if r["kind"] == "image"}
        self._quality: dict[tuple[str, int], dict[str, Record]] = {}
        for record in self.of_kind("quality"):
            key = record["image"], record["colors"]
            self._quality.setdefault(key, {})[record["quantizer"]] = record
        self.colors = sorted({colors for _, colors in self._quality})

    def of_kind(self, kind: str) -> list[Record]:
        """Return the records of a kind."""
        return [record for record in self.records if record["kind"] == kind]

    def megapixels(self, image: str) -> float:
        """Return the size of an image."""
        return float(self.images[image]["width"] * self.images[image]["height"] / 1e6)

    def is_large(self, image: str) -> bool:
        """Return whether an image is one of the large ones."""
        return self.megapixels(image) > LARGE_MEGAPIXELS

    def quality(self, image: str, colors: int) -> dict[str, Record]:
        """Return the measurements of an image, by quantizer."""
        return self._quality.get((image, colors), {})

    def reduced(self, colors: int) -> list[str]:
        """Return the measured images that have more colours than K."""
        return [
            image
            for image, number in self._quality
            if number == colors and self.images[image]["unique"] > colors
        ]

    def exact(self) -> list[tuple[str, int]]:
        """Return the images that have no more colours than K, with K."""
        return [key for key in self._quality if self.images[key[0]]["unique"] <= key[1]]

    def ratio(
        self,
        measure: Measure,
        name: str,
        peer: str,
        colors: int,
        where: Callable[[str], bool] = lambda _: True,
    ) -> Ratio | None:
        """Compare two quantizers over the images on which both were measured."""
        ratios = {}
        for image in filter(where, self.reduced(colors)):
            found = self.quality(image, colors)
            if name in found and peer in found:
                ratios[image] = measure(found[name]) / measure(found[peer])
        return summarize(ratios)

    def ratio_to_best_known(self, name: str, colors: int) -> Ratio | None:
        """Compare a quantizer with the lowest errors that are known."""
        ratios = {}
        for image in self.reduced(colors):
            known = self.best_known.get(f"{image}|{colors}")
            record = self.quality(image, colors).get(name)
            if known and record:
                ratios[image] = 3 * mse(record) / known
        return summarize(ratios)

    def targets(self) -> Iterator[Target]:
        """Yield every target."""
        many = [colors for colors in self.colors if colors >= 16]
        for k in self.colors:
            limit = {16: 0.985, 64: 0.985, 256: 0.99}.get(k, 1.0)
            yield self._target(mse, "balanced", BOOK_SCRIPT, k, limit, worst=1.02)
        for k, limit in ((16, 1 / 12), (256, 1 / 60)):
            yield self._target(seconds, "balanced", BOOK_SCRIPT, k, limit, 0.4)
        for k in many:
            yield self._target(mse, "balanced", "libimagequant-4", k, 0.9)
        for megapixels, limit in ((0.4, 0.7), (10, 0.2)):
            for k in (16, 256):
                yield self._target(seconds, "balanced", "libimagequant-4", k, limit, megapixels)
        for k in self.colors:
            yield self._target(mse, "balanced", "pillow-octree", k, 0.4)
        for k, limit in ((16, 1.3), (256, 2.5)):
            yield self._target(seconds, "balanced", "pillow-octree", k, limit, 10)
        for k in (16, 64, 256) if self.best_known else ():
            measured = self.ratio_to_best_known("best", k)
            yield Target("MSE of `best` / best known", k, 1.003, measured, worst=1.01)
        for k in many:
            yield self._target(mse, "fast", "pillow-median-cut", k, 0.5, worst=0.9)
        for k in (16, 256):
            yield self._target(seconds, "fast", "pillow-median-cut", k, 0.2, 10)
        yield from self._initialization_targets()

    def _target(
        self,
        measure: Measure,
        name: str,
        peer: str,
        colors: int,
        limit: float,
        megapixels: float | None = None,
        worst: float | None = None,
    ) -> Target:
        """Return a target of one quantizer against another one, at a size if one is given."""
        claim = f"{'MSE' if measure is mse else 'time'} of `{name}` / `{peer}`"
        if megapixels is not None:
            claim += f", {megapixels:g} megapixels"

        def has_size(image: str) -> bool:
            size = self.megapixels(image)
            return megapixels is None or megapixels / _ABOUT <= size <= megapixels * _ABOUT

        found = self.ratio(measure, name, peer, colors, has_size)
        return Target(claim, colors, limit, found, worst)

    def _initialization_targets(self) -> Iterator[Target]:
        """Yield the targets of the variance cut: faster than k-means++ at every K above 16."""
        times: dict[int, dict[str, dict[str, float]]] = {}
        for record in self.of_kind("initialization"):
            of_image = times.setdefault(record["colors"], {}).setdefault(record["image"], {})
            of_image[record["quantizer"]] = seconds(record)
        for name, peer in ((CUT_HISTOGRAM, GREEDY_HISTOGRAM), (CUT, GREEDY)):
            for colors in sorted(colors for colors in times if colors > 16):
                ratios = {image: t[name] / t[peer] for image, t in times[colors].items()}
                yield Target(f"time of {name} / {peer}", colors, 1.0, summarize(ratios), 1.0)
