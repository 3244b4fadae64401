"""The exceptions of the plug-in."""

from __future__ import annotations

from i18n import _

NO_MEMORY = _("There is not enough memory. Close other programs, or use a smaller image.")


class UserError(Exception):
    """What is wrong and what to do about it, in the user's language."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The user pressed Cancel."""
