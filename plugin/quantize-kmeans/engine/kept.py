"""What stays where the pixels are: NumPy's arrays, and whatever holds them."""

from __future__ import annotations

from typing import ClassVar


class Kept:
    """What GIMP's side has a reference to, and never the thing itself if that is in a worker.

    Attributes
    ----------
    facts : tuple of str
        The attributes that GIMP's side may read: plain values, which go along with a reference.
    """

    facts: ClassVar[tuple[str, ...]] = ()
