"""The machine and the packages that a page's tables were measured with."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def describe_machine(dates: Sequence[str], ours: str) -> str:
    """Return a sentence about this machine, the first and the last date, and our version."""
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pillow", "scikit-learn"))
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return (
        f"Measured on {when} with palette_core {ours}, on one core of a virtual machine "
        f"with {os.cpu_count()} cores of an {_processor()} processor, {system}, "
        f"Python {platform.python_version()}, {packages}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
