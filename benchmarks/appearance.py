"""What the eye sees: our spaces and dithers beside the peers', by measures of others.

    python -m benchmarks.appearance FOLDER --megapixels 0 1
    python -m benchmarks.appearance FOLDER --megapixels 0 1 --write IN
    python -m benchmarks.appearance FOLDER --megapixels 0 1 --gimp OUT

With `--write IN` it only writes the pictures there as PNG, for `benchmarks/gimp_indexed.py`, which
runs inside GIMP; `--gimp OUT` says where that has left its results. What is in the results file
already is not measured again; `--again WAY` measures ways once more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from .dithered_ways import WAYS
from .machine import note_machine
from .perception import perceive
from .pictures import Picture, add_choice, chosen
from .store import RESULTS, Store
from .ways import Found, indexed

COLORS = [16, 64, 256, 8, 32]
KIND = "appearance"


def main() -> None:
    """Measure what the command line asks for."""
    arguments = _arguments()
    if arguments.write:
        arguments.write.mkdir(parents=True, exist_ok=True)
        for picture in chosen(arguments):
            picture.image.save(arguments.write / f"{_stem(picture)}.png")
        return
    store = Store(arguments.results)
    note_machine(store)
    for colors in arguments.colors:
        for picture in chosen(arguments):
            if picture.unique > colors:  # else there is nothing to choose
                _measure(store, picture, colors, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_choice(parser)
    parser.add_argument("--colors", type=int, nargs="+", default=COLORS)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), metavar="WAY")
    parser.add_argument("--again", nargs="+", choices=WAYS, default=[], metavar="WAY")
    parser.add_argument("--write", type=Path, metavar="IN")
    parser.add_argument("--gimp", type=Path, metavar="OUT")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


def _measure(store: Store, picture: Picture, colors: int, arguments: argparse.Namespace) -> None:
    """Measure all ways that have not been measured on a picture for a number of colours."""
    done = {r["way"] for r in store.find(kind=KIND, picture=picture.name, colors=colors)}
    done -= set(arguments.again)
    for way in arguments.ways:
        if way not in done:
            _note(store, picture, colors, way, WAYS[way](picture, colors))
    if arguments.gimp:
        for way, found in _from_gimp(arguments.gimp / _stem(picture) / str(colors)):
            if way not in done:
                _note(store, picture, colors, way, found)
    print(f"{picture.name}, {colors} colours", file=sys.stderr, flush=True)


def _note(store: Store, picture: Picture, colors: int, way: str, found: Found) -> None:
    seen = perceive(picture.rgb, found)
    store.add(kind=KIND, picture=picture.name, colors=colors, way=way, **seen)


def _from_gimp(folder: Path) -> Iterator[tuple[str, Found]]:
    """Read what GIMP has made of a picture."""
    for file in sorted(folder.glob("*.png")):
        with Image.open(file) as image:
            yield f"gimp-{file.stem}", indexed(image)


def _stem(picture: Picture) -> str:
    return picture.name.replace("/", "+").removesuffix(".png")


if __name__ == "__main__":
    main()
