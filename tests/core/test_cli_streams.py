"""The command line with pipes: standard input and output, and other files that are none."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.formats import FORMATS

from .command_line import BEE, EYE, Cli, Outcome, assert_one_line
from .reference_metrics import encode_image, read_image

RUN = [sys.executable, "-m", "palette_core"]
LIST = b"#000000\n#ffcc00\n#075064\n"

pytestmark = pytest.mark.usefixtures("workdir")


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Replace standard input by data."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def started(*arguments: str, **options: Any) -> Outcome:
    # Settings of this process would change how Python buffers its output.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment |= options.pop("environment", {})
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    done = subprocess.run([*RUN, *arguments], env=environment, check=False, **streams)
    return Outcome(done.returncode, done.stdout or b"", (done.stderr or b"").decode())


# Palettes


@pytest.mark.parametrize("name", FORMATS)
def test_convert_from_a_pipe_to_a_pipe(
    name: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, FORMATS[name].write(BEE, Path("x")))
    assert cli("convert", "-", "-") == (0, LIST, "")
    give(monkeypatch, LIST)
    outcome = cli("convert", "-", "-", "--format", name)
    assert outcome == (0, FORMATS[name].write(pc.Palette(list(BEE)), Path("Palette")), "")
    assert not Path("-").exists()


def test_a_palette_from_a_pipe_has_no_name_of_a_file(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"GIMP Palette\n0 0 0\n")
    assert cli("show", "-", "--json").json["name"] == ""


def test_an_error_says_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b"#000\nred\n")
    assert cli("show", "-").err == (
        "palette-core: error: standard input, line 2: 'red' is not a colour; write colours as "
        "'#rrggbb' or 'red green blue', 0 to 255\n"
    )
    give(monkeypatch, b"")
    assert "standard input: no suffix, and the content is not a palette" in cli("show", "-").err


def test_sort_and_show_with_pipes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, LIST)
    assert cli("sort", "-", "-", "--order", "luminance").out == b"#000000\n#075064\n#ffcc00\n"
    give(monkeypatch, LIST)
    assert cli("show", "-").text == "0 #000000\n1 #ffcc00\n2 #075064\n"
    sheet = cli("show", "bee.gpl", "--png", "-")
    assert sheet.err == ""
    assert opened(sheet.out).size == (64, 64)
    assert cli("sort", "bee.gpl", "-", "--format", "gpl").out.startswith(b"GIMP Palette\nName: Bee")


@pytest.mark.parametrize("option", [(), ("-o", "-"), ("-o", "/dev/stdout")])
def test_palette_to_standard_output(option: tuple[str, ...], cli: Cli) -> None:
    expected = pc.find_palette(np.asarray(Image.open("drawn.png")), 3, space="oklab").hex
    outcome = cli("palette", "drawn.png", "-k", "3", *option)
    assert outcome == (0, "".join(f"{code}\n" for code in expected).encode(), "")


@pytest.mark.parametrize(
    "command", ["palette drawn.png -k 3", "quantize drawn.png -k 3", "show bee.gpl"]
)
@pytest.mark.parametrize(
    ("options", "suffix"), [([], ""), ([], ".txt"), (["--json"], ""), (["--json"], ".json")]
)
def test_what_is_printed_is_read(
    command: str, options: list[str], suffix: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = cli(*command.split(), *options).out
    Path(f"printed{suffix}").write_bytes(printed)
    give(monkeypatch, printed)
    for source in ("-", f"printed{suffix}"):
        again = cli("convert", source, "-", "--format", "json").json
        assert all(code.encode() in printed for code in again["colors"])
        assert len(again["colors"]) == 3
        if command.startswith("show"):
            assert again["names"] == list(BEE.names)


# Colours in place of a file


@pytest.mark.parametrize(
    "words", ["#000,#ffcc00", "#000000 #FC0", "#000, #fc0,", "000000,ffcc00", "000,fc0"]
)
def test_colours_in_place_of_a_palette_file(words: str, cli: Cli) -> None:
    two = ["#000000", "#ffcc00"]
    assert cli("show", words, "--json").json["palette"] == two
    assert cli("quantize", "drawn.png", "--palette", words, "--json").json["palette"] == two
    locked = cli("palette", "drawn.png", "-k", "4", "--lock-palette", words, "--json").json
    assert set(two) < set(locked["palette"])
    assert cli("palette", "drawn.png", "-k", "4", "--start", words).code == 0
    assert cli("convert", words, "two.gpl").text == "two.gpl: 2 colours\n"


@pytest.mark.parametrize("words", ["#", "#00", "#000,red", "#000,,#12345", "#00000080", "000,0000"])
def test_what_is_no_list_of_colours(words: str, cli: Cli) -> None:
    outcome = cli("show", words)
    assert outcome.code == 2
    assert "is not an opaque colour; use '#rgb' or '#rrggbb'" in outcome.err


def test_a_file_with_such_a_name(cli: Cli) -> None:
    for name in ("#000", "000,fff", "-"):
        BEE.save(name, format="hex")
    assert cli("show", "./#000").text == cli("show", "000,fff").text == cli("show", "./-").text
    assert cli("show", "000,fff").text.count("\n") == 3
    assert cli("convert", "bee.gpl", "./-", "--force", "--format", "act").text == "./-: 3 colours\n"


# Images


@pytest.mark.parametrize(
    ("options", "kind"),
    [((), "PNG"), (("--format", "gif"), "GIF"), (("--format", "png"), "PNG")],
)
@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_an_image_from_a_pipe_to_a_pipe(
    options: tuple[str, ...], kind: str, output: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, Path("drawn.png").read_bytes())
    outcome = cli("quantize", "-", "-k", "4", "-o", output, *options)
    assert (outcome.code, outcome.err) == (0, "")
    assert opened(outcome.out).format == kind


def test_notes_and_null_devices(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, encode_image(Image.fromarray(np.full((2, 2), 999, np.uint16)), "PNG"))
    outcome = cli("quantize", "-", "-o", "/dev/null", "--palette-out", "/dev/null")
    assert outcome.code == 0
    assert outcome.err.startswith("palette-core: note: standard input: 16 bits per channel")
    assert Path("/dev/null").is_char_device()


def test_other_commands_read_an_image_from_a_pipe(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Path("drawn.png").read_bytes()
    for command in ("palette -", "compare - drawn.png", "compare drawn.png -", "sheet - -o x.png"):
        give(monkeypatch, image)
        assert cli(*command.split()).code == 0
    assert opened(cli("sheet", "drawn.png", "-k", "2", "-o", "-").out).format == "PNG"


def test_the_palette_alone_to_standard_output(cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", "--palette", "#000,#fc0", "--palette-out", "-")
    assert outcome == (0, b"#000000\n#ffcc00\n", "")
    outcome = cli("quantize", "drawn.png", "-k", "2", "-o", "out.png", "--palette-out", "-")
    assert (outcome.text.count("\n"), outcome.err) == (2, "")
    assert Path("out.png").exists()


def test_missing_images_are_missing_where_there_is_an_output(cli: Cli) -> None:
    for command in ("quantize drawn.png no.png -o out/", "quantize no.png no.png"):
        assert "did you mean" not in cli(*command.split()).err


@pytest.mark.parametrize(
    "command", ["quantize drawn.png -o -", "show bee.gpl --png -", "convert bee.gpl - --format ase"]
)
def test_a_terminal_gets_no_binary_data(command: str) -> None:
    ours, theirs = pty.openpty()
    try:
        outcome = started(*command.split(), stdout=theirs)
    finally:
        os.close(theirs)
        os.close(ours)
    assert outcome.code == 2
    assert "to a terminal; redirect the output, or name a file" in outcome.err


# Pipes with names, and what a shell makes of them


def shell(script: str) -> str:
    """Run a script, and return what it prints; the command line is $run there."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        check=True,
        env=os.environ | {"run": " ".join(RUN)},
    )
    assert done.stderr == b""
    return done.stdout.decode()


def test_process_substitution_in_and_out() -> None:
    script = """
    $run quantize <(cat drawn.png) --palette <($run convert bee.gpl -) -o >(cat > out) \
        --palette-out >(cat > list)
    while [ ! -s out ] || [ ! -s list ]; do sleep 0.01; done
    """
    line = shell(script)
    assert line.startswith("/dev/fd/")
    assert ": 3 colours, " in line
    assert opened(Path("out").read_bytes()).format == "PNG"
    assert Path("list").read_bytes() == LIST


def test_standard_output_that_is_a_file() -> None:
    # It is written where it is, not replaced: what was there before, a shell wants to stay.
    Path("list").write_bytes(b"before\n")
    assert shell("$run convert bee.gpl /dev/stdout >> list; echo after >> list") == ""
    assert Path("list").read_bytes() == b"before\n" + LIST + b"after\n"
    Path("list").write_bytes(b"a line for somebody else\n" + LIST)
    assert shell("{ read; $run convert /dev/stdin -; } < list") == LIST.decode()


def test_a_named_pipe(cli: Cli) -> None:
    os.mkfifo("pipe.gpl")
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(Path("pipe.gpl").read_bytes()))
    reader.start()
    assert cli("convert", "bee.gpl", "pipe.gpl").text == "pipe.gpl: 3 colours\n"
    reader.join()
    assert received == [Path("bee.gpl").read_bytes()]
    assert Path("pipe.gpl").is_fifo()
    writer = threading.Thread(target=lambda: Path("pipe.gpl").write_bytes(received[0]))
    writer.start()
    assert cli("convert", "pipe.gpl", "-").out == LIST
    writer.join()


def test_a_reader_that_has_gone_ends_it_quietly(cli: Cli) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert cli("convert", "bee.gpl", f"/dev/fd/{writer}") == (1, b"", "")
        assert cli("quantize", "drawn.png", "-o", f"/dev/fd/{writer}") == (1, b"", "")
    finally:
        os.close(writer)


def test_a_descriptor_that_is_not_open(cli: Cli) -> None:
    for command in ("convert bee.gpl /dev/fd/999", "palette drawn.png -o /dev/fd/999"):
        outcome = cli(*command.split())
        assert (outcome.code, outcome.text) == (1, "")
        assert outcome.err == "palette-core: error: cannot write /dev/fd/999: Bad file descriptor\n"
    assert cli("show", "/dev/fd/999").err == (
        "palette-core: error: cannot read /dev/fd/999: Bad file descriptor\n"
    )


# As a process of its own


def test_a_process_with_pipes(workdir: Path) -> None:
    data = (workdir / "drawn.png").read_bytes()
    outcome = started("quantize", "-", "-k", "5", "-o", "-", "--palette-out", "out.gpl", input=data)
    assert (outcome.code, outcome.err) == (0, "")
    expected = pc.quantize(read_image(workdir / "drawn.png").pixels, 5, **EYE)
    image = opened(outcome.out)
    assert np.array_equal(np.asarray(image), expected.indices)
    assert bytes(image.getpalette() or []) == expected.palette.colors.tobytes()
    assert pc.Palette.load("out.gpl").name == "Palette"


def test_a_process_that_fails() -> None:
    outcome = started("quantize", "no.png", "-o", "out.png")
    assert_one_line(outcome.err, ["no.png: no such file"])
    assert outcome.code == 1


@pytest.mark.parametrize("name", ["漢.png", os.fsdecode(b"\xff.png")])
def test_a_terminal_that_cannot_show_a_name(name: str, workdir: Path) -> None:
    outcome = started("quantize", "tiny.png", "-o", name,
                      environment={"PYTHONIOENCODING": "ascii:strict"})  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    assert ".png: 3 colours" in outcome.text
    assert (workdir / name).is_file()


def test_no_standard_input(workdir: Path) -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *RUN, "quantize", "-", "-o", "out.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert_one_line(done.stderr, ["standard input"])
    assert done.returncode == 1
    assert not (workdir / "out.png").exists()


ONTO_STDOUT = pytest.mark.parametrize(
    "command",
    ["quantize tiny.png -o -", "palette tiny.png", "compare drawn.png drawn.png --json"],
)


@ONTO_STDOUT
def test_a_full_standard_output(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = started(*command.split(), stdout=full)
    assert_one_line(outcome.err, ["the disk is full; free some space"])
    assert outcome.code == 1


def test_no_standard_output() -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *RUN, "quantize", "tiny.png", "-o", "-"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    assert_one_line(done.stderr, ["standard output"])
    assert done.returncode == 1


@ONTO_STDOUT
def test_a_reader_that_has_gone(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        outcome = started(*command.split(), stdout=writer)
    finally:
        os.close(writer)
    assert (outcome.code, outcome.err) == (1, "")
