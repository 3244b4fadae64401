"""Measure the peak memory of every quantizer, each in a fresh process.

    python -m benchmarks.memory FOLDER --only china Hokkaido --colors 16 256

Slow quantizers run on small images only, unless they are named.
"""

from __future__ import annotations

import sys

from .fresh_process import measure_in_fresh_process
from .images import argument_parser, select_images
from .quantizers import DEFAULT_QUANTIZERS, QUANTIZERS
from .results_store import ResultsStore
from .summary import LARGE_MEGAPIXELS


def main() -> None:
    """Measure what the command line asks for."""
    in_process = [name for name in QUANTIZERS if QUANTIZERS[name].in_process]
    parser = argument_parser(__doc__, colors=[16, 256])
    parser.add_argument("--quantizers", nargs="+", choices=in_process, metavar="NAME")
    arguments = parser.parse_args()
    store = ResultsStore(arguments.results)
    store.add_machine()
    for image in select_images(arguments):
        is_small = image.megapixels <= LARGE_MEGAPIXELS
        defaults = [
            name
            for name in in_process
            if name in DEFAULT_QUANTIZERS and (is_small or not QUANTIZERS[name].is_slow)
        ]
        for colors in arguments.colors:
            for name in arguments.quantizers or defaults:
                key = {"kind": "memory", "image": image.name, "colors": colors, "quantizer": name}
                if not store.find(**key):
                    peak = measure_in_fresh_process(image.rgb, name, colors)["bytes"]
                    store.add(**key, megapixels=image.megapixels, bytes=peak)
            print(f"{image.name}, {colors} colours", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
