"""``palette-core tiles``: an image with a palette for each tile."""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from typing import Any

import palette_core as pc

from ..image import indexed_png
from ..palette_values import spell_count
from ..tiles.mapping import TILE_DITHERS
from ..tiles.options import INDEX_0, MAX_TILE_SIDE, TileOptions
from ..tiles.presets import PRESETS
from ..tiles.result import TiledImage, TileMap
from . import arguments, console, groups, printing, streams
from .arguments import given, whole_number
from .parser import Group, summaries

HELP = "give every tile of an image one of several palettes"
DESCRIPTION = (
    "Reduce an image for a console or an early computer: every tile uses one of a few small "
    "palettes. The palettes are found, and stored one after another in an indexed PNG file."
)
ARGUMENTS = "INPUT -o OUT.png"
EXAMPLES = (
    "palette-core tiles a.png --preset snes -o b.png",
    "palette-core tiles a.png --palettes 2 -k 8 -o b.png",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    _add_output_options(parser.add_argument_group("Output"))
    _add_palette_options(parser.add_argument_group("Tiles and palettes"))
    dithering = parser.add_argument_group("Dithering")
    groups.add_dither_choice(dithering, TILE_DITHERS)
    transparency = parser.add_argument_group("Transparency")
    groups.add_alpha_threshold(transparency)
    groups.add_matte(transparency)
    algorithm = parser.add_argument_group("Algorithm")
    groups.add_effort(algorithm)
    groups.add_space(algorithm, "oklab")


def _add_output_options(group: Group) -> None:
    groups.add_output(group, "OUT.png", "image")
    group.add_argument(
        "--palette-out",
        metavar="OUT.gpl",
        help="palette file to write, one palette after another, or - for standard output",
    )
    group.add_argument(
        "--tile-map",
        metavar="OUT.json",
        help="JSON file to write: the different tiles, and the tile and palette at every place",
    )
    group.add_argument(
        "--flips",
        action="store_true",
        help="count mirrored tiles as equal, for consoles that can mirror them",
    )
    groups.add_json(group)
    groups.add_force(group)


def _add_palette_options(group: Group) -> None:
    group.add_argument(
        "--preset",
        choices=summaries(PRESETS),
        metavar="PRESET",
        help="the tiles and palettes of a machine, which the other options can change",
    )
    group.add_argument(
        "--tile",
        dest="tile_size",
        type=arguments.size(MAX_TILE_SIDE, "16x8", square=True),
        metavar="WxH",
        help="size of a tile in pixels, or one number for both (default: 8x8)",
    )
    group.add_argument(
        "--palettes",
        type=whole_number(1, 256),
        metavar="N",
        help="maximum number of palettes (default: 8)",
    )
    group.add_argument(
        *groups.COLORS,
        type=whole_number(1, 256),
        metavar="N",
        help="number of entries of each palette (default: 4)",
    )
    group.add_argument(
        "--index-0",
        type=_index_0,
        metavar="WHAT",
        help=f"entry 0 of the palettes: {', '.join(INDEX_0)}, or a shared colour '#rrggbb' "
        "(default: transparent if the image has transparent pixels, else unique)",
    )
    groups.add_grid(group, "8")
    group.add_argument(
        "--master",
        metavar="FILE",
        help=f"use only the colours of this palette: {groups.PALETTE}",
    )


def _index_0(text: str) -> str:
    """Read a colour, or a word that the options check."""
    return arguments.color(text) if text.startswith("#") else text


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.require_output(args, "output", "tile_map", "palette_out")
    streams.check_inputs(args.input, args.master)
    names = [field.name for field in dataclasses.fields(TileOptions)]
    options: dict[str, Any] = {"space": "oklab", **given(args, names)}
    if args.master is not None:
        options["master"] = streams.read_palette(args.master)
    streams.check_outputs(args, args.output, args.palette_out, data=args.tile_map)
    pixels = streams.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    with console.progress_bar() as (progress, _):
        tiled = pc.quantize_tiles(pixels, progress=progress, **options)
    seconds = time.perf_counter() - start
    streams.write(args.output, indexed_png.encode(tiled.to_image()), overwrite=args.force)
    if args.palette_out is not None:
        palette = streams.name_palette(tiled.palette, args.input)
        streams.write_palette(palette, args.palette_out, overwrite=args.force)
    size = None if args.preset is None else PRESETS[args.preset].pattern_size
    tiles = tiled.find_tiles(flips=args.flips, size=size)
    described = _describe(tiled, tiles)
    if args.flips:
        described |= {"flip_x": tiles.flip_x.tolist(), "flip_y": tiles.flip_y.tolist()}
    if args.tile_map is not None:
        data = json.dumps(described | {"tiles": tiles.tiles.tolist()}).encode()
        streams.write(args.tile_map, data, overwrite=args.force)
    metrics = pc.compare(pixels, tiled.to_array())
    if args.json:
        found = described | printing.metrics_as_json(metrics) | {"seconds": seconds}
        console.print_json(found)
        return
    outputs = [name for name in (args.output, args.tile_map, args.palette_out) if name is not None]
    if not streams.is_standard_output(*outputs):
        console.print_line(_as_line(outputs[0], tiled, tiles, metrics, seconds))


def _describe(tiled: TiledImage, tiles: TileMap) -> dict[str, Any]:
    """Return the palettes and the tile map as a JSON object."""
    return {
        "palettes": [list(palette.hex) for palette in tiled.palettes],
        "transparent_entry": tiled.has_transparent_entry,
        "palette_area": list(tiled.tile_size),
        "tile_palettes": tiled.tile_palettes.tolist(),
        "tile_size": list(tiles.tiles.shape[:0:-1]),
        "different_tiles": len(tiles.tiles),
        "tile_numbers": tiles.numbers.tolist(),
    }


def _as_line(
    name: str, tiled: TiledImage, found: TileMap, metrics: pc.Metrics, seconds: float
) -> str:
    size = spell_count(len(tiled.palettes[0]))
    palettes = f"{spell_count(len(tiled.palettes), 'palette')} of {size}"
    tiles = f"{len(found.tiles)} different of {found.numbers.size} tiles"
    error = f"PSNR {metrics.psnr:.2f} dB" if metrics.compared else "nothing opaque"
    return f"{name}: {palettes}, {tiles}, {error}, {seconds:.2f} s"
