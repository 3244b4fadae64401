"""Layouts: where the quantized layers are in the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    Area: TypeAlias = tuple[slice, slice]


class Place(NamedTuple):
    """The place of a layer, in the image's coordinates, and whether it is visible."""

    x: int
    y: int
    width: int
    height: int
    is_visible: bool

    def within(self, width: int, height: int) -> tuple[Area, Area]:
        """Return the rows and columns that are on a canvas: those of the layer, and of it."""
        top, bottom = (min(max(end, 0), height) for end in (self.y, self.y + self.height))
        left, right = (min(max(end, 0), width) for end in (self.x, self.x + self.width))
        here = slice(top - self.y, bottom - self.y), slice(left - self.x, right - self.x)
        return here, (slice(top, bottom), slice(left, right))


class Layout(NamedTuple):
    """The size of the canvas, and the place of every layer, the top one first."""

    size: tuple[int, int]
    places: tuple[Place, ...]

    @property
    def is_covered(self) -> bool:
        """Whether every layer covers the canvas."""
        width, height = self.size
        return all(
            place.x <= 0
            and place.y <= 0
            and place.x + place.width >= width
            and place.y + place.height >= height
            for place in self.places
        )

    @property
    def shown(self) -> tuple[int, ...]:
        """The numbers of the layers that are visible; of all of them where none is."""
        visible = tuple(number for number, place in enumerate(self.places) if place.is_visible)
        return visible or tuple(range(len(self.places)))
