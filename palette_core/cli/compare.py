"""``palette-core compare``: the difference between two images."""

from __future__ import annotations

import argparse

import palette_core as pc

from . import console, groups, printing, streams

HELP = "measure the difference between two images"
DESCRIPTION = "Measure the difference between two images of the same size."
ARGUMENTS = "A B"
EXAMPLES = ("palette-core compare photo.jpg out.png",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    images = parser.add_argument_group("Input")
    images.add_argument("a", metavar="A", help="image file, or - for standard input")
    images.add_argument("b", metavar="B", help="image file to compare it with")
    groups.add_max_pixels(images)
    groups.add_json(parser.add_argument_group("Output"))


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.check_inputs(args.a, args.b)
    metrics = pc.compare(*(streams.read_pixels(name, args.max_pixels) for name in (args.a, args.b)))
    if args.json:
        console.print_json(printing.metrics_as_json(metrics))
        return
    if metrics.compared:
        errors = f"MSE {metrics.mse:.4f}, PSNR {metrics.psnr:.2f} dB"
        print(f"{errors}, CIEDE2000 {metrics.delta_e:.2f}")
        count, largest = metrics.different, metrics.max_difference
        print(f"{count} of {metrics.compared} pixels differ, by {largest} at most")
    else:
        print("no pixel is opaque in both images, so there is nothing to compare")
    if metrics.opacity_differs:
        count = metrics.opacity_differs
        print(f"pixels that are opaque in only one of them: {count}")
