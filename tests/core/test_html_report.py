"""The command `report`: a page that is complete, correct and refers to nothing outside."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc

from .command_line import EYE, Cli
from .reference_metrics import oklab, read_image

pytestmark = pytest.mark.usefixtures("workdir")

VOID = {"meta", "img", "input", "br", "link", "hr"}
SHAPES = {"path", "rect", "circle", "polyline"}
Attributes = dict[str, str]


class Page(HTMLParser):
    """A page: its elements with their attributes and texts; it refuses unbalanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data

    def all(self, tag: str, **attributes: str) -> list[Attributes]:
        return [
            found
            for name, found in self.elements
            if name == tag and attributes.items() <= found.items()
        ]

    def words(self, tag: str) -> list[str]:
        """Return the texts at the start of the elements."""
        pairs = zip(self.elements, self.texts, strict=True)
        return [text.strip() for (name, _), text in pairs if name == tag]

    def rows(self) -> dict[str, str]:
        return dict(zip(self.words("th"), self.words("td"), strict=True))

    def image(self, number: int) -> Image.Image:
        source = self.all("img")[number]["src"]
        prefix = "data:image/png;base64,"
        assert source.startswith(prefix)
        image = Image.open(io.BytesIO(base64.b64decode(source.removeprefix(prefix))))
        assert image.format == "PNG"
        return image


@pytest.fixture
def report(cli: Cli) -> Callable[..., Page]:
    def make(*arguments: str) -> Page:
        outcome = cli("report", *arguments, "-o", "out.html", "--force")
        assert outcome.code == 0
        assert all(line.startswith("palette-core: note: ") for line in outcome.err.splitlines())
        return Page(Path("out.html").read_text("utf-8"))

    return make


def test_it_shows_the_image_and_its_result(report: Callable[..., Page]) -> None:
    page = report("drawn.png", "-k", "6", "--dither", "none", "--width", "80")
    pixels = read_image("drawn.png").pixels
    quantized = pc.quantize(pixels, 6, space="oklab")
    assert np.array_equal(page.image(0), pixels)
    assert np.array_equal(page.image(1), quantized.to_array())
    assert page.image(2).size == (80, 60)
    assert page.words("code") == list(quantized.palette.hex)
    shares = [text for text in page.words("span") if text.endswith("%")]
    assert shares == [f"{share:.1%}" for share in quantized.shares()]
    figures = page.rows()
    metrics = pc.compare(pixels, quantized.to_array())
    assert figures["PSNR"] == f"{metrics.psnr:.2f} dB"
    assert figures["Mean CIEDE2000"] == f"{metrics.delta_e:.2f}"
    assert figures["Pixels that differ"] == f"{metrics.different:,} of 4,800"


def test_the_sizes_are_those_of_the_files(report: Callable[..., Page], cli: Cli) -> None:
    page = report("photo.jpg", "-k", "8")
    assert cli("quantize", "photo.jpg", "-k", "8", "--strip", "-o", "out.png").code == 0
    before, after = (Path(name).stat().st_size for name in ("photo.jpg", "out.png"))
    assert page.rows()["Input file"] == f"{before:,} bytes"
    assert page.rows()["Result as PNG"].startswith(f"{after:,} bytes (")


@pytest.mark.parametrize("name", ["drawn.png", "photo.jpg", "cutout.png", "tiny.png"])
def test_it_refers_to_nothing_outside(name: str, report: Callable[..., Page]) -> None:
    page = report(name)
    html = Path("out.html").read_text("utf-8")
    for _, attributes in page.elements:
        assert "href" not in attributes
        assert attributes.get("src", "data:").startswith("data:")
    without_images = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", html)
    assert not re.search(r"https?:|//cdn|url\(|@import|{{", without_images)
    policy = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy[0]["content"].startswith("default-src 'none'")


@pytest.mark.parametrize("name", ["drawn.png", "cutout.png"])
def test_everything_has_a_text_alternative(name: str, report: Callable[..., Page]) -> None:
    page = report(name)
    assert len(page.all("img")) == 3
    assert all(image["alt"] for image in page.all("img"))
    for tag in ("svg", "canvas"):
        assert all(found["role"] == "img" and found["aria-label"] for found in page.all(tag))
    assert page.all("input", type="range")[0]["aria-label"]
    assert page.all("canvas")[0]["tabindex"] == "0"
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("meta", name="viewport")


@pytest.mark.parametrize("name", ["<script>alert(1)<script>.png", "a&amp;b\"'{{data}}.png"])
def test_names_are_text(name: str, report: Callable[..., Page]) -> None:
    Path("tiny.png").rename(name)
    page = report(name)
    assert page.words("h1") == [f"{name} in 3 colours"]
    assert page.words("title")[0] == f"{name} in 3 colours"
    assert [found.get("type") for found in page.all("script")] == ["application/json", None]


def test_the_cloud_is_in_oklab(report: Callable[..., Page]) -> None:
    page = report("photo.jpg", "-k", "12")
    (data,) = (
        json.loads(text)
        for (tag, found), text in zip(page.elements, page.texts, strict=True)
        if tag == "script" and found.get("type") == "application/json"
    )
    quantized = pc.quantize(read_image("photo.jpg").pixels, 12, **EYE)
    assert [entry[4] for entry in data["entries"]] == list(quantized.palette.hex)
    assert 500 < len(data["points"]) < 6000
    for *coordinates, radius, code in (*data["entries"], *data["points"][::50]):
        assert coordinates == pytest.approx(oklab(pc.Palette([code]).colors)[0], abs=2e-3)
        assert 1 <= radius <= 14


def test_the_histogram_counts_every_pixel(report: Callable[..., Page]) -> None:
    report("drawn.png", "-k", "4")
    html = Path("out.html").read_text("utf-8")
    bars = re.findall(r'<rect class="bar"[^>]*><title>from [\d.e-]+: ([\d.]+)%</title>', html)
    assert sum(map(float, bars)) == pytest.approx(100, abs=0.2)


def test_large_images_are_shrunk_and_small_ones_enlarged(report: Callable[..., Page]) -> None:
    page = report("drawn.png", "--width", "40")
    assert page.image(0).size == page.image(1).size == page.image(2).size == (40, 30)
    assert any("shrunk to 40 × 30 pixels" in text for text in page.words("p"))
    page = report("drawn.png", "--width", "170")
    assert page.image(0).size == (160, 120)
    assert any("enlarged 2 times" in text for text in page.words("p"))
    assert "max-width: 160px" in page.all("div", **{"class": "comparison"})[0]["style"]


def test_given_options_are_listed(report: Callable[..., Page]) -> None:
    options = report("drawn.png", "-k", "5", "--lock", "#ff0000", "--dither-adaptive").rows()
    assert options["--colors"] == "5"
    assert options["--lock"] == "#ff0000"
    assert options["--dither-adaptive"] == "yes"
    assert options["--space"] == "oklab"
    assert "--matte" not in options


def test_a_given_palette_is_used(report: Callable[..., Page], cli: Cli) -> None:
    page = report("drawn.png", "--palette", "@c64")
    palette = pc.Palette.named("c64")
    assert [code for code in palette.hex if not any(code in text for text in page.texts)] == []
    assert (page.rows()["--palette"], "--colors" in page.rows()) == ("@c64", False)
    found = cli("report", "drawn.png", "--palette", "@c64", "--json").json
    expected = cli("quantize", "drawn.png", "--palette", "@c64", "--json").json
    same = ("palette", "shares", "mse", "delta_e", "dither")
    assert [found[key] for key in same] == [expected[key] for key in same]


def test_an_equal_result_has_no_error(report: Callable[..., Page]) -> None:
    figures = report("tiny.png").rows()
    assert (figures["PSNR"], figures["MSE"]) == ("no difference", "0.00")


def test_the_summary_has_the_suggestion(cli: Cli) -> None:
    elbow = pc.find_elbow(read_image("drawn.png").pixels)
    outcome = cli("report", "drawn.png", "-o", "out.html", "--json")
    assert outcome.json["suggested_colors"] == elbow.colors
    curve = [(point["colors"], point["mse"]) for point in outcome.json["elbow"]]
    assert curve == list(zip(elbow.counts, elbow.mse, strict=True))
    outcome = cli("report", "drawn.png", "-o", "out.html", "--force")
    assert f", {elbow.colors} colours suggested, " in outcome.text
    assert cli("report", "drawn.png", "-o", "-").out.startswith(b"<!DOCTYPE html>")


def test_the_same_page_every_time(report: Callable[..., Page]) -> None:
    report("photo.jpg")
    first = Path("out.html").read_bytes()
    report("photo.jpg")
    assert Path("out.html").read_bytes() == first
