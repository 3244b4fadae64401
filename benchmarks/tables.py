"""Tables: the document's, each from the summary of what was measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence

from .judge import psnr
from .stages import OTHER, STAGES
from .store import Record
from .summary import Measure, Ratio, Summary, geometric_mean, mse, seconds
from .targets import against_best_known, targets
from .ways import SCRIPT, WAYS

_MIB = 1 << 20
MISSING = "–"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: Sequence[int] = ()) -> str:
    """Lay a table out: the first column and those of `words` to the left, numbers to the right."""
    sides = ["---" if not column or column in words else "--:" for column in range(len(heads))]
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, sides, *rows])


def number(value: float, digits: int = 3) -> str:
    """Write a number with some digits, without an exponent."""
    if not value:
        return "0"
    before = math.floor(math.log10(abs(value))) + 1
    return f"{value:.{max(digits - before, 0)}f}"


def share(value: float) -> str:
    """Write a ratio, of which those near 1 are of interest."""
    return number(value, 4 if value >= 1 else 3)


def ratio(found: Ratio | None) -> str:
    """Write a ratio: the mean, the worst in brackets."""
    return MISSING if found is None else f"{share(found.mean)} ({share(found.worst)})"


def mean(found: Ratio | None) -> str:
    """Write a ratio's mean."""
    return MISSING if found is None else share(found.mean)


def worst(found: Ratio | None) -> str:
    """Write a ratio's worst picture."""
    return MISSING if found is None else f"{share(found.worst)}, {_short(found.picture)}"


def in_order(ways: Iterable[str]) -> list[str]:
    """Order ways as the registry has them; those that it does not have are behind."""
    known = list(WAYS)
    return sorted(ways, key=lambda way: known.index(way) if way in known else len(known))


def ways_table(summary: Summary) -> str:
    """List the ways that were measured."""
    ways = in_order({record["way"] for record in summary.of_kind("quality")})
    return table(
        ["way", "what it is"],
        ([f"`{way}`", WAYS[way].about if way in WAYS else MISSING] for way in ways),
        words=[1],
    )


def pictures_table(summary: Summary) -> str:
    """List the pictures."""
    return table(
        ["picture", "size", "megapixels", "colours"],
        (
            [
                name,
                f"{r['width']} × {r['height']}",
                number(summary.megapixels(name)),
                str(r["unique"]),
            ]
            for name, r in summary.pictures.items()
        ),
    )


def quality_tables(summary: Summary) -> Iterator[tuple[int, int, str]]:
    """Give the tables of all ways: number of colours, number of pictures, table."""
    for colors in summary.colors():
        measured = {
            picture: summary.ways(picture, colors)
            for picture in summary.designed(colors)
            if not summary.is_large(picture)
        }
        ways = in_order(set().union(*measured.values()))
        common = [p for p, found in measured.items() if all(way in found for way in ways)]
        if not common:
            continue
        rows = []
        for way in ways:
            records = [measured[picture][way] for picture in common]
            error = geometric_mean(map(mse, records))
            against = summary.ratio(mse, way, SCRIPT, colors, common.__contains__)
            time = summary.ratio(seconds, way, SCRIPT, colors, common.__contains__)
            rows.append(
                [
                    f"`{way}`",
                    number(error),
                    number(3 * error),
                    f"{psnr(error):.2f}",
                    number(geometric_mean(r["cie76"] for r in records)),
                    number(geometric_mean(r["ciede2000"] for r in records)),
                    mean(against),
                    worst(against),
                    number(1000 * geometric_mean(map(seconds, records))),
                    mean(time),
                ]
            )
        heads = [
            "way", "MSE", "Celebi's MSE", "PSNR, dB", "CIE76", "CIEDE2000", "MSE / script", "worst",
            "ms", "time / script",
        ]  # fmt: skip
        yield colors, len(common), table(heads, rows, words=[7])


def against_peers_table(summary: Summary, measure: Measure, mine: str) -> str:
    """Compare one way with every other one on all pictures where both were measured."""
    peers = in_order({record["way"] for record in summary.of_kind("quality")} - {mine})
    return _ratios(summary, peers, lambda peer, k: summary.ratio(measure, mine, peer, k))


def drawn_table(summary: Summary) -> str:
    """Compare every way with the script on the drawn pictures alone."""
    ways = in_order({record["way"] for record in summary.of_kind("quality")} - {SCRIPT})

    def drawn(picture: str) -> bool:
        return picture.startswith("drawn/")

    return _ratios(summary, ways, lambda way, k: summary.ratio(mse, way, SCRIPT, k, drawn))


def _ratios(
    summary: Summary, ways: Iterable[str], compare: Callable[[str, int], Ratio | None]
) -> str:
    """Lay ratios out: one line a way, one column a number of colours."""
    colors = summary.colors()
    rows = ([f"`{way}`", *(ratio(compare(way, k)) for k in colors)] for way in ways)
    return table(["way", *(f"K {k}" for k in colors)], rows)


def kept_table(summary: Summary) -> str:
    """Tell which ways keep a picture that has no more colours than are asked for."""
    rows = []
    for picture, colors in summary.kept():
        lost = [
            f"`{way}` {number(mse(record))}"
            for way, record in summary.ways(picture, colors).items()
            if mse(record)
        ]
        unique = str(summary.pictures[picture]["unique"])
        rows.append([picture, unique, str(colors), ", ".join(lost) or "none"])
    return table(
        ["picture", "colours", "K", "ways that change it, with their MSE"], rows, words=[3]
    )


def large_tables(summary: Summary) -> Iterator[tuple[str, str]]:
    """Give MSE and time on each large picture: its name and the table."""
    for picture in filter(summary.is_large, summary.pictures):
        found = {k: summary.ways(picture, k) for k in summary.colors()}
        colors = [k for k in found if found[k]]
        heads = ["way", *(f"{what}, K {k}" for k in colors for what in ("MSE", "ms"))]
        rows = []
        for way in in_order(set().union(*found.values())):
            records = [found[k].get(way) for k in colors]
            cells = [
                number(value) if r else MISSING
                for r in records
                for value in ((mse(r), 1000 * seconds(r)) if r else (0, 0))
            ]
            rows.append([f"`{way}`", *cells])
        yield picture, table(heads, rows)


def memory_table(summary: Summary) -> str:
    """Show every way's peak memory."""
    records = summary.of_kind("memory")
    columns = list(dict.fromkeys((r["picture"], r["megapixels"], r["colors"]) for r in records))
    peaks = {(r["way"], r["picture"], r["colors"]): r["bytes"] / _MIB for r in records}
    rows = []
    for way in in_order({record["way"] for record in records}):
        found = [peaks.get((way, picture, k)) for picture, _, k in columns]
        rows.append([f"`{way}`", *(MISSING if f is None else number(f) for f in found)])
    return table(["way", *(f"{number(size)} megapixels, K {k}" for _, size, k in columns)], rows)


def growth_table(summary: Summary) -> str:
    """Show time and memory against the size."""
    rows = []
    for r in _by_way(summary.of_kind("growth")):
        pixels = r["width"] * r["height"]
        rows.append(
            [
                f"`{r['way']}`",
                str(r["colors"]),
                f"{r['size']:g}",
                f"{r['unique'] / 1e6:.2f}",
                number(1000 * seconds(r)),
                number(1e9 * seconds(r) / pixels),
                number(r["bytes"] / _MIB),
                number(r["bytes"] / pixels),
            ]
        )
    return table(
        ["way", "K", "megapixels", "million colours", "ms", "ns a pixel", "MiB", "bytes a pixel"],
        rows,
    )


def stages_table(summary: Summary) -> str:
    """Show the milliseconds of every stage, their sum, and the median of the runs without them."""
    stages = [*dict.fromkeys(name for name, _, _ in STAGES), OTHER]
    rows = []
    for r in _by_way(summary.of_kind("growth")):
        parts = [1000 * r["stages"].get(stage, 0.0) for stage in stages]
        whole = [number(sum(parts)), number(1000 * statistics.median(r["seconds"]))]
        rows.append(
            [f"`{r['way']}`", str(r["colors"]), f"{r['size']:g}", *map(number, parts), *whole]
        )
    return table(["way", "K", "megapixels", *stages, "sum", "without clocks"], rows)


def growth_remarks(summary: Summary) -> Iterator[str]:
    """Tell how the time grows, and which stages it is in at the largest size."""
    found = {(r["way"], r["colors"]): r for r in _by_way(summary.of_kind("growth"))}
    for (way, colors), large in found.items():
        sizes = [r for r in summary.of_kind("growth") if (r["way"], r["colors"]) == (way, colors)]
        small = min(sizes, key=lambda r: r["size"])
        whole = sum(large["stages"].values())
        most = sorted(large["stages"], key=lambda stage: -large["stages"][stage])[:3]
        parts = (f"{stage} {large['stages'][stage] / whole:.0%}" for stage in most)
        yield (
            f"- `{way}`, K {colors}: {number(large['size'] / small['size'])} times the pixels take "
            f"{number(seconds(large) / seconds(small))} times as long, with "
            f"{number(large['unique'] / small['unique'])} times the colours. At "
            f"{large['size']:g} megapixels most of it is {', '.join(parts)}."
        )


def _by_way(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda r: (in_order(WAYS).index(r["way"]), r["colors"], r["size"]))


def start_tables(summary: Summary) -> Iterator[tuple[str, str]]:
    """Give time and MSE of every initialization: the picture and the table."""
    records = summary.of_kind("start")
    for picture in dict.fromkeys(record["picture"] for record in records):
        found = {(r["way"], r["colors"]): r for r in records if r["picture"] == picture}
        colors = sorted({k for _, k in found})
        rows = []
        for way in dict.fromkeys(way for way, _ in found):
            cells = (found[way, k] for k in colors)
            rows.append([way, *(f"{number(1000 * seconds(r))}, {number(mse(r))}" for r in cells)])
        yield picture, table(["ms, MSE", *(f"K {k}" for k in colors)], rows)


def best_known_table(summary: Summary, best_known: dict[str, float]) -> str:
    """Show how far the efforts are from the lowest errors that are known."""
    ways = "best", "balanced"
    ratios = {
        (way, k): against_best_known(summary, way, k, best_known)
        for way in ways
        for k in summary.colors()
    }
    colors = [k for k in summary.colors() if any(ratios[way, k] for way in ways)]
    rows = []
    for way in ways:
        found = [ratios[way, k] for k in colors]
        rows.append([f"`{way}`", *(text for f in found for text in (mean(f), worst(f)))])
    return table(["way", *(text for k in colors for text in (f"K {k}", "worst"))], rows)


def targets_table(summary: Summary, best_known: dict[str, float]) -> tuple[str, int, int, int]:
    """Give the table of targets, and how many are met, missed and not measured."""
    rows = []
    met = missed = unknown = 0
    for target in targets(summary, best_known):
        found = target.measured
        met += target.met
        unknown += found is None
        missed += found is not None and not target.met
        rows.append(
            [
                target.claim,
                str(target.colors),
                f"≤ {share(target.limit)}",
                mean(found),
                f"≤ {share(target.worst)}" if target.worst else MISSING,
                worst(found),
                str(found.count) if found else "0",
                "not measured" if found is None else "yes" if target.met else "**no**",
            ]
        )
    heads = ["ratio", "K", "target", "measured", "every picture", "worst", "pictures", "met"]
    return table(heads, rows, words=[5, 7]), met, missed, unknown


def _short(picture: str) -> str:
    """Leave the folder out."""
    return picture.partition("/")[2] or picture
