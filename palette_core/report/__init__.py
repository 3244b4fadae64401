"""Reports: quality metrics, statistics of a palette, contact sheets."""
