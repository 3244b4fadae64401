"""Write the document from what was measured.

python -m benchmarks.report --best-known best_known.json --note "About the folder's pictures."
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from . import tables
from .figures import PALETTE, START
from .store import RESULTS, Record, Store
from .summary import LARGE_MEGAPIXELS, Summary, mse, seconds

DOCUMENT = Path("docs/benchmarks.md")

_INTRODUCTION = """\
# Benchmarks

The engine beside its peers: quality, time and memory. `benchmarks/report.py` writes this page from
what the other scripts in `benchmarks/` have measured; no number in it was typed by hand.

All of it is in sRGB and without dithering, where errors can be counted. What the eye sees, and
why the command line and the filter compare in Oklab and dither unless told otherwise, is in
[appearance.md](appearance.md).
"""

_LIMITS = """\
### What stands in the way where a time is missed

- **Large pictures, beside the fast octree.** It counts into a few thousand cells. We count every
  unique colour, which is a read and a write at a random place in 64 MiB for every pixel, and then
  look every pixel up in 16 MiB. To design from a sample of the pixels would not help much: exact
  mapping has to know which colours occur, and to mark them takes nearly as long as to count them.
  Two threads do not count faster, because NumPy holds Python's lock while it adds up at indices.
- **Pictures of few colours, beside libimagequant**, whose time falls with the number of colours. Of
  ours the part of the search depends on K: at K 256 it moves centres among thousands of cells in
  any picture that has as many colours.
- **Tried and left out**, because they gained nothing: comparing boxes of cells with those centres
  alone that can be nearest (as is done for all colours), more threads, adding centres and taking
  them away in turn instead of moving them, the second nearest centre instead of the cheapest
  merger, and coarser cells, which are faster but cost more than they save.
"""

_MEASURES = """\
## What the numbers mean

- **MSE**: mean squared error over pixels and channels, on the 8-bit scale. **Celebi's MSE** is
  three times that: the squared distance, summed over the channels, in the mean over pixels.
  **PSNR** is 10 log₁₀(255² / MSE).
- **CIE76** and **CIEDE2000**: the mean colour difference of a pixel in CIELAB (D65), by
  scikit-image. Most ways aim at the MSE and none at these; they tell whether a lower MSE is bought
  with colours that look wrong.
- **Means over pictures are geometric**, of MSE, colour difference and time alike, so that no
  picture outweighs the others, and the ratio of two means is the mean of the ratios. "Worst" is the
  picture with the largest ratio. Below 1 is better than the peer, always.
- **Pictures with no more colours than K** are in no mean: there is nothing to choose. They have a
  table of their own.
- **Time** is from an array (or the form of it that the peer takes) in memory to a palette and an
  index map in memory. All ways run in turn in one process that has loaded and warmed up everything,
  and the median of the runs counts. scikit-learn runs on one thread, but for `script-threads`:
  where a machine does other work too its threads wait for each other, and it may take longer.
- **Memory** is the peak of the resident memory during one call, less what was resident before it,
  in a fresh process for each number, after a call on a tiny picture that made the way load what it
  needs. Picture and interpreter are not in it; the result is.
"""

_WAYS = """\
`kmeans=1` lets Pillow run its own k-means until no pixel changes its entry. Its `FASTOCTREE` takes
no notice of `kmeans`, so that there is no such line. pngquant reads and writes PNG in a process of
its own, and all of that is in its time; its memory is not measured. Where the machine does not have
it there is no line of it, as there is none of `script-threads` unless the command names it.
"""

_START = """\
## The start of k-means

The chapter's figure 2.6 once more: how long the initialization takes, without the iterations and
the mapping that follow, and the MSE of the palette that it gives. k-means++ is scikit-learn's
`kmeans_plusplus` on one thread, on all pixels as in the chapter: the greedy variant is its default,
the other one has `n_local_trials=1`. "On the histogram" means the unique colours with their counts
as weights, and the counting is not in the time. The variance cut makes cells of the histogram
first, which is in its time in both lines.
"""

_GROWTH = """\
Counting and mapping touch every pixel; ordering, making cells and polishing touch every unique
colour; start, search and Lloyd's algorithm touch cells alone, whose number depends on K and not on
the picture. So the time has a part that stays, one that grows with the colours, and one that grows
with the pixels. The clocks are put around the engine's functions from outside; the sum of the parts
is that of a run with them, beside the median of the runs without.
"""

_REPRODUCE = """\
## How to measure again

On a machine that does nothing else, from a clone; `FOLDER` holds pictures (PNG, JPEG, WebP, in
folders of it too), among them one of about 10 megapixels. Install pngquant from your distribution.

```sh
python3 -m venv .venv
.venv/bin/pip install -e '.[benchmark]'
.venv/bin/python -m benchmarks.measure FOLDER --megapixels 0 1
.venv/bin/python -m benchmarks.measure FOLDER --megapixels 1 20 --colors 16 64 256 --ways \\
    fast balanced high best variance-cut median-cut wu pillow-median-cut pillow-max-coverage \\
    pillow-octree libimagequant-1 libimagequant-4 libimagequant-10
.venv/bin/python -m benchmarks.memory FOLDER --only PHOTO LARGE_PHOTO
.venv/bin/python -m benchmarks.growth FOLDER --only LARGE_PHOTO
.venv/bin/python -m benchmarks.start
.venv/bin/python -m benchmarks.figures
.venv/bin/python -m benchmarks.report
```

Every script adds its numbers to `build/benchmarks.jsonl` as it finds them, and does not measure
again what is there: a run that was interrupted goes on, and to measure afresh the file is deleted.
`--help` tells how to choose pictures, ways, numbers of colours and runs.
"""


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    parser.add_argument("--best-known", type=Path, help='JSON: {"mse": {"folder/file|K": ...}}')
    parser.add_argument("--note", default="", help="a sentence on where the pictures are from")
    arguments = parser.parse_args()
    known = json.loads(arguments.best_known.read_text())["mse"] if arguments.best_known else {}
    records = Store(arguments.results).records
    arguments.document.write_text(render(records, known, arguments.note), encoding="utf-8")


def render(records: list[Record], best_known: dict[str, float], note: str) -> str:
    """Give the document.

    Parameters
    ----------
    records : list of dict
        As `Store` has them.
    best_known : dict
        The lowest known MSE, in Celebi's convention, by "folder/file|K"; may be empty.
    note : str
        Where the pictures are from; may be empty.
    """
    summary = Summary(records)
    sections = [
        _INTRODUCTION,
        _machine(summary),
        *_targets(summary, best_known),
        _MEASURES,
        *_ways_and_pictures(summary, note),
        *_quality(summary),
        *_large(summary),
        *_memory(summary),
        *_growth(summary),
        *_best_known(summary, best_known),
        *_start(summary),
        _REPRODUCE,
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _machine(summary: Summary) -> str:
    """Tell where and when, and warn of numbers that do not belong together."""
    machines = summary.of_kind("machine")
    dates = sorted({record["date"] for record in machines})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    without_date = [{k: v for k, v in m.items() if k != "date"} for m in machines]
    text = f"Measured on {when}, on this machine"
    if any(other != without_date[0] for other in without_date):
        text += " (which changed on the way, as did its packages perhaps; this is the last state)"
    last = without_date[-1]
    rows = [[k, "not there" if v is None else str(v)] for k, v in last.items() if k != "kind"]
    return f"{text}:\n\n" + tables.table(["", ""], rows, words=[1])


def _targets(summary: Summary, best_known: dict[str, float]) -> Iterator[str]:
    table, met, missed, unknown = tables.targets_table(summary, best_known)
    yield "## Targets"
    yield (
        f"What the engine is to reach, and what it does: {met} met, {missed} missed, {unknown} not "
        "measured. Times at a size are those of the pictures within a third of it."
    )
    yield table
    yield _LIMITS


def _ways_and_pictures(summary: Summary, note: str) -> Iterator[str]:
    yield "## Ways"
    yield tables.ways_table(summary)
    yield _WAYS
    yield "## Pictures"
    yield (
        "scikit-learn's two photos, pictures that `benchmarks/drawn.py` draws, and those of a "
        f"folder. {note}".strip()
    )
    yield tables.pictures_table(summary)


def _quality(summary: Summary) -> Iterator[str]:
    yield "## Quality and time"
    yield f"Pictures of up to {LARGE_MEGAPIXELS:g} megapixel on which every way was measured."
    for colors, count, table in tables.quality_tables(summary):
        yield f"### K {colors}, {count} pictures"
        yield table
    yield "### `balanced` against each"
    yield (
        "MSE of `balanced` / the way's, over all pictures on which both were measured; the worst "
        "picture in brackets."
    )
    yield tables.against_peers_table(summary, mse, "balanced")
    yield "Its time / the way's:"
    yield tables.against_peers_table(summary, seconds, "balanced")
    yield "### Drawn pictures alone"
    yield "MSE / the script's, the worst picture in brackets."
    yield tables.drawn_table(summary)
    if summary.kept():
        yield "### Pictures with no more colours than K"
        yield tables.kept_table(summary)


def _large(summary: Summary) -> Iterator[str]:
    found = list(tables.large_tables(summary))
    if found:
        yield "## Large pictures"
    for picture, table in found:
        yield f"### {picture}, {summary.megapixels(picture):.1f} megapixels"
        yield table


def _memory(summary: Summary) -> Iterator[str]:
    if summary.of_kind("memory"):
        yield "## Peak memory"
        pictures = dict.fromkeys(record["picture"] for record in summary.of_kind("memory"))
        yield f"MiB above the picture, for {' and '.join(pictures)}."
        yield tables.memory_table(summary)


def _growth(summary: Summary) -> Iterator[str]:
    records = summary.of_kind("growth")
    if not records:
        return
    yield "## Growth"
    yield (
        f"One photo, {records[-1]['photo']}, scaled to each size by Lanczos' filter. Tiling "
        "would repeat the same colours; this makes new ones between its own, as a finer camera "
        "would. How many there are is in the table."
    )
    yield tables.growth_table(summary)
    yield "Where the time goes, in milliseconds:"
    yield tables.stages_table(summary)
    yield _GROWTH
    yield "\n".join(tables.growth_remarks(summary))


def _best_known(summary: Summary, best_known: dict[str, float]) -> Iterator[str]:
    if best_known:
        yield "## Against the best known"
        yield (
            "MSE / the lowest that long runs of many starts and swaps have found for the same "
            "picture and K."
        )
        yield tables.best_known_table(summary, best_known)


def _start(summary: Summary) -> Iterator[str]:
    found = list(tables.start_tables(summary))
    if not found:
        return
    yield _START
    yield f"![Time of the initialization against the number of colours](images/{START})"
    for picture, table in found:
        yield f"### {picture}"
        yield table
    yield "And its figure 2.5: a photo, what the script makes of it, and the palette."
    yield f"![A photo, the same photo in 16 colours, and these colours](images/{PALETTE})"


if __name__ == "__main__":
    main()
