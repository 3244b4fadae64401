"""Results stay the same to the byte: on any number of threads, and from one version to the next."""

from __future__ import annotations

import json
import platform
from typing import Any

import numpy as np
import pytest
import threadpoolctl

from palette_core.arrays import Bytes

from . import hashes

STORED: dict[str, str] = json.loads(hashes.STORED.read_text())
CASES = {name: (pixels, options) for name, pixels, options in hashes.cases()}
# scikit-learn draws its batches differently from one version to the next.
DEPENDS_ON_VERSION = ("sklearn-minibatch",)


def sums_as_usual() -> bool:
    """Whether NumPy and its BLAS round sums as they did where the hashes were stored.

    They do on every x86-64 processor since 2013 (with fused multiplication and addition) with
    OpenBLAS and NumPy 2. Elsewhere two colours at nearly the same distance may be swapped.
    """
    (blas, *_) = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    fused = ("Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids")
    return (
        platform.machine() in ("x86_64", "AMD64")
        and np.lib.NumpyVersion(np.__version__) >= "2.0.0"
        and blas["internal_api"] == "openblas"
        and blas["architecture"] in fused
    )


def expected_hash(name: str, pixels: Bytes, options: dict[str, Any]) -> str:
    """Return the hash from one thread: stored, or computed where nothing comparable is stored."""
    if name in STORED and sums_as_usual() and not name.endswith(DEPENDS_ON_VERSION):
        return STORED[name]
    with hashes.thread_count(1):
        return hashes.hash_result(pixels, options)


def test_every_option_makes_a_difference() -> None:
    assert STORED.keys() <= CASES.keys()
    assert len(set(STORED.values())) > 80


@pytest.mark.parametrize("name", CASES)
def test_eight_threads_give_the_stored_result(name: str) -> None:
    # An intended change is stored by `python -m tests.core.hashes --write`.
    pixels, options = CASES[name]
    with hashes.thread_count(8):
        found = hashes.hash_result(pixels, options)
    assert found == expected_hash(name, pixels, options)
