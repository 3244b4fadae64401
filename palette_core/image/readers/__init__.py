"""Readers for what Pillow would cut to 8 bits, read wrongly, or not at all: one format a module."""
