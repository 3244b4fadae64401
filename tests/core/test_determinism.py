"""The same bytes for the same input: on any number of threads, and from one version to the next."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl

from . import hashes

THREADS = (1, 2, 8)
# scikit-learn draws its batches differently from one version to the next.
OF_A_VERSION = ("sklearn-minibatch",)


@pytest.fixture(scope="module")
def found() -> dict[int, dict[str, str]]:
    """The hashes of all results by the number of threads, each in a process of its own."""
    tables = {}
    for threads in THREADS:
        many = str(threads)
        environment = os.environ | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), many)
        done = subprocess.run(
            [sys.executable, "-m", "tests.core.hashes", "--threads", many],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        tables[threads] = json.loads(done.stdout)
    return tables


def test_the_number_of_threads_has_no_say_in_any_option(found: dict[int, dict[str, str]]) -> None:
    one, *others = found.values()
    assert len(one) > 100
    assert len(set(one.values())) > 80  # the options have a say
    for other in others:
        assert other == one


def test_results_are_those_that_are_stored(found: dict[int, dict[str, str]]) -> None:
    # A change that is meant is stored by `python -m tests.core.hashes --write`.
    stored = json.loads(hashes.STORED.read_text())
    assert stored.keys() == found[1].keys()
    comparable = stored.keys() if _sums_as_usual() else set()
    changed = [
        name
        for name in comparable
        if found[1][name] != stored[name] and not name.endswith(OF_A_VERSION)
    ]
    assert not changed


def _sums_as_usual() -> bool:
    """Tell whether NumPy and its BLAS round sums as where the hashes were stored.

    That is on every x86-64 processor since 2013 (with fused multiplication and addition) that runs
    OpenBLAS and NumPy 2. Elsewhere colours that are all but equally near may change places.
    """
    (blas, *_) = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    fused = ("Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids")
    return (
        platform.machine() in ("x86_64", "AMD64")
        and np.lib.NumpyVersion(np.__version__) >= "2.0.0"
        and blas["internal_api"] == "openblas"
        and blas["architecture"] in fused
    )
