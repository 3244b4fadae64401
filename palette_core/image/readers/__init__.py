"""Readers of files that Pillow reads with a loss, wrongly or not at all; one module per format."""
