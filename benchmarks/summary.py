"""Summary: means and ratios of what was measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .store import Record

# Pictures above this are told apart: the slow ways are not measured on them.
LARGE_MEGAPIXELS = 1.0

Measure = Callable[[Record], float]


@dataclass(frozen=True)
class Ratio:
    """A way against another one, over pictures.

    Attributes
    ----------
    mean : float
        The geometric mean.
    worst : float
        The largest.
    picture : str
        Which picture that is.
    count : int
        How many pictures there are.
    """

    mean: float
    worst: float
    picture: str
    count: int


def geometric_mean(values: Iterable[float]) -> float:
    """Give the geometric mean; 0 if a value is 0."""
    known = list(values)
    if min(known) == 0:
        return 0.0
    return math.exp(statistics.fmean(map(math.log, known)))


def mse(record: Record) -> float:
    """Give the mean squared error over pixels and channels."""
    return float(record["mse"])


def seconds(record: Record) -> float:
    """Give the median time."""
    return float(statistics.median(record["seconds"]))


class Summary:
    """The records of one file.

    A picture that has no more colours than are asked for is in no mean and no ratio: there is
    nothing to choose, and whoever keeps it exactly has no error.
    """

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        self.pictures = {r["picture"]: r for r in records if r["kind"] == "picture"}
        self._quality: dict[tuple[str, int], dict[str, Record]] = {}
        for record in records:
            if record["kind"] == "quality":
                key = record["picture"], record["colors"]
                self._quality.setdefault(key, {})[record["way"]] = record

    def of_kind(self, kind: str) -> list[Record]:
        """Give the records of a kind."""
        return [record for record in self.records if record["kind"] == kind]

    def megapixels(self, picture: str) -> float:
        """Tell how large a picture is."""
        return float(self.pictures[picture]["width"] * self.pictures[picture]["height"] / 1e6)

    def is_large(self, picture: str) -> bool:
        """Tell whether a picture is one of the large ones."""
        return self.megapixels(picture) > LARGE_MEGAPIXELS

    def colors(self) -> list[int]:
        """Give the numbers of colours for which there are qualities."""
        return sorted({colors for _, colors in self._quality})

    def ways(self, picture: str, colors: int) -> dict[str, Record]:
        """Give what was measured on a picture."""
        return self._quality.get((picture, colors), {})

    def designed(self, colors: int) -> list[str]:
        """Give the measured pictures that have more colours than are asked for."""
        return [
            picture
            for picture, number in self._quality
            if number == colors and self.pictures[picture]["unique"] > colors
        ]

    def kept(self) -> list[tuple[str, int]]:
        """Give the other ones, with the numbers of colours."""
        return [
            (picture, colors)
            for picture, colors in self._quality
            if self.pictures[picture]["unique"] <= colors
        ]

    def ratio(
        self,
        measure: Measure,
        mine: str,
        peer: str,
        colors: int,
        where: Callable[[str], bool] = lambda _: True,
    ) -> Ratio | None:
        """Compare two ways over the pictures on which both were measured; None without any."""
        ratios = {}
        for picture in filter(where, self.designed(colors)):
            ways = self.ways(picture, colors)
            if mine in ways and peer in ways:
                ratios[picture] = measure(ways[mine]) / measure(ways[peer])
        return worst_and_mean(ratios)


def worst_and_mean(ratios: dict[str, float]) -> Ratio | None:
    """Sum ratios up, by picture."""
    if not ratios:
        return None
    worst = max(ratios, key=lambda picture: ratios[picture])
    return Ratio(geometric_mean(ratios.values()), ratios[worst], worst, len(ratios))
