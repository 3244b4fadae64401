"""Threshold matrices of ordered dithering."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.uint16]


def bayer(side: int) -> Ranks:
    """Return a Bayer matrix (Bayer, An optimum method for two-level rendition, 1973).

    The side is a power of 2, 1 to 256. Every rank from 0 to side^2 - 1 is in it once.
    """
    ranks = np.zeros((1, 1), np.uint16)
    while len(ranks) < side:
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return ranks


@functools.cache
def blue_noise() -> Ranks:
    """Return the blue noise matrix of `tools/make_blue_noise.py`, (128, 128) ranks."""
    from importlib import resources

    with resources.files(__package__).joinpath("blue_noise.npy").open("rb") as file:
        ranks: Ranks = np.load(file)
    ranks.flags.writeable = False
    return ranks
