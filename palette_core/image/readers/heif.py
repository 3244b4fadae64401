"""HEIC and HEIF, which Pillow reads if the package pillow-heif is installed."""

from __future__ import annotations

import importlib.util

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_SUFFIXES = (".heic", ".heif")


def is_heif(data: bytes) -> bool:
    """Return whether a file is a HEIF by its first bytes."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def register_if_needed(data: bytes) -> None:
    """Register the Pillow plug-in for HEIF files if it is needed and installed."""
    if is_heif(data) and _is_installed():
        import pillow_heif

        pillow_heif.register_heif_opener()


def hint(data: bytes) -> str | None:
    """Return how to install what is missing for a HEIF file; None if nothing is missing."""
    if not is_heif(data) or _is_installed():
        return None
    return "HEIC needs another package; install it by pip install 'palette-core[heif]'"


def suffixes() -> set[str]:
    """Return the suffixes of HEIF files if they can be read."""
    return set(_SUFFIXES) if _is_installed() else set()


def _is_installed() -> bool:
    return importlib.util.find_spec("pillow_heif") is not None
