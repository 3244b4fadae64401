"""Translation of what the user reads.

GIMP gives the language of its interface in the environment. It keeps some texts, for its menus,
and asks for them again when the language has changed. The texts of palette_core are English.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "quantize-kmeans"

_translations = gettext.translation(DOMAIN, Path(__file__).parent / "locale", fallback=True)
_ = _translations.gettext
ngettext = _translations.ngettext
