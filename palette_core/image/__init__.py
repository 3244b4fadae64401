"""Images: pixels, alpha, colours counted, and image files in and out."""
