"""Reports: swatches, error maps, contact sheets and HTML pages."""
