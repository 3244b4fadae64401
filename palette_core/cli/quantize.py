"""``palette-core quantize``: a picture into K colours."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..batch import SUFFIXES, Recipe, make
from ..options import AUTO, MAX_COLORS
from ..pipeline import palette_to_map
from ..result import TRANSPARENT_INDICES
from . import arguments, console, quantize_batch, report, rules, streams
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
    rules.add_rules(parser)
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


def run(chosen: argparse.Namespace) -> int:
    """Run the command, and return the exit code."""
    _refuse_output_as_input(chosen)
    streams.check_inputs(*chosen.inputs, chosen.palette, chosen.start, chosen.lock_palette)
    design = given(chosen, DESIGN_OPTIONS) | rules.given_rules(chosen)
    mapping = arguments.for_the_eye(chosen, MAPPING_OPTIONS) | given(chosen, MAPPING_OPTIONS)
    if chosen.palette is not None and design:
        option = next(iter(design)).replace("_", "-")
        raise UsageError(f"--palette gives the colours, so --{option} has no say; drop one of them")
    if chosen.format is not None and chosen.output is None:
        raise UsageError("--format is about the image of -o; name one")
    if chosen.strict and chosen.palette is None:
        raise UsageError("--strict is about the colours of --palette; give one")
    fixed = None
    if chosen.palette is not None:
        fixed = palette_to_map(streams.read_palette(chosen.palette))
    always = chosen.transparent_entry == "always"
    if always and fixed is not None and len(fixed) >= MAX_COLORS:
        raise UsageError(
            f"the palette has {len(fixed)} colours, expected at most {MAX_COLORS - 1} with "
            "--transparent-entry always; take one out"
        )
    if chosen.skip_if_larger and chosen.output is None:
        raise UsageError("--skip-if-larger is about the file of -o; name one")
    # It checks values that do not go together.
    recipe = Recipe(
        design,
        mapping,
        fixed,
        strict=chosen.strict,
        drop_unused=chosen.drop_unused,
        strip=chosen.strip,
        transparent_entry=always,
        **given(chosen, ("transparent_index",)),
    )
    if quantize_batch.are_meant(chosen):
        return quantize_batch.run(chosen, recipe)
    return _run_one(chosen, recipe)


def _refuse_output_as_input(chosen: argparse.Namespace) -> None:
    """Refuse an output without its option, which would be taken for one more image to read."""
    first, *others = chosen.inputs
    if chosen.output is not None or not others or not (first == "-" or Path(first).exists()):
        return
    last = others[-1]
    if last == "-" or not Path(last).exists():
        raise UsageError(f"there is no image {last} to read; did you mean -o {last}?")


def _run_one(chosen: argparse.Namespace, recipe: Recipe) -> int:
    quantize_batch.refuse_options(chosen)
    console.check_outputs(chosen, chosen.output, chosen.palette_out, SUFFIXES)
    (name,) = chosen.inputs
    encoded = streams.read_image(name, chosen.max_pixels)
    with console.progress_bar() as (progress, _):
        made = make(encoded, recipe, _suffix(chosen), progress)
    console.tell(name, made.notes)
    if recipe.options.colors == AUTO and recipe.options.dither != "none":
        console.say("note: the target is met without dithering, which is not counted as error")
    palette = console.named(made.palette, name)
    skipped = chosen.skip_if_larger and made.is_larger
    if skipped:
        report.tell_skipped(name, made)
    elif chosen.output is not None:
        streams.write(chosen.output, made.data, overwrite=chosen.force)
    if chosen.palette_out is not None and not skipped:
        streams.write_palette(palette, chosen.palette_out, overwrite=chosen.force)
    report.print_image(chosen, made, skipped=skipped)
    return report.SKIPPED if skipped else 0


def _suffix(chosen: argparse.Namespace) -> str | None:
    """Return the suffix of the format to write the image in, if any."""
    if chosen.output is None:
        return None
    return streams.image_suffix(chosen.output, chosen.format, SUFFIXES)
