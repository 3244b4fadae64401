"""Ordering: which entry of a palette has which index.

A module declares one or several palette orders as `ORDERS`. A new one is a new module in this
folder.
"""

from __future__ import annotations

from ..registry import discover
from .base import Keys, Order, argsort_by_keys

__all__ = ["BY_COLOR", "BY_PIXEL", "ORDERS", "Keys", "argsort_by_keys"]

ORDERS = discover(__name__, "ORDERS", Order)
# The functions that return the keys, of the orders by colours and of those that need an image.
BY_COLOR = {name: order.by_color for name, order in ORDERS.items() if order.by_color}
BY_PIXEL = {name: order.by_pixel for name, order in ORDERS.items() if order.by_pixel}
