"""A palette for each tile, as consoles and early computers have them."""
