"""The settings of pip where tests make environments: nothing is downloaded twice, or compiled."""

from __future__ import annotations

import os
from pathlib import Path

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pip"
PIP_SETTINGS = {
    # The cache of whoever runs the tests, as a test's home is empty.
    "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR") or str(_CACHE),
    # A file, because install.sh takes no other settings from the environment.
    "PIP_CONFIG_FILE": os.environ.get("PIP_CONFIG_FILE")
    or str(Path(__file__).with_name("pip.conf")),
}
