"""FFmpeg, an independent decoder of animations, and how frames are compared."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from palette_core.arrays import Bytes


def ffmpeg_frames(path: Path, size: tuple[int, int]) -> list[Bytes]:
    """Decode all frames of a file of (width, height), as straight RGBA."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    output = "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-"
    done = subprocess.run(
        [program, "-v", "error", "-threads", "1", "-i", path, *output],
        capture_output=True,
        check=True,
    )
    assert not done.stderr
    width, height = size
    return list(np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 4))


def visible(pixels: Bytes) -> Bytes:
    """Return pixels with alpha, and without the colours of what is fully transparent."""
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return np.where(pixels[..., 3:] > 0, pixels, 0)


def assert_same(found: Sequence[Bytes], expected: Sequence[Bytes], levels: int = 0) -> None:
    """Compare frames, which may differ by so many levels."""
    assert len(found) == len(expected)
    for number, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        difference = np.abs(visible(ours).astype(int) - visible(theirs))
        assert difference.max() <= levels, f"frame {number}"
