"""The quantizers that `benchmarks.compare` measures: ours and other programs, in sRGB, undithered.

A Python package is called in this process, and its time is that of the call. Other programs are
processes whose time includes their start, and reading and writing the image. For libraries in other
languages there are external commands:

    COMMAND --repeat N COLORS WIDTH HEIGHT < RGB > RGB

A command reads WIDTH x HEIGHT pixels of three bytes from standard input, quantizes them N times,
prints the seconds of each time on a line of standard error, and writes the last result as pixels to
standard output. The first of two times warms it up, and the second one counts. `node_peers.cjs` is
such a command for packages of npm; a dozen lines of Rust around a crate are another.

A quantizer that is not installed is left out.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import EFFORTS

from . import pso_atcq
from .images import BenchmarkImage
from .quantizers import Indexed, quantize_with, read_indexed

Measured: TypeAlias = tuple[Bytes, float | None]  # an image (H, W, 3), and seconds

OURS = "palette_core"
CALL, PROCESS = "call", "process"
_ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "MAGICK_THREAD_LIMIT": "1",
    "VIPS_CONCURRENCY": "1",
}
_NODE_PEERS = Path(__file__).with_name("node_peers.cjs")


@dataclass(frozen=True)
class Quantizer:
    """A way to reduce an image to a palette.

    Attributes
    ----------
    name, version : str
    run : callable
        Takes an image and a number of colours; returns the reduced image and the seconds.
    clock : {"call", "process"}
        Whether the seconds are those of a call, or of a whole process.
    """

    name: str
    version: str
    run: Callable[[BenchmarkImage, int], Measured]
    clock: str = CALL


def find_quantizers(
    commands: Sequence[Sequence[str]], gimps: Sequence[Sequence[str]]
) -> dict[str, Quantizer]:
    """Return what is installed, by name, ours first.

    Parameters
    ----------
    commands : sequence of (name, version, command)
        External commands.
    gimps : sequence of (version, folder)
        Where `benchmarks/gimp/indexed.py` wrote its results.
    """
    found = [*_ours(), *_python_packages(), *_processes(), *_node_packages()]
    found += [
        Quantizer(name, number, _external(shlex.split(command)))
        for name, number, command in commands
    ]
    for number, folder in gimps:
        name = f"GIMP {'.'.join(number.split('.')[:2])}"
        found.append(Quantizer(name, number, _gimp(Path(folder))))
    return {quantizer.name: quantizer for quantizer in found}


def _ours() -> Iterator[Quantizer]:
    for effort in EFFORTS:
        run = _python(quantize_with(effort=effort))
        yield Quantizer(f"{OURS} {effort}", pc.__version__, run)
    # Without the flat areas and small regions that keep their colours at the price of error.
    run = _python(quantize_with(keep_exact=0))
    yield Quantizer(f"{OURS} balanced keep_exact=0", pc.__version__, run)


def _python(function: Callable[[Any, int], Indexed], form: str = "rgb") -> Callable[..., Measured]:
    """Return a quantizer that is a function of Python, of one form of the image."""

    def run(image: BenchmarkImage, colors: int) -> Measured:
        pixels = getattr(image, form)
        with threadpool_limits(limits=1):
            start = time.perf_counter()
            palette, indices = function(pixels, colors)
            seconds = time.perf_counter() - start
        return palette[indices], seconds

    return run


def _python_packages() -> Iterator[Quantizer]:
    """Yield the packages that can be imported."""
    table: list[tuple[str, str, Callable[[Any, int], Indexed], str]] = [
        # The book's script is our method of this name.
        ("scikit-learn KMeans", "scikit-learn", quantize_with(method="sklearn-kmeans"), "rgb"),
        ("scikit-learn MiniBatchKMeans", "scikit-learn", _mini_batches, "rgb"),
        ("OpenCV k-means", "opencv-python-headless", _opencv, "rgb"),
        ("Pillow median cut", "pillow", _pillow(Image.Quantize.MEDIANCUT), "pillow"),
        ("Pillow median cut + k-means", "pillow", _pillow(Image.Quantize.MEDIANCUT, 1), "pillow"),
        ("Pillow fast octree", "pillow", _pillow(Image.Quantize.FASTOCTREE), "pillow"),
    ]
    for name, package, function, form in table:
        try:
            yield Quantizer(name, version(package), _python(function, form))
        except PackageNotFoundError:
            continue
    yield Quantizer("PSO-ATCQ", "", _python(_pso_atcq))


def _mini_batches(rgb: Bytes, colors: int) -> Indexed:
    from sklearn.cluster import MiniBatchKMeans

    kmeans = MiniBatchKMeans(colors, random_state=0)
    labels = kmeans.fit_predict(rgb.reshape(-1, 3) / 255.0)
    palette = np.round(kmeans.cluster_centers_ * 255).clip(0, 255).astype(np.uint8)
    return palette, labels.astype(np.uint8).reshape(rgb.shape[:2])


def _opencv(rgb: Bytes, colors: int) -> Indexed:
    import cv2

    cv2.setNumThreads(1)
    cv2.setRNGSeed(0)
    points = rgb.reshape(-1, 3).astype(np.float32)
    # One attempt of the ten steps of its tutorial, from k-means++.
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    _, labels, centers = cv2.kmeans(points, colors, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    palette = np.rint(centers).clip(0, 255).astype(np.uint8)  # white can be above 255
    return palette, labels.astype(np.uint8).reshape(rgb.shape[:2])


def _pso_atcq(rgb: Bytes, colors: int) -> Indexed:
    palette = pso_atcq.find_palette(rgb, colors)
    return palette, pc.map_pixels(rgb, palette).indices


def _pillow(method: Image.Quantize, kmeans: int = 0) -> Callable[[Image.Image, int], Indexed]:
    def run(image: Image.Image, colors: int) -> Indexed:
        return read_indexed(image.quantize(colors, method, kmeans, dither=Image.Dither.NONE))

    return run


def _processes() -> Iterator[Quantizer]:
    """Yield the programs on PATH."""
    for speed in (1, 4):
        command = ["pngquant", "--nofs", "--speed", str(speed)]
        run = _process(lambda k, _, command=command: [*command, str(k), "-"], "png")
        yield from _program(f"pngquant speed {speed}", "pngquant", "--version", run)
    yield from _program(
        "ImageMagick",
        "convert",
        "--version",
        _process(lambda k, _: ["convert", "ppm:-", "+dither", "-colors", str(k), "ppm:-"]),
    )
    yield from _program(
        "Netpbm pnmquant", "pnmquant", "--version", _process(lambda k, _: ["pnmquant", str(k)])
    )
    yield from _program("ffmpeg", _ffmpeg(), "-version", _process(_ffmpeg_command))


def _program(
    name: str, program: str, version_option: str, run: Callable[..., Measured]
) -> Iterator[Quantizer]:
    if not shutil.which(program):
        return
    done = subprocess.run([program, version_option], capture_output=True, text=True, check=False)
    number = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    yield Quantizer(name, number[0] if number else "", run, PROCESS)


def _process(
    command: Callable[[int, Bytes], list[str]], form: str = "ppm"
) -> Callable[..., Measured]:
    """Return a quantizer that is a process, of an image's file on its standard input."""

    def run(image: BenchmarkImage, colors: int) -> Measured:
        file, line = getattr(image, form), command(colors, image.rgb)
        start = time.perf_counter()
        done = subprocess.run(line, input=file, capture_output=True, check=True, env=_ENVIRONMENT)
        seconds = time.perf_counter() - start
        with Image.open(io.BytesIO(done.stdout)) as result:
            return np.asarray(result.convert("RGB")), seconds

    return run


def _ffmpeg() -> str:
    """Return FFmpeg's program: that on PATH, or that of the package imageio-ffmpeg."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        return "ffmpeg"
    return shutil.which("ffmpeg") or str(get_ffmpeg_exe())


def _ffmpeg_command(colors: int, _: Bytes) -> list[str]:
    filters = (
        f"split[a][b];[a]palettegen=max_colors={colors}:reserve_transparent=0[p];"
        "[b][p]paletteuse=dither=none"
    )
    quiet = [_ffmpeg(), "-loglevel", "error", "-threads", "1", "-filter_complex_threads", "1"]
    output = ["-frames:v", "1", "-f", "image2pipe", "-pix_fmt", "rgb24", "-c:v", "ppm", "-"]
    return [*quiet, "-f", "ppm_pipe", "-i", "-", "-filter_complex", filters, *output]


def _node_packages() -> Iterator[Quantizer]:
    for package in ("image-q", "sharp"):
        command = ["node", str(_NODE_PEERS), package]
        if not shutil.which("node"):
            return
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            yield Quantizer(package, done.stdout.strip(), _external(command))


def _external(command: Sequence[str]) -> Callable[..., Measured]:
    """Return a quantizer that is an external command."""

    def run(image: BenchmarkImage, colors: int) -> Measured:
        height, width = image.rgb.shape[:2]
        line = [*command, "--repeat", "2", str(colors), str(width), str(height)]
        pixels = image.rgb.tobytes()
        done = subprocess.run(line, input=pixels, capture_output=True, check=True, env=_ENVIRONMENT)
        seconds = float(done.stderr.split()[-1])
        return np.frombuffer(done.stdout, np.uint8).reshape(image.rgb.shape), seconds

    return run


def _gimp(folder: Path) -> Callable[..., Measured]:
    """Return a quantizer that reads what `benchmarks/gimp/indexed.py` wrote."""

    def run(image: BenchmarkImage, colors: int) -> Measured:
        path = folder / image.file_stem / str(colors) / "none.png"
        with Image.open(path) as result:
            return np.asarray(result.convert("RGB")), float(path.with_suffix(".txt").read_text())

    return run
