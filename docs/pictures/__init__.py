"""The images of README.md and docs/; `python -m docs.pictures` draws them anew."""

from __future__ import annotations

from . import guide, overview

# The name of an image, and the function that draws it.
PICTURES = overview.PICTURES | guide.PICTURES
