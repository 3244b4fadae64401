"""``palette-core quantize``: an image into K colours."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..batch import SUFFIXES, JobOptions, ProcessedImage, process_image
from ..options import AUTO, QuantizeOptions
from ..palette import MAX_COLORS, to_mappable_palette
from ..result import TRANSPARENT_INDICES
from . import arguments, console, constraints, printing, quantize_batch, streams
from .arguments import DESIGN_OPTIONS, MAPPING_OPTIONS, UsageError, given

HELP = "put pictures into K colours"
DESCRIPTION = "Put pictures into K colours: indexed PNG or GIF files and their palettes."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help="a picture file, or - for standard input; or several, and folders of them",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT.png",
        help="write the indexed image, .png or .gif, or - for standard output; the folder for "
        "those of several",
    )
    parser.add_argument(
        "--format",
        choices=[suffix[1:] for suffix in SUFFIXES],
        help="write the image in this format, whatever its suffix (png for a pipe)",
    )
    parser.add_argument(
        "--palette-out",
        metavar="OUT.gpl",
        help="write the palette, or - for standard output; the folder for those of several",
    )
    parser.add_argument(
        "--palette",
        metavar="FILE",
        help="use the colours of this palette, a file, - or such as '#000,#ffcc00', instead of "
        "finding some",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse a picture that has other colours than those of --palette",
    )
    parser.add_argument(
        "--drop-unused", action="store_true", help="leave out the colours that no pixel has"
    )
    arguments.add_colors(parser)
    arguments.add_design_options(parser)
    constraints.add_constraint_options(parser)
    arguments.add_dither_options(parser, "floyd-steinberg; none with other methods than kmeans")
    arguments.add_dither_adaptive(parser)
    parser.add_argument(
        "--transparent-index",
        choices=TRANSPARENT_INDICES,
        help="the place of the transparent entry in OUT.png (last)",
    )
    parser.add_argument(
        "--transparent-entry",
        choices=("auto", "always"),
        help="whether OUT.png has a transparent entry where no pixel needs it (auto: only if "
        "another image with the same palette does)",
    )
    parser.add_argument(
        "--strip", action="store_true", help="leave out metadata: resolution, EXIF, XMP and texts"
    )
    parser.add_argument(
        "--skip-if-larger",
        action="store_true",
        help="write nothing that is not smaller than INPUT; the exit code is then 98",
    )
    arguments.add_max_pixels(parser)
    arguments.add_run_options(parser)
    arguments.add_report_options(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command, and return the exit code."""
    _refuse_output_as_input(args)
    job = _read_options(args)
    if quantize_batch.is_batch(args):
        return quantize_batch.run(args, job)
    quantize_batch.refuse_batch_options(args)
    console.check_outputs(args, args.output, args.palette_out, SUFFIXES)
    (name,) = args.inputs
    encoded = streams.read_image(name, args.max_pixels)
    with console.progress_bar() as (progress, _):
        processed = process_image(encoded, job, _suffix(args), progress)
    console.print_notes(name, processed.notes)
    if job.quantize.colors == AUTO and job.quantize.dither != "none":
        console.print_message(
            "note: the target is met without dithering, which is not counted as error"
        )
    return _write(args, name, processed)


def _refuse_output_as_input(args: argparse.Namespace) -> None:
    """Refuse an output without its option, which would be taken for one more image to read."""
    first, *others = args.inputs
    if args.output is not None or not others or not (first == "-" or Path(first).exists()):
        return
    last = others[-1]
    if last == "-" or not Path(last).exists():
        raise UsageError(f"there is no image {last} to read; did you mean -o {last}?")


def _read_options(args: argparse.Namespace) -> JobOptions:
    """Check the arguments, and read the palettes that they name."""
    streams.check_inputs(*args.inputs, args.palette, args.start, args.lock_palette)
    design = given(args, DESIGN_OPTIONS) | constraints.read_constraints(args)
    mapping = arguments.for_the_eye(args, MAPPING_OPTIONS) | given(args, MAPPING_OPTIONS)
    if args.palette is not None and design:
        option = next(iter(design)).replace("_", "-")
        raise UsageError(f"--palette gives the colours, so --{option} has no say; drop one of them")
    if args.format is not None and args.output is None:
        raise UsageError("--format is about the image of -o; name one")
    if args.strict and args.palette is None:
        raise UsageError("--strict is about the colours of --palette; give one")
    palette = None
    if args.palette is not None:
        palette = to_mappable_palette(streams.read_palette(args.palette))
    has_entry = args.transparent_entry == "always"
    if has_entry and palette is not None and len(palette) >= MAX_COLORS:
        raise UsageError(
            f"the palette has {len(palette)} colours, expected at most {MAX_COLORS - 1} with "
            "--transparent-entry always; take one out"
        )
    if args.skip_if_larger and args.output is None:
        raise UsageError("--skip-if-larger is about the file of -o; name one")
    return JobOptions(
        QuantizeOptions(**design, **mapping),
        palette,
        strict=args.strict,
        drop_unused=args.drop_unused,
        strip=args.strip,
        transparent_entry=has_entry,
        **given(args, ("transparent_index",)),
    )


def _write(args: argparse.Namespace, name: str, processed: ProcessedImage) -> int:
    """Write the files and the report, and return the exit code."""
    palette = console.name_palette(processed.palette, name)
    skipped = args.skip_if_larger and processed.is_larger
    if skipped:
        printing.print_skipped(name, processed)
    elif args.output is not None:
        streams.write(args.output, processed.data, overwrite=args.force)
    if args.palette_out is not None and not skipped:
        streams.write_palette(palette, args.palette_out, overwrite=args.force)
    printing.print_result(args, processed, skipped=skipped)
    return printing.SKIPPED if skipped else 0


def _suffix(args: argparse.Namespace) -> str | None:
    """Return the suffix of the format to write the image in, if any."""
    if args.output is None:
        return None
    return streams.image_suffix(args.output, args.format, SUFFIXES)
