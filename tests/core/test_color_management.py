"""Colour profiles and encodings, compared with formulas and with LittleCMS."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from palette_core.image.image_files import DecodedImage

from .color_formulas import (
    ADOBE_RGB,
    BT2020,
    D50_XY,
    D65,
    DISPLAY_P3,
    PROPHOTO,
    SRGB,
    h273_decode,
    pq_decode,
    rgb_to_srgb,
    srgb_decode,
    srgb_encode,
)
from .icc_files import (
    gamma_curve,
    grey_profile,
    identity_curve,
    parametric_curve,
    rgb_profile,
    sampled_curve,
    table_profile,
)
from .png_files import GREY, GREY_ALPHA, RGB, chrm, gama, iccp, write_png
from .reference_metrics import decoded
from .tiff_files import UNDEFINED, Tiff

SRGB_PARAMETERS = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
SAMPLED_SRGB = sampled_curve([srgb_decode(v / 1023) for v in range(1024)])
CURVES: dict[str, tuple[bytes, Callable[[float], float]]] = {
    "identity": (identity_curve(), lambda v: v),
    "gamma": (gamma_curve(1.8), lambda v: v**1.80078125),
    "samples": (SAMPLED_SRGB, srgb_decode),
    "few samples": (
        sampled_curve([0, 0.1, 0.4, 1]),
        lambda v: np.interp(v * 3, range(4), [0, 0.1, 0.4, 1]),
    ),
    "type 0": (parametric_curve(0, 2.2), lambda v: v**2.2),
    "type 1": (parametric_curve(1, 2.4, 0.9, 0.1), lambda v: (0.9 * v + 0.1) ** 2.4),
    "type 2": (
        parametric_curve(2, 2.4, 0.9, 0.05, 0.02),
        lambda v: (0.9 * v + 0.05) ** 2.4 + 0.02,
    ),
    "type 3": (parametric_curve(3, *SRGB_PARAMETERS), srgb_decode),
    "type 4": (
        parametric_curve(4, 2.2, 0.9, 0.1, 0.3, 0.2, -0.004, 0.01),
        lambda v: (0.9 * v + 0.1) ** 2.2 - 0.004 if v >= 0.2 else 0.3 * v + 0.01,
    ),
}
SPACES = {
    "sRGB": (SRGB, D65),
    "Adobe RGB": (ADOBE_RGB, D65),
    "Display P3": (DISPLAY_P3, D65),
    "BT.2020": (BT2020, D65),
    "ProPhoto": (PROPHOTO, D50_XY),
}
NOTE = "colours converted from 'Test' to sRGB"


def read(
    samples: NDArray[Any], depth: int, color_type: int, *chunks: tuple[bytes, bytes]
) -> DecodedImage:
    return decoded(write_png(samples, depth, color_type, chunks))


def lattice(depth: int) -> NDArray[np.int64]:
    """Return colours from all over the cube, with many dark ones."""
    top = 2**depth - 1
    levels = np.rint(top * np.array([0, 0.002, 0.01, 0.05, 0.15, 0.4, 0.7, 1])).astype(int)
    return np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(16, 32, 3)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("curve", CURVES)
def test_a_profile_of_curves_and_a_matrix(curve: str, space: str, depth: int) -> None:
    tag, formula = CURVES[curve]
    primaries, white = SPACES[space]
    profile = rgb_profile(tag, primaries, white)
    samples = lattice(depth)
    found = read(samples, depth, RGB, iccp(profile))
    values = (samples / (2**depth - 1)).reshape(-1, 3)
    expected = rgb_to_srgb(values, from_black(formula), primaries, white).reshape(samples.shape)
    assert np.abs(found.pixels - expected).max() <= 1.01
    if depth == 8:
        # Its optimizations lose levels where the darkest grey is not black.
        exact = by_little_cms(samples, profile, flags=ImageCms.Flags.NOOPTIMIZE)
        assert np.abs(found.pixels - exact).max() <= 1
    is_srgb = space == "sRGB" and curve in ("samples", "type 3")
    assert found.notes == ["16 bits per channel reduced to 8"] * (depth > 8) + [NOTE] * (
        not is_srgb
    )


def from_black(formula: Callable[[float], float]) -> Callable[[float], float]:
    """Return a curve with black point compensation."""
    black = formula(0)
    return lambda v: (formula(v) - black) / (1 - black)


def by_little_cms(
    samples: NDArray[Any], profile: bytes, mode: str = "RGB", flags: int = 0
) -> NDArray[np.int64]:
    image = Image.fromarray(samples.astype(np.uint8), mode)
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
        flags=flags,
    )
    return np.asarray(converted).astype(np.int64)


@pytest.mark.parametrize("kind", ["grey", "grey and alpha", "keyed grey"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("curve", CURVES)
def test_a_profile_of_grey(curve: str, depth: int, kind: str) -> None:
    tag, formula = CURVES[curve]
    top = 2**depth - 1
    levels = np.rint(np.linspace(0, 1, 40) ** 2 * top).astype(int).reshape(5, 8, 1)
    chunks = [iccp(grey_profile(tag))]
    samples, color_type, alpha = levels, GREY, np.full((5, 8), 255)
    if kind == "grey and alpha":
        samples, color_type = np.dstack([levels, levels[::-1]]), GREY_ALPHA
        alpha = np.rint(levels[::-1, :, 0] * 255 / top)
    elif kind == "keyed grey":
        chunks.append((b"tRNS", struct.pack(">H", levels[2, 2, 0])))
        alpha = np.where(levels[..., 0] == levels[2, 2, 0], 0, 255)
    found = read(samples, depth, color_type, *chunks)
    light = np.vectorize(lambda v: 255 * srgb_encode(from_black(formula)(v)))(levels / top)
    assert np.abs(found.pixels[..., :3] - light).max() <= 1.01
    if kind != "grey":
        assert np.abs(found.pixels[..., 3] - alpha).max() <= 0.51


def test_dark_tones_do_not_collapse() -> None:
    samples = np.arange(64).reshape(8, 8, 1).repeat(3, axis=-1) * 16
    for chunk in (gama(1.0), iccp(rgb_profile(identity_curve(), SRGB, D65))):
        pixels = read(samples, 16, RGB, chunk).pixels
        expected = np.vectorize(lambda v: 255 * srgb_encode(v))(samples / 65535)
        assert np.abs(pixels - expected).max() <= 0.6
        assert len(np.unique(pixels)) > 30


@pytest.mark.parametrize("name", ["sRGB IEC61966-2.1", "Linear", "nothing in it"])
def test_a_profile_is_judged_by_its_content(name: str) -> None:
    samples = lattice(8)
    for curve, is_srgb in ((SAMPLED_SRGB, True), (identity_curve(), False)):
        found = read(samples, 8, RGB, iccp(rgb_profile(curve, SRGB, D65, name)))
        assert np.array_equal(found.pixels, samples) == is_srgb
        assert found.notes == ([] if is_srgb else [f"colours converted from {name!r} to sRGB"])


BROKEN_PROFILE = "its colour profile is broken and was ignored"
BROKEN = {
    "no profile": (iccp(b"no profile"), BROKEN_PROFILE),
    "cut short": (iccp(rgb_profile(SAMPLED_SRGB, ADOBE_RGB, D65)[:600]), BROKEN_PROFILE),
    "not compressed": ((b"iCCP", b"profile\0\0no deflate"), BROKEN_PROFILE),
    "of grey": (
        iccp(grey_profile(gamma_curve(1.0))),
        "its colour profile 'Test' is for grey, not for RGB, and was ignored",
    ),
    "cHRM on one line": (
        chrm(*D65, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3),
        "its cHRM chunk is invalid and was ignored",
    ),
    "gAMA of 0": (gama(0), "its gAMA chunk is invalid and was ignored"),
    "cICP of an unknown space": (
        (b"cICP", bytes([99, 13, 0, 1])),
        "its cICP chunk has unknown code points (99, 13, 0, 1) and was ignored",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_used_is_ignored_with_a_note(name: str) -> None:
    chunk, note = BROKEN[name]
    found = read(lattice(8), 8, RGB, chunk)
    assert np.array_equal(found.pixels, lattice(8))
    assert found.notes == [note]


def test_the_next_description_counts_where_one_is_broken() -> None:
    found = read(lattice(8), 8, RGB, iccp(b"no profile"), gama(1.0))
    expected = np.vectorize(lambda v: 255 * srgb_encode(v))(lattice(8) / 255)
    assert np.abs(found.pixels - expected).max() <= 0.6


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("transfer", [1, 4, 5, 6, 7, 8, 13, 14, 15, 17])
def test_transfer_functions_of_cicp(transfer: int, depth: int) -> None:
    samples, top = lattice(depth), 2**depth - 1
    for primaries, code in ((SRGB, 1), (BT2020, 9), (DISPLAY_P3, 12)):
        found = read(samples, depth, RGB, (b"cICP", bytes([code, transfer, 0, 1])))
        expected = rgb_to_srgb(
            (samples / top).reshape(-1, 3), lambda v: h273_decode(transfer, v), primaries, D65
        )
        assert np.abs(found.pixels - expected.reshape(samples.shape)).max() <= 1.01


def test_pq_is_clipped_at_diffuse_white() -> None:
    samples = lattice(16)
    found = read(samples, 16, RGB, (b"cICP", bytes([9, 16, 0, 1])))
    expected = rgb_to_srgb((samples / 65535).reshape(-1, 3), pq_decode, BT2020, D65)
    assert np.abs(found.pixels - expected.reshape(samples.shape)).max() <= 1.01
    assert "light above 203 cd/m² is clipped to white" in found.notes[-1]


def test_hlg_has_diffuse_white_at_three_quarters() -> None:
    # BT.2408: 75 % of the HLG signal is 203 cd/m² on a display of 1000 cd/m².
    levels = np.array([0.0, 0.5, 0.75, 1.0])
    samples = np.rint(levels * 65535).astype(int).reshape(1, 4, 1)
    found = read(samples.repeat(3, axis=-1), 16, RGB, (b"cICP", bytes([9, 18, 0, 1])))
    half = 255 * srgb_encode(1000 / 203 * (1 / 12) ** 1.2)
    assert np.abs(found.pixels[0, :, 1] - [0, half, 255, 255]).max() <= 1


@pytest.mark.parametrize("depth", [8, 16])
def test_narrow_range_is_widened(depth: int) -> None:
    unit = 2 ** (depth - 8)
    samples = np.array([[[0], [16], [125], [235], [255]]]).repeat(3, axis=-1) * unit
    found = read(samples, depth, RGB, (b"cICP", bytes([1, 13, 0, 0])))
    expected = np.clip((samples - 16 * unit) / (219 * unit), 0, 1) * 255
    assert np.abs(found.pixels - expected).max() <= 0.6


PILLOWS_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("chunk", [iccp(PILLOWS_SRGB), *map(gama, (0.45455, 0.4347, 0.4762))])
def test_a_profile_of_srgb_and_a_gamma_of_about_2_2_change_nothing(
    chunk: tuple[bytes, bytes],
) -> None:
    for chunks in ([chunk], [chunk, chrm(*D65, *SRGB)]):
        found = read(lattice(8), 8, RGB, *chunks)
        assert np.array_equal(found.pixels, lattice(8))
        assert found.notes == []


def test_gamma_and_primaries_of_their_own_are_noted() -> None:
    adobe = chrm(*D65, *ADOBE_RGB)
    for chunks, what in (
        ([gama(0.5)], "gamma 2.00 (gAMA)"),
        ([adobe], "primaries of its own (cHRM)"),
        ([gama(0.4547), adobe], "gamma 2.20 (gAMA) and primaries of its own (cHRM)"),
    ):
        assert read(lattice(8), 8, RGB, *chunks).notes == [f"colours converted from {what} to sRGB"]


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_a_profile_with_tables_is_left_to_little_cms(mode: str, depth: int) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (6, 8, len(mode)))
    profile = table_profile(mode.ljust(4).encode(), len(mode))
    tags = {34675: (UNDEFINED, profile)}
    tiff = Tiff(depth, 5 if mode == "CMYK" else 2, tags=tags)
    found = decoded(tiff.write(levels * (257 if depth == 16 else 1)))
    assert np.array_equal(found.pixels, by_little_cms(levels, profile, mode))
    assert found.notes[-1] == "colours converted from 'Table' to sRGB"
