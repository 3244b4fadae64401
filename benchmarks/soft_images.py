"""Drawn images with soft edges, and the backgrounds that they are shown on.

`SOFT_IMAGES` were looked at while palettes with alpha were made; `HELD_OUT_IMAGES` only afterwards.
All are (H, W, 4) uint8 with straight alpha. Shapes are drawn by their signed distance in pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom
from sklearn.datasets import load_sample_image

from palette_core.arrays import Bytes

Plane = NDArray[np.float64]  # (H, W)
Layer = tuple[NDArray[np.float64], Plane]  # a colour, (3,) or (H, W, 3), and its opacity, 0 to 1

SIDE = 256
_Y, _X = np.mgrid[:SIDE, :SIDE] + 0.5


def _inside(distance: Plane, softness: float = 1.0) -> Plane:
    return np.clip(0.5 - distance / softness, 0, 1)


def _circle(x: float, y: float, radius: float) -> Plane:
    return np.hypot(_X - x, _Y - y) - radius


def _box(x: float, y: float, width: float, height: float, radius: float) -> Plane:
    """Return the distance to a rounded box around a centre."""
    right = np.abs(_X - x) - width / 2 + radius
    down = np.abs(_Y - y) - height / 2 + radius
    outside = np.hypot(np.maximum(right, 0), np.maximum(down, 0))
    return outside + np.minimum(np.maximum(right, down), 0) - radius


def _line(x0: float, y0: float, x1: float, y1: float, width: float) -> Plane:
    along = ((_X - x0) * (x1 - x0) + (_Y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
    share = np.clip(along, 0, 1)
    return np.hypot(_X - x0 - share * (x1 - x0), _Y - y0 - share * (y1 - y0)) - width / 2


def _gradient(upper: str, lower: str) -> NDArray[np.float64]:
    share = (_Y / SIDE)[..., np.newaxis]
    return (1 - share) * _color(upper) + share * _color(lower)


def _color(code: str) -> NDArray[np.float64]:
    return np.array(list(bytes.fromhex(code)), np.float64)


def _noise(seed: int, octaves: int = 5) -> Plane:
    """Return smooth noise from 0 to 1."""
    random = np.random.default_rng(seed)
    total = np.zeros((SIDE, SIDE))
    for octave in range(octaves):
        cells = 4 << octave
        total += zoom(random.random((cells, cells)), SIDE / cells, order=1) / (1 << octave)
    return (total - total.min()) / np.ptp(total)


def _merge(*layers: Layer) -> Bytes:
    """Return layers one over the other, the lowest first, blended in sRGB values as browsers do."""
    premultiplied, opacity = np.zeros((SIDE, SIDE, 3)), np.zeros((SIDE, SIDE, 1))
    for color, cover in layers:
        share = cover[..., np.newaxis]
        premultiplied = share * color + (1 - share) * premultiplied
        opacity = share + (1 - share) * opacity
    straight = premultiplied / np.where(opacity > 0, opacity, 1)
    return np.rint(np.concatenate([straight, 255 * opacity], axis=2)).clip(0, 255).astype(np.uint8)


def _shadow(shape: Plane, blur: float, opacity: float, down: int = 6) -> Layer:
    return _color("000000"), opacity * np.roll(gaussian_filter(shape, blur), down, axis=0)


def _logo() -> Bytes:
    ring = np.abs(_circle(100, 128, 70)) - 14
    bar = _line(60, 210, 225, 40, 26)
    return _merge(
        (_color("1f4fa3"), _inside(ring)),
        (_color("e8452c"), _inside(bar)),
        (_color("ffc400"), _inside(_circle(190, 180, 28))),
    )


def _card() -> Bytes:
    shape = _inside(_box(128, 120, 190, 150, 14))
    layers = [_shadow(shape, 10, 0.55), (_color("fdfdfb"), shape)]
    layers.append((_gradient("3f87e5", "123a70"), shape * _inside(_Y - 90)))
    for row in range(5):
        line = _line(52, 112 + 16 * row, 190 - 17 * (row % 3), 112 + 16 * row, 5)
        layers.append((_color("8a8f98"), _inside(line)))
    return _merge(*layers)


def _glow() -> Bytes:
    ring = _inside(np.abs(_circle(128, 128, 70)) - 4)
    bolt = np.maximum(
        _inside(_line(150, 20, 105, 135, 7)),
        np.maximum(_inside(_line(105, 135, 150, 125, 7)), _inside(_line(150, 125, 100, 240, 7))),
    )
    layers: list[Layer] = []
    for shape, code in ((ring, "18d8ff"), (bolt, "ff2ec4")):
        layers += [(_color(code), np.clip(2.2 * gaussian_filter(shape, 14), 0, 0.8))]
        layers += [(_color(code), np.clip(1.2 * gaussian_filter(shape, 3), 0, 1))]
    return _merge(*layers, (_color("ffffff"), np.maximum(ring, bolt)))


def _sphere() -> Bytes:
    distance = _circle(128, 110, 80)
    light = np.clip(1 - np.hypot(_X - 100, _Y - 75) / 150, 0, 1)[..., np.newaxis]
    shaded = _color("3d0a12") + light * (_color("ff6a4d") - _color("3d0a12"))
    spot = 0.85 * np.exp(-(((_X - 98) / 20) ** 2) - ((_Y - 72) / 13) ** 2)
    ground = 0.6 * np.exp(-(((_X - 134) / 62) ** 2) - ((_Y - 212) / 13) ** 2)
    return _merge(
        (_color("101020"), ground),
        (shaded, _inside(distance)),
        (_color("ffffff"), spot * _inside(distance)),
    )


def _smoke() -> Bytes:
    fade = np.clip(1.25 - np.hypot(_X - 128, _Y - 128) / 110, 0, 1)
    opacity = np.clip(2.4 * _noise(3) - 0.5, 0, 1) * fade
    tone = (90 + 130 * _noise(4))[..., np.newaxis] * np.array([1.0, 0.98, 0.94])
    return _merge((tone, 0.9 * opacity))


def _photo(name: str, top: int, left: int) -> NDArray[np.float64]:
    return load_sample_image(name)[top : top + SIDE, left : left + SIDE].astype(np.float64)


def _portrait() -> Bytes:
    distance = (np.hypot((_X - 128) / 1.0, (_Y - 128) / 1.15) - 96) * 1.05
    return _merge((_photo("china.jpg", 60, 150), _inside(distance, 36)))


def _button() -> Bytes:
    shape = _inside(_box(128, 124, 210, 96, 48))
    shine = _inside(_box(128, 102, 180, 40, 20), 2)
    return _merge(
        _shadow(shape, 7, 0.5, down=5),
        (_gradient("7fe36a", "0c5a1c"), 0.88 * shape),
        (_color("ffffff"), 0.55 * shine * np.clip((126 - _Y) / 44, 0, 1)),
        (_color("ffffff"), _inside(_line(96, 130, 120, 150, 9))),
        (_color("ffffff"), _inside(_line(120, 150, 164, 108, 9))),
    )


def _sparks() -> Bytes:
    random = np.random.default_rng(5)
    layers = []
    for code in ("ffb300", "ff3d00", "00e5ff", "c6ff00", "e040fb", "ffffff"):
        for _ in range(9):
            x, y, size, opacity = random.uniform([20, 20, 4, 0.3], [236, 236, 16, 1.0])
            layers.append((_color(code), opacity * np.exp(-((_circle(x, y, 0) / size) ** 2))))
    return _merge(*layers)


def _badge() -> Bytes:
    angle = np.arctan2(_Y - 128, _X - 128)
    star = np.hypot(_X - 128, _Y - 128) - 88 - 9 * np.cos(12 * angle)
    shape, middle = _inside(star), _inside(_circle(128, 128, 66))
    return _merge(
        _shadow(shape, 8, 0.6),
        (_gradient("ffe27a", "b8860b"), shape),
        (_gradient("7d1128", "c2183c"), middle),
        (_color("fff6d6"), _inside(np.abs(_circle(128, 128, 56)) - 2)),
        (
            _color("ffffff"),
            0.25 * _inside(_circle(128, 78, 60), 3) * middle,
        ),
    )


def _flame() -> Bytes:
    height = np.clip((236 - _Y) / 200, 0, 1)
    width = 62 * np.sqrt(height) * (1 - height) * 1.9 + 1
    wave = _X - 128 - 22 * (_noise(8) - 0.5) * (1 + 2 * height)
    heat = np.clip(1.15 - np.abs(wave) / width, 0, 1) * (height > 0)
    stops = np.array([_color(code) for code in ("a01800", "f04a00", "ffb020", "fff4c0")])
    tone = np.stack([np.interp(heat, [0.1, 0.4, 0.7, 1.0], plane) for plane in stops.T], axis=-1)
    return _merge((tone, np.clip(1.6 * heat, 0, 1) ** 1.3))


def _flower() -> Bytes:
    shape = _inside(_circle(128, 120, 92), 10)
    return _merge(_shadow(shape, 12, 0.7, down=10), (_photo("flower.jpg", 90, 200), shape))


def _tree() -> Bytes:
    random = np.random.default_rng(11)
    ground = 0.5 * np.exp(-(((_X - 128) / 80) ** 2) - ((_Y - 236) / 8) ** 2)
    layers: list[Layer] = [(_color("000000"), ground)]
    layers.append((_color("5b3a1e"), _inside(_line(128, 236, 126, 150, 16))))
    for _ in range(120):
        angle, radius = random.uniform(0, 2 * np.pi), 82 * np.sqrt(random.random())
        x, y = 128 + radius * np.cos(angle), 104 + 0.85 * radius * np.sin(angle)
        tone = _color("1d5a20") + random.random() * (_color("9ccc3c") - _color("1d5a20"))
        layers.append((tone, 0.95 * _inside(_circle(x, y, random.uniform(6, 15)), 1.5)))
    return _merge(*layers)


@cache
def backgrounds() -> dict[str, Bytes]:
    """Return what the images are shown on: white, black, grey and a photo, (H, W, 3) each."""
    plain = {"white": 255, "black": 0, "grey": 128}
    found = {name: np.full((SIDE, SIDE, 3), level, np.uint8) for name, level in plain.items()}
    return found | {"photo": _photo("china.jpg", 170, 330).astype(np.uint8)}


def _balloon() -> Bytes:
    distance = np.hypot((_X - 128) / 0.9, _Y - 100) - 78
    light = np.clip(1 - np.hypot(_X - 100, _Y - 66) / 140, 0, 1)[..., np.newaxis]
    shaded = _color("1d2c8a") + light * (_color("8fd0ff") - _color("1d2c8a"))
    spot = 0.7 * np.exp(-(((_X - 100) / 16) ** 2) - ((_Y - 62) / 22) ** 2)
    return _merge(
        (_color("555555"), _inside(_line(128, 176, 140, 250, 2.5))),
        (shaded, 0.75 * _inside(distance)),
        (_color("ffffff"), spot * _inside(distance)),
    )


def _sun() -> Bytes:
    angle, radius = np.arctan2(_Y - 128, _X - 128), np.hypot(_X - 128, _Y - 128)
    rays = np.clip(np.cos(14 * angle) * 2, 0, 1) * np.clip((122 - radius) / 60, 0, 1)
    return _merge(
        (_color("ffd24a"), 0.7 * rays * (radius > 40)),
        (_color("fff1a8"), 0.8 * np.exp(-((radius / 66) ** 2))),
        (_gradient("fff6c4", "ff9a1f"), _inside(_circle(128, 128, 48), 2)),
    )


def _letters() -> Bytes:
    strokes = [(30, 190, 70, 60), (70, 60, 110, 190), (46, 145, 94, 145)]
    strokes += [
        (140, 60, 140, 190),
        (140, 60, 200, 100),
        (200, 100, 140, 128),
        (140, 128, 210, 190),
    ]
    shape = np.max([_inside(_line(*stroke, 20)) for stroke in strokes], axis=0)
    outline = np.max([_inside(_line(*stroke, 28)) for stroke in strokes], axis=0)
    return _merge(
        (_color("00e0a0"), np.clip(1.4 * gaussian_filter(outline, 9), 0, 0.7)),
        (_color("10242e"), outline),
        (_gradient("f8fff0", "38c488"), shape),
    )


def _leaf() -> Bytes:
    across = (_X - _Y) / np.sqrt(2)
    along = (_X + _Y) / np.sqrt(2) - 181
    width = 58 * np.clip(1 - (along / 130) ** 2, 0, 1)
    shape = _inside(np.abs(across) - width, 1.5) * (width > 0)
    veins = 18 * np.cos(0.25 * (along + np.abs(across)))[..., np.newaxis]
    tone = (
        _color("5f9e2f")
        + veins
        + np.sign(across)[..., np.newaxis] * 14
        + 30 * _noise(21)[..., np.newaxis]
    )
    return _merge(_shadow(shape, 6, 0.45), (tone.clip(0, 255), shape))


SOFT_IMAGES: dict[str, Callable[[], Bytes]] = {
    "logo": _logo,
    "card": _card,
    "glow": _glow,
    "sphere": _sphere,
    "smoke": _smoke,
    "portrait": _portrait,
    "button": _button,
    "sparks": _sparks,
    "badge": _badge,
    "flame": _flame,
    "flower": _flower,
    "tree": _tree,
}
HELD_OUT_IMAGES: dict[str, Callable[[], Bytes]] = {
    "balloon": _balloon,
    "sun": _sun,
    "letters": _letters,
    "leaf": _leaf,
}
