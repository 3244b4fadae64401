"""Pictures and names that mean no good, or that nobody has thought of."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.animation import open_animation
from palette_core.arrays import Bytes
from palette_core.image.image_files import EncodedImage, decode

from .animation_files import GifFrame, gif
from .command_line import Cli
from .png_files import chunk
from .reference_metrics import encode_frames, encode_image

pytestmark = pytest.mark.usefixtures("workdir")

# A title for the terminal, a line end, text from the right, and the byte that begins a command.
EVIL = "a\x1b]0;mine\x07\nb\u202e\x9b2J"


def bomb(width: int, height: int) -> bytes:
    """Return a PNG whose header has a size, and that has no pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def film(kind: str) -> bytes:
    """Return an animation of three frames, 5 x 4 pixels each."""
    frames = [Image.new("RGB", (5, 4), (50 * step, 9, 200)) for step in range(3)]
    return encode_frames(frames, kind, duration=50)


@pytest.fixture
def workdir(current_folder: Path, drawn: Bytes) -> Path:
    """The current folder, with a picture of 60 x 80 pixels and other things in it."""
    for name in ("drawn.png", "other.png"):
        Image.fromarray(drawn).save(name)
    Path("bomb.png").write_bytes(bomb(20_000, 20_000))
    Path("film.gif").write_bytes(film("GIF"))
    return current_folder


# How many pixels


COMMANDS = {
    "quantize": "quantize {} -o out.png",
    "quantize several": "quantize {} other.png -o out/ --jobs 2",
    "palette": "palette {} -o out.gpl",
    "sheet": "sheet {} -o out.png",
    "compare": "compare {} other.png",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bomb_is_refused_in_one_line(command: str, workdir: Path, cli: Cli) -> None:
    done = cli(*COMMANDS[command].format("bomb.png").split())
    assert done.code == 1
    line = done.err.splitlines()[0]
    assert line.startswith("palette-core: error: cannot read bomb.png: ")
    assert "(400000000 pixels)" in line
    assert "--max-pixels" in line
    assert not any((workdir / name).exists() for name in ("out.png", "out.gpl", "out/bomb.png"))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_limit_can_be_moved(command: str, cli: Cli) -> None:
    words = COMMANDS[command].format("drawn.png").split()
    for most, code in (("4799", 1), ("4800", 0)):
        done = cli(*words, "--max-pixels", most)
        assert (done.code, "(4800 pixels)" in done.err) == (code, bool(code))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_limit_is_for_each_frame(kind: str) -> None:
    for most in (20, 59):
        animation = open_animation(EncodedImage("it", film(kind), most))
        assert [frame.pixels.shape[:2] for frame in animation] == [(4, 5)] * 3
    with pytest.raises(pc.ImageFileError, match=r"its size \(20 pixels\) is above the limit"):
        open_animation(EncodedImage("it", film(kind), 19))


def test_a_later_frame_of_a_gif_may_not_be_larger_either() -> None:
    dot = np.zeros((1, 1), np.uint8)
    data = gif((5, 4), [GifFrame(dot), GifFrame(dot), GifFrame(dot)], np.zeros((2, 3)))
    # The sides of the third frame are raised, for which there is no data.
    place = data.rindex(b"," + struct.pack("<4H", 0, 0, 1, 1))
    data = data[: place + 5] + struct.pack("<2H", 60_000, 60_000) + data[place + 9 :]
    with pytest.raises(pc.ImageFileError, match=r"above the limit.*max_pixels"):
        list(open_animation(EncodedImage("it", data)) or ())


def test_the_limit_is_pillows_again_afterwards() -> None:
    before = Image.MAX_IMAGE_PIXELS
    for most in (1, 10**9):
        for data in (film("GIF"), b"nothing"):
            try:
                decode(EncodedImage("it", data, most))
            except pc.ImageFileError:
                assert most == 1 or data == b"nothing"
    assert before == Image.MAX_IMAGE_PIXELS


def test_a_palette_may_not_be_a_bomb(cli: Cli) -> None:
    done = cli("show", "bomb.png")
    assert done.code == 1
    assert "bomb.png: not a readable image" in done.err
    assert done.err.count("\n") == 1


# Odd pictures


EMPTY = {
    "BMP": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 0, 0, 1, 24, 0, 0, 1, 1, 0, 0),
    "GIF": b"GIF89a" + struct.pack("<HHBBB", 0, 0, 0x80, 0, 0) + bytes(6) + b";",
    "PNG": bomb(0, 7),
    "PPM": b"P6 0 7 255\n",
    "TGA": bytes([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 24, 0]),
    "TIFF": encode_image(Image.new("RGB", (3, 2)), "TIFF").replace(
        struct.pack("<HHI", 256, 4, 1) + struct.pack("<I", 3),
        struct.pack("<HHI", 256, 4, 1) + struct.pack("<I", 0),
    ),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_a_picture_without_pixels(kind: str, cli: Cli) -> None:
    Path("none.png").write_bytes(EMPTY[kind])
    for command in ("quantize", "palette", "sheet -o out.png", "compare drawn.png"):
        done = cli(*command.split(), "none.png")
        assert (done.code, done.err.count("palette-core: error: ")) == (1, 1), done
        assert done.err.count("\n") == done.err.count("palette-core: ")


# Names


@pytest.mark.parametrize("name", [EVIL + ".png", "\x1b[31m.png", "\r\n.png"])
def test_a_files_name_cannot_command_a_terminal(name: str, cli: Cli) -> None:
    Path("drawn.png").rename(name)
    result = f"of {name}"
    lines: list[str] = []
    for arguments in (
        ("quantize", name, "-o", result),
        ("quantize", name, "-o", result),  # which is there by now
        ("quantize", name, result, "-o", "out/"),
        ("quantize", f"no {name}", "-o", "out.png"),
        ("sheet", name, "-k", "2", "-o", f"sheet {name}"),
        ("convert", result, f"{name}.gpl"),
        ("sort", f"{name}.gpl", f"{name}.ase"),
        ("show", result, "--png", f"shown {name}"),
        ("show", name),  # has too many colours
        ("palette", name, "-o", f"{name}.xyz"),
        ("compare", name, result),
    ):
        done = cli(*arguments)
        assert not set(done.text + done.err) & set("\x1b\x07\u202e\x9b\r"), arguments
        lines += done.text.splitlines() + done.err.splitlines()
    assert len(lines) == sum(".png" in line or "differ" in line or "MSE" in line for line in lines)


def test_json_keeps_names_as_they_are(cli: Cli) -> None:
    Path("drawn.png").rename(EVIL + ".png")
    found = cli("quantize", EVIL + ".png", "-o", "out/", "--json")
    assert found.json["files"][0]["input"] == EVIL + ".png"
    assert "\x1b" not in found.text


PALETTES: dict[str, Callable[[str], str]] = {
    ".gpl": lambda name: f"GIMP Palette\nName: {name}\n#\n1 2 3\t{name}\n1 2\t{name}\n",
    ".json": lambda name: json.dumps({"name": name, "colors": ["#010203"], "names": [name]}),
    ".txt": lambda name: f"; Palette Name: {name}\nFF010203\n80010203\n",
    ".css": lambda name: f"--{name}: #010203; --b: #01020304",
}


@pytest.mark.parametrize("suffix", PALETTES)
def test_names_in_palettes_cannot_command_a_terminal(suffix: str, cli: Cli) -> None:
    Path("evil" + suffix).write_text(PALETTES[suffix](EVIL.replace("\n", "")))
    for arguments in (("show", f"evil{suffix}"), ("convert", f"evil{suffix}", "out.gpl")):
        done = cli(*arguments)
        assert done.code == 0
        assert not set(done.text + done.err) & set("\x1b\x07\u202e\x9b\r")
    palette = pc.Palette.load("out.gpl")
    assert all(name.isprintable() for name in (palette.name, *palette.names))
