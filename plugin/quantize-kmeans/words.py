"""Words: what the user reads, in the user's language where there is a translation."""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "quantize-kmeans"

_translations = gettext.translation(DOMAIN, Path(__file__).parent / "locale", fallback=True)
_ = _translations.gettext
ngettext = _translations.ngettext
