"""The exceptions of the plug-in."""

from __future__ import annotations

from i18n import _

NO_MEMORY = _(
    "There is not enough memory. Close other programs, or take a smaller image or a part of it."
)


class UserError(Exception):
    """A reason, in the user's language, why nothing was done, and what to do about it.

    Parameters
    ----------
    message : str
        A template, as for `str.format`.
    **values
        What is filled in.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)


class Cancelled(Exception):  # noqa: N818 - it is no error at all
    """The user does not want it."""
