"""The one exception of the plug-in: what the user asked for cannot be done."""


class Refusal(Exception):  # noqa: N818 - it is no error of the program
    """A reason, in the user's words, why nothing was done and what to do about it."""
