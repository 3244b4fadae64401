"""Layers read from GIMP; images and palettes written to it."""
