"""What the command line refuses, with one line on standard error and no file changed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.dither import DITHERS
from palette_core.ordering import BY_COLOR, ORDERS

from .command_line import Cli, assert_one_line, files_of

# Commands whose work fails (exit code 1), and words of the message.
FAILURES: list[tuple[str, Sequence[str]]] = [
    # Images that cannot be read
    ("quantize no.png -o out.png", ["no.png", "no such file"]),
    ("palette album -o out.gpl", ["cannot read album: it is a folder; name a file in it"]),
    ("quantize text.png -o out.png", ["text.png", "not an image"]),
    (
        "palette drawn.png -o album --force",
        ["cannot write album: it is a folder; name a file in it"],
    ),
    ("tiles drawn.png -o album", ["cannot write album: it is a folder"]),
    ("report drawn.png -o album", ["cannot write album: it is a folder"]),
    ("convert bee.gpl album", ["cannot write album: it is a folder"]),
    ("quantize loop.png -o out.png", ["cannot read loop.png: the link leads back to itself"]),
    ("quantize cut.jpg -o out.png", ["cut.jpg", "truncated"]),
    ("quantize empty.png -o out.png", ["empty.png", "the file is empty"]),
    ("quantize album empty -o out", ["no images in the folder empty"]),
    ("quantize nowhere/ -o out", ["there is no folder nowhere"]),
    ("downscale drawn.png -o out.png", ["no pixel grid was found"]),
    ("sheet text.png -o out.png", ["text.png", "not an image"]),
    ("sheet hidden.png -o out.png", ["every pixel is transparent"]),
    ("report hidden.png -o out.html", ["every pixel is transparent"]),
    ("palette hidden.png -o out.gpl", ["every pixel is transparent"]),
    ("compare drawn.png no.png --json", ["no.png"]),
    ("compare drawn.png tiny.png", ["80 x 60", "2 x 2"]),
    # Palettes that cannot be read or used
    ("quantize drawn.png --palette no.gpl", ["no.gpl", "no such file"]),
    ("quantize drawn.png --palette there.gpl", ["there.gpl", "GIMP Palette"]),
    ("quantize drawn.png --palette many.gpl", ["many.gpl: the palette has 257 colours"]),
    ("quantize drawn.png --palette empty.gpl", ["0 colours; give one with 1 to 256"]),
    ("quantize drawn.png --best --palette empty.gpl", ["empty.gpl: the palette has 0 colours"]),
    ("quantize drawn.png --lock-palette empty.gpl", ["empty.gpl: the palette has 0 colours"]),
    ("quantize cutout.png --palette full.gpl -o out.png", ["at most 255"]),
    ("quantize drawn.png --start no.gpl", ["no.gpl", "no such file"]),
    ("quantize drawn.png --lock-palette no.gpl", ["no.gpl"]),
    ("sort there.gpl out.gpl", ["there.gpl", "GIMP Palette"]),
    ("sort no.gpl out.gpl", ["no.gpl", "no such file"]),
    ("convert no.gpl bee.act", ["no.gpl: no such file"]),
    ("convert no.xyz bee.act", ["no.xyz: no such file"]),
    ("convert many.gpl many.act", ["257 entries; this format holds 1 to 256"]),
    ("convert broken.ase new.gpl", ["broken.ase, byte 8: the number of blocks is 65535"]),
    ("convert broken.hex bee.act", ["broken.hex, line 2: 'red'"]),
    ("convert drawn.png bee.act", ["more than 256 colours"]),
    ("show broken.hex", ["broken.hex, line 2"]),
    ("show broken.hex --png out.png", ["broken.hex, line 2"]),
    # Outputs that cannot be written, which is found out before any image is read
    ("quantize no.png -o no/out.png", ["there is no folder no"]),
    ("quantize no.png -o there.png", ["there.png", "--force"]),
    ("quantize no.png -o out.png --palette-out there.gpl", ["there.gpl", "--force"]),
    ("palette no.png -o there.gpl", ["there.gpl", "--force"]),
    (
        f"quantize no.png -o {'a' * 300}.png",
        ["cannot use aaa", "the name is too long; choose a shorter one"],
    ),
    ("sheet no.png -o there.png", ["there.png", "--force"]),
    ("sort bee.gpl there.gpl", ["there.gpl", "--force"]),
    ("convert bee.gpl no/bee.act", ["there is no folder no"]),
    ("show bee.gpl --png drawn.png", ["the file exists"]),
    ("quantize album -o results", ["results/photo.png", "--force"]),
    ("quantize album -o out --palette-out results", ["results/photo.gpl", "--force"]),
    ("quantize album -o out --shared-palette --palette-out results", ["results: it is a folder"]),
    ("quantize album -o album", ["album/drawn.png", "--force"]),
    ("quantize album album/drawn.png -o out", ["both become"]),
    ("tiles drawn.png -o out.png --tile-map there.png", ["there.png", "--force"]),
    ("epaper drawn.png --panel spectra-6 -o there.png", ["there.png", "--force"]),
    ("epaper drawn.png --panel spectra-6 --raw none/a.bin", ["there is no folder none"]),
    ("quantize tiny.png --legend bee.gpl", ["bee.gpl", "--force"]),
    # Names of colours that cannot be read
    ("quantize tiny.png --legend a.csv --names none.csv", ["none.csv", "no such file"]),
    ("quantize tiny.png --legend a.csv --names @c64", ["@c64: not every colour has a name"]),
    # Results that cannot be reached
    (
        "quantize photo.jpg -k auto --target-psnr 70 -o out.png",
        ["256 colours reach at most", "dB here; lower --target-psnr"],
    ),
    (
        "quantize tiny.png --palette bee.gpl --strict -o out.png --palette-out out.gpl",
        ["4 pixels of 3 colours are not in the palette", "leave out --strict"],
    ),
]

# Commands that are wrong in themselves (exit code 2), and words of the message.
WRONG_USAGE: list[tuple[str, Sequence[str]]] = [
    ("", ["COMMAND", "--help"]),
    ("--vers", ["COMMAND"]),
    ("quantize", ["INPUT"]),
    ("quantize drawn.png --colour 3", ["--colour", "--help"]),
    ("quantize drawn.png --met kmeans", ["--met"]),
    ("compare drawn.png", ["B"]),
    ("sort bee.gpl", ["OUT"]),
    # Values of options
    ("quantize drawn.png -k 0", ["-k/--colors", "'0'", "is not a whole number from 1 to 256"]),
    ("quantize drawn.png -k 2.5", ["-k/--colors", "'2.5'", "1 to 256"]),
    (f"quantize drawn.png -k {'9' * 5000}", ["1 to 256"]),
    ("sheet drawn.png -o out.png -k 4,257", ["1 to 256; separate several by commas"]),
    ("sheet drawn.png -o out.png -k 4,", ["1 to 256; separate several by commas"]),
    ("sheet drawn.png -o out.png -k auto", ["1 to 256; separate several by commas"]),
    ("sheet drawn.png -o out.png --width 15", ["'15'", "16 to 4096"]),
    ("quantize drawn.png --method x", ["--method", "'x'", *METHODS]),
    ("palette drawn.png --init x", ["--init", "'x'", *INITIALIZATIONS]),
    ("quantize drawn.png --effort x", ["--effort", "'x'", *EFFORTS]),
    ("palette drawn.png --space x", ["--space", "'x'", *SPACES]),
    ("quantize drawn.png --dither x", ["--dither", "'x'", *DITHERS]),
    ("palette drawn.png --order x", ["--order", "'x'", *ORDERS]),
    ("sort bee.gpl out.gpl --order popularity", ["--order", "'popularity'", *BY_COLOR]),
    ("sort bee.gpl out.gpl --merge 101", ["'101'", "0 to 100"]),
    ("quantize drawn.png --dither-strength 2", ["'2'", "0 to 1"]),
    ("quantize drawn.png --dither-strength nan", ["0 to 1"]),
    ("palette drawn.png --lightness-weight 0", ["'0'", "0.1 to 10"]),
    ("quantize drawn.png --alpha-threshold 256", ["'256'", "0 to 255"]),
    ("quantize drawn.png --matte", ["--matte", "expected one"]),
    ("palette no.png --matte white", ["--matte: 'white' is not a colour such as '#ffcc00'"]),
    ("quantize no.png --palette bee.gpl --matte white", ["--matte: 'white' is not a colour"]),
    ("quantize drawn.png --transparent-index 0", ["--transparent-index", "'0'", "first", "last"]),
    ("quantize drawn.png --seed -1", ["--seed", "'-1'", "0 to 4294967295"]),
    ("quantize no.png -k auto --target-de -1", ["'-1'", "0 to 100"]),
    ("quantize drawn.png --lock red", ["--lock: 'red' is not a colour such as '#ffcc00'"]),
    ("quantize drawn.png --lock #12345", ["'#12345' is not a colour"]),
    ("quantize drawn.png --lock #ff0@x", ["'#ff0@x' has no index such as '#ffcc00@3'"]),
    ("quantize drawn.png --lock #ff0@", ["'#ff0@' has no index"]),
    ("tiles drawn.png -o out.png --index-0 #12", ["--index-0: '#12' is not a colour"]),
    ("tiles drawn.png -o out.png --index-0 blue", ["--index-0 cannot be 'blue'; use one of"]),
    ("quantize drawn.png --dither floyd", ["did you mean floyd-steinberg?"]),
    ("quantize drawn.png --colour 8", ["did you mean --colours? (see palette-core quantize"]),
    ("palette drawn.png --quality=8 -o out.gpl", ["unrecognized", "palette-core palette --help"]),
    ("quantize drawn.png --rare 2", ["--rare", "0 to 1"]),
    ("quantize drawn.png --rare x", ["--rare", "'x'", "0 to 1"]),
    ("quantize drawn.png --grid rgb666", ["'rgb666'", "rgb565"]),
    ("quantize drawn.png --grid 9", ["9", "1 to 8"]),
    ("quantize album -o out --jobs 0", ["'0'", "1 to", "-1"]),
    ("quantize album -o out --jobs -2", ["--jobs"]),
    ("quantize album -o out --scheduler here", ["'here'", "tcp://host:8786"]),
    ("quantize drawn.png --lossy 101 -o out.png", ["is not a whole number from 0 to 100"]),
    ("quantize drawn.png --lossy 20.5 -o out.png", ["is not a whole number from 0 to 100"]),
    ("quantize drawn.png --max-pixels 0", ["'0'"]),
    ("quantize drawn.png --max-pixels 1.5", ["'1.5'"]),
    ("quantize drawn.png -o out.png --min-psnr=-1", ["--min-psnr", "0 to 100"]),
    ("quantize drawn.png -o out.png --min-ssimulacra2 101", ["--min-ssimulacra2", "0 to 100"]),
    # Options that do not go together
    ("quantize no.png -k auto --alpha palette", ["--colors auto", "with --alpha palette; set a"]),
    ("quantize no.png --method wu --init random", ["--init random", "--method wu", "kmeans"]),
    ("sheet no.png -o out.png --method wu --init random", ["--init random"]),
    ("sheet no.png -o out.png --target-de 3", ["--target-de"]),
    ("quantize no.png --matte #ffffff --alpha dither", ["--alpha dither", "--matte"]),
    ("quantize no.png --method wu --lock #000000", ["not support --lock; use --method kmeans"]),
    ("quantize no.png -k2 --lock-palette bee.gpl", ["3 colours are locked", "2 entries"]),
    ("quantize no.png -k4 --lock #000000@4", ["index 4", "0 to 3"]),
    ("quantize drawn.png --palette bee.gpl -k 4", ["--palette", "--colors"]),
    ("quantize drawn.png --palette bee.gpl --seed 4", ["--palette", "--seed"]),
    ("quantize drawn.png --palette bee.gpl --lock #000000", ["--palette", "--lock"]),
    ("quantize drawn.png --strict", ["--strict", "--palette"]),
    ("quantize cutout.png --palette bee.gpl --alpha palette", ["but bee.gpl has none"]),
    ("quantize drawn.png --skip-if-larger", ["--skip-if-larger needs an output image"]),
    ("quantize tiny.png --names css", ["--names needs a legend"]),
    ("quantize tiny.png --legend - --json", ["--legend -", "--json"]),
    ("quantize tiny.png tiny.png -o out --legend a.csv", ["--legend must be a folder", "a.csv"]),
    ("quantize tiny.png drawn.png -o out --names css", ["--names needs a legend"]),
    ("tiles drawn.png -k 16 --palettes 17 -o out.png", ["272 entries", "--palettes or --colors"]),
    (
        "tiles drawn.png --grid 5 --master #000 -o x.png",
        ["--grid cannot be combined with"],
    ),
    ("epaper drawn.png -o out.png", ["--panel"]),
    ("epaper drawn.png --panel spectra-6 -o a.png --measured @c64", ["has 16 colours"]),
    # The best of several palettes
    ("quantize photo.jpg --palette @c64 --palette @nes", ["only once", "--best"]),
    ("quantize photo.jpg --palette empty", ["empty is a folder", "--best"]),
    ("quantize photo.jpg --best --palette empty", ["there is no palette in empty"]),
    ("quantize photo.jpg --best -k 4", ["--best cannot be combined with --colors"]),
    ("quantize photo.jpg tiny.png --best -o empty", ["--best works on one image"]),
    ("quantize photo.jpg --best --strict --palette @c64", ["--best", "--strict"]),
    ("quantize photo.jpg --best --alpha palette", ["--best", "--alpha palette"]),
    ("quantize photo.jpg --best --palette @c65", ["did you mean 'c64'?"]),
    ("quantize drawn.png --format gif", ["--format needs an output image"]),
    (
        "quantize drawn.png --format gif -o x.png",
        ["--format gif contradicts", "x.png", ".gif file"],
    ),
    (
        "quantize drawn.png --method wu --keep-exact 0.2 -o x.png",
        ["--method wu does not support --keep-exact; use --method kmeans"],
    ),
    # Several images
    ("quantize album", ["-o", "folder"]),
    ("quantize album -o -", ["-o", "folder"]),
    ("quantize album -o out --format gif", ["--format does not work with several images"]),
    ("quantize album -o out --shared-palette --palette-out -", ["--palette-out cannot be"]),
    ("quantize drawn.png drawn.png -o -", ["several images need an output folder"]),
    ("quantize album cutout.png -o out.png", ["not out.png", "must be a folder"]),
    ("quantize - cutout.png -o out", ["standard input"]),
    ("quantize - -o album", ["standard input"]),
    (
        "quantize album -o out --palette-out out.gpl",
        ["not out.gpl", "must be a folder", "--shared-palette"],
    ),
    ("quantize album -o out --shared-palette --palette bee.gpl", ["--palette", "--shared-palette"]),
    ("quantize album -o out --jobs 2 --scheduler tcp://localhost:8786", ["--jobs", "--scheduler"]),
    ("quantize cutout.png -o out.png --jobs 2", ["--jobs", "several"]),
    ("quantize cutout.png -o out.png --shared-palette", ["--shared-palette", "several"]),
    (
        "quantize album -o out --shared-palette --method sklearn-kmeans",
        ["--method sklearn-kmeans needs the pixels of one image"],
    ),
    ("quantize album -o out --shared-palette --order popularity", ["--order popularity", "hue"]),
    ("quantize album -o out --shared-palette --drop-unused", ["--drop-unused"]),
    # Names that are spelled wrong, or empty
    ("quantise drawn.png", ["'quantise' is not one of: quantize, ", "did you mean quantize?"]),
    ("tiles drawn.png -o out.png --preset NES", ["--preset: 'NES'", "did you mean nes?"]),
    ("tiles drawn.png -o out.png --preset gameboy", ["did you mean game-boy-color?"]),
    ("epaper drawn.png --raw out --panel spectra_6", ["did you mean spectra-6?"]),
    ("epaper drawn.png --raw out --panel x --rotate 45", ["'x' is not one of: spectra-6, acep-7"]),
    (
        "epaper drawn.png --panel grey-4 --raw out --rotate 45",
        ["'45' is not one of: 0, 90, 180, 270"],
    ),
    ("quantize drawn.png --palette C64", ["there is no file C64; did you mean @c64?"]),
    ("tiles drawn.png -o out.png --master nes", ["there is no file nes; did you mean @nes?"]),
    # Numbers as Python writes them
    ("quantize drawn.png -k 1_6", ["'1_6' is not a whole number from 1 to 256"]),
    ("quantize drawn.png --min-psnr 1_0.5", ["'1_0.5' is not a number from 0 to 100"]),
    # Sizes
    ("tiles drawn.png -o out.png --tile 0x8", ["--tile: '0x8' is not a size", "from 1 to 256"]),
    ("tiles drawn.png -o out.png --tile 8x300", ["--tile: '8x300'", "from 1 to 256"]),
    ("epaper drawn.png --panel grey-4 --raw out --size 9x99999", ["--size", "from 1 to 8192"]),
    ("epaper drawn.png --panel spectra-6 -o a.png --size 800", ["800x480"]),
    ("tiles drawn.png -o out.png --tile 8by8", ["'8by8' is not a size"]),
    # One input or output for two
    ("quantize drawn.png -o out.png --palette-out out.png", ["same name"]),
    ("quantize drawn.png -o out.png --palette-out ./out.png --force", ["same name"]),
    ("quantize drawn.png -o drawn.png --legend album/../drawn.png --force", ["same name"]),
    ("compare - -", ["only one input can come from standard input"]),
    ("quantize - --palette -", ["only one input"]),
    ("quantize - --palette /dev/stdin", ["only one input"]),
    ("quantize drawn.png --start - --lock-palette -", ["only one input"]),
    ("palette - --start -", ["only one input"]),
    ("quantize drawn.png -o - --palette-out -", ["only one output can go to standard output"]),
    ("quantize drawn.png -o - --palette-out /dev/stdout", ["only one output"]),
    ("quantize drawn.png -o - --json", ["only one output"]),
    ("quantize drawn.png --palette-out - --json", ["only one output"]),
    ("palette drawn.png -o - --json", ["only one output"]),
    ("show bee.gpl --png - --json", ["only one output"]),
    ("sheet drawn.png -o - --json", ["only one output"]),
    # Formats
    ("quantize drawn.png -o out.png --format bmp", ["'bmp'"]),
    ("quantize drawn.png -o out.jpg", ["out.jpg", "use one of the suffixes .png, .gif"]),
    ("quantize drawn.png -o out", ["use one of the suffixes .png, .gif"]),
    ("quantize drawn.png --palette-out x.foo", ["unknown suffix '.foo'; use one of: .gpl, .pal"]),
    ("palette drawn.png -o x.foo", ["unknown suffix '.foo'; use one of: .gpl"]),
    ("convert bee.gpl bee.foo", ["unknown suffix '.foo'; use one of: .gpl"]),
    ("convert bee.gpl bee.pal --format gif", ["'gif'"]),
    ("sort bee.gpl bee", ["cannot write a palette to bee: no suffix; use one of: .gpl"]),
    ("downscale drawn.png -o x.jpg", ["use the suffix .png"]),
    ("downscale drawn.png -o x.png --cell 61", ["does not fit", "a number from 1 to 60"]),
    ("sheet drawn.png -o x.jpg", ["use the suffix .png"]),
    ("report drawn.png -o x.png", ["cannot write a page to x.png; use one of the suffixes .html"]),
    ("report drawn.png", ["nothing to write; name an output with -o, or add --json"]),
    ("downscale drawn.png", ["nothing to write"]),
    ("sheet drawn.png", ["nothing to write"]),
    ("tiles drawn.png", ["name an output with -o or --tile-map or --palette-out, or add --json"]),
    ("epaper drawn.png --panel grey-4", ["with -o or --raw or --preview, or add --json"]),
    ("tiles drawn.png -o out.png --tile-map out.png", ["two outputs have the same name"]),
    ("epaper drawn.png --panel spectra-6 -o a.png --preview a.png", ["two outputs"]),
    ("epaper drawn.png --panel spectra-6 -o out.gif", ["out.gif", ".png"]),
    ("tiles drawn.png -o - --tile-map -", ["only one output"]),
    ("tiles drawn.png --tile-map - --json", ["only one output"]),
    ("show bee.gpl --png x.gif", ["use the suffix .png"]),
    ("palette drawn.png --format gpl", ["--format needs an output file; name it with -o"]),
    # A given palette in a report
    ("report drawn.png --json --palette @c64 -k 4", ["--palette cannot be", "with --colors"]),
    ("report drawn.png --json --palette @c64 --lock #000", ["--palette cannot be", "with --lock"]),
    ("report drawn.png --json --palette @c64 --alpha palette", ["needs a palette with alpha"]),
    ("report - --json --palette -", ["only one input"]),
    # An output without its option
    ("quantize drawn.png out.png", ["there is no image out.png; did you mean -o out.png?"]),
    ("quantize drawn.png drawn.png out", ["did you mean -o out?"]),
    ("quantize drawn.png drawn.png", ["name it with -o (did you mean -o drawn.png?)"]),
    ("palette drawn.png out.gpl", ["did you mean -o out.gpl?"]),
    ("show bee.gpl out.png", ["did you mean --png out.png?"]),
]


def test_a_file_that_looks_like_an_option_is_named_as_a_path(workdir: Path, cli: Cli) -> None:
    (workdir / "-1.png").write_bytes((workdir / "drawn.png").read_bytes())
    outcome = cli("quantize", "drawn.png", "-1.png", "-o", "out")
    assert_one_line(outcome.err, ["unrecognized arguments: -1.png; write ./-1.png for the file"])
    assert cli("quantize", "drawn.png", "./-1.png", "-o", "out/").code == 0


@pytest.mark.parametrize(
    "command", [["show", ""], ["quantize", "drawn.png", "-o", ""], ["quantize", "", "-k", "4"]]
)
def test_an_empty_argument_is_named_as_such(command: Sequence[str], cli: Cli) -> None:
    outcome = cli(*command)
    assert outcome.code == 2
    assert_one_line(outcome.err, ["an argument is empty; check the variable that it comes from"])


@pytest.fixture(autouse=True)
def files(workdir: Path) -> None:
    """Add broken files, outputs of earlier runs and a folder of images to the current folder."""
    Image.new("RGBA", (3, 3)).save(workdir / "hidden.png")
    Path("text.png").write_text("Dear Sir or Madam,\n")
    Path("empty.png").touch()
    Path("loop.png").symlink_to("loop.png")
    Path("cut.jpg").write_bytes(Path("photo.jpg").read_bytes()[:-400])
    for folder in ("album", "empty", "results"):
        Path(folder).mkdir()
    for name in ("drawn.png", "photo.jpg"):
        shutil.copy(name, "album")
    for name in ("there.png", "there.gpl", "results/photo.png", "results/photo.gpl"):
        Path(name).write_bytes(b"mine")
    pc.Palette(np.zeros((257, 3), np.uint8)).save("many.gpl")
    pc.Palette(np.zeros((256, 3), np.uint8)).save("full.gpl")
    Path("empty.gpl").write_text("GIMP Palette\n#\n")
    Path("broken.ase").write_bytes(b"ASEF\0\1\0\0\0\0\xff\xff")
    Path("broken.hex").write_text("000000\nred\n")


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [*((*row, 1) for row in FAILURES), *((*row, 2) for row in WRONG_USAGE)],
)
def test_an_error_is_one_line_and_changes_no_file(
    command: str, words: Sequence[str], code: int, workdir: Path, cli: Cli
) -> None:
    before = files_of(workdir)
    outcome = cli(*command.split())
    assert_one_line(outcome.err, words)
    assert (outcome.code, outcome.out) == (code, b"")
    assert files_of(workdir) == before
    assert not Path("out").exists()
