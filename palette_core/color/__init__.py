"""Colour: spaces, differences, and the orders and grids of colours."""
