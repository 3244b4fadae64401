"""Reports: one HTML page about an image and its result, which needs no other file."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..arrays import Bytes, Floats
from ..color.spaces import SPACES
from ..elbow import Elbow
from ..image.alpha import binarize_alpha
from ..image.histogram import ColorHistogram
from ..image.image_files import encode_png
from ..metrics import Metrics
from ..palette import Palette
from ..palette_values import spell_count
from ..result import Quantized
from .charts import draw_elbow, draw_histogram
from .contact_sheet import average_differences, fit_image
from .figures import Differences, draw_error_map, ramp, round_scale_end

if TYPE_CHECKING:
    from PIL.Image import Image

_FOLDER = "page"
_FIELD = re.compile(r"{{(\w+)}}")
# The scale of the differences ends where this share of the pixels is below.
_SHOWN = 0.995
# About how many colours of the image the cloud shows, and the radii of its discs in pixels.
_CLOUD_POINTS = 3000
_POINT_RADII, _ENTRY_RADII = (1.0, 5.0), (4.0, 14.0)
# About the largest chroma in sRGB, and how many times it is drawn at most.
_MAX_CHROMA, _MAX_STRETCH = 0.33, 3.0
_NO_ERROR = "no difference"
# Colours of the ramp in the style sheet.
_RAMP_STEPS = 16


@dataclass(frozen=True, eq=False)
class Report:
    """What a report is about."""

    name: str  # of the image
    pixels: Bytes  # (H, W, 3) or (H, W, 4), the image that the result is compared with
    quantized: Quantized
    elbow: Elbow
    bytes_in: int  # the size of the image file
    bytes_out: int  # the size of the result as a PNG file
    options: Mapping[str, str]  # those to list


def make_page(report: Report, metrics: Metrics, differences: Differences, width: int = 1024) -> str:
    """Return the HTML of a report, which refers to nothing outside.

    An image on the page may be `width` pixels wide, and half as high again. Larger ones are shrunk.
    """
    count, elbow = len(report.quantized.palette), report.elbow
    seen = differences[~np.isnan(differences)]
    end = round_scale_end(float(np.quantile(seen, _SHOWN)))
    before = fit_image(report.pixels, width)
    after = fit_image(report.quantized.to_array(), width)
    error_map = draw_error_map(average_differences(differences, width), end)
    shares = report.quantized.shares()
    cloud = _cloud(report, shares)
    fields = {
        "version": __version__,
        "title": escape(f"{report.name} in {spell_count(count)}"),
        "summary": _summarize(report, metrics),
        "frame": f"aspect-ratio: {before.width} / {before.height}; max-width: {before.width}px",
        "before": _data_uri(before),
        "after": _data_uri(after),
        "differences": _data_uri(error_map),
        "scale": _describe_scale(report.pixels.shape[1], before),
        "ramp": ", ".join(Palette(ramp()[:: 255 // (_RAMP_STEPS - 1)]).hex),
        "end": f"{end:g}",
        "histogram": draw_histogram(seen, end),
        "palette": _list_entries(report.quantized.palette, shares),
        "largest": _percent(shares.max()),
        "elbow": draw_elbow(elbow, count),
        "suggestion": f"The filled disc is the suggestion: {elbow.colors}. The ring is {count}.",
        "figures": _table(_figures(report, metrics)),
        "options": _table(report.options),
        "stretch": f"{cloud['stretch']:g}",
        "data": _script_data(cloud),
        "style": _read("page.css"),
        "script": _read("page.js"),
    }
    return _FIELD.sub(lambda field: fields[field[1]], _read("page.html"))


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(_FOLDER, name).read_text("utf-8").strip()


def _data_uri(image: Image) -> str:
    return f"data:image/png;base64,{base64.b64encode(encode_png(image)).decode('ascii')}"


def _script_data(value: object) -> str:
    """Return JSON in which nothing ends the element that contains it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _summarize(report: Report, metrics: Metrics) -> str:
    height, width = report.pixels.shape[:2]
    size = f"{width} × {height} pixels"
    error = f"PSNR {metrics.psnr:.2f} dB, mean CIEDE2000 {metrics.delta_e:.2f}"
    return f"{size}, {error if metrics.mse else _NO_ERROR}"


def _describe_scale(width: int, shown: Image) -> str:
    """Return a sentence about the size of the images on the page."""
    if shown.width == width:
        return ""
    if shown.width > width:
        return f"The images are enlarged {shown.width // width} times."
    return (
        f"The images are shrunk to {shown.width} × {shown.height} pixels, so that dithering is "
        "blurred; all figures are those of the full size."
    )


def _list_entries(palette: Palette, shares: Floats) -> str:
    longest = shares.max()
    rows = []
    for number, (code, share) in enumerate(zip(palette.hex, shares.tolist(), strict=True)):
        rows.append(
            f'<li value="{number}"><span class="swatch" style="background: {code}"></span>'
            f'<code>{code}</code><span class="bar"><span style="width: {share / longest:.1%}">'
            f'</span></span><span class="share">{_percent(share)}</span></li>'
        )
    return "\n".join(rows)


def _figures(report: Report, metrics: Metrics) -> dict[str, str]:
    size = spell_count(report.bytes_out, "byte")
    figures = {
        "Input file": spell_count(report.bytes_in, "byte"),
        "Result as PNG": f"{size} ({report.bytes_out / report.bytes_in:.0%})",
        "MSE": f"{metrics.mse:.2f}",
        "PSNR": f"{metrics.psnr:.2f} dB" if metrics.mse else _NO_ERROR,
        "Mean CIEDE2000": f"{metrics.delta_e:.2f}",
        "Largest difference in a channel": f"{metrics.max_difference}",
        "Pixels that differ": f"{metrics.different:,} of {metrics.compared:,}",
    }
    if metrics.opacity_differs:
        figures["Pixels opaque in only one"] = f"{metrics.opacity_differs:,}"
    return figures


def _table(rows: Mapping[str, str]) -> str:
    return "\n".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )


def _cloud(report: Report, shares: Floats) -> dict[str, Any]:
    """Return the points and the entries of the cloud, and how much chroma is stretched."""
    image = binarize_alpha(report.pixels)
    means, weights = ColorHistogram.unique(image.opaque_colors()).reduce(_CLOUD_POINTS)
    points = np.rint(means).astype(np.uint8)
    discs = _discs(points, weights / weights.sum(), _POINT_RADII)
    entries = _discs(report.quantized.palette.colors, shares, _ENTRY_RADII)
    largest = max(math.hypot(a, b) for _, a, b, *_ in (*discs, *entries))
    stretch = min(_MAX_STRETCH, max(1.0, _MAX_CHROMA / max(largest, 1e-3)))
    return {"points": discs, "entries": entries, "stretch": round(stretch, 1)}


def _discs(
    colors: Bytes, shares: Floats, radii: tuple[float, float]
) -> list[tuple[float, float, float, float, str]]:
    """Return discs, [L, a, b, radius, "#rrggbb"], whose area grows with the shares."""
    space = SPACES["oklab"]
    oklab = (space.from_srgb(colors) / np.float64(space.scale)).round(3).tolist()
    smallest, largest = radii
    sizes = (smallest + (largest - smallest) * np.sqrt(shares)).round(1).tolist()
    codes = Palette(colors).hex
    return [(*point, size, code) for point, size, code in zip(oklab, sizes, codes, strict=True)]


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 or share == 0 else "&lt;0.1%"
