"""The tables and the chart of docs/benchmarks.md, from the CSV file of `benchmarks.compare`."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from palette_core.design import EFFORTS

from .compare import Row
from .markdown import MISSING, format_number, format_ratio, format_table
from .peers import OURS, PROCESS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REFERENCE = f"{OURS} balanced"
_EFFORTS = [f"{OURS} {effort}" for effort in EFFORTS]
# Photos above this are in a table of their own.
_LARGE_MEGAPIXELS = 1.0
_MSE, _SECONDS = "mse_celebi", "seconds"
# The chart ends at this ratio of errors, and what is worse is at its edge.
_CHART_TOP = 2.0
_BLUE, _ORANGE = "#1d4ed8", "#ea580c"


class Comparison:
    """The rows of one CSV file, and ratios of quantizers to our default effort.

    Parameters
    ----------
    rows : iterable of dict
        As `benchmarks.compare.read_rows` returns them. Images with no more colours than K are in no
        ratio, because there is nothing to choose.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)
        self._found: dict[tuple[str, int], dict[str, Row]] = {}
        for row in self.rows:
            key = row["image"], int(row["colors"])
            self._found.setdefault(key, {})[row["quantizer"]] = row
        self.colors = sorted({colors for _, colors in self._found})
        self.images = sorted({row["image"] for row in self.rows})
        self.versions = {row["quantizer"]: row["version"] for row in self.rows}
        self.clocks = {row["quantizer"]: row["clock"] for row in self.rows}

    @property
    def drawings(self) -> list[str]:
        """The images of `benchmarks/drawings`."""
        return [image for image in self.images if image.startswith("drawn/")]

    @property
    def photos(self) -> list[str]:
        """All other images of up to one megapixel."""
        known = {*self.drawings, *self.large_photos}
        return [image for image in self.images if image not in known]

    @property
    def large_photos(self) -> list[str]:
        """All other images of more than one megapixel."""
        sizes = {r["image"]: int(r["width"]) * int(r["height"]) / 1e6 for r in self.rows}
        return [i for i in self.images if sizes[i] > _LARGE_MEGAPIXELS and i not in self.drawings]

    def ratios(self, measure: str, name: str, colors: int, images: list[str]) -> list[float]:
        """Return a quantizer's error or time / that of our default, of every image with both."""
        ratios = []
        for image in images:
            found = self._found.get((image, colors), {})
            if name not in found or REFERENCE not in found:
                continue
            row, reference = found[name], found[REFERENCE]
            if int(row["unique_colors"]) > colors and row[measure] and reference[measure]:
                ratios.append(float(row[measure]) / float(reference[measure]))
        return ratios

    def ratio(self, measure: str, name: str, colors: int, images: list[str]) -> float:
        """Return the geometric mean of `ratios`; NaN if there are none."""
        ratios = self.ratios(measure, name, colors, images)
        return statistics.geometric_mean(ratios) if ratios else math.nan

    def reference_seconds(self, colors: int, images: list[str]) -> float:
        """Return the geometric mean of our default's times."""
        rows = [self._found.get((image, colors), {}).get(REFERENCE) for image in images]
        return statistics.geometric_mean(float(r[_SECONDS]) for r in rows if r and r[_SECONDS])

    def names(self, images: list[str]) -> list[str]:
        """Return the quantizers that have a ratio on these images: ours, then by their error."""
        errors = {}
        for name in self.versions:
            ratios = [self.ratio(_MSE, name, colors, images) for colors in self.colors]
            known = [ratio for ratio in ratios if not math.isnan(ratio)]
            if known:
                errors[name] = 0 if name.startswith(OURS) else statistics.fmean(known)
        return sorted(errors, key=lambda name: errors[name])

    def exact_images(self) -> list[Row]:
        """Return the rows of images with no more colours than K that a quantizer changes."""
        few = (row for row in self.rows if int(row["unique_colors"]) <= int(row["colors"]))
        return [row for row in few if float(row[_MSE])]


def comparison_tables(found: Comparison) -> dict[str, str]:
    """Return the tables by their names in the page."""
    return {
        "photos": _ratio_table(found, found.photos),
        "drawings": _error_table(found, found.drawings),
        "large": _ratio_table(found, found.large_photos, (16, 256)),
        "exact": _exact_table(found),
    }


def _cell(value: float) -> str:
    return MISSING if math.isnan(value) else format_ratio(value)


def _name(found: Comparison, name: str) -> str:
    mark = " *" if found.clocks[name] == PROCESS else ""
    version = "" if name.startswith(OURS) else f" {found.versions[name]}"
    return f"{name.replace(OURS, f'`{OURS}`')}{version.rstrip()}{mark}"


def _ratio_table(found: Comparison, images: list[str], colors: Iterable[int] = ()) -> str:
    """Return the errors and times of all quantizers, as ratios to our default effort."""
    counts = [k for k in found.colors if not colors or k in colors]
    rows = []
    for name in found.names(images):
        cells = [
            _cell(found.ratio(measure, name, k, images))
            for measure in (_MSE, _SECONDS)
            for k in counts
        ]
        rows.append([_name(found, name), *cells])
    heads = [f"{what}, K {k}" for what in ("MSE", "time") for k in counts]
    return format_table(["quantizer", *heads], rows)


def _error_table(found: Comparison, images: list[str]) -> str:
    """Return the errors of all quantizers, the worst image in brackets."""
    rows = []
    for name in found.names(images):
        if len(found.ratios(_MSE, name, found.colors[0], images)) < len(images) / 2:
            continue
        row = [_name(found, name)]
        for k in found.colors:
            ratios = found.ratios(_MSE, name, k, images)
            worst = f" ({format_ratio(max(ratios))})" if ratios else ""
            row.append(_cell(found.ratio(_MSE, name, k, images)) + worst)
        rows.append(row)
    return format_table(["quantizer", *(f"K {k}" for k in found.colors)], rows)


def _exact_table(found: Comparison) -> str:
    changed: dict[tuple[str, str], list[str]] = {}
    for row in found.exact_images():
        cell = f"{row['quantizer']} ({format_number(float(row[_MSE]))})"
        changed.setdefault((row["image"], row["colors"]), []).append(cell)
    rows = [[image, colors, ", ".join(names)] for (image, colors), names in changed.items()]
    return format_table(["image", "K", "changed by, with Celebi's MSE"], rows, words=[2])


def draw_chart(found: Comparison, path: Path) -> None:
    """Draw error against time on photos, one chart for each number of colours."""
    from matplotlib.figure import Figure

    names = found.names(found.photos)
    peers = [name for name in names if name not in _EFFORTS and _is_timed(found, name)]
    numbers = {name: str(number) for number, name in enumerate(peers, start=1)}
    figure = Figure(figsize=(12.5, 9), layout="constrained")
    panels, legend = figure.subfigures(1, 2, width_ratios=(3.4, 1))
    charts = panels.subplots(2, 2, sharex=True, sharey=True)
    for ax, colors in zip(charts.ravel(), found.colors, strict=False):
        _draw_panel(ax, found, colors, numbers)
    lines = ["palette_core, from left to right:", ", ".join(EFFORTS), ""]
    lines += [f"{number:>2}  {name}" for name, number in numbers.items()]
    lines += ["", "filled: time of a call", "empty: time of a process,", "with reading and writing"]
    legend.text(0.02, 0.97, "\n".join(lines), va="top", linespacing=1.5)
    figure.savefig(path, dpi=90, metadata={"Software": None})


def _is_timed(found: Comparison, name: str) -> bool:
    return any(found.ratios(_SECONDS, name, colors, found.photos) for colors in found.colors)


def _draw_panel(ax: Axes, found: Comparison, colors: int, numbers: dict[str, str]) -> None:
    images = found.photos
    milliseconds = 1000 * found.reference_seconds(colors, images)
    ax.set(xscale="log", yscale="log", title=f"{colors} colours", xlabel="time, milliseconds")
    ax.set_ylabel("squared error / that of balanced")
    ax.set_ylim(0.97, _CHART_TOP)
    ticks = [1, 1.1, 1.2, 1.4, 1.6, 1.8, 2]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(color="#e5e5e5")
    ours = []
    for name in reversed(found.names(images)):
        error = found.ratio(_MSE, name, colors, images)
        time = milliseconds * found.ratio(_SECONDS, name, colors, images)
        if math.isnan(time):
            continue
        if name in _EFFORTS:
            ours.append((time, error))
        elif name in numbers:
            is_process = found.clocks[name] == PROCESS
            faces = {"facecolor": "white" if is_process else _BLUE, "edgecolor": _BLUE}
            shown = min(error, _CHART_TOP)
            ax.scatter([time], [shown], s=140, zorder=3, clip_on=False, **faces)
            center = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "zorder": 4}
            color = _BLUE if is_process else "white"
            ax.text(time, shown, numbers[name], color=color, **center)
    ax.plot(*zip(*ours, strict=True), "o-", color=_ORANGE, zorder=5)
