"""What Pillow needs: for HEIF files the package pillow-heif, for animated WebP files a flag."""

from __future__ import annotations

import importlib.util

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_SUFFIXES = (".heic", ".heif")
_WEBP_FLAGS = 20  # the offset of the flags in the chunk VP8X
_ANIMATED, _ALPHA = 0x02, 0x10


def is_heif(data: bytes) -> bool:
    """Return whether a file is a HEIF by its first bytes."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def register_heif_if_needed(data: bytes) -> None:
    """Register the Pillow plug-in for HEIF files if it is needed and installed."""
    if is_heif(data) and _is_installed():
        import pillow_heif

        pillow_heif.register_heif_opener()


def hint_at_heif(data: bytes) -> str | None:
    """Return how to install what is missing for a HEIF file; None if nothing is missing."""
    if not is_heif(data) or _is_installed():
        return None
    return "HEIC needs another package; install it by pip install 'palette-core[heif]'"


def heif_suffixes() -> set[str]:
    """Return the suffixes of HEIF files if they can be read."""
    return set(_SUFFIXES) if _is_installed() else set()


def with_canvas_alpha(data: bytes) -> bytes:
    """Return the bytes of an image file, with the alpha flag set for an animated WebP.

    The canvas is transparent where no frame has been drawn, but the flag is only about frames.
    Without it, Pillow drops the alpha of the canvas that libwebp returns.
    """
    is_extended_webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) > _WEBP_FLAGS
    if not is_extended_webp or not data[_WEBP_FLAGS] & _ANIMATED or data[_WEBP_FLAGS] & _ALPHA:
        return data
    return data[:_WEBP_FLAGS] + bytes([data[_WEBP_FLAGS] | _ALPHA]) + data[_WEBP_FLAGS + 1 :]


def _is_installed() -> bool:
    return importlib.util.find_spec("pillow_heif") is not None
