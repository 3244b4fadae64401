"""Ways: everything that makes a palette and an index map of a picture, ours and the peers'."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, METHODS
from palette_core.dither import DITHERS

from .pictures import Picture

Found: TypeAlias = tuple[Bytes, Bytes]  # a palette (K, 3) and an index map (H, W)

SCRIPT = "sklearn-kmeans"


@dataclass(frozen=True)
class Way:
    """A way to quantize.

    Attributes
    ----------
    form : str
        The attribute of a `Picture` that it takes.
    run : callable
        Gets that and the number of colours. All of it is timed.
    about : str
        What it is, for the document.
    slow : bool, default False
        Whether one run has to do.
    measurable : bool, default True
        Whether its memory is this process's.
    """

    form: str
    run: Callable[[Any, int], Found]
    about: str
    slow: bool = False
    measurable: bool = True

    def __call__(self, picture: Picture, colors: int) -> Found:
        """Quantize a picture."""
        return self.run(getattr(picture, self.form), colors)


def ours(**options: Any) -> Callable[[Bytes, int], Found]:  # noqa: ANN401 - of every type
    """Give `quantize` with some of its options."""

    def run(rgb: Bytes, colors: int) -> Found:
        quantized = pc.quantize(rgb, colors, **options)
        return quantized.palette.colors, quantized.indices

    return run


def _script_on_all_threads(rgb: Bytes, colors: int) -> Found:
    from sklearn.cluster import KMeans

    kmeans = KMeans(colors, n_init=1, max_iter=100, tol=1e-4, random_state=0)
    return _fitted(kmeans, rgb)


def _mini_batches(rgb: Bytes, colors: int) -> Found:
    from sklearn.cluster import MiniBatchKMeans

    with threadpool_limits(limits=1):
        return _fitted(MiniBatchKMeans(colors, random_state=0), rgb)


def _fitted(kmeans: Any, rgb: Bytes) -> Found:  # noqa: ANN401 - untyped in scikit-learn
    labels = kmeans.fit_predict(rgb.reshape(-1, 3) / 255.0)
    palette = np.round(kmeans.cluster_centers_ * 255).clip(0, 255).astype(np.uint8)
    return palette, labels.astype(np.uint8).reshape(rgb.shape[:2])


def _pillow(method: Image.Quantize, kmeans: int = 0) -> Callable[[Image.Image, int], Found]:
    def run(image: Image.Image, colors: int) -> Found:
        return indexed(image.quantize(colors, method, kmeans, dither=Image.Dither.NONE))

    return run


def indexed(image: Image.Image) -> Found:
    """Give the palette and the index map of an image of mode "P"."""
    return np.array(image.getpalette(), np.uint8).reshape(-1, 3), np.asarray(image)


def libimagequant(speed: int, dithering: float = 0.0) -> Callable[[Bytes, int], Found]:
    """Give libimagequant at a speed, 1 to 10, with dithering from 0 to 1."""

    # Its Python package offers no speed; the library beneath it does.
    def run(rgba: Bytes, colors: int) -> Found:
        from imagequant._libimagequant import ffi, lib

        height, width = rgba.shape[:2]
        settings = ffi.gc(lib.liq_attr_create(), lib.liq_attr_destroy)
        lib.liq_set_max_colors(settings, colors)
        lib.liq_set_speed(settings, speed)
        pixels = ffi.from_buffer(rgba)
        source = lib.liq_image_create_rgba(settings, pixels, width, height, 0)
        source = ffi.gc(source, lib.liq_image_destroy)
        place = ffi.new("liq_result**")
        if lib.liq_image_quantize(source, settings, place) != lib.LIQ_OK:
            raise RuntimeError(f"libimagequant cannot quantize a picture of {width} x {height}")
        result = ffi.gc(place[0], lib.liq_result_destroy)
        lib.liq_set_dithering_level(result, dithering)
        indices = np.empty((height, width), np.uint8)
        lib.liq_write_remapped_image(result, source, ffi.from_buffer(indices), indices.size)
        palette = lib.liq_get_palette(result)
        entries = [palette.entries[entry] for entry in range(palette.count)]
        return np.array([(e.r, e.g, e.b) for e in entries], np.uint8), indices

    return run


def pngquant(*options: str) -> Callable[[bytes, int], Found]:
    """Give pngquant at speed 4 with options of its command line."""

    def run(png: bytes, colors: int) -> Found:
        command = ["pngquant", *options, "--speed", "4", str(colors), "-"]
        done = subprocess.run(command, input=png, capture_output=True, check=True)
        with Image.open(io.BytesIO(done.stdout)) as image:
            # It takes away the palette of pictures in grey.
            return indexed(image if image.mode == "P" else image.convert("P"))

    return run


def _all_ways() -> dict[str, Way]:
    ways = {
        effort: Way(
            "rgb", ours(effort=effort), f"`kmeans`, effort `{effort}`", slow=effort == "best"
        )
        for effort in EFFORTS
    }
    for method in METHODS:
        if method not in {"kmeans", SCRIPT}:
            ways[method] = Way("rgb", ours(method=method), f"the method `{method}`")
    ways[SCRIPT] = Way(
        "rgb",
        ours(method=SCRIPT),
        "the chapter's script, which is our method of this name",
        slow=True,
    )
    ways["script-threads"] = Way(
        "rgb", _script_on_all_threads, "the same with scikit-learn's own threads", slow=True
    )
    ways["MiniBatchKMeans"] = Way(
        "rgb", _mini_batches, "scikit-learn's class on all pixels, its own settings", slow=True
    )
    for name, quantizer in (
        ("median-cut", Image.Quantize.MEDIANCUT),
        ("max-coverage", Image.Quantize.MAXCOVERAGE),
    ):
        about = f"Pillow's `quantize` with `{quantizer.name}`"
        ways[f"pillow-{name}"] = Way("image", _pillow(quantizer), about)
        ways[f"pillow-{name}+kmeans"] = Way(
            "image", _pillow(quantizer, 1), f"{about}, `kmeans=1`", slow=True
        )
    ways["pillow-octree"] = Way(
        "image", _pillow(Image.Quantize.FASTOCTREE), "Pillow's `quantize` with `FASTOCTREE`"
    )
    for speed in (1, 3, 4, 10):
        ways[f"libimagequant-{speed}"] = Way(
            "rgba", libimagequant(speed), f"libimagequant at speed {speed}"
        )
    if shutil.which("pngquant"):
        ways["pngquant"] = Way(
            "png",
            pngquant("--nofs"),
            "pngquant at speed 4, a process of its own that reads and writes PNG",
            measurable=False,
        )
    return ways


WAYS = _all_ways()
# Measured unless others are named.
USUAL = [name for name in WAYS if name != "script-threads"]
# Measured by `dithering.py`, and not compared with the others.
DITHERED = {
    f"{dither}, {space}": Way(
        "rgb", ours(space=space, dither=dither), f"`kmeans` in `{space}`, dither `{dither}`"
    )
    for space in SPACES
    for dither in DITHERS
}
