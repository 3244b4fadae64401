"""The kernels of error diffusion."""

from __future__ import annotations

from .diffusion_kernel import Kernel
from .error_diffusion import ErrorDiffusion

_POSITION = 10
# Floyd and Steinberg, An adaptive algorithm for spatial grey scale, 1976.
FLOYD_STEINBERG = ErrorDiffusion(
    name="floyd-steinberg",
    label="Floyd-Steinberg",
    summary="error diffusion to 4 pixels, the classic algorithm",
    position=_POSITION,
    kernel=Kernel.of(16, ". * 7", "3 5 1"),
)
DITHERS = (
    FLOYD_STEINBERG,
    # Jarvis, Judice and Ninke, A survey of techniques for the display of continuous tone images
    # on bilevel displays, 1976.
    ErrorDiffusion(
        name="jarvis-judice-ninke",
        label="Jarvis, Judice and Ninke",
        summary="error diffusion to 12 pixels: smoother and softer",
        position=_POSITION,
        kernel=Kernel.of(48, ". . * 7 5", "3 5 7 5 3", "1 3 5 3 1"),
    ),
    # Stucki, MECCA, a multiple-error correction computation algorithm, 1981.
    ErrorDiffusion(
        name="stucki",
        label="Stucki",
        summary="error diffusion to 12 pixels: slightly sharper",
        position=_POSITION,
        kernel=Kernel.of(42, ". . * 8 4", "2 4 8 4 2", "1 2 4 2 1"),
    ),
    # Burkes, 1988.
    ErrorDiffusion(
        name="burkes",
        label="Burkes",
        summary="error diffusion to 7 pixels: the first two rows of stucki",
        position=_POSITION,
        kernel=Kernel.of(32, ". . * 8 4", "2 4 8 4 2"),
    ),
    # Sierra, 1989 and 1990.
    ErrorDiffusion(
        name="sierra",
        label="Sierra",
        summary="error diffusion to 10 pixels",
        position=_POSITION,
        kernel=Kernel.of(32, ". . * 5 3", "2 4 5 4 2", "0 2 3 2 0"),
    ),
    ErrorDiffusion(
        name="sierra-lite",
        label="Sierra Lite",
        summary="error diffusion to 3 pixels",
        position=_POSITION,
        kernel=Kernel.of(4, ". * 2", "1 1 0"),
    ),
    # Atkinson, for MacPaint, 1984.
    ErrorDiffusion(
        name="atkinson",
        label="Atkinson",
        summary="error diffusion of 3/4 of the error: more contrast",
        position=_POSITION,
        kernel=Kernel.of(8, ". * 1 1", "1 1 1 0", "0 1 0 0"),
    ),
)
