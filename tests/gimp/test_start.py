"""How the plug-in starts: what it loads when, from Script-Fu too, and without NumPy."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

import palette_core as pc
from tests.gimp.pictures import drawn
from tools.harness.gimp_session import (
    BARE_PYTHON,
    Gimp,
    encode,
    environment_of,
    gimp_console,
    profile_with_plugin,
    python_of,
    running_gimp,
)


@contextlib.contextmanager
def gimp_with_plugin(interpreter: str, folder: Path) -> Iterator[Gimp]:
    """Start GIMP in a profile whose copy of the plug-in is run by this interpreter."""
    profile = profile_with_plugin(folder, interpreter)
    environment = {**environment_of(folder), "GIMP3_DIRECTORY": str(profile)}
    with running_gimp([gimp_console(), "--no-interface"], environment, folder) as session:
        yield session


def interpreter_of(home: Path, folder: Path, options: str = "") -> str:
    """Make a command without blanks that runs the Python that install.sh has set up."""
    command = folder / "python"
    command.write_text(f'#!/bin/sh\nexec "{python_of(home)}" -sE {options} "$@"\n')
    command.chmod(0o755)
    return str(command)


def quantize_something(gimp: Gimp) -> dict[str, object]:
    pixels = drawn("rgb")
    image = gimp.make_image("rgb", "u8", pixels.shape[1], pixels.shape[0], encode(pixels))
    return gimp.quantize(image, colors=4)


def test_what_is_loaded_and_which_signals_are_caught(home: Path, tmp_path: Path) -> None:
    log, status = tmp_path / "imports.log", tmp_path / "status"
    interpreter = interpreter_of(home, tmp_path, f"-X importtime 2>>{log}")

    def loaded() -> set[str]:
        return set(re.findall(r"\|\s+([\w.]+)$", log.read_text(), re.MULTILINE))

    heavy = {
        "numpy",
        "PIL",
        "sklearn",
        "scipy",
        "palette_core",
        "ui.dialog",
        "procedure.run",
        "engine",
    }
    with gimp_with_plugin(interpreter, tmp_path) as gimp:
        assert gimp.procedure_exists("plug-in-quantize-kmeans")
        at_query = loaded()
        assert "gi" in at_query
        assert not at_query & heavy
        (module,) = tmp_path.glob("profile/plug-ins/quantize-kmeans/procedure/run.py")
        before, call, after = module.read_text().partition("    restore_default_signals()\n")
        copy = f"    import shutil; shutil.copyfile('/proc/self/status', {str(status)!r})\n"
        module.write_text(before + call + copy + after)
        assert quantize_something(gimp)["ok"]
    assert {"numpy", "palette_core", "procedure.run"} <= loaded()
    caught = int(re.findall(r"SigCgt:\s+(\w+)", status.read_text())[0], 16)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        assert not caught >> (number - 1) & 1


def test_without_numpy_and_another_python_the_reason_is_told(tmp_path: Path) -> None:
    with gimp_with_plugin(f"{BARE_PYTHON} -sE", tmp_path) as gimp:
        outcome = quantize_something(gimp)
        assert not outcome["ok"]
        for word in ("palette_core", "installer"):
            assert word in str(outcome["message"])
        assert len(gimp.images()) == 1


def test_script_fu_can_call_it_and_is_told_of_unknown_words(home: Path, tmp_path: Path) -> None:
    photo, result, other = (tmp_path / name for name in ("in.png", "out.png", "other.png"))
    pixels = drawn("rgba")
    Image.fromarray(pixels).save(photo)
    script = f"""
    (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
           (outcome (plug-in-quantize-kmeans #:run-mode RUN-NONINTERACTIVE #:image image
                      #:drawables (car (gimp-image-get-layers image)) #:colors 5
                      #:space "srgb" #:dither "none"
                      #:output "new-image" #:palette-name "From a script"
                      #:matte "#1e6432" #:alpha-threshold 60)))
      (gimp-file-save RUN-NONINTERACTIVE (car outcome) "{result}")
      (gimp-message (string-append "colours: " (number->string (cadr outcome))
                                   ", palette: " (caddr outcome))))
    """
    wrong = f"""
    (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
           (outcome (plug-in-quantize-kmeans #:run-mode RUN-NONINTERACTIVE #:image image
                      #:drawables (car (gimp-image-get-layers image)) #:dither "ordered")))
      (gimp-file-save RUN-NONINTERACTIVE (car outcome) "{other}"))
    """
    done = subprocess.run(
        [
            gimp_console(),
            "-i",
            "--batch-interpreter=plug-in-script-fu-eval",
            "-b",
            script,
            "-b",
            wrong,
            "--quit",
        ],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    text = done.stdout + done.stderr
    assert "colours: 5, palette: From a script" in text
    assert "“dither” cannot be “ordered”" in text
    assert done.returncode != 0
    assert not other.exists()
    with Image.open(result) as picture:
        assert picture.mode == "P"
        shown = np.asarray(picture.convert("RGBA"))
    expected = pc.quantize(pixels, 5, matte="#1e6432", alpha_threshold=60).to_array()
    np.testing.assert_array_equal(shown[..., 3], expected[..., 3])
    opaque = expected[..., 3] == 255
    np.testing.assert_array_equal(shown[opaque], expected[opaque])
