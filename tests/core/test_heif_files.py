"""HEIC files, by the package pillow-heif, and what is said without it."""

from __future__ import annotations

import importlib.util
import io
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.image.readers import pillow_formats

from .reference_metrics import decoded


@pytest.fixture
def heic(drawn: Bytes) -> bytes:
    image = pillow_heif.from_pillow(Image.fromarray(drawn))
    stream = io.BytesIO()
    image.save(stream, quality=-1, chroma=444)
    return stream.getvalue()


def test_a_heic_file_is_read(heic: bytes, drawn: Bytes) -> None:
    found = decoded(heic).pixels
    assert np.abs(found.astype(int) - drawn).max() <= 2


def test_without_the_package_the_message_names_it(
    heic: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec

    def without(name: str, *rest: Any) -> Any:
        return None if name == "pillow_heif" else find_spec(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    monkeypatch.setattr(Image, "ID", [name for name in Image.ID if name != "HEIF"])
    assert not pillow_formats.heif_suffixes()
    with pytest.raises(pc.ImageFileError, match=r"pip install 'palette-core\[heif\]'"):
        decoded(heic)
