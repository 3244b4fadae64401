r"""Convert images by GIMP's own Mode > Indexed, with each of its dithers. This runs inside GIMP.

    export BENCHMARK_IMAGES=IN BENCHMARK_RESULTS=OUT BENCHMARK_COLORS="16 64 256"
    gimp-console -idf --batch-interpreter=python-fu-eval --quit \
        -b "exec(open('benchmarks/gimp/indexed.py').read())"

It converts every PNG in the folder IN to `OUT/NAME/COLORS/DITHER.png`, unless that exists, and
writes the seconds of the conversion to `DITHER.txt` beside it. `BENCHMARK_DITHERS` limits the
dithers. `benchmarks.appearance --write IN` writes the one folder; it and `benchmarks.compare` read
the other.
"""

import os
import time
from pathlib import Path

from gi.repository import Gimp, Gio

DITHERS = {
    "none": Gimp.ConvertDitherType.NONE,
    "floyd-steinberg": Gimp.ConvertDitherType.FS,
    "floyd-steinberg-reduced": Gimp.ConvertDitherType.FS_LOWBLEED,
    "positioned": Gimp.ConvertDitherType.FIXED,
}


def convert(path: Path, colors: int, name: str, target: Path) -> None:
    """Convert an image to indexed colours, and export it as PNG."""
    unasked = Gimp.RunMode.NONINTERACTIVE
    image = Gimp.file_load(unasked, Gio.File.new_for_path(str(path)))
    generated = Gimp.ConvertPaletteType.GENERATE
    start = time.perf_counter()
    if not image.convert_indexed(DITHERS[name], generated, colors, False, False, ""):
        raise RuntimeError(f"GIMP cannot convert {path} to {colors} colours")
    seconds = time.perf_counter() - start
    target.parent.mkdir(parents=True, exist_ok=True)
    Gimp.file_save(unasked, image, Gio.File.new_for_path(str(target)), None)
    target.with_suffix(".txt").write_text(f"{seconds}\n")
    image.delete()


for source in sorted(Path(os.environ["BENCHMARK_IMAGES"]).glob("*.png")):
    for wanted in os.environ["BENCHMARK_COLORS"].split():
        for dither in os.environ.get("BENCHMARK_DITHERS", " ".join(DITHERS)).split():
            place = Path(os.environ["BENCHMARK_RESULTS"], source.stem, wanted, f"{dither}.png")
            if not place.exists():
                convert(source, int(wanted), dither, place)
