"""Palettes whose entries have an alpha of their own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.alpha_space import AlphaSpace
from palette_core.color.spaces import SPACES
from palette_core.image import indexed_png
from palette_core.mapping.alpha_entries import AlphaEntryFinder

from .command_line import Cli, Outcome

PALETTE: dict[str, Any] = {"alpha": "palette"}
DITHERED: dict[str, Any] = {**PALETTE, "dither": "floyd-steinberg"}


def soft_disc(side: int = 64) -> Bytes:
    """Draw a shaded disc with a flat middle, a soft edge and nothing around it."""
    y, x = np.mgrid[:side, :side] + 0.5
    distance = np.hypot(x - side / 2, y - side / 2)
    alpha = np.clip((side / 2.2 - distance) / (side / 5), 0, 1)
    shades = np.stack([250 - 2 * x, 40 + 2 * y, 0 * x + 90], axis=-1)
    shades[distance < side / 6] = (200, 30, 40)
    return np.rint(np.dstack([shades, 255 * alpha])).clip(0, 255).astype(np.uint8)


def over(rgba: Bytes, level: float) -> np.ndarray:
    """Blend an image over a grey, as browsers do: (H, W, 3) floats."""
    share = rgba[..., 3:] / 255
    return share * rgba[..., :3] + (1 - share) * level


def error(one: Bytes, other: Bytes) -> float:
    """Return the mean squared error over black, grey and white."""
    found = [np.square(over(one, level) - over(other, level)).mean() for level in (0, 128, 255)]
    return float(np.mean(found))


def with_alpha(found: pc.Quantized) -> Bytes:
    array = found.to_array()
    return array if array.shape[-1] == 4 else np.insert(array, 3, 255, axis=-1)


@pytest.mark.parametrize("options", [PALETTE, DITHERED], ids=["none", "dithered"])
@pytest.mark.parametrize("space", SPACES)
def test_opaque_and_transparent_pixels_stay_so(space: str, options: dict[str, Any]) -> None:
    pixels = soft_disc()
    found = pc.quantize(pixels, 12, space=space, **options).to_array()
    assert (found[pixels[..., 3] == 255][:, 3] == 255).all()
    assert not found[pixels[..., 3] == 0].any()
    assert len(np.unique(found[..., 3])) > 4


def test_automatic_dithering_is_error_diffusion() -> None:
    pixels = soft_disc()
    found = pc.quantize(pixels, 12, dither="auto", **PALETTE)
    assert found.dither == "floyd-steinberg"
    assert np.array_equal(found.to_array(), pc.quantize(pixels, 12, **DITHERED).to_array())


@pytest.mark.parametrize("options", [PALETTE, DITHERED], ids=["none", "dithered"])
def test_a_flat_opaque_area_keeps_its_exact_colour(options: dict[str, Any]) -> None:
    pixels = soft_disc()
    found = pc.quantize(pixels, 12, **options).to_array()
    is_flat = (pixels[..., :3] == (200, 30, 40)).all(axis=-1) & (pixels[..., 3] == 255)
    inner = is_flat & np.roll(is_flat, 1, 0) & np.roll(is_flat, -1, 0)
    inner &= np.roll(is_flat, 1, 1) & np.roll(is_flat, -1, 1)
    assert inner.sum() > 200
    assert (found[inner] == (200, 30, 40, 255)).all()


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_soft_edges_are_nearer_than_with_one_bit(space: str) -> None:
    pixels = soft_disc()
    soft = error(pixels, pc.quantize(pixels, 16, space=space, **PALETTE).to_array())
    hard = error(pixels, pc.quantize(pixels, 16, space=space).to_array())
    assert soft < hard / 8


def test_few_colours_do_not_change() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1:] = (200, 100, 50, 255)
    pixels[2] = (200, 100, 50, 128)
    pixels[3, 1:] = (10, 20, 30, 1)
    found = pc.quantize(pixels, 3, **DITHERED)
    assert np.array_equal(found.to_array(), pixels)
    assert found.palette.alpha.tolist() == [1, 128, 255]
    assert np.array_equal(found.opaque, pixels[..., 3] > 0)


@pytest.mark.parametrize("options", [{}, {"dither": "floyd-steinberg", "space": "oklab"}])
def test_without_soft_edges_nothing_changes(options: dict[str, Any]) -> None:
    pixels = soft_disc()
    for image in (pixels[..., :3], np.where(pixels[..., 3:] > 127, pixels | 1, 0)):
        image = image.astype(np.uint8)
        if image.shape[-1] == 4:
            image[..., 3] = np.where(image[..., 3] > 0, 255, 0)
        one, other = (
            pc.quantize(image, 9, alpha=alpha, **options) for alpha in ("palette", "threshold")
        )
        assert one.palette == other.palette
        assert np.array_equal(one.to_array(), other.to_array())


def test_nearest_entries_are_those_of_a_full_search() -> None:
    random = np.random.default_rng(2)
    colors = random.integers(0, 256, (5000, 4), np.uint8)
    entries = random.integers(1, 255, (60, 4), np.uint8)
    space = AlphaSpace(SPACES["srgb"])
    found = AlphaEntryFinder(entries, space).find_nearest(colors)

    def distances(rgba: Bytes) -> np.ndarray:
        # The mean over grey backgrounds of the mean 127.5 and the deviation 85.
        levels = 127.5 + 85 * np.array([-1, 1])
        apart = [over(rgba[:, np.newaxis], v) - over(entries[np.newaxis], v) for v in levels]
        return np.square(apart).sum(axis=-1).mean(axis=0)

    expected = distances(colors)
    rows = np.arange(len(colors))
    assert np.allclose(expected[rows, found], expected.min(axis=1), atol=2)
    assert (found == expected.argmin(axis=1)).mean() > 0.999


@pytest.mark.parametrize("space", SPACES)
def test_opaque_colours_have_the_coordinates_of_the_space(space: str) -> None:
    colors = np.random.default_rng(0).integers(0, 256, (500, 3), np.uint8)
    alpha_space = AlphaSpace(SPACES[space])
    points = alpha_space.from_rgba(np.insert(colors, 3, 255, axis=1))
    assert np.array_equal(points[:, :3], SPACES[space].from_srgb(colors))
    assert np.array_equal(alpha_space.to_rgba(points)[:, :3], colors)
    faint = np.insert(colors, 3, 40, axis=1)
    again = alpha_space.to_rgba(alpha_space.from_rgba(faint))
    assert (again[:, 3] == 40).all()
    assert np.abs(over(faint, 90.0) - over(again, 90.0)).max() <= 0.6


def test_dithering_keeps_local_means() -> None:
    x = np.arange(96) + np.zeros((96, 1), np.int64)
    ramp = np.stack([200 + 0 * x, 60 + 0 * x, 0 * x, 20 + 2 * x], axis=-1).astype(np.uint8)

    def block_error(found: Bytes) -> float:
        means = [
            over(array, 255).reshape(12, 8, 12, 8, 3).mean(axis=(1, 3)) for array in (ramp, found)
        ]
        return float(np.square(means[0] - means[1]).mean())

    plain, dithered = (
        with_alpha(pc.quantize(ramp, 3, dither_strength=1, **options))
        for options in (PALETTE, DITHERED)
    )
    assert block_error(dithered) < block_error(plain) / 2


@pytest.mark.parametrize("order", ["luminance", "hue", "popularity", "appearance", "tour", "kept"])
def test_translucent_entries_come_first(order: str) -> None:
    found = pc.quantize(soft_disc(), 12, order=order, **DITHERED)
    is_opaque = found.palette.alpha == 255
    assert 0 < is_opaque.sum() < len(is_opaque)
    assert (np.diff(is_opaque.astype(int)) >= 0).all()
    assert np.array_equal(found.to_array(), pc.quantize(soft_disc(), 12, **DITHERED).to_array())


def test_the_file_is_what_another_reader_shows() -> None:
    found = pc.quantize(soft_disc(), 15, **DITHERED)
    data = indexed_png.encode(found.to_image())
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA")), found.to_array())
        # The transparent entry and the translucent ones, and no opaque one.
        assert len(image.info["transparency"]) == 1 + (found.palette.alpha < 255).sum()
        assert image.info["transparency"][0] == 0
    assert data[24] == 4  # bits per pixel: 15 entries and the transparent one


def test_a_palette_of_256_entries_has_room_for_transparent_pixels() -> None:
    found = pc.quantize(soft_disc(96), 256, **PALETTE)
    assert len(found.palette) == 255
    assert len(found.to_image().getpalette() or []) == 3 * 256


def test_a_mask_and_weights() -> None:
    pixels = soft_disc()
    mask = np.zeros((64, 64), np.bool_)
    mask[:32] = True
    found = pc.quantize(pixels, 8, mask=mask, **DITHERED)
    assert not found.to_array()[32:].any()
    upper = pc.quantize(pixels, 8, weights=np.where(mask, 1.0, 0.0), **PALETTE)
    assert error(pixels[:32], upper.to_array()[:32]) < error(pixels[32:], upper.to_array()[32:])


def test_mapping_to_a_palette_with_alpha() -> None:
    pixels = soft_disc()
    found = pc.quantize(pixels, 9, **PALETTE)
    assert pc.find_palette(pixels, 9, **PALETTE) == found.palette
    mapped = pc.map_pixels(pixels, found.palette, **PALETTE)
    assert np.array_equal(mapped.to_array(), found.to_array())
    opaque = pc.map_pixels(pixels[..., :3], found.palette, **PALETTE)
    assert (with_alpha(opaque)[..., 3] == 255).all()
    with pytest.raises(pc.OptionError, match="the palette has entries with alpha; use"):
        pc.map_pixels(pixels, found.palette)
    with pytest.raises(pc.OptionError, match="`strict` does not support `alpha='palette'`"):
        pc.map_pixels(pixels, found.palette, strict=True, **PALETTE)


def test_a_shared_palette_has_no_alpha() -> None:
    with pytest.raises(pc.OptionError, match="`alpha='palette'` is for single images"):
        pc.find_shared_palette([soft_disc()], 4, **PALETTE)


# Palette


def test_alpha_is_part_of_a_palette(tmp_path: Path) -> None:
    colors = [[0, 0, 0], [255, 0, 0], [0, 0, 255]]
    palette = pc.Palette(colors, ["a", "b", "c"], alpha=[255, 7, 128])
    assert palette != pc.Palette(colors, ["a", "b", "c"])
    assert pc.Palette(colors, alpha=[255] * 3) == pc.Palette(colors)
    ordered = palette.sorted()
    assert (ordered.names, ordered.alpha.tolist()) == (("c", "b", "a"), [128, 7, 255])
    palette.save(tmp_path / "soft.json")
    assert pc.Palette.load(tmp_path / "soft.json") == pc.Palette(
        colors, ["a", "b", "c"], alpha=[255, 7, 128]
    )
    palette.save(tmp_path / "soft.txt")
    assert (tmp_path / "soft.txt").read_text().split()[-3:] == ["FF000000", "07FF0000", "800000FF"]
    palette.save(tmp_path / "soft.gpl")
    assert pc.Palette.load(tmp_path / "soft.gpl").alpha is None
    palette.save(tmp_path / "soft.png")
    with Image.open(tmp_path / "soft.png") as image:
        shown = np.unique(np.asarray(image.convert("RGBA")).reshape(-1, 4), axis=0)
    assert {tuple(row) for row in shown.tolist()} >= {(255, 0, 0, 7), (0, 0, 255, 128)}


@pytest.mark.parametrize(
    "alpha", [[1, 2], [1, 2, 256], [1, 2, -1], [0.5, 1, 1], "abc", [[1], [1, 2], 3]]
)
def test_an_invalid_alpha_is_refused(alpha: Any) -> None:
    with pytest.raises(pc.PaletteError, match="`alpha`"):
        pc.Palette([[0, 0, 0], [1, 1, 1], [2, 2, 2]], alpha=alpha)


def test_equal_colours_of_different_alpha_are_not_merged() -> None:
    palette = pc.Palette([[9, 9, 9]] * 3, alpha=[10, 10, 11])
    assert len(palette.merged(100)) == 2


# The command line


@pytest.fixture
def soft(workdir: Path) -> Bytes:
    pixels = soft_disc()
    Image.fromarray(pixels).save(workdir / "soft.png")
    return pixels


def run(cli: Cli, command: str) -> Outcome:
    return cli(*command.split())


def shown(path: Path) -> Bytes:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))


def test_png_files_keep_soft_edges_by_default(soft: Bytes, workdir: Path, cli: Cli) -> None:
    outcome = run(cli, "quantize soft.png -k 12 -o out.png --palette-out out.json --json")
    assert (outcome.code, outcome.err) == (0, "")
    expected = pc.quantize(soft, 12, space="oklab", **DITHERED)
    assert np.array_equal(shown(workdir / "out.png"), expected.to_array())
    assert outcome.json["alpha"] == expected.palette.alpha.tolist()
    assert outcome.json["compared"] == np.count_nonzero(soft[..., 3])
    visible = soft[..., 3] > 0
    mse = np.mean([
        np.square(np.rint(over(soft, v)) - np.rint(over(expected.to_array(), v)))[visible].mean()
        for v in (0, 255)
    ])  # fmt: skip
    assert outcome.json["mse"] == pytest.approx(mse, rel=0.02)

    again = run(cli, "quantize soft.png --palette out.json -o again.png")
    assert (again.code, again.err) == (0, "")
    assert np.array_equal(shown(workdir / "again.png"), expected.to_array())


@pytest.mark.parametrize(
    ("arguments", "obstacle"),
    [
        ("--alpha threshold", None),
        ("--alpha-threshold 128", None),
        ("--dither bayer-4", "--dither bayer-4"),
        ("--transparent-index last", "--transparent-index"),
        ("--lock #ff0000", "--lock"),
        ("--lock #ff0000 --alpha threshold", None),
        ("--method wu", "--method wu"),
        ("--grid rgb444", "--grid"),
        ("-k auto --target-psnr 20", "--colors auto"),
    ],
)
def test_options_that_leave_one_bit_of_alpha_say_so(
    arguments: str, obstacle: str | None, soft: Bytes, workdir: Path, cli: Cli
) -> None:
    outcome = cli("quantize", "soft.png", "-o", "out.png", "--json", *arguments.split())
    assert outcome.code == 0
    notes = [] if obstacle is None else [
        f"soft edges become hard, because {obstacle} allows no entries with alpha; to dither them "
        "add --alpha dither, or --alpha threshold if they should"
    ]  # fmt: skip
    assert outcome.json["notes"] == notes
    hard = [line for line in outcome.err.splitlines() if "soft edges" in line]
    assert hard == [f"palette-core: note: soft.png: {note}" for note in notes]
    found = shown(workdir / "out.png")
    assert np.array_equal(found[..., 3], np.where(soft[..., 3] >= 128, 255, 0))


@pytest.mark.usefixtures("soft")
def test_a_report_says_that_soft_edges_become_hard(cli: Cli) -> None:
    note = "palette-core: note: soft.png: soft edges become hard; to keep them add --alpha palette"
    assert cli("report", "soft.png", "--json").err.splitlines() == [note]
    for alpha in ("palette", "threshold", "dither"):
        assert cli("report", "soft.png", "--json", "--alpha", alpha).err == ""


def test_gif_files_have_one_bit_of_alpha(soft: Bytes, workdir: Path, cli: Cli) -> None:
    outcome = run(cli, "quantize soft.png -o out.gif")
    assert outcome.code == 0
    assert "soft.png: soft edges become hard, because .gif files have no entries" in outcome.err
    assert run(cli, "quantize soft.png -o dots.gif --alpha dither").err == ""
    assert np.array_equal(shown(workdir / "out.gif")[..., 3] > 0, soft[..., 3] >= 128)
    refused = run(cli, "quantize soft.png -o more.gif --alpha palette")
    assert (refused.code, "--alpha palette needs a PNG file" in refused.err) == (2, True)


def test_several_files_keep_soft_edges_unless_they_share(
    soft: Bytes, workdir: Path, cli: Cli
) -> None:
    assert run(cli, "quantize soft.png drawn.png -k 8 -o out/").code == 0
    expected = pc.quantize(soft, 8, space="oklab", **DITHERED)
    assert np.array_equal(shown(workdir / "out/soft.png"), expected.to_array())
    assert run(cli, "quantize soft.png drawn.png -k 8 -o shared/ --shared-palette").code == 0
    assert set(np.unique(shown(workdir / "shared/soft.png")[..., 3])) == {0, 255}
    refused = run(cli, "quantize soft.png drawn.png -o no/ --shared-palette --alpha palette")
    assert "--alpha palette is for single images" in refused.err


def test_animations_have_one_bit_of_alpha(soft: Bytes, workdir: Path, cli: Cli) -> None:
    first, second = Image.fromarray(soft), Image.fromarray(soft[:, ::-1])
    first.save(workdir / "moving.png", save_all=True, append_images=[second], duration=100)
    outcome = run(cli, "quantize moving.png -k 8 -o out.png")
    assert "because the frames of an animation have no entries with alpha" in outcome.err
    assert run(cli, "quantize moving.png -k 8 -o dots.png --alpha dither").err == ""
