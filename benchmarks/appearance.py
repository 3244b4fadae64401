"""Measure how images look: our spaces and dithers beside the peers', by others' models of the eye.

    python -m benchmarks.appearance FOLDER --megapixels 0 1
    python -m benchmarks.appearance FOLDER --megapixels 0 1 --write IN
    python -m benchmarks.appearance FOLDER --megapixels 0 1 --gimp OUT

With `--write IN` it only writes the images there as PNG, for `benchmarks/gimp/indexed.py`, which
runs inside GIMP; `--gimp OUT` is where that has left its results. What is in the results file
already is not measured again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from .images import BenchmarkImage, argument_parser, select_images
from .quality import measure_appearance
from .quantizers import DITHERED_QUANTIZERS, Indexed, read_indexed
from .results_store import ResultsStore

COLORS = [16, 64, 256, 8, 32]
KIND = "appearance"


def main() -> None:
    """Measure the images that the command line names."""
    parser = argument_parser(__doc__, colors=COLORS)
    known = list(DITHERED_QUANTIZERS)
    parser.add_argument("--quantizers", nargs="+", choices=known, default=known, metavar="NAME")
    parser.add_argument("--write", type=Path, metavar="IN")
    parser.add_argument("--gimp", type=Path, metavar="OUT")
    arguments = parser.parse_args()
    if arguments.write:
        arguments.write.mkdir(parents=True, exist_ok=True)
        for image in select_images(arguments):
            image.pillow.save(arguments.write / f"{image.file_stem}.png")
        return
    store = ResultsStore(arguments.results)
    for colors in arguments.colors:
        for image in select_images(arguments):
            if image.unique_colors <= colors:  # there is nothing to choose
                continue
            key = {"kind": KIND, "image": image.name, "colors": colors}
            for name, quantize in _quantizers(image, colors, arguments.quantizers, arguments.gimp):
                if not store.find(**key, quantizer=name):
                    measured = measure_appearance(image.rgb, quantize())
                    store.add(**key, quantizer=name, **measured)
            print(f"{image.name}, {colors} colours", file=sys.stderr, flush=True)


def _quantizers(
    image: BenchmarkImage, colors: int, names: list[str], from_gimp: Path | None
) -> Iterator[tuple[str, Callable[[], Indexed]]]:
    """Iterate over names and quantizers of an image, or readers of results from GIMP."""
    for name in names:
        yield name, lambda name=name: DITHERED_QUANTIZERS[name](image, colors)
    if from_gimp:
        for file in sorted((from_gimp / image.file_stem / str(colors)).glob("*.png")):
            yield f"gimp-{file.stem}", lambda file=file: read_indexed(Image.open(file))


if __name__ == "__main__":
    main()
