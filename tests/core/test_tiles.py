"""Palettes for tiles: `quantize_tiles`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.tiles.presets import PRESETS

from . import strategies
from .tile_rules import (
    assert_on_grid,
    assert_one_palette_a_tile,
    assert_shared,
    cells_of,
    colors_of,
)

# What the makers' documents say: tile, palettes, colours, whether colour 0 is shared, and bits.
MACHINES = {
    "game-boy-color": ((8, 8), 8, 4, False, 5),
    "snes": ((8, 8), 8, 16, True, 5),
    "gba": ((8, 8), 16, 16, True, 5),
    "mega-drive": ((8, 8), 4, 16, True, 3),
    "master-system": ((8, 8), 2, 16, False, 2),
    "pc-engine": ((8, 8), 16, 16, True, 3),
}


@pytest.fixture(scope="module")
def scene() -> Bytes:
    """A photo with a ragged last row and column of tiles."""
    return np.ascontiguousarray(load_sample_image("china.jpg")[::5, ::5][:83, :125])


def sprites() -> Bytes:
    """Tiles of 4 colours each, of 6 sets of colours, two of which have colours in common."""
    random = np.random.default_rng(7)
    sets = random.integers(0, 32, (6, 4, 3)) * 255 // 31
    sets[1, :2] = sets[0, :2]
    numbers = random.integers(0, 6, (6, 8))
    numbers[0, :6] = np.arange(6)
    chosen = random.integers(0, 4, (48, 64))
    of_pixels = numbers.repeat(8, axis=0).repeat(8, axis=1)
    return sets.astype(np.uint8)[of_pixels, chosen]


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("dither", ["none", "bayer-4", "floyd-steinberg"])
def test_the_rules_of_machines(name: str, dither: str, scene: Bytes) -> None:
    tile, palettes, colors, is_shared, bits = MACHINES[name]
    tiled = pc.quantize_tiles(scene, name, dither=dither, effort="fast")
    image = tiled.to_image()
    table = colors_of(image)
    assert len(table) <= palettes * colors
    assert len(table) % colors == 0
    assert_one_palette_a_tile(image, colors, tile)
    assert_on_grid(table, bits)
    if is_shared:
        assert_shared(table, colors)
    assert np.array_equal(np.asarray(image.convert("RGB")), tiled.to_array())


def test_nes_palettes_have_colours_of_its_master_palette(scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, "nes")
    table = colors_of(tiled.to_image())
    assert_one_palette_a_tile(tiled.to_image(), 4, (16, 16))
    assert_shared(table, 4)
    # Two colours of the 2C02: $21 and $30.
    assert {(0x4C, 0x9A, 0xEC), (0xEC, 0xEE, 0xEC)} <= _nes()
    assert set(table) <= _nes()
    assert len(table) <= 16


def _nes() -> set[tuple[int, ...]]:
    return set(pc.Palette.named("nes"))


@pytest.mark.parametrize("name", ["zx-spectrum", "c64-hires", "c64-multicolor"])
@pytest.mark.parametrize("dither", ["none", "bayer-4", "floyd-steinberg"])
def test_a_grey_photo_stays_grey_in_oklab(name: str, dither: str, scene: Bytes) -> None:
    gray = np.repeat(scene[..., 1:2], 3, axis=2)
    tiled = pc.quantize_tiles(gray, name, space="oklab", dither=dither)
    assert np.ptp(tiled.to_array().astype(int), axis=2).max() == 0


@pytest.mark.parametrize("dither", ["none", "bayer-4", "floyd-steinberg"])
def test_zx_spectrum_cells_have_two_colours_of_one_brightness(dither: str, scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, "zx-spectrum", dither=dither)
    image = tiled.to_image()
    table, indices = colors_of(image), np.asarray(image)
    # Bits of the index: blue, red, green, bright. 216 is 85 % of the voltage.
    for index, color in enumerate(table):
        level = 255 if index & 8 else 216
        assert color == (level * (index >> 1 & 1), level * (index >> 2 & 1), level * (index & 1))
    cells = cells_of(indices, (8, 8))
    assert max(map(len, cells)) == 2
    assert all(len({index >> 3 for index in cell}) == 1 for cell in cells)
    _check_machine(tiled)


@pytest.mark.parametrize("dither", ["none", "bayer-4", "floyd-steinberg"])
@pytest.mark.parametrize(
    ("name", "tile", "most"), [("c64-hires", (8, 8), 2), ("c64-multicolor", (4, 8), 4)]
)
def test_c64_cells(name: str, tile: tuple[int, int], most: int, dither: str, scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, name, dither=dither, effort="fast")
    cells = cells_of(np.asarray(tiled.to_image()), tile)
    assert max(map(len, cells)) == most
    if name == "c64-multicolor":
        full = [cell for cell in cells if len(cell) == most]
        assert set.intersection(*full)  # the background
    assert len(tiled.palette) == 16
    assert tiled.palette.hex[:3] == ("#000000", "#ffffff", "#68372b")
    _check_machine(tiled)


def _check_machine(tiled: pc.TiledImage) -> None:
    """Check that the palettes of tiles are those of the image."""
    across, down = tiled.tile_size
    colors = tiled.to_array()
    for row, column in np.ndindex(*tiled.tile_palettes.shape):
        part = np.s_[down * row : down * (row + 1), across * column : across * (column + 1)]
        palette = tiled.palettes[tiled.tile_palettes[row, column]]
        assert np.array_equal(palette.colors[tiled.entries[part]], colors[part])


def test_the_pair_of_a_cell_is_the_best_of_all() -> None:
    random = np.random.default_rng(11)
    pixels = random.integers(0, 256, (8, 8, 3)).astype(np.uint8)
    tiled = pc.quantize_tiles(pixels, "c64-hires")
    colors = pc.Palette.named("c64").colors.astype(float)
    distances = np.square(pixels[:, :, np.newaxis] - colors).sum(axis=3)
    least = min(
        np.minimum(distances[..., a], distances[..., b]).sum() for a in range(16) for b in range(16)
    )
    found = np.square(pixels - tiled.to_array().astype(float)).sum()
    assert found == pytest.approx(least)


def test_the_c64_background_and_colours_are_the_best_of_all() -> None:
    random = np.random.default_rng(12)
    cells = random.integers(0, 256, (5, 8, 4, 3)).astype(np.uint8)
    for number, cell in enumerate(cells):  # of different numbers of colours
        cell[:] = cell[: number + 1].repeat(8, axis=0)[:8]
    colors = pc.Palette.named("c64").colors.astype(float)
    distances = np.square(cells.reshape(5, 32, 1, 3) - colors).sum(axis=3)
    least = min(
        sum(
            min(
                cell[:, [ground, *others]].min(axis=1).sum()
                for others in itertools.combinations(range(16), 3)
            )
            for cell in distances
        )
        for ground in range(16)
    )
    pixels = np.concatenate(list(cells), axis=1)
    tiled = pc.quantize_tiles(pixels, "c64-multicolor")
    assert np.square(pixels - tiled.to_array().astype(float)).sum() == pytest.approx(least)


@pytest.mark.parametrize("dither", ["bayer-4", "blue-noise", "floyd-steinberg", "none"])
def test_pixels_get_what_they_get_in_an_image_of_one_palette(dither: str, scene: Bytes) -> None:
    pixels = scene.copy()
    pixels[8:24, 8:40] = 255  # a flat area in a colour of the machine, across tiles
    tiled = pc.quantize_tiles(pixels, "c64-multicolor", dither=dither, space="srgb")
    found = tiled.to_array()
    assert np.array_equal(found[8:24, 8:40], pixels[8:24, 8:40])
    if dither == "floyd-steinberg":  # which passes errors on from tile to tile
        return
    of_pixels = tiled.tile_palettes.repeat(8, axis=0).repeat(4, axis=1)[:83, :125]
    for number, palette in enumerate(tiled.palettes):
        whole = pc.map_pixels(pixels, palette, space="srgb", dither=dither, dither_strength=0.8)
        assert np.array_equal(found[of_pixels == number], whole.to_array()[of_pixels == number])


def test_the_progress_of_a_machine_is_reported() -> None:
    pixels = np.tile(np.eye(3, dtype=np.uint8) * 255, (300, 100, 1))
    shares: list[float] = []
    pc.quantize_tiles(pixels, "c64-multicolor", dither="floyd-steinberg", progress=shares.append)
    assert shares == sorted(shares)
    assert any(0 < share < 0.69 for share in shares)
    assert any(0.71 < share < 1 for share in shares)


def test_every_preset_is_checked() -> None:
    computers = {"nes", "zx-spectrum", "c64-hires", "c64-multicolor"}
    assert set(PRESETS) == {*MACHINES, *computers}


@given(data=st.data())
@settings(max_examples=40)
def test_the_rules_hold_for_any_image(data: st.DataObject) -> None:
    pixels = data.draw(strategies.images(channels=data.draw(st.sampled_from([3, 4])), side=30))
    tile = data.draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    palettes, colors = data.draw(st.integers(1, 5)), data.draw(st.integers(2, 6))
    bits = data.draw(st.sampled_from([2, 3, 5, 8]))
    dither = data.draw(st.sampled_from(["none", "bayer-2", "blue-noise", "sierra-lite"]))
    has_alpha = pixels.shape[2] == 4 and not pixels[..., 3].all()
    index_0 = None if has_alpha else data.draw(st.sampled_from(["unique", "shared", "#102030"]))
    tiled = pc.quantize_tiles(
        pixels,
        tile_size=tile,
        palettes=palettes,
        colors=colors,
        grid=bits,
        dither=dither,
        index_0=index_0,
        effort="fast",
    )
    image = tiled.to_image()
    table = colors_of(image)
    assert len(table) in range(colors, palettes * colors + 1, colors)
    assert_one_palette_a_tile(image, colors, tile)
    assert_on_grid(table, bits)
    if index_0 in ("shared", "#102030"):
        assert_shared(table, colors)
    shown = np.asarray(image.convert("RGBA"))
    if has_alpha:
        assert np.array_equal(shown[..., 3], pixels[..., 3])
        assert (np.asarray(image)[pixels[..., 3] == 0] % colors == 0).all()
        assert (np.asarray(image)[pixels[..., 3] == 255] % colors != 0).all()
    assert np.array_equal(shown[..., :3] * (shown[..., 3:] > 0), tiled.to_array()[..., :3])
    assert tiled.tile_palettes.shape == tuple(
        -(-side // step) for side, step in zip(pixels.shape, tile[::-1], strict=False)
    )


def test_tiles_that_fit_into_the_palettes_do_not_change() -> None:
    pixels = sprites()
    tiled = pc.quantize_tiles(pixels, palettes=6, colors=4, grid=8)
    assert np.array_equal(tiled.to_array(), pixels)
    assert len(tiled.palettes) == 6
    # Two sets of colours have two in common, so that palettes of 6 hold both.
    tiled = pc.quantize_tiles(pixels, palettes=5, colors=6)
    assert np.array_equal(tiled.to_array(), pixels)


@pytest.mark.parametrize("seed", range(8))
def test_the_search_ends_when_no_error_is_left(seed: int) -> None:
    """Nearly black and nearly white pixels, whose errors are as small as those of rounding."""
    random = np.random.default_rng(seed)
    levels = random.choice([0, 255], (1, 7, 1)) + random.integers(-6, 7, (1, 7, 3))
    image = np.clip(levels, 0, 255).astype(np.uint8)
    tiled = pc.quantize_tiles(image)
    assert np.abs(tiled.to_array().astype(int) - image).max() <= 6


@pytest.mark.parametrize("options", [{"index_0": "shared"}, {"index_0": "#ff00ff"}])
def test_a_shared_colour_needs_no_other_entry(options: dict[str, Any]) -> None:
    pixels = sprites()
    pixels[::3, ::2] = (255, 0, 255)
    tiled = pc.quantize_tiles(pixels, palettes=6, colors=5, **options)
    assert np.array_equal(tiled.to_array(), pixels)
    assert {palette.hex[0] for palette in tiled.palettes} == {"#ff00ff"}


def test_one_palette_is_as_good_as_that_of_quantize(scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, palettes=1, colors=16)
    one = pc.quantize(scene, 16, keep_exact=0)
    errors = [pc.compare(scene, found.to_array()).mse for found in (tiled, one)]
    assert errors[0] <= 1.03 * errors[1]


def test_more_palettes_and_colours_lower_the_error(scene: Bytes) -> None:
    def error(palettes: int, colors: int) -> float:
        tiled = pc.quantize_tiles(scene, palettes=palettes, colors=colors)
        return pc.compare(scene, tiled.to_array()).mse

    assert error(1, 4) > error(2, 4) > error(4, 4) > error(8, 4) > error(8, 8)
    # 8 palettes of 4 are better than one palette of 4, and no better than one of all 32 colours.
    assert error(8, 4) > 0.95 * pc.compare(scene, pc.quantize(scene, 32).to_array()).mse


def test_more_effort_is_not_much_worse(scene: Bytes) -> None:
    errors = [
        pc.compare(scene, pc.quantize_tiles(scene, "game-boy-color", effort=effort).to_array()).mse
        for effort in ("fast", "balanced", "high")
    ]
    assert errors[2] < 1.01 * errors[1] < 1.01 * 1.01 * errors[0]


def test_the_result_is_deterministic(scene: Bytes) -> None:
    for options in ({}, {"dither": "floyd-steinberg"}, {"index_0": "shared", "grid": 3}):
        found = [pc.quantize_tiles(scene, **options) for _ in range(2)]
        assert found[0].indices.tobytes() == found[1].indices.tobytes()
        assert found[0].palette == found[1].palette


def test_dithered_tiles_have_the_local_means_of_the_image(scene: Bytes) -> None:
    plain, *dithered = (
        pc.quantize_tiles(scene, "game-boy-color", dither=dither, space="srgb")
        for dither in ("none", "floyd-steinberg", "bayer-4")
    )

    def error_of_means(tiled: pc.TiledImage) -> float:
        both = (scene[:80, :120].astype(float), tiled.to_array()[:80, :120].astype(float))
        means = [pixels.reshape(20, 4, 30, 4, 3).mean(axis=(1, 3)) for pixels in both]
        return float(np.square(means[0] - means[1]).mean())

    assert all(error_of_means(tiled) < error_of_means(plain) for tiled in dithered)


def test_nes_tiles_are_smaller_than_the_areas_of_palettes(scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, "nes", effort="fast")
    found = tiled.find_tiles(size=(8, 8))
    assert tiled.tile_palettes.shape == (6, 8)
    assert found.numbers.shape == (11, 16)
    assert found.tiles.shape[1:] == (8, 8)


def test_equal_tiles_are_counted_once() -> None:
    random = np.random.default_rng(3)
    tile = (random.integers(0, 4, (8, 8, 1)) * 85).astype(np.uint8).repeat(3, axis=2)
    row = [tile, tile, tile[:, ::-1], tile[::-1], tile[::-1, ::-1]]
    pixels = np.concatenate(row, axis=1)
    tiled = pc.quantize_tiles(pixels, palettes=1, colors=4)
    plain, flipped = tiled.find_tiles(), tiled.find_tiles(flips=True)
    assert plain.numbers.tolist() == [[0, 0, 1, 2, 3]]
    assert flipped.numbers.tolist() == [[0] * 5]
    assert flipped.flip_x.tolist() == [[False, False, True, False, True]]
    assert flipped.flip_y.tolist() == [[False, False, False, True, True]]
    assert np.array_equal(flipped.tiles[0], tiled.entries[:8, :8])


def test_a_tile_map_is_the_image(scene: Bytes) -> None:
    tiled = pc.quantize_tiles(scene, "game-boy-color", effort="fast")
    found = tiled.find_tiles(flips=True)
    rows, columns = tiled.tile_palettes.shape
    entries = np.zeros((8 * rows, 8 * columns), np.uint8)
    for row, column in np.ndindex(rows, columns):
        tile = found.tiles[found.numbers[row, column]]
        tile = tile[:, ::-1] if found.flip_x[row, column] else tile
        tile = tile[::-1] if found.flip_y[row, column] else tile
        entries[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = tile
    assert np.array_equal(entries[: scene.shape[0], : scene.shape[1]], tiled.entries)


def test_transparent_pixels_have_entry_0(scene: Bytes) -> None:
    alpha = np.full(scene.shape[:2], 255, np.uint8)
    alpha[:20, :30] = 0
    tiled = pc.quantize_tiles(np.dstack([scene, alpha]), "game-boy-color")
    assert tiled.has_transparent_entry
    assert np.array_equal(tiled.entries == 0, alpha == 0)
    assert np.array_equal(np.asarray(tiled.to_image().convert("RGBA"))[..., 3], alpha)
    empty = pc.quantize_tiles(np.zeros((9, 9, 4), np.uint8))
    assert not empty.to_array().any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"palettes": 17, "colors": 16}, "17 palettes of 16 colours need 272 entries"),
        ({"preset": "gameboy"}, "use one of: game-boy-color"),
        ({"tile_size": 0}, "`tile_size` must be a whole number from 1 to 256"),
        ({"tile_size": (8, 8, 8)}, "`tile_size` must be a width and a height"),
        ({"index_0": "none"}, "use one of: unique, shared, transparent"),
        ({"index_0": "transparent", "colors": 1}, "raise `colors`"),
        ({"grid": 5, "master": ["#000"]}, "`grid` cannot be combined with `master`"),
        ({"master": "nes"}, "`master` is not a palette"),
        ({"master": []}, "`master` has no colours"),
        ({"preset": "c64-hires", "colors": 3}, "palettes of this machine are fixed"),
        ({"dither": "riemersma"}, "`dither` cannot be 'riemersma'"),
    ],
)
def test_invalid_options(options: dict[str, Any], words: str, drawn: Bytes) -> None:
    with pytest.raises(pc.OptionError, match=words):
        pc.quantize_tiles(drawn, **options)


def test_transparent_pixels_need_an_entry(cutout: Bytes) -> None:
    with pytest.raises(pc.OptionError, match="entry 0 is not transparent"):
        pc.quantize_tiles(cutout, index_0="shared")
    advice = "`preset='zx-spectrum'` does not support; set `matte` and `alpha_threshold=0`"
    with pytest.raises(pc.OptionError, match=advice):
        pc.quantize_tiles(cutout, "zx-spectrum", matte="#ffffff")
    blended = pc.quantize_tiles(cutout, "zx-spectrum", matte="#ffffff", alpha_threshold=0)
    assert blended.opaque is None
    assert pc.quantize_tiles(cutout, matte="#ffffff", alpha_threshold=0).opaque is None


def test_loose_colours_have_no_tiles() -> None:
    with pytest.raises(pc.PixelsError, match="has no tiles"):
        pc.quantize_tiles(np.zeros((5, 3), np.uint8))
