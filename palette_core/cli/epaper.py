"""``palette-core epaper``: an image for an e-paper panel."""

from __future__ import annotations

import argparse
import time

import numpy as np

from ..dither import DITHERS
from ..epaper import PANELS, quantize_for_epaper
from ..epaper.rendering import EPAPER_DITHERS, FITS, ROTATIONS, EpaperImage
from ..image import indexed_png
from . import console, groups, printing, streams
from .arguments import number, size
from .parser import Group, summaries

HELP = "prepare an image for an e-paper panel"
DESCRIPTION = (
    "Reduce an image to the colours of an e-paper panel. Pixels are matched to the colours that "
    "the panel shows, and written in its nominal colours."
)
ARGUMENTS = "INPUT --panel PANEL"
EXAMPLES = (
    "palette-core epaper in.jpg --panel spectra-6 -o out.png",
    "palette-core epaper in.jpg --panel grey-4 --raw out.bin",
)
_MAX_SIDE = 8192


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    _add_output_options(parser.add_argument_group("Output"))
    panel = parser.add_argument_group("Panel")
    panel.add_argument(
        "--panel",
        choices=summaries(PANELS),
        metavar="PANEL",
        required=True,
        help="the kind of panel",
    )
    panel.add_argument(
        "--size",
        type=size(_MAX_SIDE, "800x480", square=False),
        metavar="WxH",
        help="width and height of the panel (default: 800x480 if it has colours, else those of the "
        "image)",
    )
    panel.add_argument(
        "--measured",
        metavar="FILE",
        help=f"the colours that your panel shows, in the panel's order: {groups.PALETTE}",
    )
    _add_image_options(parser.add_argument_group("Image"))


def _add_output_options(group: Group) -> None:
    groups.add_output(group, "OUT.png", "indexed image")
    group.add_argument(
        "--raw", metavar="OUT.bin", help="bytes for the panel's memory, or - for standard output"
    )
    group.add_argument(
        "--preview", metavar="OUT.png", help="image in the colours that the panel shows"
    )
    groups.add_json(group)
    groups.add_force(group)


def _add_image_options(group: Group) -> None:
    group.add_argument(
        "--rotate",
        type=int,
        choices=ROTATIONS,
        default=0,
        help="rotate the image counterclockwise first, in degrees (default: 0)",
    )
    group.add_argument(
        "--fit",
        choices=FITS,
        default="crop",
        help="scale the image to the panel and crop it, pad it with white, or do neither "
        "(default: crop)",
    )
    group.add_argument(
        "--gamut",
        type=number(0, 1),
        default=0.75,
        metavar="X",
        help="how far colours that the panel cannot mix are moved towards grey, 0 to 1 "
        "(default: 0.75)",
    )
    group.add_argument(
        "--no-sharp-text",
        action="store_true",
        help="dither the edges of black and white text as well",
    )
    group.add_argument(
        "--dither",
        choices=summaries({name: DITHERS[name] for name in EPAPER_DITHERS}),
        default="dbs",
        metavar="DITHER",
        help="dithering algorithm (default: dbs)",
    )
    group.add_argument(
        "--dither-strength",
        type=number(0, 1),
        default=1.0,
        metavar="X",
        help="amount of dithering, 0 to 1 (default: 1)",
    )


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    _check_outputs(args)
    streams.check_inputs(args.input, args.measured)
    measured = None if args.measured is None else streams.read_palette(args.measured)
    pixels = streams.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    with console.progress_bar() as (progress, _):
        made = quantize_for_epaper(
            pixels,
            args.panel,
            size=args.size,
            fit=args.fit,
            rotate=args.rotate,
            measured=measured,
            gamut=args.gamut,
            sharp_text=not args.no_sharp_text,
            dither=args.dither,
            dither_strength=args.dither_strength,
            progress=progress,
        )
    _write(args, made, time.perf_counter() - start)


def _check_outputs(args: argparse.Namespace) -> None:
    streams.require_output(args, "output", "raw", "preview")
    json_output = "/dev/stdout" if args.json else None
    streams.check_distinct(args.output, args.raw, args.preview, json_output)
    for name in (args.output, args.preview):
        if name is not None:
            streams.check_image(name, overwrite=args.force)
    if args.raw is not None:
        streams.check_data(args.raw, overwrite=args.force, binary=True)


def _write(args: argparse.Namespace, made: EpaperImage, seconds: float) -> None:
    image, raw = made.to_image(), made.to_raw()
    streams.write(args.output, indexed_png.encode(image), overwrite=args.force)
    seen = image.copy()
    seen.putpalette(made.measured.colors.tobytes())
    streams.write(args.preview, indexed_png.encode(seen), overwrite=args.force)
    streams.write(args.raw, raw, overwrite=args.force)
    height, width = made.indices.shape
    if args.json:
        counts = np.bincount(made.indices.ravel(), minlength=len(made.panel.palette))
        found = printing.palette_as_json(made.panel.palette, counts / made.indices.size)
        found |= {"panel": args.panel, "measured": list(made.measured.hex), "width": width}
        found |= {"height": height, "bytes_raw": len(raw), "seconds": seconds}
        console.print_json(found)
        return
    for name, extra in ((args.output, ""), (args.raw, f", {len(raw)} bytes"), (args.preview, "")):
        if name is not None and not streams.is_standard_output(name):
            console.print_line(f"{name}: {made.panel.label}, {width} x {height} pixels{extra}")
