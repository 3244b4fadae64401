"""The tables of docs/appearance.md, from the results of `benchmarks.appearance`."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from .appearance import KIND
from .markdown import format_number, format_table
from .neutral_greys import neutral_greys_table
from .quantizers import DITHERED_QUANTIZERS, sort_names
from .results_store import Record

UNDITHERED, DITHERED = "oklab, none", "oklab, floyd-steinberg"
PEER = "libimagequant-1"
# The lead in SSIMULACRA 2 over the peer that is aimed at, by the number of colours.
_LEADS = {
    (DITHERED, f"{PEER}, dithered"): {16: 7, 64: 7, 256: 6},
    (UNDITHERED, f"{PEER}, none"): {16: 8, 64: 8, 256: 5},
}
# What the page shows of all that was measured.
_SHOWN_COLORS = (16, 64)
_SHOWN = (
    *(
        f"{space}, {dither}"
        for space in ("srgb", "oklab")
        for dither in ("none", "floyd-steinberg")
    ),
    *(f"{PEER}, {dither}" for dither in ("none", "dithered")),
    "pngquant, dithered",
    "pillow-median-cut, floyd-steinberg",
    *(f"gimp-{dither}" for dither in ("none", "floyd-steinberg-reduced", "positioned")),
)
_MEASURES = {
    "ssimulacra2": ("SSIMULACRA 2", 2),
    "butteraugli": ("Butteraugli", 2),
    "ssim": ("SSIM", 3),
    "ciede2000": ("CIEDE2000", 2),
    "mse": ("MSE", 1),
    "cast": ("cast", 2),
    "cast_ciede2000": ("cast, CIEDE2000", 2),
}


class Appearance:
    """What was measured: the mean of a measure for a quantizer, over photos or over drawings."""

    def __init__(self, records: list[Record]) -> None:
        self._records: dict[int, dict[str, dict[str, Record]]] = {}
        for r in records:
            if r["kind"] == KIND:
                of_colors = self._records.setdefault(r["colors"], {})
                of_colors.setdefault(r["quantizer"], {})[r["image"]] = r
        self.colors = sorted(self._records)

    def images(self, colors: int, *, drawn: bool = False) -> list[str]:
        """Return the photos, or the drawings, on which our default was measured."""
        found = self._records[colors].get(DITHERED, {})
        return sorted(name for name in found if name.startswith("drawn/") == drawn)

    def quantizers(self, colors: int, images: list[str]) -> list[str]:
        """Return the quantizers that were measured on all of these images, ours first."""
        found = [n for n, of in self._records[colors].items() if of.keys() >= set(images)]
        return sort_names(found, DITHERED_QUANTIZERS)

    def mean(self, measure: str, name: str, colors: int, images: list[str]) -> float:
        """Return the mean over images."""
        found = self._records[colors][name]
        return statistics.fmean(found[image][measure] for image in images)

    def lead(self, name: str, peer: str, colors: int) -> float:
        """Return the difference in SSIMULACRA 2 over photos."""
        images = self.images(colors)
        means = (self.mean("ssimulacra2", each, colors, images) for each in (name, peer))
        return next(means) - next(means)


def appearance_tables(records: list[Record]) -> dict[str, str]:
    """Return the tables by their names in the page."""
    measured = Appearance(records)
    return {
        "targets": format_table(["what", "K", "target", "measured", "met"], _targets(measured)),
        "neutral-greys": neutral_greys_table(),
        "photos": _tables(measured, drawn=False),
        "drawings": _tables(measured, drawn=True),
    }


def _tables(measured: Appearance, *, drawn: bool) -> str:
    """Return the means of all measures for some quantizers, a table a number of colours."""
    parts = []
    for colors in _SHOWN_COLORS:
        images = measured.images(colors, drawn=drawn) if colors in measured.colors else []
        if not images:
            continue
        rows = []
        names = measured.quantizers(colors, images)
        for name in (each for each in _SHOWN if each in names):
            means = (
                f"{measured.mean(measure, name, colors, images):.{digits}f}"
                for measure, (_, digits) in _MEASURES.items()
            )
            rows.append([f"`{name}`", *means])
        parts.append(f"### K {colors}, {len(images)} images")
        parts.append(format_table(["quantizer", *(name for name, _ in _MEASURES.values())], rows))
    return "\n\n".join(parts)


def _targets(measured: Appearance) -> Iterator[list[str]]:
    """Yield the targets on photos: the lead in SSIMULACRA 2, and a smaller colour cast."""
    with_photos = [colors for colors in measured.colors if measured.images(colors)]
    for (name, peer), limits in _LEADS.items():
        for colors in with_photos:
            if colors in limits:
                lead, limit = measured.lead(name, peer, colors), limits[colors]
                claim = f"SSIMULACRA 2 of `{name}` less that of `{peer}`"
                yield [claim, str(colors), f"≥ {limit}", f"{lead:.1f}", _verdict(lead >= limit)]
    for kind in ("pillow-", "gimp-"):
        for colors in with_photos:
            names = measured.quantizers(colors, measured.images(colors))
            leads = [measured.lead(DITHERED, n, colors) for n in names if n.startswith(kind)]
            if leads:
                claim = f"SSIMULACRA 2 of `{DITHERED}` less that of the best `{kind}`"
                yield [claim, str(colors), "> 0", f"{min(leads):.1f}", _verdict(min(leads) > 0)]
    for measure in ("cast", "cast_ciede2000"):
        for colors in with_photos:
            images = measured.images(colors)
            ours, peer = (
                measured.mean(measure, name, colors, images)
                for name in (DITHERED, f"{PEER}, dithered")
            )
            claim = f"{_MEASURES[measure][0]} of `{DITHERED}` / that of `{PEER}, dithered`"
            yield [claim, str(colors), "< 1", format_number(ours / peer), _verdict(ours < peer)]


def _verdict(is_met: bool) -> str:
    return "yes" if is_met else "**no**"
