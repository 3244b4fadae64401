"""The pixel side of a live preview, without any toolkit: what an editor's dialog shows and writes.

`PreviewSession` is all that a dialog needs. `worker` runs one in a process of its own.
"""

from .session import PreviewSession

__all__ = ["PreviewSession"]
