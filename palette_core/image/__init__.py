"""Images: pixels, alpha, colour histograms, and image files."""
