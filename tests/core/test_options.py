from __future__ import annotations

import dataclasses
import inspect
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.hardware_grids import GRIDS
from palette_core.color.spaces import SPACES
from palette_core.common_options import ALPHAS, CommonOptions
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.dither import DITHERS
from palette_core.options import QuantizeOptions
from palette_core.ordering import ORDERS
from palette_core.ordering.palette_slots import Lock

PIXELS = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
WHOLE = "must be a whole number from "

WRONG: list[tuple[str, Any, str]] = [
    *(("colors", value, WHOLE + "1 to 256") for value in (0, 257, -1, 2.0, "16", None, True)),
    *(("method", value, ", ".join(METHODS)) for value in ("k-means", "", None, 3, ["kmeans"])),
    *(("init", value, ", ".join(INITIALIZATIONS)) for value in ("kmeans++", None, 0, ["auto"])),
    *(("effort", value, ", ".join(EFFORTS)) for value in ("great", 1)),
    *(("space", value, ", ".join(SPACES)) for value in ("sRGB", 0, "")),
    *(("dither", value, ", ".join(DITHERS)) for value in ("some", None, False)),
    *(
        ("dither_strength", value, "must be a number from 0 to 1,")
        for value in (-0.1, 1.1, float("nan"), float("inf"), "1", None, True)
    ),
    *(
        ("lightness_weight", value, "must be a number from 0.1 to 10,")
        for value in (0, -1, 0.09, 10.1, float("inf"), float("nan"), "1", None, True)
    ),
    *(("dither_adaptive", value, "must be True or False") for value in (1, None, "yes")),
    *(("alpha_threshold", value, WHOLE + "0 to 255") for value in (-1, 256, 1.5, "x", False)),
    *(("alpha", value, ", ".join(ALPHAS)) for value in (True, None, "yes")),
    *(
        ("matte", value, "use '#rrggbb', or (red, green, blue) from 0 to 255")
        for value in (
            *("", "white", "#fff", "ffffff", "#ffffff00", "#gg0000", "#-10203", " #ffffff"),
            *(0, True, (), (1, 2), (1, 2, 3, 4), (0, 0, 256), (0, -1, 0), (1.0, 2.0, 3.0)),
            *((True, True, False), ("1", "2", "3"), [[1, 2, 3]], [[1, 2], 3], {1, 2, 3}),
            *((1, 2, None), (1, 2, 2**70), b"abc"),
        )
    ),
    *(("order", value, ", ".join(ORDERS)) for value in ("dark", "Hue", None, 1, ["hue"])),
    *(("strict", value, "must be True or False") for value in (1, None, "yes")),
    *(
        (name, value, "must be a number from 0 to 100,")
        for name in ("target_psnr", "target_delta_e")
        for value in (-1, 100.5, float("nan"), float("inf"), "30", True)
    ),
    *(
        ("grid", value, "use one of: rgb332, rgb444, rgb555, rgb565, or 1 to 8 bits per channel")
        for value in ("rgb", "RGB332", "", 0, 9, -1, 8.0, True, (3, 3, 2), "5")
    ),
    *(("colors", value, "or 'auto', not ") for value in ("Auto", "", 1000)),
    *(("rare", value, "must be a number from 0 to 1,") for value in (-0.1, 1.1, np.nan, "1", None)),
    *(("seed", value, WHOLE + "0 to 4294967295") for value in (-1, 2**32, 0.5, None)),
]

FUNCTIONS: list[tuple[Callable[..., object], tuple[object, ...]]] = [
    (pc.quantize, (PIXELS,)),
    (pc.find_palette, (PIXELS,)),
    (pc.map_pixels, (PIXELS, [[0, 0, 0]])),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_a_wrong_value_raises_at_once_and_lists_the_valid_ones(
    name: str, value: object, words: str
) -> None:
    for function, arguments in FUNCTIONS:
        if name not in inspect.signature(function).parameters:
            continue
        with pytest.raises(pc.OptionError) as caught:
            function(*arguments, **{name: value})
        assert isinstance(caught.value, ValueError)
        message = str(caught.value)
        assert all(word in message for word in (f"`{name}`", repr(value), words))


def test_options_are_checked_before_the_pixels() -> None:
    # The cheap mistake is reported without a look at the large array.
    with pytest.raises(pc.OptionError):
        pc.quantize("no picture", 0)


@pytest.mark.parametrize(("function", "arguments"), FUNCTIONS)
def test_an_unknown_option_is_refused_with_a_list(
    function: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    with pytest.raises(pc.UnknownOptionError) as caught:
        function(*arguments, colour=3)
    assert isinstance(caught.value, TypeError)
    message = str(caught.value)
    assert "no option 'colour'" in message
    assert all(name in message for name in inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pc.quantize(), "quantize(): missing a required argument: 'pixels'"),
        (lambda: pc.quantize(None, 4, "kmeans"), "quantize(): too many positional arguments"),
        (lambda: pc.map_pixels(None), "map_pixels(): missing a required argument: 'palette'"),
        (lambda: pc.find_palette(None, 4, colors=4), "find_palette(): multiple values for"),
        (
            lambda: pc.Session(np.zeros((2, 2, 3), np.uint8)).quantize(4, "kmeans"),
            "quantize(): too many positional arguments",
        ),
    ],
)
def test_a_wrong_call_is_an_error_of_the_function(call: Callable[[], object], words: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("colors", value) for value in (1, 256, np.int64(7), np.uint8(200))),
        *(("lightness_weight", value) for value in (0.1, 10, 1, np.float32(2))),
        *(("dither_adaptive", value) for value in (True, False, np.True_)),
        *(("dither_strength", value) for value in (0, 1, 0.5, np.float32(0.25), np.int64(1))),
        *(("alpha_threshold", value) for value in (None, 0, 255, np.uint8(9))),
        *(("alpha", value) for value in ("threshold", "dither", "palette")),
        *(("rare", value) for value in (0, 1, 0.5, np.float32(0.25))),
        *(("seed", value) for value in (0, 2**32 - 1, np.uint32(5))),
    ],
)
def test_valid_values(name: str, value: object) -> None:
    assert getattr(QuantizeOptions(**{name: value}), name) == value


LOCKS = (Lock((0, 255, 154), 15), Lock((0, 0, 0)))


@pytest.mark.parametrize(
    ("name", "values", "converted"),
    [
        (
            "matte",
            ["#00fF9a", (0, 255, 154), [0, 255, 154], np.array([0, 255, 154])],
            (0, 255, 154),
        ),
        ("locked", [[], (), np.zeros((0, 3), int), pc.Palette([])], ()),
        ("locked", [["#00fF9a@15", "#000000"], [((0, 255, 154), 15), (0, 0, 0)], LOCKS], LOCKS),
        ("start", [[[0, 1, 255]], np.array([[0, 1, 255]]), ["#0001ff"]], pc.Palette(["#0001ff"])),
        ("start", [pc.Palette([[0, 1, 255]], ["blue"], "name")], pc.Palette(["#0001ff"])),
        ("grid", ["rgb444", 4, np.uint8(4), GRIDS["rgb444"]], GRIDS["rgb444"]),
        *((name, [None], None) for name in ("matte", "start", "grid")),
    ],
)
def test_values_that_mean_the_same_are_the_same(
    name: str, values: list[Any], converted: object
) -> None:
    for value in values:
        options = QuantizeOptions(**{name: value})
        assert getattr(options, name) == converted
        assert options == QuantizeOptions(**{name: converted})
        assert hash(options) == hash(dataclasses.replace(options))
    assert (QuantizeOptions(**{name: converted}) == QuantizeOptions()) == (converted in (None, ()))


@pytest.mark.parametrize("dither", ["auto", "floyd-steinberg", "bayer-4", "none"])
def test_the_default_space_is_oklab_with_dithering(dither: str, small_photo: Bytes) -> None:
    space = "srgb" if dither == "none" else "oklab"
    default: dict[str, Any] = {"dither": dither}
    chosen: dict[str, Any] = {"dither": dither, "space": space}
    assert QuantizeOptions(**default) == QuantizeOptions(**chosen)
    assert pc.find_palette(small_photo, 6, **default) == pc.find_palette(small_photo, 6, **chosen)
    shared = [pc.find_shared_palette([small_photo], 6, **some) for some in (default, chosen)]
    assert shared[0] == shared[1]
    session = pc.Session(small_photo)
    for quantize in (partial(pc.quantize, small_photo), session.quantize):
        assert np.array_equal(quantize(6, **default).indices, quantize(6, **chosen).indices)
    for map_pixels in (partial(pc.map_pixels, small_photo), session.map):
        one, other = (map_pixels(shared[0], **some).indices for some in (default, chosen))
        assert np.array_equal(one, other)


def test_options_cannot_be_changed_and_survive_pickling() -> None:
    options = QuantizeOptions(7, locked=["#ff0000"], start=["#000000"], grid=5, matte="#ffffff")
    with pytest.raises(AttributeError, match="colors cannot be changed"):
        options.colors = 8
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301


def test_an_iterator_of_colours_is_read_once(picture: Bytes) -> None:
    colors = ["#ff0000", "#00ff01"]
    auto = {"target_psnr": 22, "method": "kmeans"}
    expected = pc.find_palette(picture, "auto", locked=colors, **auto)
    assert set(colors) <= set(expected.hex)
    assert pc.find_palette(picture, "auto", locked=(c for c in colors), **auto) == expected
    assert pc.find_palette(picture, "auto", locked=iter(colors), **auto) == expected
    session = pc.Session(picture)
    assert session.palette("auto", locked=(c for c in colors), **auto) == expected
    mapped = pc.map_pixels(picture, expected)
    for palette in (iter(expected), (c for c in expected.hex)):
        assert np.array_equal(pc.map_pixels(picture, palette).indices, mapped.indices)
    started = pc.find_palette(picture, 6, start=colors)
    assert pc.find_palette(picture, 6, start=(c for c in colors)) == started


def test_the_defaults_of_the_functions_are_those_of_the_options() -> None:
    defaults = vars(QuantizeOptions()) | {"space": None}
    for function, _ in FUNCTIONS:
        parameters = inspect.signature(function).parameters
        assert set(parameters) >= set(vars(CommonOptions()))
        for name in parameters.keys() & defaults.keys():
            assert parameters[name].default == defaults[name]


@pytest.mark.parametrize(
    "function",
    [
        *(pc.quantize, pc.find_palette, pc.map_pixels, pc.find_shared_palette),
        *(pc.Session.quantize, pc.Session.palette, pc.Session.map),
    ],
)
def test_every_parameter_is_documented(function: Callable[..., object]) -> None:
    docstring = function.__doc__ or ""
    section = docstring.partition("Parameters\n----------\n")[2].partition("\n\nReturns")[0]
    documented = [line.split(" : ")[0] for line in section.splitlines() if line[:1].strip()]
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    assert documented == names
    assert "{choices}" not in section


@pytest.mark.parametrize("name", ["method", "init", "effort", "space", "dither", "order", "grid"])
def test_the_documentation_lists_every_choice(name: str) -> None:
    valid = {
        "method": METHODS,
        "init": INITIALIZATIONS,
        "effort": EFFORTS,
        "space": SPACES,
        "dither": [*DITHERS, "custom"],
        "order": ORDERS,
        "grid": GRIDS,
    }[name]
    listed = ", ".join(f'"{value}"' for value in valid)
    assert f"{name} : {{{listed}}}" in (pc.quantize.__doc__ or "")


AUTO = {"colors": "auto", "target_psnr": 30}
SEEN = {"target_as_seen": True}
SOFT = {"alpha": "palette"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"colors": "auto", "alpha": "palette"},
            ["`colors='auto'` cannot be combined with `alpha='palette'`; set a number of colours"],
        ),
        (AUTO | {"target_delta_e": 2}, ["`target_psnr` and `target_delta_e` cannot be combined"]),
        ({"colors": 8, "target_psnr": 30}, ["`target_psnr` needs `colors='auto'`"]),
        ({"target_delta_e": 2.5}, ["`target_delta_e` needs `colors='auto'`", "remove the target"]),
        ({"locked": ["#000000@1"], "order": "hue"}, ["`order='hue'`", "an index in `locked`"]),
        (
            {"start": [[0, 0, 0]], "order": "tour"},
            ["`order='tour'`", "with `start`"],
        ),
        (AUTO | {"start": [[0, 0, 0]]}, ["`colors='auto'` cannot be combined with `start`"]),
        (AUTO | {"locked": ["#000000@256"]}, ["indices are 0 to 255"]),
        (SEEN | {"colors": 8}, ["`target_as_seen` needs `target_psnr`"]),
        (SEEN | {"colors": "auto", "target_delta_e": 3}, ["`target_as_seen` needs `target_psnr`"]),
        (
            SEEN | AUTO | {"dither": "bayer-4", "dither_adaptive": True},
            ["`target_as_seen` cannot be combined with `dither_adaptive`"],
        ),
        (
            SOFT | {"method": "wu"},
            ["`method='wu'` does not support `alpha='palette'`; use `method='kmeans'`"],
        ),
        (SOFT | {"method": "sklearn-kmeans"}, ["does not support `alpha='palette'`"]),
        (SOFT | {"locked": ["#ff0000"]}, ["`alpha='palette'` cannot be combined with `locked`"]),
        (SOFT | {"start": ["#ff0000"]}, ["`alpha='palette'` cannot be combined with `start`"]),
        (SOFT | {"grid": "rgb444"}, ["`alpha='palette'` cannot be combined with `grid`"]),
        (SOFT | {"matte": "#ffffff"}, ["`alpha='palette'` cannot be combined with `matte`"]),
        (SOFT | {"alpha_threshold": 9}, ["cannot be combined with `alpha_threshold`"]),
        (
            SOFT | {"dither": "bayer-4"},
            ["`alpha='palette'` does not support `dither='bayer-4'`; use one of"],
        ),
        (SOFT | {"dither_adaptive": True}, ["cannot be combined with `dither_adaptive`"]),
        (
            {"alpha": "dither", "matte": "#ffffff"},
            ["`alpha='dither'` cannot be combined with `matte`"],
        ),
        (SOFT | AUTO, ["cannot be combined with `target_psnr`"]),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], words: list[str]) -> None:
    for function, arguments in FUNCTIONS[:2]:
        with pytest.raises(pc.OptionError) as caught:
            function(*arguments, **options)
        assert all(word in str(caught.value) for word in words)


def test_a_first_guess_that_the_method_does_not_take_is_refused_with_those_that_do() -> None:
    refused = [name for name, method in METHODS.items() if method.inits == ("auto",)]
    assert {"variance-cut", "median-cut", "wu"} <= set(refused)
    for method in refused:
        assert QuantizeOptions(method=method, init="auto").init == "auto"
        for function, arguments in FUNCTIONS[:2]:
            for init in tuple(INITIALIZATIONS)[1:]:
                with pytest.raises(pc.OptionError) as caught:
                    function(*arguments, method=method, init=init)
                message = str(caught.value)
                assert message.startswith(f"`method={method!r}` does not support `init={init!r}`")
                assert message.endswith("kmeans, sklearn-kmeans, sklearn-minibatch")


@pytest.mark.parametrize("space", SPACES)
def test_lightness_counts_more_in_oklab_without_dithering(space: str) -> None:
    def weight(**options: Any) -> float:
        return CommonOptions(space=space, **options).color_space.lightness_weight

    usual = 1.25 if space == "oklab" else 1.0
    assert weight() == weight(dither="floyd-steinberg", dither_strength=0) == usual
    assert weight(lightness_weight=0.8) == usual * 0.8
    assert weight(dither="floyd-steinberg") == weight(dither="bayer-4") == 1
    assert weight(dither="blue-noise", lightness_weight=2) == 2


def test_every_pixel_gets_its_nearest_entry_by_the_weight_of_lightness(flower: Bytes) -> None:
    rgb = flower[::9, ::9]
    palette = pc.find_palette(rgb, 12, space="oklab").colors
    for given, weight in ((1.0, 1.25), (0.8, 1.0), (2.0, 2.5)):
        colors, entries = (
            SPACES["oklab"].with_lightness_weight(weight).from_srgb(x.reshape(-1, 3))
            for x in (rgb, palette)
        )
        squares = np.square(colors[:, np.newaxis].astype(np.float64) - entries).sum(axis=-1)
        mapped = pc.map_pixels(rgb, palette, space="oklab", lightness_weight=given)
        chosen = np.take_along_axis(squares, mapped.indices.reshape(-1, 1).astype(np.intp), 1)
        assert np.allclose(chosen[:, 0], squares.min(axis=1), rtol=1e-4, atol=1e-3)
