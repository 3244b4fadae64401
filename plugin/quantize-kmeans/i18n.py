"""Words: what the user reads, in the user's language where there is a translation.

The language of GIMP's interface comes in the environment. GIMP keeps some words of ours, for its
menus, and asks for them anew when its language has changed. Those of palette_core are English.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "quantize-kmeans"

_translations = gettext.translation(DOMAIN, Path(__file__).parent / "locale", fallback=True)
_ = _translations.gettext
ngettext = _translations.ngettext
