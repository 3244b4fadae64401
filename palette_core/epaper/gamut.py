"""The gamut of a panel, and the compression of an image's colours into it."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ..arrays import AnyFloats, Bytes, Mask, pack, unpack
from ..color.spaces import linear_to_oklab, linear_to_srgb, oklab_to_linear, srgb_to_linear

# Colours move towards a grey that is this much of the way from their lightness to the middle one.
_FOCUS, _MIDDLE = 0.4, 0.5
# Below this chroma in Oklab the grey has the lightness of the colour, so that greys stay greys.
_COLORFUL = 0.1
# Entries with less chroma in Oklab have no hue.
_HUE_CHROMA = 0.02
# Colours nearer to the grey than this share of the way to the gamut's boundary do not change.
_KNEE = 0.8
_BISECTIONS = 9
_EPSILON = 1e-6


class Gamut:
    """The colours that dots of a palette's entries mix: the convex hull in linear light.

    The palette has #000000, #ffffff and the greys between them. The hull is flat if there are fewer
    than two other hues.

    Attributes
    ----------
    has_grey_edge : bool
        Whether greys are at the edge of the hull, so that only black and white mix them.
    """

    def __init__(self, palette: Bytes) -> None:
        self._palette = palette
        points = srgb_to_linear(palette)
        _, sizes, axes = np.linalg.svd(points)
        self._axes = axes[: int((sizes > _EPSILON).sum())]
        normals, limits = _find_facets(points @ self._axes.T)
        white = np.ones(3) @ self._axes.T
        has_greys = (np.abs(limits) < _EPSILON) & (np.abs(normals @ white) < _EPSILON)
        # Facets through black and white limit hues, which are removed by hue.
        self._normals, self._limits = normals[~has_greys], limits[~has_greys]
        self.has_grey_edge = bool(has_greys.any())

    def contains(self, linear: AnyFloats) -> Mask:
        """Return which colours in linear light, (N, 3), are inside, if their hue is in the gamut.

        Of a flat hull this is the place in its plane.
        """
        points = linear @ self._axes.T
        inside: Mask = (points @ self._normals.T <= self._limits + _EPSILON).all(axis=1)
        return inside

    def compress(self, rgb: Bytes, amount: float) -> Bytes:
        """Return an image, (..., 3), with its colours moved into the gamut.

        Greys and colours well inside the gamut do not change. The amount is 0 for no change to 1.
        Hues that the panel lacks are removed in any case.
        """
        codes, inverse = np.unique(pack(rgb), return_inverse=True)
        colors = unpack(codes)
        linear = srgb_to_linear(colors).astype(np.float32)
        oklab = self._without_missing_hues(linear_to_oklab(linear))
        moved = oklab + np.float32(amount) * (self.compress_oklab(oklab) - oklab)
        compressed = np.rint(linear_to_srgb(oklab_to_linear(moved))).astype(np.uint8)
        is_grey = (colors == colors[:, :1]).all(axis=1)
        compressed[is_grey] = colors[is_grey]
        return compressed[inverse.reshape(-1)].reshape(rgb.shape)

    def compress_oklab(self, oklab: AnyFloats) -> AnyFloats:
        """Return colours moved along lines towards greys, those near the boundary by less.

        How far a colour is from the grey, in units of the distance of the boundary, is mapped from
        0.8 to infinity onto 0.8 to 1, without a kink.
        """
        greys = np.zeros_like(oklab)
        colorful = np.minimum(np.hypot(oklab[:, 1], oklab[:, 2]) / _COLORFUL, 1)
        greys[:, 0] = oklab[:, 0] + _FOCUS * colorful * (_MIDDLE - oklab[:, 0])
        lines = oklab - greys
        low, high = np.zeros(len(oklab)), np.full(len(oklab), 1 / _KNEE)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            points = greys + lines * middle[:, np.newaxis].astype(oklab.dtype)
            inside = self.contains(oklab_to_linear(points))
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        distance = 1 / np.maximum(low, _EPSILON)
        beyond = np.maximum(distance - _KNEE, 0) / (1 - _KNEE)
        target = np.minimum(distance, _KNEE) + (1 - _KNEE) * (1 - np.exp(-beyond))
        shares = (target / distance)[:, np.newaxis].astype(oklab.dtype)
        return greys + lines * shares

    def _without_missing_hues(self, oklab: AnyFloats) -> AnyFloats:
        """Return colours without the hues that the gamut lacks, if it lacks a half of them."""
        if len(self._axes) == 3 and not self.has_grey_edge:
            return oklab
        entries = linear_to_oklab(srgb_to_linear(self._palette))[:, 1:]
        chroma = np.hypot(*entries.T)
        hues = entries[chroma > _HUE_CHROMA] / chroma[chroma > _HUE_CHROMA, np.newaxis]
        reduced = oklab.copy()
        reduced[:, 1:] = _project_onto_cone(oklab[:, 1:], hues.astype(oklab.dtype))
        return reduced


def _project_onto_cone(points: AnyFloats, hues: AnyFloats) -> AnyFloats:
    """Return the nearest points, (N, 2), that are sums of unit vectors, (H, 2), within a half."""
    if not len(hues):
        return np.zeros_like(points)
    lengths = np.maximum(points @ hues.T, 0)
    nearest = lengths.argmax(axis=1)
    projected: AnyFloats = lengths[np.arange(len(points)), nearest, np.newaxis] * hues[nearest]
    for pair in combinations(hues, 2):
        is_inside = (points @ np.linalg.inv(np.array(pair)) >= 0).all(axis=1)
        projected[is_inside] = points[is_inside]
    return projected


def _find_facets(points: AnyFloats) -> tuple[AnyFloats, AnyFloats]:
    """Return the outer normals, (F, D), and the limits, (F,), of the convex hull of (K, D) points.

    Every D points with all others on one side are a facet. Panels have few colours, so that all
    combinations are tried.
    """
    dimensions = points.shape[1]
    normals, limits = [], []
    for corners in combinations(points, dimensions):
        edges = np.array(corners[1:]).reshape(-1, dimensions) - corners[0]
        _, sizes, directions = np.linalg.svd(edges)
        if (sizes < _EPSILON).any():
            continue
        normal = directions[-1]
        sides = (points - corners[0]) @ normal
        for sign in (1, -1):
            if (sign * sides <= _EPSILON).all():
                normals.append(sign * normal)
                limits.append(sign * float(corners[0] @ normal))
    return np.array(normals), np.array(limits)
