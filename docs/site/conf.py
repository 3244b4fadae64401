"""The site: the API from the docstrings, and the pages as they are in the repository.

    python -m sphinx -W -c docs/site . build/site

The source is the whole project, so that links between pages are those of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

from numpydoc.xref import DEFAULT_LINKS
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

sys.path.insert(0, str(Path(__file__).parents[2]))

import palette_core

project = "palette_core"
author = "The palette-core team"
copyright = author  # noqa: A001 - its name in Sphinx
version = release = palette_core.__version__

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser"]
root_doc = "docs/site/index"
include_patterns = ["*.md", "docs/**"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
# What is between single backticks in a docstring is a name, and a link where the site has it.
default_role = "py:obj"
smartquotes = False  # "kmeans" is what is to be typed

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the docstrings say more
maximum_signature_line_length = 80
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_aliases = {name: f"palette_core.{name}" for name in palette_core.__all__}
numpydoc_xref_ignore = "all"  # but those
DEFAULT_LINKS.clear()  # into other sites, which would be asked for over the network
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"palette_core {release}"
html_extra_path = ["index.html"]
html_copy_source = False


def check_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of public names that are not in the site."""
    del app
    documented = {name for name, *_ in env.get_domain("py").get_objects()}
    for name in palette_core.__all__:
        if not name.startswith("__") and f"palette_core.{name}" not in documented:
            logging.getLogger(__name__).warning("docs/site/api.rst lacks palette_core.%s", name)


def setup(app: Sphinx) -> None:
    """Register the check of names with Sphinx."""
    app.connect("env-check-consistency", check_names)
