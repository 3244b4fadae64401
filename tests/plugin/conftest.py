"""How hypothesis draws."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile(
    "plugin", derandomize=True, deadline=None, max_examples=30, database=None, print_blob=False
)
settings.load_profile("plugin")
