"""``palette-core quantize``: images reduced to a few colours."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..batch import SUFFIXES, JobOptions, ProcessedImage, QualityFloor, process_image
from ..common_options import ALPHA_OPTIONS, can_dither_alpha
from ..design import METHODS
from ..mapping.run_merging import MAX_LOSSY
from ..options import AUTO, TARGETS, QuantizeOptions
from ..palette import MAX_COLORS, Palette
from ..result import TRANSPARENT_INDICES
from . import (
    arguments,
    best_palette,
    console,
    file_options,
    groups,
    legend,
    printing,
    quantize_batch,
    streams,
)
from .arguments import DESIGN_OPTIONS, MAPPING_OPTIONS, given
from .parser import Group, UsageError

HELP = "reduce images to a few colours"
DESCRIPTION = "Reduce images to a few colours, and write them as indexed PNG or GIF files."
ARGUMENTS = "INPUT [INPUT ...]"
# Options with which the palette has no alpha unless --alpha asks for it.
_EXCLUDING_ALPHA = (
    "palette",
    "best",
    "lock",
    "lock_palette",
    "start",
    "grid",
    "dither_adaptive",
    "shared_palette",
    "transparent_index",
    "transparent_entry",
)
# Of a PSNR in dB and of a SSIMULACRA 2 score.
QUALITY_RANGE = (0.0, 100.0)
EXAMPLES = (
    "palette-core quantize photo.jpg -k 16 -o out.png",
    "palette-core quantize photo.jpg --palette @c64 -o c64.png",
    "palette-core quantize frames -o out --shared-palette",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    inputs = parser.add_argument_group("Input")
    inputs.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help="image file, folder of images, or - for standard input",
    )
    groups.add_max_pixels(inputs)
    _add_output_options(parser.add_argument_group("Output"))
    _add_palette_options(parser.add_argument_group("Palette"))
    groups.add_dithering(parser)
    _add_transparency_options(parser.add_argument_group("Transparency"))
    groups.add_algorithm(parser.add_argument_group("Algorithm"))
    groups.add_batch(parser.add_argument_group("Batch"))


def _add_output_options(group: Group) -> None:
    group.add_argument(
        "-o",
        "--output",
        metavar="OUT.png",
        help="image to write, .png or .gif, or - for standard output; for several images a folder",
    )
    group.add_argument(
        "--format",
        choices=[suffix[1:] for suffix in SUFFIXES],
        help="format of OUT.png (default: by its suffix; png in pipes)",
    )
    group.add_argument(
        "--palette-out",
        metavar="OUT.gpl",
        help="palette file to write, or - for standard output; for several images a folder",
    )
    group.add_argument(
        "--legend",
        metavar="OUT.csv",
        help="table of the colours to write: code, name, pixels and per cent, or - for standard "
        "output; for several images a folder",
    )
    legend.add_names(group)
    group.add_argument(
        "--strip",
        action="store_true",
        help="do not copy metadata: resolution, EXIF, XMP and texts",
    )
    group.add_argument(
        "--skip-if-larger",
        action="store_true",
        help="write nothing if the result is not smaller than the input (exit code 98)",
    )
    group.add_argument(
        "--lossy",
        type=arguments.whole_number(0, MAX_LOSSY),
        metavar="N",
        help=f"how much error may be added for a smaller file, 0 to {MAX_LOSSY}; just visible from "
        "20 on (default: 0)",
    )
    group.add_argument(
        "--min-psnr",
        type=arguments.number(*QUALITY_RANGE),
        metavar="DB",
        help="write nothing if the PSNR is lower, dithering included (exit code 99)",
    )
    group.add_argument(
        "--min-ssimulacra2",
        type=arguments.number(*QUALITY_RANGE),
        metavar="SCORE",
        help="write nothing if the SSIMULACRA 2 score is lower, 100 for identical images (exit "
        "code 99); needs the package ssimulacra2",
    )
    groups.add_json(group)
    groups.add_force(group)


def _add_palette_options(group: Group) -> None:
    groups.add_color_count(group)
    group.add_argument(
        "--palette",
        action="append",
        metavar="FILE",
        help=f"use this palette instead of finding one: {groups.PALETTE}",
    )
    group.add_argument(
        "--best",
        action="store_true",
        default=None,
        help="use the palette that fits the image best, and list the errors of all: --palette can "
        "be repeated and name folders, and without it all palettes of the library are compared",
    )
    group.add_argument(
        "--strict",
        action="store_true",
        help="with --palette: fail if an image has other colours",
    )
    group.add_argument(
        "--drop-unused", action="store_true", help="remove unused entries from the palette"
    )
    group.add_argument(
        "--frame-palettes",
        action="store_true",
        help="find a palette for each scene of an animation, which makes a larger OUT.gif",
    )
    groups.add_constraints(group)
    groups.add_order(group)


def _add_transparency_options(group: Group) -> None:
    groups.add_transparency(group)
    group.add_argument(
        "--transparent-index",
        choices=TRANSPARENT_INDICES,
        help="index of the transparent entry in OUT.png (default: last)",
    )
    group.add_argument(
        "--transparent-entry",
        choices=("auto", "always"),
        help="add a transparent entry to OUT.png: always, or only if an image with this palette "
        "has transparent pixels (default: auto)",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command, and return the exit code."""
    _refuse_output_as_input(args)
    options = _read_options(args)
    if quantize_batch.is_batch(args):
        return quantize_batch.run(args, options)
    quantize_batch.refuse_batch_options(args)
    streams.check_outputs(args, args.output, args.palette_out, SUFFIXES)
    named = _check_legend(args)
    candidates = best_palette.read_candidates(args.palette or []) if args.best else []
    (name,) = args.inputs
    encoded = streams.read_image(name, args.max_pixels)
    ranking = None
    if candidates:
        options, ranking = best_palette.choose(encoded, options, candidates)
        best_palette.print_table(args, ranking)
    with console.progress_bar() as (progress, _):
        processed = process_image(encoded, options, _suffix(args), progress)
    console.print_notes(name, processed.notes)
    before_dithering = given(args, tuple(TARGETS)) and not options.quantize.target_as_seen
    if before_dithering and processed.dither != "none":
        console.print_message("note: the target is met before dithering")
    return _write(args, name, processed, options, ranking, named)


def _check_legend(args: argparse.Namespace) -> Palette | None:
    """Check that a legend can be written, and return the named colours for it."""
    legend.check_options(args)
    if args.legend is None:
        return None
    if args.frame_palettes:
        raise UsageError("--legend cannot be combined with --frame-palettes; remove one of them")
    streams.check_distinct(args.output, args.palette_out, args.legend)
    if args.json and streams.is_standard_output(args.legend):
        raise UsageError("--legend - cannot be combined with --json; name a file")
    streams.check_data(args.legend, overwrite=args.force)
    return legend.read_names(args)


def _refuse_output_as_input(args: argparse.Namespace) -> None:
    """Refuse a last input that does not exist, and was probably meant as the output."""
    first, *others = args.inputs
    if args.output is not None or not others or not (first == "-" or Path(first).exists()):
        return
    last = others[-1]
    if last == "-" or not Path(last).exists():
        raise UsageError(f"there is no image {last}; did you mean -o {last}?")


def _read_options(args: argparse.Namespace) -> JobOptions:
    """Check the arguments, and read the palettes that they name."""
    palettes = args.palette or []
    streams.check_inputs(
        *(*args.inputs, *palettes, args.start, args.lock_palette),
        *(args.threshold_matrix, args.names),
    )
    design = given(args, DESIGN_OPTIONS) | file_options.read_constraints(args)
    mapping = arguments.perceptual_defaults(args, MAPPING_OPTIONS) | given(args, MAPPING_OPTIONS)
    mapping |= given(args, ("lossy",))
    mapping |= file_options.read_threshold_matrix(args)
    chooser = "--best" if args.best else "--palette" if palettes else ""
    if chooser and design:
        option = console.spell_options(f"`{next(iter(design))}`")
        raise UsageError(f"{chooser} cannot be combined with {option}; remove one of them")
    if args.format is not None and args.output is None:
        raise UsageError("--format needs an output image; name it with -o")
    if args.strict and args.palette is None:
        raise UsageError("--strict needs a palette; name it with --palette")
    palette = None
    if args.best:
        _check_best(args)
    elif palettes:
        palette = _read_palette(args, palettes, mapping)
    has_entry = args.transparent_entry == "always"
    if has_entry and palette is not None and len(palette) >= MAX_COLORS:
        raise UsageError(
            f"--transparent-entry always needs a free entry, but the palette has {len(palette)} "
            f"colours; use a palette of at most {MAX_COLORS - 1}"
        )
    if args.frame_palettes and (other := given(args, ("palette", "palette_out"))):
        option = console.spell_options(f"`{next(iter(other))}`")
        raise UsageError(f"--frame-palettes cannot be combined with {option}; remove one of them")
    if args.skip_if_larger and args.output is None:
        raise UsageError("--skip-if-larger needs an output image; name it with -o")
    asks_for_alpha = bool(given(args, ALPHA_OPTIONS))
    obstacle = "" if asks_for_alpha else _find_alpha_obstacle(args, mapping)
    return JobOptions(
        QuantizeOptions(**design, **mapping),
        palette,
        strict=args.strict,
        drop_unused=args.drop_unused,
        strip=args.strip,
        transparent_entry=has_entry,
        floor=QualityFloor(args.min_psnr, args.min_ssimulacra2),
        frame_palettes=args.frame_palettes,
        keep_soft_edges=not (asks_for_alpha or obstacle),
        alpha_obstacle=obstacle,
        delta_e=args.json,
        **given(args, ("transparent_index",)),
    )


def _check_best(args: argparse.Namespace) -> None:
    """Refuse what does not work with a palette that is chosen later."""
    if quantize_batch.is_batch(args):
        raise UsageError("--best works on one image at a time; name a single image")
    for option, value in (("--strict", args.strict), ("--frame-palettes", args.frame_palettes)):
        if value:
            raise UsageError(f"--best cannot be combined with {option}; remove one of them")
    if args.alpha == "palette":
        raise UsageError("--best cannot be combined with --alpha palette; remove one of them")


def _read_palette(
    args: argparse.Namespace, names: Sequence[str], mapping: dict[str, Any]
) -> Palette:
    """Read the palette of --palette; one with alpha keeps the alpha of pixels."""
    name, *others = names
    if others:
        raise UsageError("--palette can be given only once; add --best to use the best of several")
    if name != "-" and Path(name).is_dir():
        raise UsageError(f"{name} is a folder; name a file in it, or add --best")
    return file_options.read_given_palette(args, name, mapping)


def _find_alpha_obstacle(args: argparse.Namespace, mapping: dict[str, Any]) -> str:
    """Return the option that excludes entries with alpha, which soft edges get by default."""
    dither = mapping.get("dither", "none")
    obstacles = [f"`{name}`" for name in given(args, _EXCLUDING_ALPHA)]
    if args.colors == AUTO:
        obstacles.append(f"`colors={AUTO}`")
    if not METHODS[args.method or arguments.OWN_METHOD].supports_alpha:
        obstacles.append(f"`method={args.method}`")
    if not can_dither_alpha(dither):
        obstacles.append(f"`dither={dither}`")
    return next(iter(obstacles), "")


def _write(
    args: argparse.Namespace,
    name: str,
    processed: ProcessedImage,
    options: JobOptions,
    ranking: best_palette.Ranking | None,
    named: Palette | None,
) -> int:
    """Write the files and the report, and return the exit code."""
    palette = streams.name_palette(processed.palette, name)
    skipped = bool(processed.shortfall) or (args.skip_if_larger and processed.is_larger)
    if skipped:
        printing.print_skipped(name, processed)
    elif args.output is not None:
        streams.write(args.output, processed.data, overwrite=args.force)
    if args.palette_out is not None and not skipped:
        streams.write_palette(palette, args.palette_out, overwrite=args.force)
    if args.legend is not None and not skipped:
        data = legend.encode(processed, named)
        streams.write(args.legend, data, overwrite=args.force)
    more = {} if ranking is None else {"palettes": ranking.as_json()}
    printing.print_result(args, processed, options, skipped=skipped, **more)
    return printing.exit_code([processed] if skipped else [])


def _suffix(args: argparse.Namespace) -> str | None:
    """Return the suffix of the format to write the image in, if any: in a stream PNG by default."""
    if args.output is None:
        return None
    if args.format is not None:
        return f".{args.format}"
    suffix = Path(args.output).suffix.lower()
    return ".png" if streams.is_stream(args.output) and suffix not in SUFFIXES else suffix
