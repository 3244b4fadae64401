"""Readers of files that Pillow reads with a loss, wrongly or not at all; one module per format.

Each has a function `read`, which returns the raster of the first image in a file and adds notes to
a list. `check_size` gets the width and height before samples are read, and may raise. A file that
is broken or not supported is an `ImageFileError`.
"""
