"""``palette-core compare``: how far one image is from another."""

from __future__ import annotations

import argparse

import palette_core as pc

from . import arguments, console, printing, streams

HELP = "measure how far one picture is from another"
DESCRIPTION = "Measure how far one picture is from another of the same size."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("a", metavar="A", help="an image file, or - for standard input")
    parser.add_argument("b", metavar="B", help="another one")
    arguments.add_max_pixels(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.check_inputs(args.a, args.b)
    metrics = pc.compare(*(console.read_pixels(name, args.max_pixels) for name in (args.a, args.b)))
    if args.json:
        console.print_json(printing.metrics_as_json(metrics))
        return
    if metrics.compared:
        errors = f"MSE {metrics.mse:.4f}, PSNR {metrics.psnr:.2f} dB"
        print(f"{errors}, CIEDE2000 {metrics.delta_e:.2f}")
        count, largest = metrics.different, metrics.max_difference
        print(f"{count} of {metrics.compared} pixels differ, by {largest} at most")
    else:
        print("no pixel is opaque in both pictures, so there is no error to measure")
    if metrics.opacity_differs:
        print(f"{metrics.opacity_differs} pixels are opaque in one of them only")
