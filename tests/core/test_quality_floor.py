"""The quality floor: results below it are not written, and the exit code is 99."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.batch.quality_floor import QualityFloor, measure_ssimulacra2

from .command_line import EYE, Cli, Outcome, assert_one_line, files_of

pytestmark = pytest.mark.usefixtures("workdir")
PSNR = "quantize photo.jpg -k 8 -o out.png --palette-out out.gpl --legend out.csv --min-psnr"
SCORE = "quantize photo.jpg -k 8 -o out.png --min-ssimulacra2"


def run(cli: Cli, command: str) -> Outcome:
    return cli(*command.split())


def reached_psnr(path: Path, colors: int) -> float:
    """Return the PSNR of the dithered result, by the definition."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    found = pc.quantize(pixels, colors, **EYE).to_array()
    mse = np.square(pixels.astype(np.float64) - found).mean()
    return float(10 * np.log10(255**2 / mse))


def test_a_result_below_the_floor_is_not_written(workdir: Path, cli: Cli) -> None:
    before, reached = files_of(workdir), reached_psnr(workdir / "photo.jpg", 8)
    outcome = cli(*PSNR.split(), f"{reached + 0.01:.4f}")
    assert (outcome.code, outcome.out) == (99, b"")
    assert_one_line(outcome.err, [f"PSNR {int(reached * 100) / 100:.2f} dB", "--min-psnr"])
    assert files_of(workdir) == before
    # A file that exists stays as it is.
    (workdir / "out.png").write_bytes(b"earlier")
    assert cli(*PSNR.split(), "99", "--force").code == 99
    assert (workdir / "out.png").read_bytes() == b"earlier"


def test_a_result_above_the_floor_is_written(workdir: Path, cli: Cli) -> None:
    reached = reached_psnr(workdir / "photo.jpg", 8)
    outcome = cli(*PSNR.split(), f"{reached - 0.0001:.4f}")
    assert (outcome.code, outcome.err) == (0, "")
    assert (workdir / "out.png").exists()
    assert (workdir / "out.gpl").exists()
    assert (workdir / "out.csv").exists()


def test_an_exact_result_meets_every_floor(cli: Cli) -> None:
    assert run(cli, "quantize tiny.png -o out.png --min-psnr 100").code == 0


def test_the_floor_without_an_output(cli: Cli) -> None:
    outcome = cli("quantize", "photo.jpg", "-k", "2", "--min-psnr", "60")
    assert (outcome.code, outcome.out) == (99, b"")


def test_json_says_what_was_reached(workdir: Path, cli: Cli) -> None:
    outcome = cli(*PSNR.split(), "60", "--json")
    assert outcome.code == 99
    assert outcome.json["skipped"] is True
    assert outcome.json["psnr"] == pytest.approx(reached_psnr(workdir / "photo.jpg", 8))


def test_other_files_of_a_batch_are_written(workdir: Path, cli: Cli) -> None:
    command = "quantize photo.jpg tiny.png -k 4 -o out --palette-out out/ --min-psnr 50"
    outcome = cli(*command.split())
    assert outcome.code == 99
    assert sorted(path.name for path in (workdir / "out").iterdir()) == ["tiny.gpl", "tiny.png"]
    assert_one_line(outcome.err, ["photo.jpg", "not written", "--min-psnr"])
    # An image that fails matters more.
    (workdir / "broken.png").write_bytes(b"no image")
    failed = cli("quantize", "broken.png", *command.split()[1:], "--force")
    assert failed.code == 1


def test_the_frames_of_an_animation_have_one_psnr(workdir: Path, cli: Cli) -> None:
    ramp = np.arange(4096, dtype=np.uint32).astype(np.uint8).reshape(64, 64)
    frames = [Image.fromarray(np.stack([ramp, ramp.T, ramp], -1) // n) for n in (1, 2)]
    frames[0].save(workdir / "clip.png", save_all=True, append_images=frames[1:])
    assert run(cli, "quantize clip.png -k 4 -o out.png --min-psnr 60").code == 99
    refused = run(cli, "quantize clip.png -k 4 -o out.png --min-ssimulacra2 60")
    assert_one_line(refused.err, ["--min-ssimulacra2 does not support animations"])


def test_the_score_is_a_floor_too(workdir: Path, cli: Cli) -> None:
    outcome = cli(*SCORE.split(), "95", "--json")
    assert outcome.code == 99
    assert outcome.json["ssimulacra2"] < 95
    assert not (workdir / "out.png").exists()
    assert_one_line(
        outcome.err, [f"SSIMULACRA 2 {math.floor(outcome.json['ssimulacra2'] * 100) / 100:.2f}"]
    )
    assert run(cli, "quantize photo.jpg -k 256 -o out.png --min-ssimulacra2 10").code == 0


def test_the_score_falls_with_fewer_colours(small_photo: Bytes) -> None:
    scores = [
        measure_ssimulacra2(small_photo, pc.quantize(small_photo, colors, **EYE).to_array())
        for colors in (256, 32, 4)
    ]
    assert measure_ssimulacra2(small_photo, small_photo) == pytest.approx(100)
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 20 > scores[2]


def test_the_score_of_soft_edges_is_that_over_the_worse_background() -> None:
    x = np.arange(32) + np.zeros((32, 1), np.int64)
    soft = np.stack([255 + 0 * x, 255 + 0 * x, 255 + 0 * x, 8 * x], axis=-1).astype(np.uint8)
    hard = soft.copy()
    hard[..., 3] = np.where(soft[..., 3] > 127, 255, 0)
    # White on white is the same, so that black decides.
    over_black = [np.rint(a[..., 3:] / 255 * a[..., :3]).astype(np.uint8) for a in (soft, hard)]
    assert measure_ssimulacra2(soft, hard) == pytest.approx(measure_ssimulacra2(*over_black))
    over_white = [np.full((32, 32, 3), 255, np.uint8)] * 2
    assert measure_ssimulacra2(soft, hard) < 70 < measure_ssimulacra2(*over_white)


def test_tiny_images_have_no_score(cli: Cli) -> None:
    refused = run(cli, "quantize tiny.png -o out.png --min-ssimulacra2 50")
    assert refused.code == 1
    assert_one_line(refused.err, ["8 x 8", "use --min-psnr"])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    monkeypatch.setitem(sys.modules, "ssimulacra2", None)
    with pytest.raises(pc.MissingPackageError, match="`min_ssimulacra2` needs another package"):
        QualityFloor(ssimulacra2=50)
    outcome = cli(*SCORE.split(), "50")
    assert outcome.code == 1
    assert_one_line(outcome.err, ["--min-ssimulacra2", "palette-core[ssimulacra2]"])
