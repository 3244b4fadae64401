"""The preview session: the same results, errors and files in this process and by a worker."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import palette_core as pc
from engine import LocalSession
from errors import UserError, to_message
from palette_core.arrays import Bytes

HEIGHT, WIDTH = 90, 120
CANVAS = 0, 0, WIDTH, HEIGHT
VIEW = {
    "image": (WIDTH, HEIGHT),
    "window": (300, 200),
    "zoom": 2,
    "center": (WIDTH / 2, HEIGHT / 2),
}
DESIGN = {
    "method": "kmeans",
    "init": "auto",
    "effort": "balanced",
    "seed": 0,
    "order": "kept",
    "rare": 0.0,
    "locked": [],
    "start": None,
    "grid": None,
}
MAPPING = {
    "space": "oklab",
    "lightness_weight": 1.0,
    "dither": "floyd-steinberg",
    "dither_strength": 0.8,
    "dither_adaptive": False,
    "alpha_threshold": None,
    "alpha": "threshold",
    "matte": None,
}
SETTINGS = {"colors": 9, "design": DESIGN, "mapping": MAPPING, "selection_weight": 10.0}
# The settings of the mapping, as options of palette_core.
EYE = {"space": "oklab", "dither": "floyd-steinberg"}
GRAYS = tuple(f"#{level:02x}{level:02x}{level:02x}" for level in range(0, 256, 5))


def drawn() -> tuple[Bytes, Bytes]:
    """Draw pixels of every alpha, and a selection with a soft edge."""
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    pixels[..., :3] //= np.linspace(1, 9, WIDTH, dtype=np.uint8)[:, np.newaxis]
    pixels[: HEIGHT // 2, :, 3] = 255
    selection = np.clip(np.linspace(-300, 500, WIDTH), 0, 255).astype(np.uint8)
    return pixels, np.repeat(selection[np.newaxis], HEIGHT, axis=0)


def fill(session: Any, key: str, kind: str, array: Any) -> None:
    """Fill a buffer of the session in strips, as the plug-in does."""
    memory, data = session.allocate(key, CANVAS, kind), array.tobytes()
    assert len(memory) == len(data)
    for start in range(0, len(data), 10_000):
        memory[start : start + 10_000] = data[start : start + 10_000]


def layer(
    pixels: str = "pixels",
    *,
    mask: str | None = None,
    selection: str | None = None,
    use: str = "only",
    area: tuple[int, int, int, int] = CANVAS,
) -> dict[str, Any]:
    return {"area": area, "pixels": pixels, "mask": mask, "selection": selection, "use": use}


def fill_all(session: Any) -> None:
    pixels, selection = drawn()
    fill(session, "pixels", "rgba", pixels)
    fill(session, "other", "rgb", pixels[::-1, :, :3])
    fill(session, "selection", "mask", selection)
    fill(session, "mask", "mask", selection[:, ::-1])
    fill(session, "alpha", "alpha", (pixels[..., 3] / 255).astype(np.float32))


def is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(is_plain(item) for pair in value.items() for item in pair)
    if isinstance(value, (tuple, list)):
        return all(is_plain(item) for item in value)
    return value is None or type(value) in (bool, int, float, str, bytes, memoryview)


def everything(session: Any, opening: dict[str, Any], settings: dict[str, Any]) -> list[Any]:
    """Call all that a dialog calls, and return the results, buffers as bytes."""
    fill_all(session)
    found: list[Any] = [session.open(**opening)]
    fractions: list[float] = []
    session.prepare("original")
    found.append(session.palette(settings, progress=lambda _part: None))
    session.prepare("provisional", VIEW)
    found.append(session.render(VIEW, "provisional", line=100))
    found.append(session.quantize(settings, progress=fractions.append))
    assert fractions == sorted(fractions)
    found.append(session.measure(progress=lambda _part: None))
    found.append(session.png_size(progress=lambda _part: None))
    found.append(session.suggest_colors(settings, progress=lambda _part: None))
    session.prepare("result")
    for number in range(len(opening["targets"])):
        found.append(session.index_map(number))
        found.append(session.recolored(number))
    found.append(session.recolored(0, "alpha"))
    found.append(session.error_map(VIEW, progress=lambda _part: None))
    found.append(session.render(VIEW, "error-map", frame=(9, 8, 7)))
    found.append(session.render(VIEW, "result", line=100, scale=2))
    found.append(session.render(VIEW, "result", highlight=2))
    found.append(session.swatch_pixels([*found[1], None], 11, (2,), 1, (0.2, 0.5)))
    found.append(session.clean_name("A\nname"))
    assert all(is_plain(item) for item in found)
    return [buffers_as_bytes(item) for item in found]


def buffers_as_bytes(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(buffers_as_bytes(item) for item in value)
    return bytes(value) if isinstance(value, memoryview) else value


ONE = {"targets": [layer()], "sample": [layer()], "original": layer(), "canvas": CANVAS}
SELECTED = ONE | {name: [layer(selection="selection")] for name in ("targets", "sample")}
CUT = layer(selection="selection", area=(30, 10, 60, 50))
TWO = ONE | {
    "targets": [layer(), layer("other", area=CANVAS)],
    "sample": [layer(), layer("other")],
    "shown": [0, 1],
    "is_composed": True,
}


@pytest.mark.parametrize(
    ("opening", "changes"),
    [
        (ONE, {}),
        (SELECTED, {}),
        (ONE | {"sample": [layer(selection="selection", use="more")]}, {}),
        (TWO, {}),
        (TWO | {"sample": [layer(mask="mask", selection="selection", use="more")] * 2}, {}),
        (SELECTED | {"original": layer(mask="mask")}, {"recolors": True}),
        (SELECTED, {"recolors": True, "mapping": {**MAPPING, "matte": "#123456"}}),
        (ONE, {"palette": GRAYS}),
        (ONE, {"library": "best"}),
        (ONE, {"tiles": "nes"}),
        (ONE, {"design": {**DESIGN, "start": GRAYS[:9], "locked": ["#ff0000@3"]}}),
        (
            ONE,
            {
                "mapping": {**MAPPING, "alpha": "dither"},
                "colors": "auto",
                "design": {**DESIGN, "target_psnr": 20.0},
            },
        ),
    ],
)
def test_a_worker_gives_the_same(
    worker: Any, opening: dict[str, Any], changes: dict[str, Any]
) -> None:
    settings = SETTINGS | changes
    assert everything(worker, opening, settings) == everything(LocalSession(), opening, settings)


# What it gives


@pytest.mark.parametrize(
    ("changes", "function", "arguments"),
    [
        ({}, pc.quantize, [9]),
        ({"library": "c64"}, pc.map_pixels, [pc.Palette.named("c64")]),
        ({"tiles": "game-boy-color"}, pc.quantize_tiles, ["game-boy-color"]),
    ],
)
def test_the_result_is_palette_cores(
    session: Any, changes: dict[str, Any], function: Any, arguments: list[Any]
) -> None:
    fill_all(session)
    assert session.open(**ONE) == (True, True)
    settings = SETTINGS | changes
    found = session.quantize(settings)
    expected = function(drawn()[0], *arguments, **EYE)
    assert session.palette(settings) == found == expected.palette.hex
    indices, alpha = session.index_map(0)
    assert indices == expected.indices.tobytes()
    assert alpha == (expected.opaque * np.uint8(255)).tobytes()
    assert session.measure()["library"] == changes.get("library")


def test_the_best_palette_of_the_library(session: Any) -> None:
    machine = pc.Palette.named("c64").colors
    rgba = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    rgba[..., :3] = machine[np.random.default_rng(4).integers(0, 16, (HEIGHT, WIDTH))]
    fill(session, "c64", "rgba", rgba)
    c64 = layer("c64")
    session.open([c64], [c64], c64, CANVAS)
    session.quantize(SETTINGS | {"library": "best"})
    assert session.measure()["mse"] == 0.0
    assert session.measure()["library"] == "c64"


def test_automatic_dithering_is_the_same_for_all_layers(session: Any) -> None:
    fill_all(session)
    flat = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    flat[20:50, 20:90] = (30, 90, 160)
    fill(session, "other", "rgb", flat)
    automatic = SETTINGS | {"colors": 32, "mapping": {**MAPPING, "dither": "auto"}}
    ramp = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH, 1) // WIDTH + [0, 90, 30]
    fill(session, "pixels", "rgb", (ramp % 256).astype(np.uint8))
    other = layer("other")
    for sample, dither in (([other], "none"), ([other, layer()], "floyd-steinberg")):
        explicit = automatic | {"mapping": {**MAPPING, "dither": dither}}
        opening = ONE | {"targets": [other, layer()], "sample": sample}
        found = []
        for settings in (automatic, explicit):
            session.open(**opening)
            colors = session.quantize(settings)
            assert session.measure()["dither"] == dither
            found.append((colors, *(bytes(session.index_map(n)[0]) for n in range(2))))
        assert found[0] == found[1]


def test_only_what_is_selected_is_quantized(session: Any) -> None:
    fill_all(session)
    session.open(**ONE | {"targets": [CUT], "sample": [CUT], "original": CUT})
    session.quantize(SETTINGS)
    pixels, selection = drawn()
    part = slice(10, 60), slice(30, 90)
    expected = pc.quantize(pixels[part], 9, mask=selection[part] >= 128, **EYE)
    assert session.index_map(0)[0] == expected.indices.tobytes()


def test_the_topmost_opaque_pixel_is_seen(session: Any) -> None:
    """Two layers that reach over the canvas; pixels of none are transparent."""
    red, blue = np.zeros((2, HEIGHT, WIDTH, 3), np.uint8)
    red[..., 0] = blue[..., 2] = 255
    for key, array, x, y in (("red", red, -20, 5), ("blue", blue, 30, -10)):
        session.allocate(key, (x, y, WIDTH, HEIGHT), "rgb")[:] = array.tobytes()
    layers = [
        layer("red", area=(-20, 5, WIDTH, HEIGHT)),
        layer("blue", area=(30, -10, WIDTH, HEIGHT)),
    ]
    fill(session, "pixels", "rgba", drawn()[0])
    session.open(**TWO | {"targets": layers, "sample": layers})
    session.prepare("original")
    session.quantize(SETTINGS | {"colors": 2})
    session.prepare("result")
    view = VIEW | {"zoom": 1, "window": (WIDTH, HEIGHT)}
    shown = np.frombuffer(session.render(view, "result"), np.uint8).reshape(HEIGHT, WIDTH, 4)
    assert (shown[5:, :100, :3] == (255, 0, 0)).all()
    assert (shown[:5, 30:, :3] == (0, 0, 255)).all()
    assert (shown[:80, 100:, :3] == (0, 0, 255)).all()
    assert set(np.unique(shown[:5, :30, :3])) == {0x66, 0x99}


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({}, "rgba", 256),
        ({"reserves_transparent": True}, "rgba", 255),
        ({"reserves_transparent": True}, "rgb", 256),
        ({"reserves_transparent": True, "area": (1, 0, WIDTH, HEIGHT)}, "rgb", 255),
        (
            {"reserves_transparent": True, "area": (1, 0, WIDTH, HEIGHT), "is_cropped": True},
            "rgb",
            256,
        ),
    ],
)
def test_an_entry_is_left_to_transparent_pixels(
    session: Any, changes: dict[str, Any], kind: str, expected: int
) -> None:
    settings = dict(changes)
    area = settings.pop("area", CANVAS)
    pixels = drawn()[0][..., : len(kind)]
    session.allocate("given", area, kind)[:] = pixels.tobytes()
    only = layer("given", area=area)
    session.open(**ONE | {"targets": [only], "sample": [only], "original": only})
    found = session.quantize(SETTINGS | {"colors": 256} | settings)
    # Where pixels are transparent palette_core itself uses 255 colours at most.
    assert len(found) == (255 if kind == "rgba" else expected)


def test_nothing_is_opened_where_nothing_is_selected(session: Any) -> None:
    fill_all(session)
    session.open(**ONE)
    session.prepare("original")
    fill(session, "selection", "mask", np.full((HEIGHT, WIDTH), 127, np.uint8))
    assert session.open(**SELECTED) == (False, False)
    other = ONE | {"sample": [layer(selection="selection")]}
    assert session.open(**other) == (True, False)
    assert session.render(VIEW, "original") is not None


@pytest.mark.parametrize("changes", [{}, {"library": "best"}])
@pytest.mark.parametrize("selection", [None, "selection"])
def test_a_layer_mask_that_hides_everything_is_named(
    session: Any, changes: dict[str, Any], selection: str | None
) -> None:
    fill_all(session)
    # It hides what is selected, which is at least half of the layer.
    hidden = np.where(drawn()[1] >= 128, 0, 255) if selection else np.zeros((HEIGHT, WIDTH))
    fill(session, "mask", "mask", hidden.astype(np.uint8))
    only = layer(mask="mask", selection=selection)
    session.open(**ONE | {"targets": [only], "sample": [only]})
    for method in (session.palette, session.quantize):
        with pytest.raises(UserError, match="layer mask hides all pixels"):
            method(SETTINGS | changes)


def test_a_transparent_layer_is_named_whatever_its_mask(session: Any) -> None:
    fill_all(session)
    fill(session, "pixels", "rgba", np.zeros((HEIGHT, WIDTH, 4), np.uint8))
    for mask in (None, "mask"):
        only = layer(mask=mask)
        session.open(**ONE | {"targets": [only], "sample": [only]})
        with pytest.raises(UserError, match="All pixels are transparent"):
            session.quantize(SETTINGS)


def test_pixels_that_are_read_again_are_quantized_again(session: Any) -> None:
    fill_all(session)
    session.open(**ONE)
    before = session.quantize(SETTINGS)
    darker = drawn()[0] // (2, 2, 2, 1)
    darker = darker.astype(np.uint8)
    fill(session, "pixels", "rgba", darker)
    session.open(**ONE)
    expected = pc.quantize(darker, 9, **EYE)
    assert session.quantize(SETTINGS) == expected.palette.hex != before


def test_what_is_not_ready_is_not_drawn(session: Any) -> None:
    fill_all(session)
    session.open(**ONE | {"targets": [CUT], "sample": [CUT], "original": CUT})
    assert session.render(VIEW, "original") is None  # of another size
    assert session.error_map(VIEW) is None
    assert session.png_size() is None


# Errors


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mapping": {**MAPPING, "matte": "mud"}}, "“mud” is not a color. Use #rrggbb"),
        ({"design": {**DESIGN, "locked": ["#12345"]}}, "“#12345” is not a color"),
        ({"palette": GRAYS, "strict": True}, "not in the palette, such as #"),
        ({"palette": GRAYS * 300}, "The palette has"),
        ({"colors": "auto", "design": {**DESIGN, "target_psnr": 99.0}}, "colors reach at most"),
        ({"colors": "auto", "design": {**DESIGN, "target_delta_e": 0.0}}, "Raise the target"),
        ({"colors": 1, "design": {**DESIGN, "locked": GRAYS[:2]}}, "2 colors are locked, but"),
        ({"design": {**DESIGN, "locked": ["#000000@99"]}}, "locked at index 99, but the last"),
        ({"design": {**DESIGN, "locked": ["#000000@1", "#ffffff@1"]}}, "Two colors are locked"),
        ({"design": {**DESIGN, "locked": ["#000000@1"], "order": "hue"}}, "cannot be sorted"),
        ({"tiles": "zx-spectrum"}, "This machine has no transparent pixels"),
        ({"mapping": {**MAPPING, "dither": "mud"}}, "'mud'"),  # palette_core's own
    ],
)
def test_errors_are_sentences(session: Any, changes: dict[str, Any], words: str) -> None:
    fill_all(session)
    session.open(**ONE)
    with pytest.raises(UserError) as caught:
        session.quantize(SETTINGS | changes, progress=lambda _part: None)
    message = str(caught.value)
    assert words in message
    assert message[0] == message[0].upper()
    assert message.endswith(".")


def test_a_missing_package_is_named() -> None:
    message = to_message("It is missing.", "missing-package", {"package": "scikit-learn"})
    assert message.startswith("This method needs scikit-learn, which is not installed.")


def test_other_errors_keep_their_text() -> None:
    assert to_message("The {file} is odd.", "", {}) == "The {file} is odd."
    assert to_message("It is odd.", "a new code", {"value": 1}) == "It is odd."
