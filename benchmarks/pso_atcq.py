"""PSO-ATCQ: a swarm of palettes, each refined by artificial ants.

After M.-L. Pérez-Delgado, Color quantization with Particle swarm optimization and artificial ants,
Soft Computing 24, 2020, which replaces k-means in the method of M. Omran, A. Engelbrecht and
A. Salman, A Color Image Quantization Algorithm Based on Particle Swarm Optimization, Informatica
29, 2005. This follows the idea, not a published program: a particle is a palette, its fitness the
squared error, and one pass of the ant-tree algorithm refines every particle in every iteration.
The constants of the swarm are those of Omran et al.

    python -m benchmarks.pso_atcq

compares two sizes of the swarm on a small photo: Celebi's MSE, and seconds of CPU time.
"""

from __future__ import annotations

import time

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes

_INERTIA, _ATTRACTION, _MAX_VELOCITY = 0.72, 1.49, 255.0
# So many ants choose their cluster at once; one at a time would take hours in Python.
_BLOCK = 4096


def find_palette(
    rgb: Bytes, colors: int, *, particles: int = 10, iterations: int = 10, seed: int = 0
) -> Bytes:
    """Return the palette of the best particle.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    colors : int
    particles, iterations : int
        The size of the swarm, and how often it moves.
    seed : int

    Returns
    -------
    (K, 3) ndarray of uint8
    """
    random = np.random.default_rng(seed)
    ants = random.permutation(rgb.reshape(-1, 3)).astype(np.float32)
    positions = random.choice(ants, (particles, colors))
    velocities = np.zeros_like(positions)
    best, best_errors = positions.copy(), np.full(particles, np.inf)
    for _ in range(iterations):
        for particle in range(particles):
            positions[particle] = _run_ant_tree(ants, positions[particle])
            error = _error(rgb, positions[particle])
            if error < best_errors[particle]:
                best[particle], best_errors[particle] = positions[particle], error
        leader = best[best_errors.argmin()]
        chances = random.random((2, *positions.shape), np.float32)
        velocities *= _INERTIA
        velocities += _ATTRACTION * chances[0] * (best - positions)
        velocities += _ATTRACTION * chances[1] * (leader - positions)
        velocities.clip(-_MAX_VELOCITY, _MAX_VELOCITY, out=velocities)
        positions = (positions + velocities).clip(0, 255)
    return _round(best[best_errors.argmin()])


def _run_ant_tree(ants: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Return the palette after each ant has joined its nearest cluster, which moves to the mean."""
    colors = len(palette)
    sums, counts = palette.astype(np.float64), np.ones(colors)
    for start in range(0, len(ants), _BLOCK):
        block = ants[start : start + _BLOCK]
        centers = (sums / counts[:, np.newaxis]).astype(np.float32)
        distances = np.square(centers).sum(axis=1) - block @ (2 * centers.T)
        nearest = distances.argmin(axis=1)
        counts += np.bincount(nearest, minlength=colors)
        for channel in range(3):
            sums[:, channel] += np.bincount(nearest, block[:, channel], colors)
    refined: np.ndarray = (sums / counts[:, np.newaxis]).astype(np.float32)
    return refined


def _error(rgb: Bytes, palette: np.ndarray) -> float:
    return pc.compare(rgb, pc.map_pixels(rgb, _round(palette)).to_array()).mse


def _round(palette: np.ndarray) -> Bytes:
    rounded: Bytes = np.rint(palette).astype(np.uint8)
    return rounded


def main() -> None:
    """Measure and print."""
    photo = Image.fromarray(load_sample_image("china.jpg"))
    rgb = np.asarray(photo.resize((photo.width // 4, photo.height // 4), Image.Resampling.LANCZOS))
    print(" K  particles  iterations    MSE  seconds")
    for colors in (16, 64):
        start = time.process_time()
        palette = pc.find_palette(rgb, colors).colors
        _print_row(rgb, palette, colors, "balanced", "", time.process_time() - start)
        for particles, iterations in ((10, 10), (20, 50)):
            start = time.process_time()
            palette = find_palette(rgb, colors, particles=particles, iterations=iterations)
            _print_row(rgb, palette, colors, particles, iterations, time.process_time() - start)


def _print_row(
    rgb: Bytes, palette: Bytes, colors: int, name: object, iterations: object, seconds: float
) -> None:
    print(f"{colors:2}{name:>11}{iterations:12}{3 * _error(rgb, palette):7.1f}{seconds:9.2f}")


if __name__ == "__main__":
    main()
