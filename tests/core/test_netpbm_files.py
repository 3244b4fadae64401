"""PAM and PFM files, and the Netpbm formats that Pillow reads."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from palette_core.image.image_files import readable_suffixes

from .color_formulas import srgb_encode
from .reference_metrics import decoded

RNG = np.random.default_rng(2)


def pam(tuple_type: str, maximum: int, samples: np.ndarray) -> bytes:
    height, width, depth = samples.shape
    header = (
        f"P7\n# a comment\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL {maximum}\n"
        f"TUPLTYPE {tuple_type}\nENDHDR\n"
    )
    return header.encode() + samples.astype(">u2" if maximum > 255 else "u1").tobytes()


@pytest.mark.parametrize("maximum", [1, 15, 255, 1023, 65535])
@pytest.mark.parametrize(
    ("tuple_type", "channels"),
    [
        ("BLACKANDWHITE", 1),
        ("GRAYSCALE", 1),
        ("GRAYSCALE_ALPHA", 2),
        ("RGB", 3),
        ("RGB_ALPHA", 4),
    ],
)
def test_pam_of_every_type_and_depth_is_read(tuple_type: str, channels: int, maximum: int) -> None:
    samples = RNG.integers(0, maximum + 1, (4, 5, channels))
    levels = samples * 255 / maximum
    if channels <= 2:
        levels = np.dstack([levels[..., :1].repeat(3, axis=-1), levels[..., 1:]])
    found = decoded(pam(tuple_type, maximum, samples))
    assert np.abs(found.pixels - levels).max() <= 0.51
    assert found.notes == (["16 bits per channel reduced to 8"] if maximum > 255 else [])


def test_pam_of_four_inks() -> None:
    inks = RNG.integers(0, 256, (4, 5, 4))
    found = decoded(pam("CMYK", 255, inks)).pixels
    expected = 255 * (1 - inks[..., :3] / 255) * (1 - inks[..., 3:] / 255)
    assert np.abs(found - expected).max() <= 0.51


@pytest.mark.parametrize("scale", ["-1.0", "1.0", "2.5", "-1"])
@pytest.mark.parametrize("kind", ["PF", "Pf"])
def test_pfm_is_linear_light_from_the_bottom_up(kind: str, scale: str) -> None:
    light = RNG.random((4, 5, 3 if kind == "PF" else 1))
    light[0, 0], light[0, 1] = 0, 1
    order = "<" if scale.startswith("-") else ">"
    data = f"{kind}\n5 4\n{scale}\n".encode() + light[::-1].astype(f"{order}f4").tobytes()
    expected = np.vectorize(lambda v: 255 * srgb_encode(v))(light)
    assert np.abs(decoded(data).pixels - expected).max() <= 0.6


def test_light_beyond_white_is_clipped_with_a_note() -> None:
    light = np.array([0.5, 0.5, 7.0, np.nan], "<f4")
    found = decoded(b"Pf\n4 1\n-1\n" + light.tobytes())
    assert found.pixels[0, :, 0].tolist() == [188, 188, 255, 0]
    assert found.notes == [
        "numbers that are not finite are taken for black",
        "light above 1 is clipped to white",
    ]


@pytest.mark.parametrize("maximum", [1, 15, 255, 1023, 65535])
@pytest.mark.parametrize("magic", ["P2", "P3", "P5", "P6"])
def test_grey_and_colour_of_every_maximum(magic: str, maximum: int) -> None:
    samples = RNG.integers(0, maximum + 1, (4, 5, 3 if magic in ("P3", "P6") else 1))
    data = f"{magic}\n5 4\n{maximum}\n".encode()
    if magic in ("P2", "P3"):
        data += " ".join(map(str, samples.ravel())).encode()
    else:
        data += samples.astype(">u2" if maximum > 255 else "u1").tobytes()
    assert np.abs(decoded(data).pixels - samples * 255 / maximum).max() <= 1


REFUSED = {
    "no end of the header": (b"P7\nWIDTH 1\n", "header has no end"),
    "no size": (b"P7\nDEPTH 1\nMAXVAL 1\nENDHDR\n\0", "lacks a size"),
    "five channels": (pam("X", 255, np.zeros((1, 1, 5))), "5 channels"),
    "a maximum of 0": (pam("RGB", 0, np.zeros((1, 1, 3))), "of up to 0"),
    "truncated": (pam("RGB", 255, np.zeros((2, 2, 3)))[:-1], "truncated"),
    "empty": (pam("RGB", 255, np.zeros((0, 2, 3))), "no pixels"),
    "too large": (b"Pf\n99999 99999\n-1\n", "decompression bomb"),
    "no PFM": (b"Pf\nx\n", "header is broken"),
    "a range of 0 to 255": (
        b"Pf\n2 1\n-1\n" + np.array([9, 200], "<f4").tobytes(),
        "floats of up to 200; scale them to the range 0 to 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_broken_is_refused(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(pc.ImageFileError, match=words):
        decoded(data)


def test_folders_are_searched_for_them() -> None:
    assert {".pam", ".pfm", ".heic", ".heif"} <= readable_suffixes()
