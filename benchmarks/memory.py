"""Peak memory of every way, each in a fresh process; slow ways on small pictures unless named.

python -m benchmarks.memory FOLDER --only china Hokkaido --colors 16 256
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .machine import note_machine
from .pictures import add_choice, chosen
from .store import RESULTS, Store
from .summary import LARGE_MEGAPIXELS
from .ways import USUAL, WAYS
from .worker import ask


def main() -> None:
    """Measure what the command line asks for."""
    measurable = [name for name in WAYS if WAYS[name].measurable]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_choice(parser)
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 256])
    parser.add_argument("--ways", nargs="+", choices=measurable, metavar="WAY")
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    store = Store(arguments.results)
    note_machine(store)
    for picture in chosen(arguments):
        is_small = picture.megapixels <= LARGE_MEGAPIXELS
        usual = [way for way in measurable if way in USUAL and (is_small or not WAYS[way].slow)]
        for colors in arguments.colors:
            for way in arguments.ways or usual:
                key = {"kind": "memory", "picture": picture.name, "colors": colors, "way": way}
                if not store.find(**key):
                    peak = ask(picture.rgb, way, colors)["bytes"]
                    store.add(**key, megapixels=picture.megapixels, bytes=peak)
            print(f"{picture.name}, {colors} colours", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
