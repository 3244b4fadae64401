"""Measurements of the filter in a real GIMP, and of GIMP's own quantizer."""
