"""The images of docs/guide."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.color_names import css_colors, find_nearest_names
from palette_core.report.figures import HAIRLINE, INK, PAPER, font, over_checkerboard
from tools.harness.sprites import blur, compress, draw_sprite, enlarge

from .page import Pixels, above_palette, enlarged, page, row_of, shrunk, stacked

FOR_THE_EYE: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}
WIDTH = 640
BRAND = (225, 120, 10)
MARKER = (214, 30, 40)
MATTE = (255, 238, 204)


def draw_orders() -> Image.Image:
    """Draw one palette in its orders."""
    photo = shrunk(load_sample_image("flower.jpg"), 240)
    quantized = pc.quantize(photo, 32, **FOR_THE_EYE)
    words = {
        "kept": "kept: dark to light here; locked and earlier entries keep their index",
        "hue": "hue: greys first (there are none), then red, yellow, green, blue and purple",
        "tour": "tour: similar colours next to each other",
        "popularity": "popularity: colours with the most pixels first",
        "appearance": "appearance: as colours appear in the image, from the top left",
    }
    rows = [[(words[order], row_of(quantized.sorted(order).palette, WIDTH))] for order in words]
    return page([("in 32 colours", Image.fromarray(quantized.to_array()))], *rows)


def draw_locked() -> Image.Image:
    """Draw a photo with a sign, without and with the sign's colour locked."""
    image = Image.fromarray(shrunk(load_sample_image("china.jpg"), 320)[:190])
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 142, 112, 172), BRAND)
    draw.text((24, 146), "TO SHORE", (255, 255, 255), font(17))
    photo = np.asarray(image)
    found = [pc.quantize(photo, 12, locked=locked, **FOR_THE_EYE) for locked in ([], [BRAND])]
    words = ("12 colours", "12 colours, with a locked colour")
    part = np.s_[126:186, :160]
    shown = [enlarged(picture[part], 2) for picture in (photo, *(q.to_array() for q in found))]
    beside = [
        (text, above_palette(picture, quantized.palette))
        for text, picture, quantized in zip(words, shown[1:], found, strict=True)
    ]
    return page([("a sign in #e1780a", Image.fromarray(shown[0])), *beside])


def draw_machines() -> Image.Image:
    """Draw a photo in palettes of the library."""
    photo = shrunk(load_sample_image("china.jpg"), 260)
    panels = [("a photo", Image.fromarray(photo))]
    for name in ("c64", "cga-1", "zx-spectrum", "game-boy", "teletext"):
        palette = pc.Palette.named(name)
        mapped = pc.map_pixels(photo, palette, **FOR_THE_EYE)
        panels.append((f"@{name}", above_palette(mapped.to_array(), palette)))
    return page(panels[:3], panels[3:])


def draw_legend() -> Image.Image:
    """Draw a pattern for cross stitch beside its legend."""
    photo = shrunk(load_sample_image("flower.jpg"), 64)
    pattern = pc.quantize(photo, 8, space="oklab")
    stitches = enlarged(pattern.to_array(), 6)
    stitches[5::6] //= 2
    stitches[:, 5::6] //= 2
    return page(
        [
            ("8 colours, 64 stitches wide", Image.fromarray(stitches)),
            ("the legend", listed(pattern, 250, len(stitches))),
        ]
    )


def listed(pattern: pc.Quantized, width: int, height: int) -> Image.Image:
    """Draw the colours of an image with their CSS names and pixels."""
    image = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(image)
    named = css_colors()
    nearest = find_nearest_names(pattern.palette, named).entries
    names = [named.names[entry] for entry in nearest]
    line = height // len(names)
    rows = zip(pattern.palette.hex, names, pattern.pixel_counts().tolist(), strict=True)
    for number, (color, name, pixels) in enumerate(rows):
        top = number * line + 6
        draw.rectangle((8, top, 8 + line - 12, top + line - 12), color, HAIRLINE)
        draw.text((line + 4, top), f"{name}: {pixels}", INK, font(14))
    return image


def draw_tiles() -> Image.Image:
    """Draw a photo as a Game Boy Color, a Mega Drive, a NES and a ZX Spectrum show it."""
    photo = shrunk(load_sample_image("china.jpg"), 300)[:192, 20:276]
    panels = [("a photo", Image.fromarray(photo))]
    for preset, words in (
        ("game-boy-color", "Game Boy Color"),
        ("mega-drive", "Mega Drive"),
        ("nes", "NES"),
        ("zx-spectrum", "ZX Spectrum"),
        ("c64-hires", "Commodore 64, high resolution"),
    ):
        dither = "bayer-4" if preset in ("zx-spectrum", "c64-hires") else "none"
        tiled = pc.quantize_tiles(photo, preset, space="oklab", dither=dither, effort="fast")
        panels.append((words, Image.fromarray(tiled.to_array())))
    return page(panels[:3], panels[3:])


def a_map() -> Pixels:
    """Draw a map: depths and heights in fourteen tints, and a few small markers."""
    y, x = np.mgrid[0:150, 0:200]
    height = np.sin(x / 46) * np.cos(y / 34) + 0.4 * np.sin((x + 2 * y) / 22)
    bands = np.clip((height + 1.4) * 5, 0, 13).astype(int)
    sea = np.linspace([20, 60, 120], [170, 215, 235], 7)
    land = np.linspace([70, 130, 70], [235, 225, 190], 7)
    pixels = np.vstack([sea, land]).astype(np.uint8)[bands]
    for row, column in ((40, 60), (88, 150), (120, 40)):
        pixels[(y - row) ** 2 + (x - column) ** 2 < 7] = MARKER
    return pixels


def draw_rare() -> Image.Image:
    """Draw a map with small markers in 8 colours: the means, by default, and by rare colours."""
    pixels = a_map()
    panels = [("a map with three markers", Image.fromarray(enlarged(pixels, 2)))]
    found: dict[str, dict[str, Any]] = {
        "8 colours, --keep-exact 0": {"keep_exact": 0},
        "8 colours": {},
        "8 colours, --rare 0.75": {"rare": 0.75},
    }
    for words, options in found.items():
        quantized = pc.quantize(pixels, 8, space="oklab", **options)
        picture = enlarged(quantized.to_array(), 2)
        panels.append((words, above_palette(picture, quantized.palette)))
    return page(panels[:2], panels[2:])


def draw_grids() -> Image.Image:
    """Draw a part of a photo in 16 colours of each grid."""
    photo = shrunk(load_sample_image("china.jpg"), 480)[20:190, 100:300]
    panels = []
    for grid in (None, "rgb565", "rgb444", "rgb332"):
        quantized = pc.quantize(photo, 16, grid=grid, **FOR_THE_EYE)
        picture = above_palette(quantized.to_array(), quantized.palette)
        panels.append((grid or "any colour", picture))
    return page(panels)


def draw_epaper() -> Image.Image:
    """Draw a photo as three e-paper panels show it."""
    photo = shrunk(load_sample_image("china.jpg"), 300)
    panels = [("a photo", Image.fromarray(photo))]
    for name in ("spectra-6", "black-white-red", "grey-4"):
        made = pc.quantize_for_epaper(photo, name, fit="none")
        panels.append((f"{name}, as it looks", Image.fromarray(made.to_array())))
    return page(panels[:2], panels[2:])


def draw_start() -> Image.Image:
    """Draw the palettes of an image and of an edited one, from the earlier palette and anew."""
    photo = shrunk(load_sample_image("china.jpg"), 320)
    height, width = (side // 8 for side in photo.shape[:2])
    edited = photo.copy()
    edited[height : 2 * height, width : 2 * width] = (230, 0, 230)
    before = pc.find_palette(photo, 32, space="oklab")
    rows = [[("the palette of the image", row_of(before, WIDTH + 14))]]
    for words, start in (("with --start", before), ("without --start", None)):
        palette = pc.find_palette(edited, 32, start=start, space="oklab")
        moved = np.flatnonzero((palette.colors != before.colors).any(axis=1))
        text = f"after the edit, {words}: {len(moved)} of 32 entries have changed"
        rows.append([(text, row_of(palette, WIDTH + 14, moved))])
    pictures = [("an image", photo), ("the same image with one tile edited", edited)]
    return page([(words, Image.fromarray(rgb)) for words, rgb in pictures], *rows)


def frames() -> list[Pixels]:
    """Return four frames: a disc that crosses a photo and changes its colour."""
    photo = shrunk(load_sample_image("china.jpg"), 320)[20:160, 40:200]
    y, x = np.mgrid[: photo.shape[0], : photo.shape[1]]
    result = []
    for number, color in enumerate(((230, 40, 40), (230, 170, 20), (40, 160, 60), (60, 60, 210))):
        frame = photo.copy()
        disc = (x - 28 - 35 * number) ** 2 + (y - 40 - 12 * number) ** 2
        frame[disc < 22**2] = color
        result.append(frame)
    return result


def draw_shared() -> Image.Image:
    """Draw frames with a palette each, and with one for all of them."""
    pictures = frames()
    options = {"space": "oklab"}
    own = [pc.quantize(frame, 12, **options) for frame in pictures]
    shared = pc.find_shared_palette(pictures, 12, **options)
    same = [pc.map_pixels(frame, shared, **options) for frame in pictures]
    rows = {"each frame with its own palette": own, "all frames with one shared palette": same}
    panels = []
    for words, row in rows.items():
        images = [above_palette(one.to_array(), one.palette) for one in row]
        panels.append([(words, images[0]), *(("", image) for image in images[1:])])
    return page(*panels)


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
        "hard edge": {},
        "--alpha dither": {"alpha": "dither"},
        "--matte '#ffeecc'": {"matte": MATTE},
    }
    panels = [("with a soft edge", shown(pixels))]
    for words, chosen in options.items():
        panels.append((words, shown(pc.quantize(pixels, 16, **chosen).to_array())))
    return page(panels)


def shown(pixels: Pixels) -> Image.Image:
    """Enlarge pixels, on a checkerboard where they are transparent."""
    return over_checkerboard(Image.fromarray(enlarged(pixels, 2)))


def draw_elbow() -> Image.Image:
    """Draw the elbow curves of a drawing and of a photo, with the suggested numbers."""
    drawing = enlarged(a_map(), 2)
    images = {"a map": drawing, "a photo": shrunk(load_sample_image("china.jpg"), 400)}
    panels = []
    for words, pixels in images.items():
        elbow = pc.find_elbow(pixels)
        image = stacked(Image.fromarray(pixels), plotted(elbow, 400, 150))
        panels.append((f"{words}: {elbow.colors} colours suggested", image))
    return page(panels)


def plotted(elbow: pc.Elbow, width: int, height: int) -> Image.Image:
    """Plot PSNR, up to 50 dB, over the number of colours, in powers of two."""
    image = Image.new("RGB", (2 * width, 2 * height), PAPER)
    draw = ImageDraw.Draw(image)
    left, right, top, bottom = 70, 2 * width - 30, 20, 2 * height - 50

    def place(count: int, psnr: float) -> tuple[float, float]:
        across, up = np.log2(count) / 8, min(psnr, 50) / 50
        return left + (right - left) * across, bottom - (bottom - top) * up

    for level in range(0, 51, 10):
        draw.line((place(1, level), place(256, level)), HAIRLINE, 2)
        draw.text((left - 14, place(1, level)[1]), str(level), INK, font(24), anchor="rm")
    for count in (2**power for power in range(9)):
        draw.text((place(count, 0)[0], bottom + 8), str(count), INK, font(24), anchor="ma")
    points = [place(*point) for point in zip(elbow.counts, elbow.psnr, strict=True)]
    draw.line(points, INK, 4, joint="curve")
    x, y = points[elbow.counts.index(elbow.colors)]
    draw.ellipse((x - 10, y - 10, x + 10, y + 10), MARKER)
    return image.reduce(2)


def draw_pixel_art() -> Image.Image:
    """Draw enlarged pixel art as a JPEG file has it, and the same with its grid found."""
    sprite = draw_sprite(32, 4)
    image = compress(blur(enlarge(sprite, 7.5), 1.2), 60)
    restored = pc.downscale_pixel_art(image)
    found = pc.quantize(restored, pc.find_elbow(restored).colors)
    drawn = enlarge(found.to_array(), 7.5)
    part = np.s_[60:140, 80:160]
    rows = [
        [
            ("enlarged 7.5 times, and blurred", Image.fromarray(image)),
            ("a part", Image.fromarray(enlarged(image[part], 3))),
        ],
        [
            (f"restored: 32 x 32 pixels, {len(found.palette)} colours", Image.fromarray(drawn)),
            ("the same part", Image.fromarray(enlarged(drawn[part], 3))),
        ],
    ]
    return page(*rows)


PICTURES = {
    "machines": draw_machines,
    "legend": draw_legend,
    "tiles": draw_tiles,
    "orders": draw_orders,
    "locked": draw_locked,
    "rare": draw_rare,
    "grids": draw_grids,
    "epaper": draw_epaper,
    "start": draw_start,
    "shared": draw_shared,
    "transparency": draw_edges,
    "elbow": draw_elbow,
    "pixel-art": draw_pixel_art,
}
