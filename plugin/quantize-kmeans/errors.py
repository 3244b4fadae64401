"""The exceptions of the plug-in."""

from __future__ import annotations

from i18n import _

NO_MEMORY = _(
    "There is not enough memory. Close other programs, or take a smaller image or a part of it."
)


class UserError(Exception):
    """A reason, in the user's language, why nothing was done, and what to do about it."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The user pressed Cancel."""
