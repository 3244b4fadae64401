"""The preview session, in this process and by a worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import LocalSession, start_worker


@pytest.fixture(scope="module")
def worker() -> Iterator[Any]:
    client = start_worker(Path(sys.executable))
    yield client
    client.close()


@pytest.fixture(params=["local", "worker"])
def session(request: pytest.FixtureRequest, worker: Any) -> Any:
    return LocalSession() if request.param == "local" else worker
