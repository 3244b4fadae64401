"""``palette-core report``: a page about an image and its result."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import palette_core as pc

from ..animation import decode_first
from ..batch.job_options import is_soft
from ..common_options import ALPHA_OPTIONS
from ..image import indexed_png
from ..options import QuantizeOptions
from ..palette_values import spell_count
from ..pipeline import run_map, run_quantize
from ..report import contact_sheet, html_report
from . import arguments, console, file_options, groups, printing, streams
from .arguments import DESIGN_OPTIONS, MAPPING_OPTIONS, given
from .parser import UsageError

HELP = "write a page that shows a result in detail"
DESCRIPTION = (
    "Quantize an image, and write one HTML page about the result: before and after with a slider, "
    "a map and a histogram of the differences, the palette with its shares, the colours in 3-D, "
    "and the error with other numbers of colours. The page works offline."
)
ARGUMENTS = "INPUT -o OUT.html"
EXAMPLES = ("palette-core report photo.jpg -k 16 -o report.html",)
_SUFFIXES = (".html", ".htm")
# The options that are listed if they are given; the main ones always are.
_LISTED = (
    *("target_psnr", "target_delta_e", "target_as_seen", "init", "order", "lightness_weight"),
    *("lock", "lock_palette", "start", "rare", "visual_masking", "keep_exact", "grid"),
    *("dither_strength", "dither_adaptive", "threshold_matrix"),
    *("alpha", "alpha_threshold", "matte"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    output = parser.add_argument_group("Output")
    groups.add_output(output, "OUT.html", "page")
    groups.add_width(output, "of the images on the page", default=1024)
    groups.add_json(output)
    groups.add_force(output)
    palette = parser.add_argument_group("Palette")
    groups.add_color_count(palette)
    palette.add_argument(
        "--palette",
        metavar="FILE",
        help=f"use this palette instead of finding one: {groups.PALETTE}",
    )
    groups.add_constraints(palette)
    groups.add_order(palette)
    groups.add_dithering(parser)
    groups.add_transparency(parser.add_argument_group("Transparency"))
    groups.add_algorithm(parser.add_argument_group("Algorithm"))


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    names = DESIGN_OPTIONS + MAPPING_OPTIONS
    values = arguments.perceptual_defaults(args, names) | given(args, names)
    values |= file_options.read_threshold_matrix(args)
    inputs = (args.input, args.palette, args.start, args.lock_palette, args.threshold_matrix)
    streams.check_inputs(*inputs)
    values |= file_options.read_constraints(args)
    palette = None if args.palette is None else _read_palette(args, values)
    options = QuantizeOptions(**values)
    streams.require_output(args, "output")
    streams.check_outputs(args, args.output, None, _SUFFIXES, "a page")
    encoded = streams.read_image(args.input, args.max_pixels)
    decoded = decode_first(encoded)
    notes = list(decoded.notes)
    if is_soft(decoded.pixels) and not options.keeps_alpha and not given(args, ALPHA_OPTIONS):
        notes.append("soft edges become hard; to keep them add `alpha='palette'`")
    console.print_notes(args.input, notes)
    start = time.perf_counter()
    image = options.prepare_image(decoded.pixels)
    if palette is None:
        quantized = run_quantize(image, options)
    else:
        quantized = run_map(image, palette, options)
    report = html_report.Report(
        name="Image" if streams.is_stream(args.input) else Path(args.input).name,
        pixels=image.to_array(),
        quantized=quantized,
        elbow=pc.find_elbow(image.to_array(), alpha_threshold=1),
        bytes_in=len(encoded.data),
        bytes_out=len(indexed_png.encode(quantized.to_image())),
        options=_list_options(args, options, quantized),
    )
    metrics, differences = contact_sheet.measure_differences(report.pixels, quantized)
    if args.output is not None:
        page = html_report.make_page(report, metrics, differences, args.width)
        streams.write(args.output, page.encode(), overwrite=args.force)
    seconds = time.perf_counter() - start
    if args.json:
        console.print_json(_as_json(report, metrics, seconds))
    elif not streams.is_standard_output(args.output):
        parts = [spell_count(len(quantized.palette)), f"PSNR {metrics.psnr:.2f} dB"]
        parts += [f"{spell_count(report.elbow.colors)} suggested", f"{seconds:.2f} s"]
        console.print_line(f"{args.output}: {', '.join(parts)}")


def _read_palette(args: argparse.Namespace, values: dict[str, Any]) -> pc.Palette:
    """Read the palette of --palette, with which nothing else chooses the colours."""
    if design := values.keys() - set(MAPPING_OPTIONS) - {"threshold_matrix"}:
        option = console.spell_options(f"`{min(design)}`")
        raise UsageError(f"--palette cannot be combined with {option}; remove one of them")
    return file_options.read_given_palette(args, args.palette, values)


def _list_options(
    args: argparse.Namespace, options: QuantizeOptions, quantized: pc.Quantized
) -> dict[str, str]:
    """Return the main options, and others that were given, as they are typed."""
    values: dict[str, object] = {"palette": args.palette}
    if args.palette is None:
        design = ("colors", "method", "effort", "seed")
        values = {name: getattr(options, name) for name in design}
    values |= {"space": options.space, "dither": quantized.dither}
    values |= given(args, _LISTED)
    return {console.spell_options(f"`{name}`"): _spell(value) for name, value in values.items()}


def _spell(value: object) -> str:
    if value is True:
        return "yes"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _as_json(report: html_report.Report, metrics: pc.Metrics, seconds: float) -> dict[str, Any]:
    elbow = report.elbow
    curve = [
        {"colors": count, "mse": mse} for count, mse in zip(elbow.counts, elbow.mse, strict=True)
    ]
    quantized = report.quantized
    return (
        printing.palette_as_json(quantized.palette, quantized.shares())
        | printing.metrics_as_json(metrics)
        | {"bytes_in": report.bytes_in, "bytes_out": report.bytes_out, "dither": quantized.dither}
        | {"suggested_colors": elbow.colors, "elbow": curve, "seconds": seconds}
    )
