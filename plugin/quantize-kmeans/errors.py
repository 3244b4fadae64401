"""The exceptions of the plug-in: what the user asked for cannot be done, or is not wanted."""

from __future__ import annotations

from i18n import _

NO_MEMORY = _(
    "There is not enough memory. Close other programs, or take a smaller image or a part of it."
)


class UserError(Exception):
    """A reason, in the user's words, why nothing was done and what to do about it."""


class Cancelled(Exception):  # noqa: N818 - it is no error at all
    """The user does not want it."""
