"""``--best``: the palette that fits an image best, of several or of the library."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import palette_core as pc

from ..animation import read_frames
from ..batch import JobOptions
from ..image.histogram import ColorHistogram, merge_histograms
from ..image.image_files import EncodedImage
from ..palette import to_mappable_palette
from ..palette_library import LIBRARY
from ..palette_ranking import RankedPalette, rank_by_colors
from ..palette_values import one_line, spell_count
from . import console, streams
from .parser import UsageError


class Candidate(NamedTuple):
    """A palette to choose from, with the name by which it was given."""

    name: str
    palette: pc.Palette


class Ranking(NamedTuple):
    """Candidates from the best to the worst fit, and the colour space of the comparison."""

    rows: list[tuple[str, RankedPalette]]
    space: str

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rows as JSON objects."""
        return [
            {"name": name, "colors": len(ranked.palette), "error": ranked.error}
            for name, ranked in self.rows
        ]

    def lines(self) -> Iterator[str]:
        """Return the lines of a table."""
        yield f"error in {self.space}, % of black to white"
        for name, ranked in self.rows:
            count = spell_count(len(ranked.palette))
            yield f"{ranked.error:6.2f}  {one_line(name)}, {count}"


def read_candidates(names: Sequence[str]) -> list[Candidate]:
    """Return the palettes of files and folders; those of the library if none is named."""
    found = [candidate for name in names for candidate in _read(name)]
    if not names:
        found = [Candidate(f"@{name}", entry.palette) for name, entry in LIBRARY.items()]
    if not found:
        raise UsageError(f"there is no palette in {', '.join(names)}; name another folder")
    for name, palette in found:
        if palette.alpha is not None:
            raise UsageError(
                f"--best does not support palettes with alpha, such as {name}; leave it out"
            )
    return found


def _read(name: str) -> Iterator[Candidate]:
    """Read the palette of a file, or those of a folder without what is no palette."""
    if name == "-" or name.startswith(("@", "#")) or not Path(name).is_dir():
        yield Candidate(name, streams.read_mappable_palette(name))
        return
    for path in sorted(Path(name).iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            yield Candidate(str(path), to_mappable_palette(pc.Palette.load(path)))
        except pc.PaletteFileError as error:
            console.print_message(f"note: skipped {error}")
        except pc.PaletteError as error:
            console.print_message(f"note: skipped {path}: {error}")


def choose(
    encoded: EncodedImage, options: JobOptions, candidates: Sequence[Candidate]
) -> tuple[JobOptions, Ranking]:
    """Return the options with the candidate that fits best, for all frames of an animation."""
    images = map(options.quantize.prepare_image, read_frames(encoded))
    histogram = merge_histograms(ColorHistogram.unique(image.opaque_colors()) for image in images)
    palettes = [candidate.palette for candidate in candidates]
    ranked = rank_by_colors(histogram, palettes, options.quantize.color_space)
    rows = [(candidates[one.position].name, one) for one in ranked]
    return replace(options, palette=ranked[0].palette), Ranking(rows, options.quantize.space)


def print_table(args: argparse.Namespace, ranking: Ranking) -> None:
    """Print the table, unless standard output has something else."""
    if args.json or streams.is_standard_output(args.output, args.palette_out, args.legend):
        return
    for line in ranking.lines():
        print(line)
