"""Write the tables of docs/benchmarks.md and docs/appearance.md from the measurements.

    python -m benchmarks.report --best-known best_known.json

The text of the pages is written by hand. A table without measurements stays as it is.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

from .appearance_tables import appearance_tables
from .fresh_process import OTHER_STAGES, STAGES
from .markdown import MISSING, fill_page, format_number, format_ratio, format_table
from .quality import psnr
from .quantizers import BOOK_SCRIPT, QUANTIZERS, sort_names
from .results_store import RESULTS, Record, ResultsStore, mse, seconds
from .summary import Measure, Ratio, Summary, geometric_mean

_MIB = 1 << 20


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    parser.add_argument("--best-known", type=Path, help='JSON: {"mse": {"folder/file|K": ...}}')
    arguments = parser.parse_args()
    known = json.loads(arguments.best_known.read_text())["mse"] if arguments.best_known else {}
    records = ResultsStore(arguments.results).records
    summary = Summary(records, known)
    tables = {name: render(summary) for name, render in PARTS.items()}
    fill_page(arguments.docs / "benchmarks.md", tables)
    fill_page(arguments.docs / "appearance.md", appearance_tables(records))


def _machine(summary: Summary) -> str:
    """Return when and where it was measured, and a warning if that has changed."""
    machines = [dict(record) for record in summary.of_kind("machine")]
    dates = sorted({record.pop("date") for record in machines})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    text = f"Measured on {when} on this machine."
    if any(machine != machines[0] for machine in machines):
        text += " The machine or its packages changed between runs. The table shows the last state."
    last = machines[-1]
    rows = [[k, MISSING if v is None else str(v)] for k, v in last.items() if k != "kind"]
    return f"{text}\n\n" + format_table(["", ""], rows, words=[1])


def _targets(summary: Summary) -> str:
    rows = []
    for target in summary.targets():
        found = target.measured
        rows.append(
            [
                target.claim,
                str(target.colors),
                f"≤ {format_ratio(target.limit)}",
                _mean(found),
                f"≤ {format_ratio(target.worst)}" if target.worst else MISSING,
                _worst(found),
                str(found.count) if found else "0",
                "not measured" if found is None else "yes" if target.is_met else "**no**",
            ]
        )
    met, missed, unknown = (
        sum(row[-1] == word for row in rows) for word in ("yes", "**no**", "not measured")
    )
    heads = ["ratio", "K", "target", "measured", "every image", "worst", "images", "met"]
    return f"{met} targets are met, {missed} missed, {unknown} not measured.\n\n" + format_table(
        heads, rows, words=[5, 7]
    )


def _quantizers(summary: Summary) -> str:
    rows = (
        [f"`{name}`", QUANTIZERS[name].description if name in QUANTIZERS else MISSING]
        for name in _measured(summary)
    )
    return format_table(["quantizer", "what it is"], rows, words=[1])


def _images(summary: Summary) -> str:
    rows = (
        [
            name,
            f"{record['width']} × {record['height']}",
            format_number(summary.megapixels(name)),
            str(record["unique"]),
        ]
        for name, record in summary.images.items()
    )
    return format_table(["image", "size", "megapixels", "colours"], rows)


def _quality(summary: Summary) -> str:
    """Return a table of all quantizers for each number of colours."""
    parts = []
    for colors in summary.colors:
        measured = {
            image: summary.quality(image, colors)
            for image in summary.reduced(colors)
            if not summary.is_large(image)
        }
        names = sort_names(set().union(*measured.values()), QUANTIZERS)
        common = [image for image, found in measured.items() if found.keys() >= set(names)]
        if common:
            parts.append(f"### K {colors}, {len(common)} images")
            parts.append(_quality_table(summary, colors, names, common))
    return "\n\n".join(parts)


def _quality_table(summary: Summary, colors: int, names: list[str], images: list[str]) -> str:
    rows = []
    for name in names:
        records = [summary.quality(image, colors)[name] for image in images]
        error = geometric_mean(map(mse, records))
        to_script = [
            summary.ratio(measure, name, BOOK_SCRIPT, colors, images.__contains__)
            for measure in (mse, seconds)
        ]
        rows.append(
            [
                f"`{name}`",
                format_number(error),
                format_number(3 * error),
                f"{psnr(error):.2f}",
                format_number(geometric_mean(r["cie76"] for r in records)),
                format_number(geometric_mean(r["ciede2000"] for r in records)),
                _mean(to_script[0]),
                _worst(to_script[0]),
                format_number(1000 * geometric_mean(map(seconds, records))),
                _mean(to_script[1]),
            ]
        )
    heads = [
        "quantizer", "MSE", "Celebi's MSE", "PSNR, dB", "CIE76", "CIEDE2000", "MSE / script",
        "worst", "ms", "time / script",
    ]  # fmt: skip
    return format_table(heads, rows, words=[7])


def _balanced_to_peers(summary: Summary, measure: Measure) -> str:
    """Return `balanced` against every other one on all images where both were measured."""
    return _ratio_table(
        summary,
        (name for name in _measured(summary) if name != "balanced"),
        lambda peer, colors: summary.ratio(measure, "balanced", peer, colors),
    )


def _drawn(summary: Summary) -> str:
    """Return every quantizer against the script on the drawings alone."""

    def compare(name: str, colors: int) -> Ratio | None:
        is_drawn = lambda image: image.startswith("drawn/")  # noqa: E731
        return summary.ratio(mse, name, BOOK_SCRIPT, colors, is_drawn)

    names = (name for name in _measured(summary) if name != BOOK_SCRIPT)
    return _ratio_table(summary, names, compare)


def _ratio_table(
    summary: Summary, names: Iterable[str], compare: Callable[[str, int], Ratio | None]
) -> str:
    """Return ratios, the worst in brackets: a line a quantizer, a column a number of colours."""

    def cell(found: Ratio | None) -> str:
        return MISSING if found is None else f"{_mean(found)} ({format_ratio(found.worst)})"

    rows = ([f"`{name}`", *(cell(compare(name, k)) for k in summary.colors)] for name in names)
    return format_table(["quantizer", *(f"K {k}" for k in summary.colors)], rows)


def _exact(summary: Summary) -> str:
    """Return which quantizers change an image that has no more colours than K."""
    rows = []
    for image, colors in summary.exact():
        lost = [
            f"`{name}` {format_number(mse(record))}"
            for name, record in summary.quality(image, colors).items()
            if mse(record)
        ]
        unique = str(summary.images[image]["unique"])
        rows.append([image, unique, str(colors), ", ".join(lost) or "none"])
    heads = ["image", "colours", "K", "quantizers that change it, with their MSE"]
    return format_table(heads, rows, words=[3])


def _large(summary: Summary) -> str:
    """Return MSE and time on each large image."""
    parts = []
    for image in filter(summary.is_large, summary.images):
        measured = {k: summary.quality(image, k) for k in summary.colors}
        measured = {k: found for k, found in measured.items() if found}
        rows = []
        for name in sort_names(set().union(*measured.values()), QUANTIZERS):
            row = [f"`{name}`"]
            for found in measured.values():
                record = found.get(name)
                cells = (mse(record), 1000 * seconds(record)) if record else ()
                row += [format_number(value) for value in cells] or [MISSING, MISSING]
            rows.append(row)
        parts.append(f"### {image}, {summary.megapixels(image):.1f} megapixels")
        heads = (f"{what}, K {k}" for k in measured for what in ("MSE", "ms"))
        parts.append(format_table(["quantizer", *heads], rows))
    return "\n\n".join(parts)


def _memory(summary: Summary) -> str:
    records = summary.of_kind("memory")
    if not records:
        return ""
    columns = list(dict.fromkeys((r["image"], r["megapixels"], r["colors"]) for r in records))
    peaks = {(r["quantizer"], r["image"], r["colors"]): r["bytes"] / _MIB for r in records}
    rows = []
    for name in sort_names({record["quantizer"] for record in records}, QUANTIZERS):
        found = [peaks.get((name, image, k)) for image, _, k in columns]
        rows.append([f"`{name}`", *(MISSING if f is None else format_number(f) for f in found)])
    images = " and ".join(dict.fromkeys(image for image, _, _ in columns))
    heads = (f"{format_number(size)} megapixels, K {k}" for _, size, k in columns)
    return f"In MiB, for {images}.\n\n" + format_table(["quantizer", *heads], rows)


def _scaling_records(summary: Summary) -> list[Record]:
    order = list(QUANTIZERS)
    return sorted(
        summary.of_kind("scaling"),
        key=lambda r: (order.index(r["quantizer"]), r["colors"], r["size"]),
    )


def _scaling(summary: Summary) -> str:
    """Return time and memory against the size."""
    rows = []
    for r in _scaling_records(summary):
        pixels = r["width"] * r["height"]
        values = [1000 * seconds(r), 1e9 * seconds(r) / pixels, r["bytes"] / _MIB]
        rows.append(
            [f"`{r['quantizer']}`", str(r["colors"]), f"{r['size']:g}", f"{r['unique'] / 1e6:.2f}"]
            + [format_number(value) for value in [*values, r["bytes"] / pixels]]
        )
    heads = [
        "quantizer", "K", "megapixels", "million colours", "ms", "ns a pixel", "MiB",
        "bytes a pixel",
    ]  # fmt: skip
    return format_table(heads, rows)


def _stages(summary: Summary) -> str:
    """Return the milliseconds of every stage, their sum, and the median of unprofiled runs."""
    stages = [*STAGES, OTHER_STAGES]
    rows = []
    for r in _scaling_records(summary):
        parts = [1000 * r["stages"].get(stage, 0.0) for stage in stages]
        values = [*parts, sum(parts), 1000 * statistics.median(r["seconds"])]
        rows.append(
            [f"`{r['quantizer']}`", str(r["colors"]), f"{r['size']:g}", *map(format_number, values)]
        )
    heads = ["quantizer", "K", "megapixels", *stages, "sum", "without clocks"]
    return format_table(heads, rows)


def _scaling_remarks(summary: Summary) -> str:
    """Return how the time grows, and which stages it is in at the largest size."""
    of_run: dict[tuple[str, int], list[Record]] = {}
    for record in _scaling_records(summary):
        of_run.setdefault((record["quantizer"], record["colors"]), []).append(record)
    lines = []
    for (name, colors), records in of_run.items():
        small, large = records[0], records[-1]
        whole = sum(large["stages"].values())
        most = sorted(large["stages"], key=lambda stage: -large["stages"][stage])[:3]
        parts = (f"{stage} ({large['stages'][stage] / whole:.0%})" for stage in most)
        lines.append(
            f"- `{name}`, K {colors}: {format_number(large['size'] / small['size'])} times the "
            f"pixels take {format_number(seconds(large) / seconds(small))} times as long, with "
            f"{format_number(large['unique'] / small['unique'])} times the colours. At "
            f"{large['size']:g} megapixels the longest stages are {', '.join(parts)}."
        )
    return "\n".join(lines)


def _best_known(summary: Summary) -> str:
    """Return how far the efforts are from the lowest errors that are known."""
    ratios = {
        name: [summary.ratio_to_best_known(name, k) for k in summary.colors]
        for name in ("best", "balanced")
    }
    known = [n for n in range(len(summary.colors)) if any(found[n] for found in ratios.values())]
    rows = (
        [f"`{name}`", *(text for n in known for text in (_mean(found[n]), _worst(found[n])))]
        for name, found in ratios.items()
    )
    heads = (text for n in known for text in (f"K {summary.colors[n]}", "worst"))
    return format_table(["quantizer", *heads], rows if known else [])


def _initialization(summary: Summary) -> str:
    """Return time and MSE of every initialization, a table an image."""
    records = summary.of_kind("initialization")
    parts = []
    for image in dict.fromkeys(record["image"] for record in records):
        found = {(r["quantizer"], r["colors"]): r for r in records if r["image"] == image}
        colors = sorted({k for _, k in found})
        rows = []
        for name in dict.fromkeys(name for name, _ in found):
            cells = [(1000 * seconds(found[name, k]), mse(found[name, k])) for k in colors]
            rows.append([name, *(", ".join(map(format_number, cell)) for cell in cells)])
        parts += [f"### {image}", format_table(["ms, MSE", *(f"K {k}" for k in colors)], rows)]
    return "\n\n".join(parts)


def _measured(summary: Summary) -> list[str]:
    return sort_names({record["quantizer"] for record in summary.of_kind("quality")}, QUANTIZERS)


def _mean(found: Ratio | None) -> str:
    return MISSING if found is None else format_ratio(found.mean)


def _worst(found: Ratio | None) -> str:
    if found is None:
        return MISSING
    return f"{format_ratio(found.worst)}, {found.image.partition('/')[2] or found.image}"


PARTS: dict[str, Callable[[Summary], str]] = {
    "machine": _machine,
    "targets": _targets,
    "quantizers": _quantizers,
    "images": _images,
    "quality": _quality,
    "error-to-peers": lambda summary: _balanced_to_peers(summary, mse),
    "time-to-peers": lambda summary: _balanced_to_peers(summary, seconds),
    "drawn": _drawn,
    "exact": _exact,
    "large": _large,
    "memory": _memory,
    "scaling": _scaling,
    "stages": _stages,
    "scaling-remarks": _scaling_remarks,
    "best-known": _best_known,
    "initialization": _initialization,
}


if __name__ == "__main__":
    main()
