"""Drawings: screenshots and drawings such as people quantize, where simple ways fail.

They are drawn anew each time, to the same pixels with the same Pillow; nothing is drawn by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from sklearn.datasets import load_sample_image

from palette_core.arrays import Bytes

from .canvas import Canvas, gradient, text_width, to_bytes

_CODE = """\
def trim(points, limit=0.25):
    # Keep what lies near the median.
    middle = sorted(points)[len(points) // 2]
    kept = []
    for number, point in enumerate(points):
        if abs(point - middle) < limit:
            kept.append((number, point))
    return kept


class Ledger:
    # Entries by day, the newest first.
    rate = 1.0825

    def __init__(self, owner, entries=None):
        self.owner = owner
        self.entries = list(entries or [])
        self.title = "Ledger of " + owner

    def add(self, day, amount, note=""):
        if amount == 0:
            raise ValueError("an entry of nothing")
        self.entries.insert(0, (day, amount, note))

    def total(self, since=None):
        chosen = self.entries
        if since is not None:
            chosen = [e for e in chosen if e[0] >= since]
        return self.rate * sum(e[1] for e in chosen)
""".splitlines()
_FILES = (
    "accounts/", "ledger.py", "rates.py", "tests/", "test_ledger.py", "docs/", "guide.md", "LICENSE"
)  # fmt: skip
_WORDS = """\
The river leaves the hills near the old mill and turns slowly to the west. In spring the meadows
are under water for a week or two, and the herons come back to the same three trees. A path follows
the bank as far as the bridge; from there it is an hour to the station, past the orchards and the
brick works. Bring shoes that may get wet, something to eat, and time.
"""


def editor() -> Bytes:
    """Draw a code editor with a light theme."""
    canvas = Canvas(960, 640, "#ffffff")
    canvas.paste(0, 0, gradient(960, 34, [(246, 246, 248), (226, 227, 231)]))
    for place, color in zip((16, 36, 56), ("#ff5f57", "#febc2e", "#28c840"), strict=True):
        canvas.disc(place, 17, 6, color)
    canvas.text(420, 9, "ledger.py - accounts", 13, "#4a4a4f")
    canvas.box(0, 34, 190, 584, "#f3f3f5")
    for row, name in enumerate(_FILES):
        y = 50 + 26 * row
        if name == "ledger.py":
            canvas.box(6, y - 4, 178, 24, "#d6e6fb", 5)
        folder = name.endswith("/")
        canvas.box(22, y + 2, 14, 11, "#e0b04c" if folder else "#8fb7e8", 2)
        canvas.box(22, y, 7 if folder else 10, 4, "#c79a3b" if folder else "#6d9bd6", 1)
        canvas.text(44, y - 1, name.rstrip("/"), 13, "#33363b")
    canvas.box(190, 34, 770, 30, "#e9eaed")
    canvas.box(190, 34, 130, 30, "#ffffff")
    canvas.box(190, 34, 130, 2, "#3478f6")
    canvas.text(212, 40, "ledger.py", 13, "#202124")
    canvas.text(344, 40, "rates.py", 13, "#7b7e84")
    canvas.box(190, 64 + 18 * 19, 770, 18, "#f5f8ff")
    for row, line in enumerate(_CODE):
        y = 66 + 18 * row
        canvas.text(204 if row > 8 else 211, y, str(row + 1), 12, "#a5a9b1")
        x = 240.0
        for word in re.findall(r'#.*|"[^"]*"|\w+|\s+|.', line):
            x = canvas.typed(x, y, word, 13, _code_color(word))
            if word.strip():
                canvas.box(880 + (x - 240) / 8, 70 + 3 * row, len(word), 2, _code_color(word))
    canvas.box(948, 64, 12, 554, "#f4f4f6")
    canvas.box(950, 90, 8, 170, "#c3c6cc", 4)
    canvas.box(0, 618, 960, 22, "#3478f6")
    canvas.text(12, 621, "main   0 errors   2 warnings", 12, "#ffffff")
    canvas.text(800, 621, "Line 20, column 9", 12, "#e4edff")
    return to_bytes(canvas.pixels())


def _code_color(word: str) -> str:
    if word.startswith("#"):
        return "#7a8a7a"
    if word.startswith('"'):
        return "#b3402a"
    if word in {"def", "class", "for", "in", "if", "is", "not", "or", "return", "raise", "None"}:
        return "#8a2fb8"
    if word in {"self", "list", "sorted", "len", "abs", "sum", "enumerate", "ValueError"}:
        return "#1f6fb5"
    return "#9a6200" if word[0].isdigit() else "#24292f"


def web_page() -> Bytes:
    """Draw a page of a magazine with photos, shadows and gradients."""
    canvas = Canvas(1024, 768, "#fbfaf7")
    canvas.paste(0, 0, gradient(1024, 64, [(23, 58, 94), (38, 112, 140)], down=False))
    canvas.text(32, 17, "Riverside", 26, "#ffffff")
    for place, word in ((560, "Walks"), (650, "Maps"), (734, "Seasons"), (830, "About")):
        canvas.text(place, 22, word, 16, "#cfe6ee")
    canvas.paste(910, 16, gradient(84, 32, [(255, 178, 71), (236, 120, 36)]), 16)
    canvas.text(930, 22, "Join", 16, "#ffffff")
    cards = [(32, 96, 620, 640), (684, 96, 308, 306), (684, 430, 308, 306)]
    page = _with_shadows(canvas.image(), cards)
    canvas = Canvas(1024, 768, "#ffffff")
    canvas.paste(0, 0, page)
    for x, y, width, height in cards:
        canvas.box(x, y, width, height, "#ffffff", 10)
    photo = Image.fromarray(load_sample_image("china.jpg"))
    canvas.paste(48, 112, np.asarray(photo.resize((588, 300), Image.Resampling.LANCZOS)), 6)
    canvas.text(48, 428, "A day along the water", 30, "#1d2b36")
    flower = Image.fromarray(load_sample_image("flower.jpg")).crop((100, 0, 527, 427))
    canvas.paste(48, 476, np.asarray(flower.resize((36, 36), Image.Resampling.LANCZOS)), 18)
    canvas.text(94, 484, "by M. Aalto, 12 April, six minutes", 15, "#6b7780")
    _paragraph(canvas, 48, 528, 588, 200, 16, "#36424c")
    for y, title, colors in (
        (96, "When to go", [(250, 205, 140), (226, 92, 92), (90, 60, 120)]),
        (430, "What to bring", [(200, 236, 210), (64, 160, 140), (20, 84, 110)]),
    ):
        canvas.paste(700, y + 16, gradient(276, 96, colors, down=False), 6)
        canvas.text(716, y + 80, title, 20, "#ffffff")
        _paragraph(canvas, 700, y + 128, 276, 110, 15, "#4a5660")
        canvas.paste(700, y + 256, gradient(110, 32, [(60, 132, 206), (34, 96, 170)]), 6)
        canvas.text(722, y + 263, "Read on", 15, "#ffffff")
    return to_bytes(canvas.pixels())


def _with_shadows(page: Image.Image, cards: list[tuple[int, int, int, int]]) -> Bytes:
    """Draw soft shadows under the cards of a page."""
    shade = Canvas(*page.size, "#000000")
    for x, y, width, height in cards:
        shade.box(x, y + 4, width, height, "#ffffff", 10)
    soft = shade.image().filter(ImageFilter.GaussianBlur(12))
    return to_bytes(np.asarray(page) * (1 - 0.28 * np.asarray(soft) / 255.0))


def _paragraph(
    canvas: Canvas, x: int, y: int, width: int, height: int, size: int, color: str
) -> None:
    """Write the words again and again until a column is full."""
    words = _WORDS.split()
    place, row, number = 0.0, 0, 0
    while (row + 1) * 1.5 * size <= height:
        word = words[number % len(words)]
        length = text_width(word + " ", size)
        if place + length > width:
            place, row = 0.0, row + 1
            continue
        canvas.text(x + place, y + row * 1.5 * size, word, size, color)
        place, number = place + length, number + 1


def city_map() -> Bytes:
    """Draw a town's map in flat colours with smooth edges."""
    canvas = Canvas(900, 700, "#f2efe9")
    canvas.polygon([(0, 430), (140, 380), (260, 470), (230, 700), (0, 700)], "#cfe8b4")
    canvas.polygon([(620, 40), (800, 20), (850, 160), (700, 210), (610, 150)], "#c6e3ae")
    canvas.polygon([(470, 480), (600, 470), (620, 590), (480, 610)], "#dcefc4")
    t = np.linspace(0, 1, 80)
    river = np.stack([900 * t, 330 + 90 * np.sin(5.2 * t) - 60 * t], axis=1)
    canvas.line(river, "#8fb9d8", 50)
    canvas.line(river, "#a9d3ee", 46)
    for row in range(9):
        for column in range(13):
            x, y = 24 + 68 * column + 9 * (row % 3), 22 + 76 * row + 5 * (column % 4)
            bank = 330 + 90 * np.sin(5.2 * x / 900) - 60 * x / 900
            if abs(y + 14 - bank) < 62 or (x < 260 and y > 370) or (590 < x < 850 and y < 210):
                continue
            for part in range(3):
                tall = 10 + (7 * row + 5 * column + 3 * part) % 13
                color = ("#dccfc1", "#d6c7b6", "#e3d8cc")[(row + column + part) % 3]
                canvas.box(x + 17 * part - 0.6, y - 0.6, 15.2, tall + 1.2, "#bfae9c")
                canvas.box(x + 17 * part, y, 14, tall, color)
    for width, color in ((11, "#c9c2b8"), (9, "#ffffff")):
        for column in range(7):
            canvas.line([(13 + 136 * column, 0), (40 + 136 * column, 700)], color, width)
        for row in range(5):
            canvas.line([(0, 8 + 152 * row), (900, 16 + 152 * row)], color, width)
    for width, color in ((17, "#d08a3c"), (14, "#f9c56a")):
        canvas.line([(0, 600), (300, 520), (520, 250), (900, 90)], color, width)
        canvas.line([(330, 0), (420, 370), (700, 700)], color, width)
    canvas.line([(0, 120), (240, 190), (560, 640), (720, 700)], "#77777d", 4)
    canvas.line([(0, 120), (240, 190), (560, 640), (720, 700)], "#ffffff", 1.4)
    for x, y, name in (
        (90, 560, "Mill Park"), (660, 105, "East Green"), (500, 520, "Old Square"),
        (300, 80, "North Street"), (660, 400, "Harbour Road"), (110, 260, "Weir"),
    ):  # fmt: skip
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            canvas.text(x + dx, y + dy, name, 17, "#ffffff")
        canvas.text(x, y, name, 17, "#4b4b55")
    for x, y, color in ((250, 505, "#d6402f"), (560, 255, "#2f6fd6"), (760, 560, "#d6402f")):
        canvas.polygon([(x, y + 24), (x - 9, y + 4), (x + 9, y + 4)], color)
        canvas.disc(x, y, 11, color)
        canvas.disc(x, y, 4.5, "#ffffff")
    return to_bytes(canvas.pixels())


def cartoon() -> Bytes:
    """Draw a cartoon: flat shapes with dark outlines and soft shading."""
    size = (840, 620)
    sky = gradient(*size, [(92, 170, 232), (190, 226, 246), (255, 240, 214)])
    image = sky.astype(np.float64)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float64)
    glow = np.exp(-((x - 660) ** 2 + (y - 120) ** 2) / 2 / 90**2)[..., np.newaxis]
    image += glow * (np.array([255, 236, 160]) - image) * 0.9
    _shaded_disc(image, 660, 120, 52, 52, (255, 214, 72), outline=3)
    for cx, cy, wide in ((170, 110, 1.0), (420, 70, 0.7)):
        for dx, dy, radius in ((-46, 8, 30), (0, -10, 42), (44, 6, 32)):
            x0, y0 = cx + wide * dx, cy + wide * dy
            _shaded_disc(image, x0, y0, wide * radius * 1.25, wide * radius, (252, 252, 255))
    for level, height, color in ((400, 46, (120, 186, 96)), (460, 34, (86, 160, 74))):
        hill = level + height * np.sin(x / 120 + level) + 12 * np.sin(x / 43)
        inside = np.clip(y - hill, 0, 1)[..., np.newaxis]
        edge = np.clip(4 - np.abs(y - hill), 0, 1)[..., np.newaxis]
        shade = 1.12 - 0.45 * np.clip((y - hill) / 200, 0, 1)[..., np.newaxis]
        image += inside * (shade * np.array(color) - image)
        image += edge * (np.array([38, 60, 40]) - image)
    _shaded_disc(image, 330, 470, 96, 104, (232, 92, 70), outline=4)
    _shaded_disc(image, 330, 350, 84, 78, (248, 196, 150), outline=4)
    _shaded_disc(image, 330, 300, 88, 34, (96, 60, 44), outline=4)
    for eye in (300, 362):
        _shaded_disc(image, eye, 345, 17, 21, (255, 255, 255), outline=3)
        _shaded_disc(image, eye + 4, 350, 8, 10, (44, 74, 120))
        _shaded_disc(image, eye + 7, 345, 3, 3, (255, 255, 255))
    _shaded_disc(image, 331, 395, 24, 11, (170, 40, 50), outline=3)
    _shaded_disc(image, 276, 384, 16, 9, (250, 150, 130))
    _shaded_disc(image, 384, 384, 16, 9, (250, 150, 130))
    _shaded_disc(image, 560, 520, 60, 54, (76, 140, 214), outline=4)
    _shaded_disc(image, 540, 505, 14, 12, (214, 234, 255))
    return to_bytes(image)


def _shaded_disc(
    image: NDArray[np.float64],
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    color: tuple[int, int, int],
    outline: float = 0,
) -> None:
    """Blend an ellipse that is lit from the upper left into an image."""
    left, top = max(int(cx - rx - outline) - 1, 0), max(int(cy - ry - outline) - 1, 0)
    image = image[top : int(cy + ry + outline) + 3, left : int(cx + rx + outline) + 3]
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float64)
    x, y = (x + left - cx) / rx, (y + top - cy) / ry
    away = np.hypot(x, y)
    inside = np.clip((1 - away) * min(rx, ry) + 0.5, 0, 1)[..., np.newaxis]
    light = np.clip(1.1 - 0.32 * np.hypot(x + 0.4, y + 0.45) ** 2, 0.45, 1.1)[..., np.newaxis]
    image += inside * (light * np.array(color) - image)
    if outline:
        near = outline / 2 + 0.5 - np.abs(1 - away) * min(rx, ry)
        image += np.clip(near, 0, 1)[..., np.newaxis] * (np.array([46, 34, 40]) - image)


def chart() -> Bytes:
    """Draw a chart with bars, lines, an area and a legend."""
    canvas = Canvas(860, 520, "#ffffff")
    names = ["Coal", "Gas", "Wind", "Solar", "Hydro"]
    colors = ["#4e79a7", "#f28e2b", "#59a14f", "#edc948", "#b07aa1"]
    canvas.text(60, 18, "Electricity by source, TWh a year", 20, "#222222")
    for row in range(7):
        y = 440 - 60 * row
        canvas.line([(60, y), (680, y)], "#e2e2e2", 1)
        canvas.text(24, y - 8, str(50 * row), 13, "#666666")
    months = np.arange(12.0)
    share = 60 + 36 * np.sin(0.55 * months) + 14 * np.cos(1.7 * months)
    area = [(80 + 53 * m, 440 - 1.6 * value - 60) for m, value in zip(months, share, strict=True)]
    canvas.polygon([(80, 440), *area, (80 + 53 * 11, 440)], "#dce9f5")
    canvas.line(area, "#9dbfe0", 2)
    for month in months:
        base = 440.0
        for number, color in enumerate(colors):
            tall = 14 + 20 * (1 + np.sin(0.6 * month + 1.9 * number))
            canvas.box(67 + 53 * month, base - tall, 26, tall, color)
            base -= tall
        canvas.text(72 + 53 * month, 448, "JFMAMJJASOND"[int(month)], 13, "#666666")
    for number, color in enumerate(("#e15759", "#222222")):
        line = 200 + 90 * np.cos(0.5 * months + 1.3 * number) - 8 * months
        places = [(80 + 53 * m, value + 20) for m, value in zip(months, line, strict=True)]
        canvas.line(places, color, 2.5)
        for place in places:
            canvas.disc(*place, 5, color)
            canvas.disc(*place, 2.6, "#ffffff")
    canvas.line([(60, 440), (680, 440)], "#444444", 1.5)
    canvas.box(704, 70, 136, 230, "#d0d0d0", 6)
    canvas.box(705, 71, 134, 228, "#fafafa", 5)
    for number, name in enumerate(names):
        canvas.box(720, 88 + 28 * number, 16, 16, colors[number], 2)
        canvas.text(746, 87 + 28 * number, name, 14, "#333333")
    for number, (name, color) in enumerate((("Demand", "#e15759"), ("Price", "#222222"))):
        canvas.line([(718, 240 + 28 * number), (738, 240 + 28 * number)], color, 2.5)
        canvas.text(746, 231 + 28 * number, name, 14, "#333333")
    return to_bytes(canvas.pixels())


def pixel_art() -> Bytes:
    """Draw a scene of a game in about 40 colours, each of its pixels six wide."""
    height, width = 90, 140
    y, x = np.mgrid[0:height, 0:width]
    image = gradient(1, 24, [(26, 24, 64), (108, 52, 110), (240, 130, 92)])[
        np.minimum(y // 3, 23), 0
    ]
    stars = ((37 * x + 59 * y) % 211 == 0) & (y < 34)
    image[stars] = (240, 240, 220)
    image[(x - 104) ** 2 + (y - 26) ** 2 < 120] = (252, 230, 160)
    image[(x - 101) ** 2 + (y - 24) ** 2 < 60] = (255, 244, 200)
    greys = [(62, 50, 92), (78, 62, 104), (50, 40, 78)]
    for number, (peak, slope) in enumerate(((30, 0.8), (84, 0.6), (125, 0.9))):
        image[y > 34 + slope * np.abs(x - peak) + 2 * ((x // 3) % 2)] = greys[number]
    greens = np.array([(38, 92, 66), (52, 120, 72), (74, 150, 78), (104, 180, 84)], np.uint8)
    ground = y > 70 + ((x // 7) % 3)
    image[ground] = greens[np.minimum((5 * x + 3 * y) // 4 % 5, 3)][ground]
    browns = np.array([(70, 44, 36), (96, 62, 44), (122, 82, 54), (148, 104, 66)], np.uint8)
    soil = y > 76 + ((x // 5) % 2)
    image[soil] = browns[(7 * (x // 2) + 11 * (y // 2)) % 13 % 4][soil]
    for left, tall in ((14, 16), (52, 22), (114, 18)):
        trunk = (np.abs(x - left) < 2) & (y > 70 - tall) & (y < 72)
        image[trunk] = browns[(x + y) % 2][trunk]
        for step in range(3):
            crown = (np.abs(x - left) < 9 - 2 * step) & (np.abs(y - 66 + tall + 5 * step) < 4)
            image[crown] = greens[(x // 2 + y // 2 + step) % 4][crown]
    sprite = [
        "..rrrr..", ".rrrrrr.", "..skks..", ".sskssk.", "..ssss..", ".bbyybb.",
        "bbbyybbb", "s.bbbb.s", "..b..b..", ".kk..kk.",
    ]  # fmt: skip
    inks = {"r": (206, 48, 56), "s": (244, 190, 146), "k": (40, 28, 36), "b": (48, 84, 190),
            "y": (250, 208, 64)}  # fmt: skip
    for row, line in enumerate(sprite):
        for column, ink in enumerate(line):
            if ink != ".":
                image[61 + row, 78 + column] = inks[ink]
    enlarged: Bytes = image.repeat(6, axis=0).repeat(6, axis=1)
    return enlarged


def sky() -> Bytes:
    """Draw an evening sky over the sea, nothing but smooth gradients."""
    width, height = 900, 600
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    stops = [(18, 32, 88), (64, 92, 160), (176, 140, 172), (250, 178, 120), (255, 220, 150)]
    sky_colors = gradient(1, 4 * height, stops)[:: 4 * height // 420, 0].astype(np.float64)
    image = np.empty((height, width, 3))
    image[:420] = sky_colors[:420, np.newaxis]
    image[420:] = image[419:239:-1] * np.array([0.5, 0.6, 0.72])
    far = np.hypot((x - 560) / 1.3, y - 400)
    glow = (0.75 * np.exp(-far / 110))[..., np.newaxis]
    image += glow * (np.array([255, 244, 210]) - image)
    for cx, cy, wide, tall, share in (
        (220, 150, 190, 16, 0.5), (620, 220, 240, 12, 0.45), (420, 90, 150, 20, 0.35),
        (760, 120, 120, 14, 0.4), (140, 280, 160, 9, 0.5),
    ):  # fmt: skip
        drift = cy + 6 * np.sin(x / 60 + cy)
        cloud = share * np.exp(-(((x - cx) / wide) ** 2) - ((y - drift) / tall) ** 2)
        image += cloud[..., np.newaxis] * (np.array([255, 206, 190]) - image)
    waves = 5 * np.sin(y**1.3 / 14 + 3 * np.sin(x / 37)) * (y >= 420)
    return to_bytes(image + waves[..., np.newaxis])


def dashboard() -> Bytes:
    """Draw a dark user interface whose gauges and lines glow."""
    canvas = Canvas(1000, 640, "#10131c")
    light = Canvas(1000, 640, "#000000")
    for x, y, width, height in (
        (24, 72, 300, 260), (350, 72, 300, 260), (676, 72, 300, 260), (24, 358, 626, 256),
        (676, 358, 300, 256),
    ):  # fmt: skip
        canvas.box(x - 1, y - 1, width + 2, height + 2, "#262c3d", 15)
        canvas.paste(x, y, gradient(width, height, [(29, 34, 48), (21, 25, 36)]), 14)
    canvas.text(24, 22, "Station 4", 24, "#e8ecf5")
    for number, (name, share, color) in enumerate(
        (("Power", 0.72, "#28e0c8"), ("Heat", 0.46, "#ff7a3c"), ("Flow", 0.88, "#8f6bff"))
    ):
        x = 174 + 326 * number
        canvas.arc(x, 205, 84, 135, 405, "#2b3145", 14)
        light.arc(x, 205, 84, 135, 135 + 270 * share, color, 14)
        canvas.text(x - 24, 186, f"{share:.0%}", 28, "#f4f6fb")
        canvas.text(40 + 326 * number, 84, name, 16, "#8d96ad")
    t = np.linspace(0, 1, 90)
    for phase, color in ((0.0, "#28e0c8"), (1.4, "#ff4f8b"), (2.6, "#ffd24a")):
        level = 490 - 55 * np.sin(7 * t + phase) * (0.5 + t / 2) - 18 * np.sin(23 * t + phase)
        light.line(np.stack([50 + 575 * t, level], axis=1), color, 3)
    for row in range(5):
        canvas.line([(44, 396 + 46 * row), (630, 396 + 46 * row)], "#2a3042", 1)
        name = ("Pump", "Valve", "Fan", "Lamp", "Gate")[row]
        canvas.text(696, 378 + 46 * row, name, 17, "#c5ccdc")
        canvas.box(900, 378 + 46 * row, 52, 24, "#343c54" if row % 2 else "#14675e", 12)
        canvas.disc(914 if row % 2 else 938, 390 + 46 * row, 9, "#e9edf6")
    sharp = light.image()
    bright = light.pixels()
    for blur, share in ((6, 0.7), (22, 0.9)):
        bright += share * np.asarray(sharp.filter(ImageFilter.GaussianBlur(blur)), np.float64)
    return to_bytes(255 - (255 - canvas.pixels()) * (1 - np.clip(bright / 255, 0, 1)))


DRAWINGS: dict[str, Callable[[], Bytes]] = {
    "cartoon": cartoon,
    "chart": chart,
    "city map": city_map,
    "dashboard": dashboard,
    "editor": editor,
    "pixel art": pixel_art,
    "sky": sky,
    "web page": web_page,
}
