"""What a live preview shows and what is written afterwards, without any GUI toolkit.

`PreviewSession` is all that a dialog needs. `worker` runs one in a process of its own.

Arrays are indexed by (row, column). Points are (x, y), sizes (width, height) and boxes (left, top,
right, bottom), as in GIMP and Pillow. `scale` is the number of the screen's pixels for one of the
toolkit's.
"""

from .session import PreviewSession

__all__ = ["PreviewSession"]
