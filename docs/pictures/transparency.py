"""The image of docs/guide/transparency.md."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.report.figures import over_checkerboard

from .page import Pixels, enlarged, page

MATTE = (255, 238, 204)


def a_leaf() -> Pixels:
    """Draw a disc that has a soft edge and a shadow: (H, W, 4)."""
    y, x = np.mgrid[0:72, 0:72]
    away = np.hypot(x - 36, y - 36)
    color = np.stack([40 + 2 * x, 150 - y, 60 + 0 * x], axis=-1)
    alpha = np.clip((32 - away) / 12, 0, 1) * 255
    return np.dstack([color, alpha]).astype(np.uint8)


def draw_edges() -> Image.Image:
    """Draw a soft edge in the three ways that an indexed image can have it."""
    pixels = a_leaf()
    options: dict[str, dict[str, Any]] = {
        "opaque or not": {},
        "--alpha-dither": {"alpha_dither": True},
        "--matte '#ffeecc'": {"matte": MATTE},
    }
    panels = [("with a soft edge", shown(pixels))]
    for words, chosen in options.items():
        panels.append((words, shown(pc.quantize(pixels, 16, **chosen).to_array())))
    return page(panels)


def shown(pixels: Pixels) -> Image.Image:
    """Enlarge pixels, on a checkerboard where they are transparent."""
    return over_checkerboard(Image.fromarray(enlarged(pixels, 2)))


PICTURES = {"transparency": draw_edges}
