"""Ordering: which entry of a palette has which index."""
