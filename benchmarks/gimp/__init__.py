"""Measurements of the filter in a real GIMP, and of what GIMP does itself."""
