"""Mapping: the nearest palette entry of every pixel."""
