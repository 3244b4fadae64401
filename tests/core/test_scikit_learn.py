from __future__ import annotations

import sys

import numpy as np
import pytest

import palette_core as pc
from palette_core.design import METHODS
from palette_core.design.sklearn_fit import to_bytes


def test_rounding_and_clipping() -> None:
    levels = np.array([[-0.01, 0.0, 0.4 / 255], [0.6 / 255, 1.0, 1.01]])
    assert to_bytes(levels).tolist() == [[0, 0, 0], [1, 255, 255]]


@pytest.mark.parametrize("method", ["sklearn-kmeans", "sklearn-minibatch"])
@pytest.mark.parametrize("module", ["sklearn.cluster", "threadpoolctl"])
def test_a_missing_package_is_named_with_its_cure(
    method: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # how Python marks a module as not to be had
    with pytest.raises(pc.MissingPackageError) as caught:
        pc.quantize(np.arange(30, dtype=np.uint8).reshape(2, 5, 3), 3, method=method)
    assert isinstance(caught.value, ImportError)
    assert "scikit-learn" in str(caught.value)
    assert "pip install scikit-learn" in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("colors", [3, 4])
def test_few_colours_need_no_package(
    method: str, colors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
    pixels = np.array([[2, 2, 2], [0, 0, 0], [1, 1, 1], [0, 0, 0]], np.uint8)
    assert list(pc.find_palette(pixels, colors, method=method)) == [(0,) * 3, (1,) * 3, (2,) * 3]
